#include "conformance/mutants/net_defects.hpp"

#include <charconv>
#include <cstring>
#include <type_traits>

namespace lunsim::conformance {
namespace {

using rpc::srvsvc::EnumRequest;
using rpc::srvsvc::EnumResponse;
using rpc::srvsvc::SessionInfo;
using Response = EnumResponse<SessionInfo>;

enum class FaceDefect : std::uint8_t {
  hollow,           // returns success and does nothing else
  says,             // one code for another
  keeps_pointer,    // a failure leaves the pointer as it was
  texts_elsewhere,  // the first text lies outside of the block
  leaks,            // a pointer to nothing that NetApiBufferFree knows
  one_byte_less,    // sizes are told one too small
  forgets,          // what a buffer had is gone
};

/// One function, wrong in one way; which way is set when it is put into a table.
template <auto kMember, class Pointer>
struct Wrong;
template <auto kMember, class... Arguments>
struct Wrong<kMember, NET_API_STATUS(NET_API_FUNCTION*)(Arguments...)> {
  static inline NET_API_STATUS (*real)(Arguments...) = nullptr;
  static inline FaceDefect defect = FaceDefect::hollow;
  static inline std::optional<DWORD> of;
  static inline DWORD code = 0;

  static NET_API_STATUS call(Arguments... arguments) {
    if (defect == FaceDefect::hollow) return NERR_Success;
    BYTE** block = nullptr;
    (find_block(block, arguments), ...);
    BYTE* const before = block != nullptr ? *block : nullptr;
    const NET_API_STATUS seen = real(arguments...);
    if (defect == FaceDefect::says) return says(seen);
    if (defect == FaceDefect::keeps_pointer && block != nullptr && seen != NERR_Success)
      *block = before;
    if (seen == NERR_Success && block != nullptr && *block != nullptr) spoil(*block);
    if (seen == NERR_Success) (spoil_argument(arguments), ...);
    return seen;
  }

 private:
  static NET_API_STATUS says(NET_API_STATUS seen) {
    const bool is_meant = of ? seen == *of : seen != NERR_Success;
    return is_meant ? code : seen;
  }
  template <class T>
  static void find_block(BYTE**& block, T argument) {
    if constexpr (std::is_same_v<T, LPBYTE*>) block = argument;
  }
  /// A block of sessions.
  static void spoil(BYTE*& block) {
    static char16_t elsewhere[300];
    static BYTE copy[4096];
    if (defect == FaceDefect::texts_elsewhere) {
      LMSTR text = nullptr;
      std::memcpy(&text, block, sizeof text);
      std::u16string_view(text).copy(elsewhere, 299);
      LMSTR other = elsewhere;
      std::memcpy(block, &other, sizeof other);
    } else if (defect == FaceDefect::leaks) {
      DWORD size = 0;
      NetApiBufferSize(block, &size);
      size = size < sizeof copy ? size : sizeof copy;
      std::memcpy(copy, block, size);
      // Its texts lie in it, and come along.
      for (std::size_t at = 0; at + sizeof(BYTE*) <= size; at += sizeof(BYTE*)) {
        BYTE* inside = nullptr;
        std::memcpy(&inside, copy + at, sizeof inside);
        if (inside < block || inside >= block + size) continue;
        inside = copy + (inside - block);
        std::memcpy(copy + at, &inside, sizeof inside);
      }
      NetApiBufferFree(block);
      block = copy;
    }
  }
  /// A buffer without meaning, or its size.
  template <class T>
  static void spoil_argument(T argument) {
    if constexpr (std::is_same_v<T, LPVOID*>) {
      DWORD size = 0;
      if (argument == nullptr || NetApiBufferSize(*argument, &size) != NERR_Success) return;
      if (defect == FaceDefect::forgets) std::memset(*argument, 0, size);
    } else if constexpr (std::is_same_v<T, LPDWORD>) {
      if (argument != nullptr && defect == FaceDefect::one_byte_less) --*argument;
    }
  }
};

struct Face {
  FaceDefect defect = FaceDefect::hollow;
  std::optional<DWORD> of;
  DWORD code = 0;
};

template <auto kMember>
void replace(NetFunctions& functions, const Face& face) {
  using W = Wrong<kMember, std::remove_reference_t<decltype(functions.*kMember)>>;
  W::real = functions.*kMember;
  W::defect = face.defect;
  W::of = face.of;
  W::code = face.code;
  functions.*kMember = &W::call;
}

bool break_function(NetFunctions& functions, std::string_view function, const Face& face) {
  bool found = false;
#define LUNSIM_REPLACE(name)                       \
  if (function == #name) {                         \
    replace<&NetFunctions::name>(functions, face); \
    found = true;                                  \
  }
  LUNSIM_NET_FUNCTIONS(LUNSIM_REPLACE)
#undef LUNSIM_REPLACE
  return found;
}

std::optional<DWORD> number(const std::string& text) {
  DWORD value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct NamedFace {
  std::string_view name;
  FaceDefect defect;
};
constexpr NamedFace kFaces[] = {
    {"hollow", FaceDefect::hollow},
    {"says", FaceDefect::says},
    {"keeps_pointer", FaceDefect::keeps_pointer},
    {"texts_elsewhere", FaceDefect::texts_elsewhere},
    {"leaks", FaceDefect::leaks},
    {"one_byte_less", FaceDefect::one_byte_less},
    {"forgets", FaceDefect::forgets},
};

template <class Change>
auto each(Change change) {
  return [change](Response& response) {
    for (SessionInfo& entry : response.entries) change(entry);
  };
}

struct NamedResponse {
  std::string_view name;
  std::function<void(Response&)> change;
};
const std::vector<NamedResponse>& responses() {
  static const std::vector<NamedResponse> all = {
      {"empties_client", each([](SessionInfo& s) { s.cname = u""; })},
      {"empties_user", each([](SessionInfo& s) { s.username = u""; })},
      {"empties_type", each([](SessionInfo& s) { s.cltype_name = u""; })},
      {"invents_type", each([](SessionInfo& s) { s.cltype_name = u"DOS LM 1.0"; })},
      {"adds_backslashes", each([](SessionInfo& s) { s.cname = u"\\\\" + s.cname.value_or(u""); })},
      {"adds_a_flag", each([](SessionInfo& s) { s.user_flags |= 4; })},
      {"counts_milliseconds", each([](SessionInfo& s) {
         s.time_s *= 1000;
         s.idle_time_s *= 1000;
       })},
      {"loses_first",
       [](Response& r) {
         if (!r.entries.empty()) r.entries.erase(r.entries.begin());
       }},
      {"halves_last",
       [](Response& r) {
         if (r.status == 234 && !r.entries.empty()) r.entries.back().username = u"";
       }},
      {"counts_none", [](Response& r) { r.total_entries = 0; }},
      {"tells_no_handle", [](Response& r) { r.resume_handle = 0; }},
      {"takes_the_last",
       [](Response& r) {
         if (r.entries.size() > 1) r.entries.front() = r.entries.back();
       }},
      {"keeps_what_fits",
       [](Response& r) {
         if (r.status == 234) r.entries.clear();
       }},
  };
  return all;
}

struct NamedRequest {
  std::string_view name;
  void (*change)(EnumRequest&);
};
constexpr NamedRequest kRequests[] = {
    {"ignores_names", [](EnumRequest& r) { r.qualifiers.assign(2, {}); }},
    {"ignores_limit", [](EnumRequest& r) { r.preferred_maximum_length = MAX_PREFERRED_LENGTH; }},
    {"limits", [](EnumRequest& r) { r.preferred_maximum_length = 100; }},
    {"begins_again",
     [](EnumRequest& r) {
       if (r.resume_handle) r.resume_handle = 0;
     }},
};

}  // namespace

bool hollow_net_function(NetFunctions& functions, std::string_view function) {
  return break_function(functions, function, {});
}

std::optional<NetDefect> net_defect(const Mutant& mutant) {
  NetDefect defect;
  if (mutant.does == "knows_no_own_server") {
    defect.name = [](rpc::OptionalText& server) {
      if (!server) server = u"NOBODY";
    };
    return defect;
  }
  for (const NamedRequest& one : kRequests) {
    if (one.name != mutant.does) continue;
    defect.request = one.change;
    return defect;
  }
  for (const NamedResponse& one : responses()) {
    if (one.name != mutant.does) continue;
    defect.response = one.change;
    return defect;
  }
  for (const NamedFace& one : kFaces) {
    if (one.name != mutant.does) continue;
    const Face face{one.defect, number(mutant.of), number(mutant.code).value_or(0)};
    defect.functions = [face, function = mutant.function](NetFunctions& functions) {
      break_function(functions, function, face);
    };
    return defect;
  }
  return std::nullopt;
}

}  // namespace lunsim::conformance
