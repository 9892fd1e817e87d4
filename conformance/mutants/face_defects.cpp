#include "conformance/mutants/face_defects.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
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
  ULONG* last_number = nullptr;  // a count, or the size of the sense
  UCHAR* status = nullptr;       // the first place of bytes
  void* buffer = nullptr;        // the first place behind the size; the last one if there is none
  bool is_behind_size = false;
};

template <class T>
void look_at(Places& places, SizeAt at, T argument) {
  if constexpr (std::is_same_v<T, PULONG>) {
    if (places.size == nullptr || at == SizeAt::last) places.size = argument;
    places.last_number = argument;
  } else if constexpr (std::is_pointer_v<T>) {
    if constexpr (std::is_same_v<T, PUCHAR>)
      if (places.status == nullptr) places.status = argument;
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

void write_zeros(void* from, std::size_t offset, std::size_t bytes) {
  if (from != nullptr) std::memset(static_cast<unsigned char*>(from) + offset, 0, bytes);
}

/// What a caller finds at `place` lies in memory of the library.
template <class Thing>
void move_out(Thing** place, std::size_t count) {
  static Thing copies[4];
  const Thing* there = api::load(place);
  if (there == nullptr) return;
  std::memcpy(static_cast<void*>(copies), static_cast<const void*>(there),
              std::min(count, std::size(copies)) * sizeof(Thing));
  api::store(place, &copies[0]);
}

template <class T>
void point_elsewhere(T list) {
  if constexpr (requires { list->LUNList; }) {
    if (list != nullptr) move_out(&list->LUNList, list->LUNCount);
  } else if constexpr (requires { list->Mappings; }) {
    if (list != nullptr) move_out(&list->Mappings, 1);
  }
}

template <class T>
void widen_stride(T list, ULONG count, ULONG bytes) {
  constexpr std::size_t kLate = 8;
  if constexpr (requires { list->LUNList; }) {
    if (list == nullptr || count < 2 || bytes < 2 * sizeof(*list) + kLate) return;
    auto* second = static_cast<unsigned char*>(static_cast<void*>(list + 1));
    std::memmove(second + kLate, second, sizeof(*list));
    write_zeros(second, 0, kLate);
  }
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
  static inline bool is_ansi = false;

  static ISDSC_STATUS call(Arguments... arguments) {
    if (defect == FaceDefect::hollow) return ERROR_SUCCESS;
    if (defect == FaceDefect::takes_null && (is_null(arguments) || ...)) return ERROR_SUCCESS;
    Places places;
    (look_at(places, at, arguments), ...);
    const ULONG before = places.size != nullptr ? api::load(places.size) : 0;
    const ULONG counted = places.last_number != nullptr ? api::load(places.last_number) : 0;
    const UCHAR status_before = places.status != nullptr ? *places.status : UCHAR{0};
    const ISDSC_STATUS code = real(arguments...);
    if (defect == FaceDefect::leaves_status && code == ERROR_INSUFFICIENT_BUFFER &&
        places.status != nullptr)
      *places.status = status_before;
    if (defect == FaceDefect::spoils_failures && code != ERROR_SUCCESS) return kNoSuchCode;
    if (defect == FaceDefect::hides_lack_of_memory && code == ERROR_NOT_ENOUGH_MEMORY)
      return ERROR_SUCCESS;
    if (places.size == nullptr) return code;
    if (code == ERROR_SUCCESS) {
      spoil_numbers(places);
      (spoil_list(arguments, places), ...);
      if (defect == FaceDefect::counts_as_room && counted < api::load(places.last_number))
        return ERROR_INSUFFICIENT_BUFFER;
    }
    return spoil(places, before, code);
  }
  static void spoil_numbers(const Places& places) {
    if (defect == FaceDefect::widens_status) write_zeros(places.status, 1, 3);
    if (defect == FaceDefect::widens_sense_size)
      write_zeros(places.last_number, sizeof(ULONG), sizeof(ULONG));
    if (defect == FaceDefect::tells_no_sense) api::store(places.last_number, ULONG{0});
    if (defect == FaceDefect::ansi_doubles_count && is_ansi)
      api::store(places.last_number, 2 * api::load(places.last_number));
  }
  template <class T>
  static void spoil_list(T argument, const Places& places) {
    if (defect == FaceDefect::points_elsewhere) point_elsewhere(argument);
    if (defect == FaceDefect::widens_stride)
      widen_stride(argument, api::load(places.last_number), api::load(places.size));
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
      case FaceDefect::ansi_doubles_size:
        if (is_ansi && (is_success || is_too_small)) api::store(places.size, 2 * now);
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
void replace(Functions& functions, std::string_view name, FaceDefect defect, std::size_t unit,
             bool is_ansi) {
  using Pointer = std::remove_reference_t<decltype(functions.*kMember)>;
  using W = Wrong<kMember, Pointer>;
  W::real = functions.*kMember;
  W::defect = defect;
  W::at = size_at(name);
  W::unit = unit;
  W::is_ansi = is_ansi;
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
    {"widens_status", FaceDefect::widens_status},
    {"widens_sense_size", FaceDefect::widens_sense_size},
    {"tells_no_sense", FaceDefect::tells_no_sense},
    {"leaves_status", FaceDefect::leaves_status},
    {"counts_as_room", FaceDefect::counts_as_room},
    {"ansi_doubles_size", FaceDefect::ansi_doubles_size},
    {"ansi_doubles_count", FaceDefect::ansi_doubles_count},
    {"points_elsewhere", FaceDefect::points_elsewhere},
    {"widens_stride", FaceDefect::widens_stride},
};

}  // namespace

bool break_face(Functions& functions, std::string_view function, FaceDefect defect) {
  bool found = false;
#define LUNSIM_REPLACE(name)                                                         \
  if (is_form_of(#name, function)) {                                                 \
    replace<&Functions::name>(functions, function, defect, unit_of(#name, function), \
                              std::string_view(#name).ends_with('A'));               \
    found = true;                                                                    \
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
