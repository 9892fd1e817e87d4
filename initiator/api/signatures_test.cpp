// The signatures against the declarations of <iscsidsc.h>: what stands in a table by hand is held
// against the types that a compiler knows.
#include "initiator/api/signatures.hpp"

#include <set>
#include <string>

#include <boost/test/unit_test.hpp>

namespace lunsim::api {
namespace {

template <class T>
bool fits(Kind kind) {
  if constexpr (std::is_pointer_v<T>) {
    if (is_value(kind)) return false;
    if constexpr (std::is_same_v<T, PULONG>)
      return kind == Kind::size || kind == Kind::count_out || kind == Kind::reserved;
    if constexpr (std::is_same_v<T, PUSHORT>) return kind == Kind::portal_group_tag;
    return kind != Kind::size && kind != Kind::count_out;
  } else {
    constexpr std::size_t kBytes = sizeof(T);
    return kind == (kBytes == 1   ? Kind::byte_value
                    : kBytes == 4 ? Kind::long_value
                                  : Kind::long_long_value);
  }
}

template <class... Arguments>
std::string difference(ISDSC_STATUS (*)(Arguments...), const Signature& signature) {
  if (signature.parameters.size() != sizeof...(Arguments)) return "another number of parameters";
  std::size_t at = 0;
  std::string wrong;
  [[maybe_unused]] const auto check = [&](bool is_right) {
    if (!is_right) wrong += " " + std::string(signature.parameters[at].name);
    ++at;
  };
  (check(fits<Arguments>(signature.parameters[at].kind)), ...);
  return wrong;
}

/// The signature of an export, whose last letter may say its form.
const Signature* signature_behind(std::string_view name) {
  if (const Signature* one = signature_of(name)) return one->has_forms ? nullptr : one;
  const Signature* one = signature_of(name.substr(0, name.size() - 1));
  return one != nullptr && one->has_forms ? one : nullptr;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(function_signatures)

BOOST_AUTO_TEST_CASE(every_export_has_one_and_its_types_are_those_of_the_header) {
  std::set<std::string_view> seen;
#define LUNSIM_CHECK(exported)                                           \
  {                                                                      \
    const Signature* signature = signature_behind(#exported);            \
    BOOST_TEST_REQUIRE((signature != nullptr), #exported);               \
    BOOST_TEST(difference(&::exported, *signature).empty(),              \
               #exported << ":" << difference(&::exported, *signature)); \
    seen.insert(signature->name);                                        \
  }
  LUNSIM_API_FUNCTIONS(LUNSIM_CHECK)
#undef LUNSIM_CHECK
  BOOST_TEST(seen.size() == 46u);
  BOOST_TEST(signatures().size() == 46u);
}

BOOST_AUTO_TEST_CASE(what_has_a_size_names_it) {
  for (const Signature& signature : signatures())
    for (const SignatureParameter& one : signature.parameters) {
      if (one.kind != Kind::buffer && one.kind != Kind::bytes) continue;
      BOOST_TEST((signature.find(one.size_of) < signature.parameters.size()),
                 signature.name << " " << one.name);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lunsim::api
