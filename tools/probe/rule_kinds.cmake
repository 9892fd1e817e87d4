# The ids of the documented rules as C++, for a program that has no YAML.
#   cmake -DRULES=<folder> -DOUTPUT=<file> -P rule_kinds.cmake
file(GLOB files ${RULES}/*.yaml)
list(FILTER files EXCLUDE REGEX "/(net|srvsvc)_[a-z_]+\\.yaml$")   # of other libraries
set(ids "")
foreach(file IN LISTS files)
  file(STRINGS ${file} lines REGEX "^(  - id:|    kind:) ")
  foreach(line IN LISTS lines)
    if(line MATCHES "^  - id: *([A-Z0-9-]+)")
      set(id ${CMAKE_MATCH_1})
    elseif(line MATCHES "kind: *(documented|documented\\+usage|documented\\+inferred-code|derived)$")
      string(APPEND ids "    \"${id}\",\n")
    endif()
  endforeach()
endforeach()
file(WRITE ${OUTPUT}.new "#include \"tools/probe/report.hpp\"
namespace lunsim::probe {
std::span<const std::string_view> documented_rules() {
  static constexpr std::string_view kRules[] = {
${ids}  };
  return kRules;
}
}  // namespace lunsim::probe
")
file(COPY_FILE ${OUTPUT}.new ${OUTPUT} ONLY_IF_DIFFERENT)
file(REMOVE ${OUTPUT}.new)
