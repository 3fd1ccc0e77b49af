# Installs headers, libraries, the program, and the CMake package Basalt.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/Basalt)

set(installed)
foreach(floor base quant torus learn ir tfhe circuit compile infer pipeline storage search io jobs log)
  set_target_properties(basalt_${floor} PROPERTIES EXPORT_NAME ${floor})
  list(APPEND installed basalt_${floor})
endforeach()
install(TARGETS ${installed} EXPORT BasaltTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
# Debian keeps Open MPI and HDF5 in folders of their own.
set_target_properties(basalt PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
install(TARGETS basalt RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(EXPORT BasaltTargets NAMESPACE basalt:: DESTINATION ${package})

# Headers are included as in the tree: "tfhe/client_key.hpp", "io/store/model_store.hpp". Private
# ones stay behind; tests/system/consumer.sh checks that no installed header needs them.
install(DIRECTORY src/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/basalt
        FILES_MATCHING PATTERN "*.hpp" PATTERN detail EXCLUDE PATTERN precompiled.hpp EXCLUDE)
foreach(folder io jobs)
  install(DIRECTORY ${folder} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/basalt
          FILES_MATCHING PATTERN "*.hpp" PATTERN precompiled.hpp EXCLUDE)
endforeach()

configure_package_config_file(src/BasaltConfig.cmake.in ${CMAKE_BINARY_DIR}/BasaltConfig.cmake
                              INSTALL_DESTINATION ${package})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/BasaltConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/BasaltConfig.cmake ${CMAKE_BINARY_DIR}/BasaltConfigVersion.cmake
        DESTINATION ${package})
