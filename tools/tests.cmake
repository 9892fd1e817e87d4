# Tests of the whole program: every scenario in both worlds, the command line, and foreign peers.
if(NOT LUNSIM_TESTS)
  return()
endif()
if(EXISTS ${PROJECT_SOURCE_DIR}/tools/peers/initiator_on_tgtd.cpp)
  add_executable(lunsim_peer_initiator tools/peers/initiator_on_tgtd.cpp)
  target_link_libraries(lunsim_peer_initiator PRIVATE lunsim_initiator_session lunsim_live lunsim_scsi fmt::fmt)
endif()
if(NOT TARGET lunsim)
  return()
endif()
find_package(Python3 REQUIRED COMPONENTS Interpreter)

file(GLOB_RECURSE scenario_files CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/scenarios/catalog
     ${PROJECT_SOURCE_DIR}/scenarios/catalog/*.yaml ${PROJECT_SOURCE_DIR}/scenarios/catalog/*.lua)
list(FILTER scenario_files EXCLUDE REGEX "\\.part\\.yaml$")
foreach(file IN LISTS scenario_files)
  string(REGEX REPLACE "\\.(yaml|lua)$" "" id ${file})
  add_test(NAME scenario/${id}/simulated COMMAND lunsim run ${PROJECT_SOURCE_DIR}/scenarios/catalog/${file} --seed 1)
  add_test(NAME scenario/${id}/loopback COMMAND lunsim run ${PROJECT_SOURCE_DIR}/scenarios/catalog/${file} --seed 1 --live)
  set_tests_properties(scenario/${id}/simulated PROPERTIES LABELS scenario TIMEOUT 60)
  # A story that says why it needs long time (exit 5: all skipped) is shown as skipped, never as passed.
  set_tests_properties(scenario/${id}/loopback PROPERTIES LABELS scenario TIMEOUT 120 SKIP_RETURN_CODE 5)
endforeach()

add_test(NAME cli/smb COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/smb_test.py)
set_tests_properties(cli/smb PROPERTIES LABELS cli TIMEOUT 60 ENVIRONMENT LUNSIM=$<TARGET_FILE:lunsim>)
add_test(NAME cli/conform COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/conform_test.py)
set_tests_properties(cli/conform PROPERTIES LABELS cli TIMEOUT 200 ENVIRONMENT LUNSIM=$<TARGET_FILE:lunsim>)
add_test(NAME cli/behaviour COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/cli_test.py)
set_tests_properties(cli/behaviour PROPERTIES LABELS cli TIMEOUT 120 ENVIRONMENT LUNSIM=$<TARGET_FILE:lunsim>)

add_test(NAME cli/schema COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/schema_test.py)
set_tests_properties(cli/schema PROPERTIES LABELS cli TIMEOUT 600 ENVIRONMENT LUNSIM=$<TARGET_FILE:lunsim>)
add_test(NAME cli/explore COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/explore_test.py)
set_tests_properties(cli/explore PROPERTIES LABELS cli TIMEOUT 300 ENVIRONMENT LUNSIM=$<TARGET_FILE:lunsim>)
add_test(NAME cli/exec COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/exec_test.py)
set_tests_properties(cli/exec PROPERTIES LABELS cli TIMEOUT 400 ENVIRONMENT LUNSIM=$<TARGET_FILE:lunsim>)
add_test(NAME cli/exec_explore COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/exec_explore_test.py)
set_tests_properties(cli/exec_explore PROPERTIES LABELS cli TIMEOUT 600 ENVIRONMENT
  "LUNSIM=$<TARGET_FILE:lunsim>;LUNSIM_C_EXAMPLE=$<TARGET_FILE:client_example>")
add_test(NAME cli/init COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/init_test.py)
set_tests_properties(cli/init PROPERTIES LABELS cli TIMEOUT 300 ENVIRONMENT LUNSIM=$<TARGET_FILE:lunsim>)
add_test(NAME cli/dockerfile COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/dockerfile_test.py)
set_tests_properties(cli/dockerfile PROPERTIES LABELS cli TIMEOUT 200 ENVIRONMENT LUNSIM=$<TARGET_FILE:lunsim>)
add_test(NAME cli/control COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/control_test.py)
set_tests_properties(cli/control PROPERTIES LABELS cli TIMEOUT 400 ENVIRONMENT
  "LUNSIM=$<TARGET_FILE:lunsim>;LUNSIM_C_EXAMPLE=$<TARGET_FILE:client_example>;LUNSIM_C_TEST=$<TARGET_FILE:client_control_test>")
add_test(NAME cli/determinism COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/determinism_test.py)
set_tests_properties(cli/determinism PROPERTIES LABELS cli TIMEOUT 600 ENVIRONMENT LUNSIM=$<TARGET_FILE:lunsim>)

# A program of somebody who knows <iscsidsc.h> and nothing else.
add_executable(lunsim_walk tools/peers/iscsidsc_walk.c)
target_link_libraries(lunsim_walk PRIVATE lunsim::iscsidsc)
target_compile_options(lunsim_walk PRIVATE -Wall -Wextra)
add_executable(lunsim_netapi_walk tools/peers/netapi_walk.c)
target_link_libraries(lunsim_netapi_walk PRIVATE lunsim::netapi32)
target_compile_options(lunsim_netapi_walk PRIVATE -Wall -Wextra)
add_test(NAME cli/host COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/host_test.py)
set_tests_properties(cli/host PROPERTIES LABELS cli TIMEOUT 600 ENVIRONMENT
  "LUNSIM=$<TARGET_FILE:lunsim>;LUNSIM_WALK=$<TARGET_FILE:lunsim_walk>;LUNSIM_LIBRARY=$<TARGET_FILE:iscsidsc>;LUNSIM_BUILD=${PROJECT_BINARY_DIR}")

add_test(NAME cli/host_files COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/host_files_test.py)
set_tests_properties(cli/host_files PROPERTIES LABELS cli TIMEOUT 600 ENVIRONMENT
  "LUNSIM=$<TARGET_FILE:lunsim>;LUNSIM_WALK=$<TARGET_FILE:lunsim_walk>")

add_test(NAME cli/windows_kit COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/windows_kit_test.py)
set_tests_properties(cli/windows_kit PROPERTIES LABELS cli TIMEOUT 600 ENVIRONMENT
  "LUNSIM=$<TARGET_FILE:lunsim>;LUNSIM_WALK=$<TARGET_FILE:lunsim_walk>;LUNSIM_BUILD=${PROJECT_BINARY_DIR}")

# And one that calls all of it from many threads; for a minute, and under the thread sanitizer in a build of preset tsan:
# ctest -R cli/threads_minute.
file(GLOB lunsim_threads_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tools/threads/*.cpp)
add_executable(lunsim_threads ${lunsim_threads_sources})
target_link_libraries(lunsim_threads PRIVATE lunsim::iscsidsc lunsim_options Threads::Threads)
add_test(NAME cli/threads COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/threads_test.py)
set_tests_properties(cli/threads PROPERTIES LABELS cli TIMEOUT 300 ENVIRONMENT
  "LUNSIM=$<TARGET_FILE:lunsim>;LUNSIM_THREADS=$<TARGET_FILE:lunsim_threads>")
add_test(NAME cli/threads_minute COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/threads_test.py 60)
set_tests_properties(cli/threads_minute PROPERTIES LABELS nightly TIMEOUT 600 ENVIRONMENT
  "LUNSIM=$<TARGET_FILE:lunsim>;LUNSIM_THREADS=$<TARGET_FILE:lunsim_threads>")

# The same of <lm.h>.
add_executable(lunsim_netapi_threads tools/threads_netapi/netapi_threads.cpp)
target_link_libraries(lunsim_netapi_threads PRIVATE lunsim::netapi32 lunsim_options Threads::Threads)
add_test(NAME cli/threads_netapi COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/threads_netapi_test.py)
set_tests_properties(cli/threads_netapi PROPERTIES LABELS cli TIMEOUT 300 ENVIRONMENT
  "LUNSIM=$<TARGET_FILE:lunsim>;LUNSIM_NETAPI_THREADS=$<TARGET_FILE:lunsim_netapi_threads>")
add_test(NAME cli/threads_netapi_minute COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/threads_netapi_test.py 60)
set_tests_properties(cli/threads_netapi_minute PROPERTIES LABELS nightly TIMEOUT 600 ENVIRONMENT
  "LUNSIM=$<TARGET_FILE:lunsim>;LUNSIM_NETAPI_THREADS=$<TARGET_FILE:lunsim_netapi_threads>")

function(lunsim_peer_test name seconds)
  add_test(NAME peers/${name} COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/peers/${name}.py)
  set_tests_properties(peers/${name} PROPERTIES LABELS peers TIMEOUT ${seconds}
    ENVIRONMENT "LUNSIM=$<TARGET_FILE:lunsim>;LUNSIM_PEER_INITIATOR=${PROJECT_BINARY_DIR}/lunsim_peer_initiator")
endfunction()
lunsim_peer_test(smb_server 600)
lunsim_peer_test(smb_client 300)
set_property(TEST peers/smb_client APPEND PROPERTY ENVIRONMENT "LUNSIM_NETAPI_WALK=$<TARGET_FILE:lunsim_netapi_walk>")
lunsim_peer_test(smb_torture 600)
lunsim_peer_test(foreign_initiators 600)
lunsim_peer_test(test_cu 600)
lunsim_peer_test(wireshark 1800)
lunsim_peer_test(foreign_targets 900)
lunsim_peer_test(bench 200)
lunsim_peer_test(reports 1200)
lunsim_peer_test(editor 900)
lunsim_peer_test(shards 600)
lunsim_peer_test(conform 1200)
lunsim_peer_test(conform_initiators 900)
if(TARGET windows)
  lunsim_peer_test(probe 900)
  set_property(TEST peers/probe APPEND PROPERTY ENVIRONMENT "LUNSIM_PROBE=$<TARGET_FILE:lunsim-probe>"
    "LUNSIM_WALK=$<TARGET_FILE:lunsim_walk>" "LUNSIM_LIBRARY=$<TARGET_FILE:iscsidsc>"
    "LUNSIM_WINDOWS=${PROJECT_BINARY_DIR}/windows")
  lunsim_peer_test(wine 600)
  set_property(TEST peers/wine APPEND PROPERTY ENVIRONMENT "LUNSIM_WALK=$<TARGET_FILE:lunsim_walk>"
    "LUNSIM_LIBRARY=$<TARGET_FILE:iscsidsc>" "LUNSIM_WINDOWS=${PROJECT_BINARY_DIR}/windows")
  lunsim_peer_test(netapi32 600)
  set_property(TEST peers/netapi32 APPEND PROPERTY ENVIRONMENT "LUNSIM_NETAPI_WALK=$<TARGET_FILE:lunsim_netapi_walk>"
    "LUNSIM_WALK=$<TARGET_FILE:lunsim_walk>" "LUNSIM_LIBRARY=$<TARGET_FILE:iscsidsc>" "LUNSIM_NETAPI=$<TARGET_FILE:netapi32>"
    "LUNSIM_WINDOWS=${PROJECT_BINARY_DIR}/windows")
endif()
