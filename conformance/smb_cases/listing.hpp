// What the checks are made of: a listing of sessions as one value, sessions as they are compared,
// and findings in words.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "conformance/smb_cases/checks.hpp"

namespace lunsim::conformance::srvsvc {

inline constexpr std::uint32_t kSuccess = 0, kAccessDenied = 5, kInvalidParameter = 87,
                               kInvalidLevel = 124, kMoreData = 234, kUserNotFound = 2221,
                               kBufTooSmall = 2123, kClientNameNotFound = 2312,
                               kInvalidComputer = 2351;
inline constexpr std::size_t kCharactersMax = 1024;  // with the null

Finding passed();
Finding failed(std::string expected, std::string seen);
Finding left_out(std::string why);

/// What came, as one value: an answer, or words for what came instead.
struct Listing {
  std::optional<EnumAnswer> answer;
  std::string seen;
  std::uint32_t fault = 0;
  bool has(std::uint32_t code) const { return answer && answer->code == code; }
};
Listing list(SrvsvcBench& bench, const EnumCall& call);
/// One of these codes; entries may stand beside 0 only.
Finding expect_code(const Listing& listing, std::initializer_list<std::uint32_t> codes);

bool is_same(const std::u16string& a, const std::u16string& b);
/// A client's name without what stands before it.
std::u16string bare(const std::u16string& client);
/// Whether a level has the user's name.
constexpr bool has_user(std::uint32_t level) { return level != 0; }

/// A session by its names, to be counted; upper and lower case are one.
using Names = std::pair<std::u16string, std::u16string>;
std::vector<Names> names_of(std::span<const Session> sessions);  // sorted

/// All levels, those first that everybody may ask for.
inline constexpr std::uint32_t kLevels[] = {10, 502, 2, 1, 0};

/// A session of the judge's user, at the first level that is served and has a user.
std::optional<Session> session_of_ours(SrvsvcBench& bench);
/// Opens one more session of the judge's and finds it: what is in the list now and was not before.
/// Empty if it cannot be opened or told apart. `level` must have the user's name.
std::optional<Session> opened_session(SrvsvcBench& bench, std::uint32_t level);

/// What a check stands on besides its bench.
struct Ground {
  SrvsvcBench& bench;
  std::uint32_t level = 0;  // one that is served
  Listing all = {};         // everything at that level, three sessions at least
};

enum class Needs : std::uint8_t {
  nothing,
  level,    // is tried at each level that is served
  several,  // the same, with three sessions at least
  leave,    // to end sessions
};
struct Row {
  const char* id;
  const char* section;
  Needs needs;
  Finding (*run)(Ground&);
};
std::span<const Row> name_rows();     // levels and qualifiers
std::span<const Row> page_rows();     // lengths, totals and handles
std::span<const Row> content_rows();  // what entries say
std::span<const Row> del_rows();      // NetrSessionDel; the last one ends the judge's own sessions

inline constexpr const char *kEnumSection = "MS-SRVS 3.1.4.5", *kDelSection = "MS-SRVS 3.1.4.6";

}  // namespace lunsim::conformance::srvsvc
