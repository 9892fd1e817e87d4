# Compiler settings that every room shares.
find_program(LUNSIM_CCACHE ccache)
if(LUNSIM_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${LUNSIM_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${LUNSIM_CCACHE})
endif()
find_program(LUNSIM_MOLD mold)
if(LUNSIM_MOLD AND NOT LUNSIM_FUZZ)
  add_link_options(-fuse-ld=mold)
endif()

add_library(lunsim_options INTERFACE)
target_include_directories(lunsim_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(lunsim_options INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
    -Wnon-virtual-dtor -Woverloaded-virtual -Wold-style-cast -Wcast-qual -Wnull-dereference
    -Wimplicit-fallthrough -Wformat=2>)
# g++ 12 sees null dereferences and overlong copies in inlined standard library code that are not there.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(lunsim_options INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-Wno-null-dereference -Wno-stringop-overflow -Wno-stringop-overread
      -Wno-array-bounds -Wno-restrict -Wno-maybe-uninitialized>)
endif()
if(LUNSIM_WARNINGS_AS_ERRORS)
  target_compile_options(lunsim_options INTERFACE -Werror)
endif()
if(LUNSIM_SANITIZE)
  add_compile_options(-fsanitize=${LUNSIM_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${LUNSIM_SANITIZE})
endif()

# Most of what a file costs to compile is the headers that it begins with: several of one target are read in one go. Names
# in anonymous namespaces are unique in a room for this (house/names). The second compiler's build takes each file by
# itself and so holds it to including what it uses, with the warnings that mean nothing here.
if(LUNSIM_SEVERAL_AT_ONCE)
  set(CMAKE_UNITY_BUILD ON)
  set(CMAKE_UNITY_BUILD_BATCH_SIZE 8)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(lunsim_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-subobject-linkage -Wno-shadow>)
  endif()
endif()
