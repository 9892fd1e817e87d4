# Every check of servers acquits our healthy server and convicts each of its mutants; a check without a mutant, or a mutant
# that is acquitted, is red.
if(LUNSIM_TESTS)
  add_test(NAME mutants/conform_servers COMMAND lunsim conform --servers --prove)
  set_tests_properties(mutants/conform_servers PROPERTIES LABELS mutants TIMEOUT 300)
endif()
