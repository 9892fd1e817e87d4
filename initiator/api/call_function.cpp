// The functions that a program is linked with, by their signatures.
#include "initiator/api/signatures.hpp"

namespace lunsim::api {
namespace {

struct Export {
  std::string_view name;
  ISDSC_STATUS (*call)(const Words&);
};
constexpr Export kExports[] = {
#define LUNSIM_EXPORT(name) \
  {#name, [](const Words& words) { return call_with_words(&::name, words); }},
    LUNSIM_API_FUNCTIONS(LUNSIM_EXPORT)
#undef LUNSIM_EXPORT
};

bool is_export_of(std::string_view name, const Signature& signature, bool ansi) {
  if (!signature.has_forms) return name == signature.name;
  return name.size() == signature.name.size() + 1 && name.starts_with(signature.name) &&
         name.back() == (ansi ? 'A' : 'W');
}

}  // namespace

ISDSC_STATUS call_function(const Signature& signature, bool ansi, const Words& words) {
  for (const Export& one : kExports)
    if (is_export_of(one.name, signature, ansi)) return one.call(words);
  return ERROR_CALL_NOT_IMPLEMENTED;
}

}  // namespace lunsim::api
