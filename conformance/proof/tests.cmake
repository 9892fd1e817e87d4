# Every case of `lunsim conform` acquits our healthy target and convicts each of its mutants; a case without a mutant,
# or a mutant that is acquitted, is red. One test for each chapter of the standards, so that they run side by side.
if(LUNSIM_TESTS)
  foreach(part IN ITEMS rfc7143/4 rfc7143/6 rfc7143/7 rfc7143/9 rfc7143/11 rfc7143/13)
    string(REPLACE "/" "_" name "${part}")
    add_test(NAME mutants/conform_${name} COMMAND lunsim conform --prove --only ${part}.*)
    set_tests_properties(mutants/conform_${name} PROPERTIES LABELS mutants TIMEOUT 300)
  endforeach()
  foreach(part IN ITEMS rfc7143/6/* rfc7143/11/* rfc7143/12.* rfc7143/13/* rfc7143/14/* rfc7143/15/* rfc7143/c/* rfc7143/e.* scsi/*)
    string(REGEX REPLACE "[/.*]+" "_" name "${part}")
    add_test(NAME mutants/conform_${name} COMMAND lunsim conform --prove --only ${part})
    set_tests_properties(mutants/conform_${name} PROPERTIES LABELS mutants TIMEOUT 300)
  endforeach()
  # Every requirement that a case names is in the table, and in the section that the case stands in.
  add_test(NAME house/requirement_ids COMMAND lunsim rules --spec rfc7143 --summary)
  set_tests_properties(house/requirement_ids PROPERTIES LABELS house TIMEOUT 60)
endif()
