// Which requirements of a standard have a case: those that a peer of a target can see on the wire,
// each gap with its reason. What the standard says twice is counted once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lunsim::conform {

struct EmbeddedFile {
  std::string_view name, text;
};
/// rfc7143.yaml of this folder, then rfc7143_more.yaml and t10.yaml.
std::span<const EmbeddedFile> requirement_files();

/// A case of either side, as far as coverage is concerned.
struct NamingCase {
  std::string id;
  std::vector<std::string> requirements;
};

/// What a standard says, in our words.
struct RequirementText {
  std::string section, text;
};
/// Of "7143-6.3-14" or "SPC-4 INQUIRY"; null if nobody knows it. Lives as long as the program.
const RequirementText* requirement_text(std::string_view id);
/// What is wrong with the requirements that a case names: one that nobody knows, or a section of
/// the RFC that none of them stands in. A sentence for each.
std::vector<std::string> wrong_requirements(const NamingCase& one);

struct Requirement {
  enum class Standing : std::uint8_t {
    judged,     // a case names it
    elsewhere,  // the same rule has another id, which has a case
    gap,        // out of reach, with a reason
    to_do,
  };
  std::string id, section, text;
  std::vector<std::string> cases;       // that name it
  std::vector<std::string> counted_in;  // ids that say the same in detail
  std::string gap;                      // why there is no case
  Standing standing = Standing::to_do;
};

/// In the standard's order. Throws std::runtime_error if a gap names what is not there.
std::vector<Requirement> coverage(std::span<const NamingCase> cases);
/// The same of any table, as YAML.
std::vector<Requirement> coverage(std::span<const NamingCase> cases, std::string_view table);
/// A line for each section, then each gap with its reason; all requirements with `verbose`.
std::string to_text(std::span<const Requirement> all, bool verbose);

}  // namespace lunsim::conform
