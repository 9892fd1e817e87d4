# libiscsidsc.so: the faces, both forms of the host, and nothing exported but the functions of <iscsidsc.h>.
set(lunsim_exports ${PROJECT_BINARY_DIR}/exports)
file(MAKE_DIRECTORY ${lunsim_exports})
add_custom_command(
  OUTPUT ${lunsim_exports}/iscsidsc.map ${lunsim_exports}/iscsidsc.def ${lunsim_exports}/iscsidsc.rsp
  COMMAND ${CMAKE_COMMAND} -DHEADER=${PROJECT_SOURCE_DIR}/initiator/api/include/iscsidsc.h -DNM=${CMAKE_NM}
          -DARCHIVE=$<TARGET_FILE:lunsim_api> -DMAP=${lunsim_exports}/iscsidsc.map -DDEF=${lunsim_exports}/iscsidsc.def
          -DRESPONSES=${lunsim_exports}/iscsidsc.rsp -P ${PROJECT_SOURCE_DIR}/initiator/library/exports.cmake
  DEPENDS lunsim_api ${PROJECT_SOURCE_DIR}/initiator/api/include/iscsidsc.h
          ${PROJECT_SOURCE_DIR}/initiator/library/exports.cmake
  VERBATIM)
add_custom_target(lunsim_exports DEPENDS ${lunsim_exports}/iscsidsc.map)

add_library(iscsidsc SHARED ${PROJECT_SOURCE_DIR}/initiator/library/process/process_host.cpp)
add_library(lunsim::iscsidsc ALIAS iscsidsc)
add_dependencies(iscsidsc lunsim_exports)
target_link_libraries(iscsidsc PRIVATE lunsim_library lunsim_api)
target_link_options(iscsidsc PRIVATE @${lunsim_exports}/iscsidsc.rsp -Wl,--version-script=${lunsim_exports}/iscsidsc.map
                    -Wl,--gc-sections)
target_include_directories(iscsidsc INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/initiator/api/include>
                                              $<INSTALL_INTERFACE:include/lunsim>)
set_target_properties(iscsidsc PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION 0
  LINK_DEPENDS "${lunsim_exports}/iscsidsc.map;${lunsim_exports}/iscsidsc.rsp"
  LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)

# What a program outside needs: the library, the headers, a CMake package and a pkg-config file.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
install(TARGETS iscsidsc EXPORT lunsim LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library)
file(GLOB lunsim_public_headers ${PROJECT_SOURCE_DIR}/initiator/api/include/*.h)
install(FILES ${lunsim_public_headers} DESTINATION include/lunsim COMPONENT library)
install(EXPORT lunsim NAMESPACE lunsim:: FILE lunsim-targets.cmake DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/lunsim
        COMPONENT library)
file(WRITE ${PROJECT_BINARY_DIR}/lunsim-config.cmake "include(\${CMAKE_CURRENT_LIST_DIR}/lunsim-targets.cmake)\n")
write_basic_package_version_file(${PROJECT_BINARY_DIR}/lunsim-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/lunsim-config.cmake ${PROJECT_BINARY_DIR}/lunsim-config-version.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/lunsim COMPONENT library)
file(RELATIVE_PATH lunsim_pc_to_prefix /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
configure_file(${PROJECT_SOURCE_DIR}/initiator/library/lunsim-iscsidsc.pc.in ${PROJECT_BINARY_DIR}/lunsim-iscsidsc.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/lunsim-iscsidsc.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT library)
install(TARGETS lunsim RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
