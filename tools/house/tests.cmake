# The house rules as tests: who includes whom, purity of the pure archives, names, shape; and that each of them can fail.
if(LUNSIM_TESTS)
  find_package(Python3 REQUIRED COMPONENTS Interpreter)

  get_property(pure_rooms GLOBAL PROPERTY LUNSIM_PURE_ROOMS)
  set(pure_archives "")
  foreach(room IN LISTS pure_rooms)
    list(APPEND pure_archives $<TARGET_FILE:${room}>)
  endforeach()

  # lunsim_house_test(<name> <script> <arguments>...)
  function(lunsim_house_test name script)
    add_test(NAME house/${name}
             COMMAND Python3::Interpreter -B ${PROJECT_SOURCE_DIR}/tools/house/${script} ${ARGN})
    set_tests_properties(house/${name} PROPERTIES LABELS house TIMEOUT 300)
  endfunction()

  lunsim_house_test(includes includes.py --root ${PROJECT_SOURCE_DIR})
  lunsim_house_test(includes_can_fail can_fail.py includes --root ${PROJECT_SOURCE_DIR})
  lunsim_house_test(names names.py --root ${PROJECT_SOURCE_DIR})
  lunsim_house_test(names_can_fail can_fail.py names --root ${PROJECT_SOURCE_DIR})
  lunsim_house_test(shape shape.py --root ${PROJECT_SOURCE_DIR})
  lunsim_house_test(purity purity.py --nm ${CMAKE_NM} ${pure_archives})
  lunsim_house_test(purity_can_fail can_fail.py purity --compiler ${CMAKE_CXX_COMPILER} --nm ${CMAKE_NM} ${pure_archives})
  if(TARGET lunsim)
    lunsim_house_test(readme readme.py --root ${PROJECT_SOURCE_DIR} --program $<TARGET_FILE:lunsim>)
  endif()
endif()

include(${PROJECT_SOURCE_DIR}/conformance/mutants/tests.cmake)
include(${PROJECT_SOURCE_DIR}/conformance/proof/tests.cmake)
include(${PROJECT_SOURCE_DIR}/conformance/initiator_proof/tests.cmake)
include(${PROJECT_SOURCE_DIR}/conformance/smb_proof/tests.cmake)
