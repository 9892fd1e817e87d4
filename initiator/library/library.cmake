# libiscsidsc.so and libnetapi32.so: the faces, both forms of the host, and nothing exported but the functions of their
# headers.
set(lunsim_exports ${PROJECT_BINARY_DIR}/exports)
set(lunsim_include ${PROJECT_SOURCE_DIR}/initiator/api/include)
file(MAKE_DIRECTORY ${lunsim_exports})

# lunsim_face_library(<name> <mark> <source> <headers>...)
function(lunsim_face_library name mark source)
  set(headers ${ARGN})
  list(TRANSFORM headers PREPEND ${lunsim_include}/)
  list(JOIN headers "," comma_headers)
  set(output ${lunsim_exports}/${name})
  set(script ${PROJECT_SOURCE_DIR}/initiator/library/exports.cmake)
  add_custom_command(
    OUTPUT ${output}.map ${output}.def ${output}.rsp
    COMMAND ${CMAKE_COMMAND} -DHEADERS=${comma_headers} -DMARK=${mark} -DLIBRARY=${name}.dll -DNM=${CMAKE_NM}
            -DARCHIVE=$<TARGET_FILE:lunsim_api> -DOUTPUT=${output} -P ${script}
    DEPENDS lunsim_api ${headers} ${script}
    VERBATIM)
  add_custom_target(lunsim_exports_${name} DEPENDS ${output}.map)

  add_library(${name} SHARED ${PROJECT_SOURCE_DIR}/initiator/library/process/${source})
  add_library(lunsim::${name} ALIAS ${name})
  add_dependencies(${name} lunsim_exports_${name})
  target_link_libraries(${name} PRIVATE lunsim_library lunsim_api)
  target_link_options(${name} PRIVATE @${output}.rsp -Wl,--version-script=${output}.map -Wl,--gc-sections)
  target_include_directories(${name} INTERFACE $<BUILD_INTERFACE:${lunsim_include}> $<INSTALL_INTERFACE:include/lunsim>)
  set_target_properties(${name} PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION 0
    LINK_DEPENDS "${output}.map;${output}.rsp" LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)
endfunction()
lunsim_face_library(iscsidsc ISDSC_API process_host.cpp iscsidsc.h)
lunsim_face_library(netapi32 NET_API_FUNCTION process_network.cpp lmapibuf.h lmremutl.h lmserver.h lmshare.h)

# What a program outside needs: the libraries, the headers, a CMake package and a pkg-config file each.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
install(TARGETS iscsidsc netapi32 EXPORT lunsim LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library)
file(GLOB lunsim_public_headers ${lunsim_include}/*.h)
install(FILES ${lunsim_public_headers} DESTINATION include/lunsim COMPONENT library)
install(EXPORT lunsim NAMESPACE lunsim:: FILE lunsim-targets.cmake DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/lunsim
        COMPONENT library)
file(WRITE ${PROJECT_BINARY_DIR}/lunsim-config.cmake "include(\${CMAKE_CURRENT_LIST_DIR}/lunsim-targets.cmake)\n")
write_basic_package_version_file(${PROJECT_BINARY_DIR}/lunsim-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/lunsim-config.cmake ${PROJECT_BINARY_DIR}/lunsim-config-version.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/lunsim COMPONENT library)
file(RELATIVE_PATH lunsim_pc_to_prefix /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
foreach(name IN ITEMS lunsim-iscsidsc lunsim-netapi32)
  configure_file(${PROJECT_SOURCE_DIR}/initiator/library/${name}.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT library)
endforeach()
install(TARGETS lunsim RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
