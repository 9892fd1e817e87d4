# Puts text files into a room, so that the program needs no folder beside it.
#
#   lunsim_embed(<room> HEADER <header> NAMESPACE <namespace> FUNCTION <name> FILES <files>...)
#
# The header declares `struct EmbeddedFile { std::string_view name, text; };` and the function, which returns
# `std::span<const EmbeddedFile>`: the files in the given order, named by their paths in the tree.
function(lunsim_embed room)
  cmake_parse_arguments(EMBED "" "HEADER;NAMESPACE;FUNCTION" "FILES" ${ARGN})
  # A text may be longer than the 65,536 characters that the standard promises; every compiler that builds this takes it.
  set(code "// Written by cmake/embed.cmake.\n#include \"${EMBED_HEADER}\"\n\n")
  string(APPEND code "#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n\nnamespace ${EMBED_NAMESPACE} {\n\n")
  string(APPEND code "std::span<const EmbeddedFile> ${EMBED_FUNCTION}() {\n  static constexpr EmbeddedFile kFiles[] = {\n")
  foreach(file IN LISTS EMBED_FILES)
    file(READ ${PROJECT_SOURCE_DIR}/${file} text)
    string(APPEND code "      {\"${file}\", R\"lunsim_text(${text})lunsim_text\"},\n")
    set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${file})
  endforeach()
  string(APPEND code "  };\n  return kFiles;\n}\n\n}  // namespace ${EMBED_NAMESPACE}\n")
  set(output ${PROJECT_BINARY_DIR}/embedded/${room}_${EMBED_FUNCTION}.cpp)
  set(before "")
  if(EXISTS ${output})
    file(READ ${output} before)
  endif()
  if(NOT before STREQUAL code)
    file(WRITE ${output} "${code}")
  endif()
  target_sources(lunsim_${room} PRIVATE ${output})
endfunction()
