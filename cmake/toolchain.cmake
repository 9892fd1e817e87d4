# Compiler settings that every room shares.
find_program(LUNSIM_CCACHE ccache)
if(LUNSIM_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${LUNSIM_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${LUNSIM_CCACHE})
  if(LUNSIM_PRECOMPILED_HEADERS)
    # A file that begins with a precompiled header is kept only with these two; no file of ours looks at the time.
    set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${LUNSIM_CCACHE})
  endif()
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

# The library headers that nearly every file begins with, read once a target: half of what a file costs to compile.
# A build without them (the second compiler's) holds every file to including what it uses.
function(lunsim_precompile target)
  if(NOT LUNSIM_PRECOMPILED_HEADERS)
    return()
  endif()
  get_target_property(sources ${target} SOURCES)
  list(LENGTH sources count)
  if(count LESS 4)
    return()
  endif()
  target_precompile_headers(${target} PRIVATE
    "$<$<COMPILE_LANGUAGE:CXX>:${PROJECT_SOURCE_DIR}/cmake/precompiled.hpp>" ${ARGN})
endfunction()
