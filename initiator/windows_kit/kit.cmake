# lunsim::windows_kit: <windows.h> and what stands behind it, a static library that needs the C library alone, so that C
# programs link it without C++.
file(GLOB lunsim_windows_kit_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/initiator/windows_kit/*.cpp)
list(FILTER lunsim_windows_kit_sources EXCLUDE REGEX "_test\\.cpp$")
add_library(lunsim_windows_kit STATIC ${lunsim_windows_kit_sources})
add_library(lunsim::windows_kit ALIAS lunsim_windows_kit)
target_compile_options(lunsim_windows_kit PRIVATE -fno-exceptions -fno-rtti -U_FORTIFY_SOURCE
  # printf's arguments are Microsoft's, and the C library's checked forms would go around the kit.
  INTERFACE -U_FORTIFY_SOURCE -Wno-format)
target_link_libraries(lunsim_windows_kit PRIVATE $<BUILD_INTERFACE:lunsim_options>)
target_include_directories(lunsim_windows_kit INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/initiator/windows_kit/include>
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/initiator/api/include>
  $<INSTALL_INTERFACE:include/lunsim/windows_kit> $<INSTALL_INTERFACE:include/lunsim>)
# A program takes from it only what it lacks: its own main, or the C library's functions.
set_target_properties(lunsim_windows_kit PROPERTIES EXPORT_NAME windows_kit UNITY_BUILD OFF
  ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)

include(GNUInstallDirs)
install(TARGETS lunsim_windows_kit EXPORT lunsim ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library)
file(GLOB lunsim_windows_kit_headers ${PROJECT_SOURCE_DIR}/initiator/windows_kit/include/*.h)
install(FILES ${lunsim_windows_kit_headers} DESTINATION include/lunsim/windows_kit COMPONENT library)
file(RELATIVE_PATH lunsim_pc_to_prefix /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
configure_file(${PROJECT_SOURCE_DIR}/initiator/windows_kit/lunsim-windows-kit.pc.in
               ${PROJECT_BINARY_DIR}/lunsim-windows-kit.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/lunsim-windows-kit.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT library)

if(LUNSIM_TESTS)
  add_executable(unit_windows_kit ${PROJECT_SOURCE_DIR}/initiator/windows_kit/format_test.cpp
                                  ${PROJECT_SOURCE_DIR}/cmake/test_main.cpp)
  target_link_libraries(unit_windows_kit PRIVATE lunsim_windows_kit lunsim_options Boost::unit_test_framework)
  target_compile_definitions(unit_windows_kit PRIVATE BOOST_TEST_DYN_LINK)
  add_test(NAME unit/windows_kit COMMAND unit_windows_kit --log_level=test_suite --report_level=short)
  set_tests_properties(unit/windows_kit PROPERTIES LABELS unit TIMEOUT 300)
endif()
