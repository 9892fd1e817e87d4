# lunsim-probe for this machine: the cases of conformance/api_cases on a library that it loads by name.
set(lunsim_rule_kinds ${PROJECT_BINARY_DIR}/probe/rule_kinds.cpp)
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/probe)
add_custom_command(OUTPUT ${lunsim_rule_kinds}
  COMMAND ${CMAKE_COMMAND} -DRULES=${PROJECT_SOURCE_DIR}/conformance/rules -DOUTPUT=${lunsim_rule_kinds}
          -P ${PROJECT_SOURCE_DIR}/tools/probe/rule_kinds.cmake
  DEPENDS ${lunsim_rule_files} ${PROJECT_SOURCE_DIR}/tools/probe/rule_kinds.cmake VERBATIM)
file(GLOB lunsim_probe_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tools/probe/*.cpp)
list(FILTER lunsim_probe_sources EXCLUDE REGEX "_windows\\.cpp$")
# Nothing of the faces may be linked in: what is asked is the library that is loaded.
file(GLOB lunsim_api_case_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/conformance/api_cases/*.cpp)
list(FILTER lunsim_api_case_sources EXCLUDE REGEX "_test\\.cpp$")
add_executable(lunsim-probe ${lunsim_probe_sources} ${lunsim_api_case_sources} ${lunsim_rule_kinds}
  ${PROJECT_SOURCE_DIR}/initiator/api/signatures.cpp ${PROJECT_SOURCE_DIR}/initiator/host/status_code.cpp)
target_include_directories(lunsim-probe PRIVATE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/initiator/api/include)
target_link_libraries(lunsim-probe PRIVATE lunsim_options fmt::fmt ${CMAKE_DL_LIBS})
set_target_properties(lunsim-probe PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
install(TARGETS lunsim-probe RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
