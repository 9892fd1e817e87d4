# Every case for initiators acquits our healthy initiator and convicts each of its mutants; a case without a mutant, or a
# mutant that is acquitted, is red.
if(LUNSIM_TESTS)
  add_test(NAME mutants/conform_initiators COMMAND lunsim conform --initiators --prove)
  set_tests_properties(mutants/conform_initiators PROPERTIES LABELS mutants TIMEOUT 300)
endif()
