# The rooms, lowest first. An arrow that is not here cannot be linked; tools/house/includes.py holds the headers to the
# same picture.
lunsim_room(bytes PURE FOLDERS protocol/bytes LINKS fmt::fmt)
if(LUNSIM_ISAL AND LUNSIM_ISAL_INCLUDE AND CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  target_compile_definitions(lunsim_bytes PRIVATE LUNSIM_HAVE_ISAL)
  target_include_directories(lunsim_bytes PRIVATE ${LUNSIM_ISAL_INCLUDE})
  target_link_libraries(lunsim_bytes PUBLIC ${LUNSIM_ISAL})
endif()
lunsim_room(scsi PURE FOLDERS protocol/scsi LINKS lunsim_bytes)
lunsim_room(pdu PURE FOLDERS protocol/iscsi/pdu LINKS lunsim_scsi)
lunsim_room(negotiation PURE FOLDERS protocol/iscsi/negotiation LINKS lunsim_bytes)
lunsim_room(login PURE FOLDERS protocol/iscsi/login LINKS lunsim_pdu lunsim_negotiation OpenSSL::Crypto)
lunsim_room(session_values PURE FOLDERS protocol/iscsi/session LINKS lunsim_pdu)

lunsim_room(smb_crypto PURE FOLDERS protocol/smb/crypto LINKS lunsim_bytes PkgConfig::NETTLE)
lunsim_room(smb2 PURE FOLDERS protocol/smb/message LINKS lunsim_smb_crypto)
lunsim_room(smb_auth PURE FOLDERS protocol/smb/auth LINKS lunsim_smb2)
lunsim_room(rpc PURE FOLDERS protocol/rpc LINKS lunsim_bytes)
lunsim_room(rpc_security PURE FOLDERS protocol/rpc/security LINKS lunsim_rpc lunsim_smb_auth)

lunsim_room(ports PURE FOLDERS runtime/ports)
lunsim_room(memory FOLDERS runtime/memory LINKS lunsim_ports)
lunsim_room(filters PURE FOLDERS runtime/filters LINKS lunsim_ports)
lunsim_room(trace PURE FOLDERS runtime/trace LINKS lunsim_ports PkgConfig::XXHASH)
lunsim_room(simulated PURE FOLDERS runtime/simulated LINKS lunsim_ports lunsim_filters lunsim_trace)
lunsim_room(stream FOLDERS runtime/stream LINKS lunsim_ports)
lunsim_room(files FOLDERS runtime/files LINKS lunsim_ports)
lunsim_room(live FOLDERS runtime/live LINKS lunsim_ports lunsim_filters lunsim_trace Threads::Threads Boost::headers)
if(LUNSIM_SANITIZE MATCHES "thread")
  # g++'s thread sanitizer does not understand fences; Asio's are beside its mutex, which it does.
  target_compile_definitions(lunsim_live PRIVATE BOOST_ASIO_DISABLE_FENCED_BLOCK)
endif()

lunsim_room(device PURE FOLDERS target_sim/device target_sim/device/commands target_sim/device/store LINKS lunsim_scsi)
lunsim_room(target_session PURE FOLDERS target_sim/session LINKS lunsim_login lunsim_session_values lunsim_device lunsim_ports)
lunsim_room(faults PURE FOLDERS target_sim/faults LINKS lunsim_pdu lunsim_device lunsim_ports lunsim_filters)
lunsim_room(smb_server PURE FOLDERS target_sim/smb_server LINKS lunsim_rpc_security lunsim_ports)

lunsim_room(smb_faults PURE FOLDERS target_sim/smb_faults LINKS lunsim_smb_server lunsim_faults)

lunsim_room(initiator_session PURE FOLDERS initiator/session LINKS lunsim_login lunsim_session_values lunsim_ports)
lunsim_room(initiator_driver PURE FOLDERS initiator/driver LINKS lunsim_initiator_session)
lunsim_room(host PURE FOLDERS initiator/host LINKS lunsim_initiator_driver)
lunsim_room(smb_client PURE FOLDERS initiator/smb_client LINKS lunsim_rpc_security lunsim_ports)
if(TARGET unit_smb_client)
  # Its tests play both sides in one world.
  target_link_libraries(unit_smb_client PRIVATE lunsim_smb_server lunsim_simulated)
endif()
lunsim_room(api PURE FOLDERS initiator/api LINKS lunsim_host lunsim_smb_client)
include(${PROJECT_SOURCE_DIR}/initiator/api/room.cmake)
lunsim_room(remote PURE FOLDERS initiator/remote LINKS lunsim_host)
lunsim_room(library FOLDERS initiator/library LINKS lunsim_remote lunsim_smb_client lunsim_live lunsim_stream Boost::json
            fmt::fmt)

lunsim_room(conformance FOLDERS conformance/rules
            LINKS lunsim_api lunsim_scsi lunsim_pdu lunsim_yaml fmt::fmt)
file(GLOB lunsim_rule_files CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/conformance/rules/*.yaml)
lunsim_embed(conformance HEADER conformance/rules/embedded_rules.hpp NAMESPACE lunsim::conformance
             FUNCTION embedded_rule_files FILES ${lunsim_rule_files})
lunsim_room(api_cases PURE FOLDERS conformance/api_cases LINKS lunsim_api fmt::fmt)
lunsim_room(harness PURE FOLDERS conformance/harness LINKS lunsim_login lunsim_ports fmt::fmt)
lunsim_room(target_cases PURE FOLDERS conformance/target_cases LINKS lunsim_harness)
lunsim_room(initiator_cases PURE FOLDERS conformance/initiator_cases LINKS lunsim_harness)
lunsim_room(initiator_proof PURE FOLDERS conformance/initiator_proof
            LINKS lunsim_initiator_cases lunsim_initiator_driver lunsim_simulated)
lunsim_room(net_cases PURE FOLDERS conformance/net_cases LINKS lunsim_api fmt::fmt)
lunsim_room(srvsvc_cases PURE FOLDERS conformance/smb_cases LINKS fmt::fmt)
lunsim_room(smb_proof PURE FOLDERS conformance/smb_proof
            LINKS lunsim_harness lunsim_srvsvc_cases lunsim_smb_client lunsim_smb_server lunsim_simulated)
lunsim_room(lua PURE FOLDERS scenarios/lua LINKS PkgConfig::LUA fmt::fmt)
lunsim_room(pdu_trace PURE FOLDERS scenarios/trace LINKS lunsim_pdu lunsim_negotiation lunsim_smb2 lunsim_ports)
lunsim_room(scenarios FOLDERS scenarios/engine
            LINKS lunsim_conformance lunsim_api lunsim_faults lunsim_smb_faults lunsim_target_session
                  lunsim_pdu_trace lunsim_lua lunsim_simulated lunsim_memory lunsim_yaml Boost::json
                  pugixml::pugixml fmt::fmt)

lunsim_room(proof FOLDERS conformance/proof LINKS lunsim_target_cases lunsim_scenarios lunsim_simulated)
lunsim_room(conform_report FOLDERS conformance/report LINKS lunsim_harness Boost::json pugixml::pugixml lunsim_yaml)
lunsim_embed(conform_report HEADER conformance/report/coverage.hpp NAMESPACE lunsim::conform
             FUNCTION requirement_files FILES conformance/report/rfc7143.yaml conformance/report/rfc7143_more.yaml
             conformance/report/t10.yaml)
lunsim_room(report FOLDERS scenarios/report LINKS lunsim_scenarios lunsim_conformance Boost::json pugixml::pugixml)
lunsim_embed(report HEADER scenarios/report/page.hpp NAMESPACE lunsim::scenarios
             FUNCTION page_files FILES scenarios/report/page/report.css scenarios/report/page/report.js)
lunsim_room(control FOLDERS scenarios/control LINKS lunsim_scenarios Boost::json fmt::fmt)
lunsim_room(explore FOLDERS scenarios/explore LINKS lunsim_scenarios)

file(GLOB lunsim_program_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tools/lunsim/*.cpp)
list(FILTER lunsim_program_sources EXCLUDE REGEX "_test\\.cpp$")
if(lunsim_program_sources)
  add_executable(lunsim ${lunsim_program_sources})
  target_link_libraries(lunsim PRIVATE lunsim_explore lunsim_report lunsim_control lunsim_proof lunsim_initiator_proof lunsim_conform_report lunsim_scenarios lunsim_live
                                       CLI11::CLI11)
  target_link_libraries(lunsim PRIVATE lunsim_smb_server lunsim_library lunsim_files lunsim_smb_proof)
  target_compile_definitions(lunsim PRIVATE LUNSIM_VERSION="${PROJECT_VERSION}")
  set_target_properties(lunsim PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
endif()

include(${PROJECT_SOURCE_DIR}/initiator/windows_kit/kit.cmake)
include(${PROJECT_SOURCE_DIR}/initiator/library/library.cmake)
include(${PROJECT_SOURCE_DIR}/initiator/library/windows.cmake)
include(${PROJECT_SOURCE_DIR}/tools/probe/probe.cmake)
