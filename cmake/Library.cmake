# slsaudit::slsaudit: one static library made of all floors but the command and what only it needs, with the headers of include/slsaudit/.
get_property(layers GLOBAL PROPERTY SLSAUDIT_LAYERS)
list(REMOVE_ITEM layers slsaudit_cli slsaudit_git)
set(objects)
foreach(layer IN LISTS layers)
  list(APPEND objects $<TARGET_OBJECTS:${layer}>)
endforeach()
add_library(slsaudit_library STATIC EXCLUDE_FROM_ALL ${objects})
add_library(slsaudit::slsaudit ALIAS slsaudit_library)
set_target_properties(slsaudit_library PROPERTIES OUTPUT_NAME slsaudit EXPORT_NAME slsaudit LINKER_LANGUAGE CXX)
target_compile_features(slsaudit_library PUBLIC cxx_std_20)
target_include_directories(slsaudit_library PUBLIC
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
  $<INSTALL_INTERFACE:include>)
target_link_libraries(slsaudit_library PRIVATE ${slsaudit_fmt} ${slsaudit_yaml_cpp} $<BUILD_INTERFACE:slsaudit_libyaml>
  $<INSTALL_INTERFACE:slsaudit::libyaml>)
