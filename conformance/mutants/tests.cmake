# One test for each mutant of mutants.yaml: its case acquits the healthy host and convicts the mutant.
if(LUNSIM_TESTS)
  file(GLOB mutant_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.cpp)
  add_executable(mutant_trial ${mutant_sources})
  target_link_libraries(mutant_trial PRIVATE lunsim_scenarios lunsim_conformance lunsim_api_cases lunsim_net_cases
                                             lunsim_smb_server)

  set(mutants_file ${CMAKE_CURRENT_LIST_DIR}/mutants.yaml)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${mutants_file})
  file(STRINGS ${mutants_file} names REGEX "^  - name: ")
  foreach(name IN LISTS names)
    string(REGEX REPLACE "^  - name: *" "" name "${name}")
    add_test(NAME mutants/${name} COMMAND mutant_trial ${PROJECT_SOURCE_DIR} ${name})
    set_tests_properties(mutants/${name} PROPERTIES LABELS mutants TIMEOUT 120)
  endforeach()

  # The same for each defect of defects.yaml; its name is the tag of the scenario.
  set(defects_file ${CMAKE_CURRENT_LIST_DIR}/defects.yaml)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${defects_file})
  file(STRINGS ${defects_file} names REGEX "^  - name: ")
  foreach(name IN LISTS names)
    string(REGEX REPLACE "^  - name: *" "" name "${name}")
    string(REPLACE "-" "_" test "${name}")
    add_test(NAME mutants/${test} COMMAND mutant_trial ${PROJECT_SOURCE_DIR} ${name})
    set_tests_properties(mutants/${test} PROPERTIES LABELS mutants TIMEOUT 120)
  endforeach()

  # Cases in C++: they hold, they convict their mutants, and they notice a function that does nothing.
  foreach(what IN ITEMS cases mutants hollow sweeps)
    add_test(NAME mutants/api_${what} COMMAND mutant_trial ${PROJECT_SOURCE_DIR} --api-${what})
    set_tests_properties(mutants/api_${what} PROPERTIES LABELS mutants TIMEOUT 600)
  endforeach()
  foreach(what IN ITEMS cases mutants hollow)
    add_test(NAME mutants/net_${what} COMMAND mutant_trial ${PROJECT_SOURCE_DIR} --net-${what})
    set_tests_properties(mutants/net_${what} PROPERTIES LABELS mutants TIMEOUT 600)
  endforeach()

  add_test(NAME mutants/scenario_mutants COMMAND mutant_trial ${PROJECT_SOURCE_DIR} --scenario-mutants)
  set_tests_properties(mutants/scenario_mutants PROPERTIES LABELS mutants TIMEOUT 300)

  add_test(NAME mutants/every_mutant_has_a_trial COMMAND mutant_trial ${PROJECT_SOURCE_DIR} --all-known)
  set_tests_properties(mutants/every_mutant_has_a_trial PROPERTIES LABELS mutants TIMEOUT 60)
  add_test(NAME mutants/every_defect_has_a_mutant COMMAND mutant_trial ${PROJECT_SOURCE_DIR} --all-defects)
  set_tests_properties(mutants/every_defect_has_a_mutant PROPERTIES LABELS mutants TIMEOUT 60)
endif()
# Some of its mutants forget buffers, as they must.
if(TEST mutants/net_mutants)
  set_property(TEST mutants/net_mutants APPEND PROPERTY ENVIRONMENT "ASAN_OPTIONS=detect_leaks=0")
endif()
