#include "conformance/mutants/face_defects.hpp"

#include <cstring>
#include <type_traits>

#include "initiator/api/caller_memory.hpp"
#include "initiator/api/signatures.hpp"

namespace lunsim::conformance {
namespace {

/// Where a function has its size: the first ULONG that it may change, or the last, behind a count.
enum class SizeAt : bool { first, last };

SizeAt size_at(std::string_view function) {
  const bool is_behind_a_count = function.starts_with("ReportIScsiSendTargetPortalsEx") ||
                                 function.starts_with("ReportIScsiPersistentLogins");
  return is_behind_a_count ? SizeAt::last : SizeAt::first;
}

struct Places {
  ULONG* size = nullptr;
  void* buffer = nullptr;  // the first place behind the size; the last one if there is none
  bool is_behind_size = false;
};

template <class T>
void look_at(Places& places, SizeAt at, T argument) {
  if constexpr (std::is_same_v<T, PULONG>) {
    if (places.size == nullptr || at == SizeAt::last) places.size = argument;
  } else if constexpr (std::is_pointer_v<T>) {
    if (places.is_behind_size) return;
    places.buffer = argument;
    places.is_behind_size = places.size != nullptr && at == SizeAt::first;
  }
}

template <class T>
bool is_null(T argument) {
  if constexpr (std::is_pointer_v<T>)
    return argument == nullptr;
  else
    return false;
}

constexpr ISDSC_STATUS kNoSuchCode = 0xEAEAEAEA;

/// One function, wrong in one way; which one and how is set when it is put into a table.
template <auto kMember, class Pointer>
struct Wrong;
template <auto kMember, class... Arguments>
struct Wrong<kMember, ISDSC_STATUS (*)(Arguments...)> {
  static inline ISDSC_STATUS (*real)(Arguments...) = nullptr;
  static inline FaceDefect defect = FaceDefect::hollow;
  static inline SizeAt at = SizeAt::first;
  static inline std::size_t unit = 1;

  static ISDSC_STATUS call(Arguments... arguments) {
    if (defect == FaceDefect::hollow) return ERROR_SUCCESS;
    if (defect == FaceDefect::takes_null && (is_null(arguments) || ...)) return ERROR_SUCCESS;
    Places places;
    (look_at(places, at, arguments), ...);
    const ULONG before = places.size != nullptr ? api::load(places.size) : 0;
    const ISDSC_STATUS code = real(arguments...);
    if (defect == FaceDefect::spoils_failures && code != ERROR_SUCCESS) return kNoSuchCode;
    if (defect == FaceDefect::hides_lack_of_memory && code == ERROR_NOT_ENOUGH_MEMORY)
      return ERROR_SUCCESS;
    return places.size == nullptr ? code : spoil(places, before, code);
  }
  static ISDSC_STATUS spoil(const Places& places, ULONG before, ISDSC_STATUS code) {
    const bool is_too_small = code == ERROR_INSUFFICIENT_BUFFER, is_success = code == ERROR_SUCCESS;
    const ULONG now = api::load(places.size);
    switch (defect) {
      case FaceDefect::short_need:
        if (is_too_small) api::store(places.size, now - 1);
        break;
      case FaceDefect::writes_when_too_small:
        if (is_too_small && places.buffer != nullptr && before > 0)
          std::memset(places.buffer, 0, 1);
        break;
      case FaceDefect::keeps_size:
        if (is_success) api::store(places.size, before);
        break;
      case FaceDefect::doubles_size:
        if (is_success || is_too_small) api::store(places.size, 2 * now);
        break;
      case FaceDefect::tells_size_of_failure:
        if (!is_success && !is_too_small) api::store(places.size, ULONG{0});
        break;
      case FaceDefect::believes_probe:
        if (is_too_small && places.buffer == nullptr && before >= now) return ERROR_SUCCESS;
        break;
      case FaceDefect::writes_before:
        if (is_success && places.buffer != nullptr)
          static_cast<unsigned char*>(places.buffer)[-1] = 0;
        break;
      case FaceDefect::writes_behind:
        if (is_success && places.buffer != nullptr)
          static_cast<unsigned char*>(places.buffer)[now * unit] = 0;
        break;
      case FaceDefect::doubles_empty:
        if (is_success && now == 0) api::store(places.size, ULONG{1});
        break;
      default:  // not of sizes
        break;
    }
    return code;
  }
};

template <auto kMember>
void replace(Functions& functions, std::string_view name, FaceDefect defect, std::size_t unit) {
  using Pointer = std::remove_reference_t<decltype(functions.*kMember)>;
  using W = Wrong<kMember, Pointer>;
  W::real = functions.*kMember;
  W::defect = defect;
  W::at = size_at(name);
  W::unit = unit;
  functions.*kMember = &W::call;
}

bool is_form_of(std::string_view name, std::string_view function) {
  if (name == function) return true;
  return name.size() == function.size() + 1 && name.starts_with(function) &&
         (name.back() == 'A' || name.back() == 'W');
}

/// Bytes of what an export's size counts; 1 without a size.
std::size_t unit_of(std::string_view name, std::string_view function) {
  const api::Signature* signature = api::signature_of(function);
  if (signature == nullptr || signature->wide_unit_bytes == 0) return 1;
  return name.ends_with('A') ? signature->ansi_unit_bytes : signature->wide_unit_bytes;
}

struct Named {
  std::string_view name;
  FaceDefect defect;
};
constexpr Named kDefects[] = {
    {"hollow", FaceDefect::hollow},
    {"short_need", FaceDefect::short_need},
    {"writes_when_too_small", FaceDefect::writes_when_too_small},
    {"keeps_size", FaceDefect::keeps_size},
    {"doubles_size", FaceDefect::doubles_size},
    {"tells_size_of_failure", FaceDefect::tells_size_of_failure},
    {"believes_probe", FaceDefect::believes_probe},
    {"writes_before", FaceDefect::writes_before},
    {"writes_behind", FaceDefect::writes_behind},
    {"doubles_empty", FaceDefect::doubles_empty},
    {"takes_null", FaceDefect::takes_null},
    {"spoils_failures", FaceDefect::spoils_failures},
    {"hides_lack_of_memory", FaceDefect::hides_lack_of_memory},
};

}  // namespace

bool break_face(Functions& functions, std::string_view function, FaceDefect defect) {
  bool found = false;
#define LUNSIM_REPLACE(name)                                                          \
  if (is_form_of(#name, function)) {                                                  \
    replace<&Functions::name>(functions, function, defect, unit_of(#name, function)); \
    found = true;                                                                     \
  }
  LUNSIM_API_FUNCTIONS(LUNSIM_REPLACE)
#undef LUNSIM_REPLACE
  return found;
}

std::optional<FaceDefect> face_defect_named(std::string_view name) {
  for (const Named& one : kDefects)
    if (one.name == name) return one.defect;
  return std::nullopt;
}

}  // namespace lunsim::conformance
