# Programs under test write `#include <iscsidsc.h>`: the folder of our headers goes to whoever links the faces.
target_include_directories(lunsim_api PUBLIC ${PROJECT_SOURCE_DIR}/initiator/api/include)

# The headers as a C program sees them, with and without UNICODE; what it finds is asked by c_program_test.cpp.
if(TARGET unit_api)
  target_sources(unit_api PRIVATE ${PROJECT_SOURCE_DIR}/initiator/api/c_program_ansi.c
                                  ${PROJECT_SOURCE_DIR}/initiator/api/c_program_unicode.c)
  set_source_files_properties(${PROJECT_SOURCE_DIR}/initiator/api/c_program_ansi.c
                              ${PROJECT_SOURCE_DIR}/initiator/api/c_program_unicode.c
    PROPERTIES COMPILE_OPTIONS "-Wall;-Wextra;-Wpedantic;-Werror")
endif()
