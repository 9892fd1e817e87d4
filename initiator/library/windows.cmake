# iscsidsc.dll, where its compiler is: a build of its own below build/windows, a part of every release build.
option(LUNSIM_WINDOWS "build iscsidsc.dll if mingw-w64 is there" ON)
find_program(LUNSIM_MINGW x86_64-w64-mingw32-g++-posix)
find_program(LUNSIM_LLVM_DLLTOOL NAMES llvm-dlltool-16 llvm-dlltool)
find_path(LUNSIM_EXPECTED_INCLUDE tl/expected.hpp)
find_path(LUNSIM_FMT_INCLUDE fmt/format.h)
if(NOT LUNSIM_WINDOWS OR NOT LUNSIM_MINGW OR NOT LUNSIM_LLVM_DLLTOOL OR LUNSIM_SANITIZE OR LUNSIM_FUZZ)
  message(STATUS "iscsidsc.dll: not built (it needs g++-mingw-w64-x86-64-posix and llvm, and no sanitizer)")
  return()
endif()
include(ExternalProject)
ExternalProject_Add(windows
  SOURCE_DIR ${PROJECT_SOURCE_DIR}/initiator/library/windows
  BINARY_DIR ${PROJECT_BINARY_DIR}/windows
  CMAKE_ARGS -DCMAKE_TOOLCHAIN_FILE=${PROJECT_SOURCE_DIR}/initiator/library/windows/toolchain.cmake
             -DCMAKE_BUILD_TYPE=Release -DLLVM_DLLTOOL=${LUNSIM_LLVM_DLLTOOL} -DEXPECTED_INCLUDE=${LUNSIM_EXPECTED_INCLUDE}
             -DFMT_INCLUDE=${LUNSIM_FMT_INCLUDE}
             -DCMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER}
  BUILD_ALWAYS ON INSTALL_COMMAND "" EXCLUDE_FROM_ALL OFF)
