// Which requirements of a standard have a case: those that a peer of a target can see on the wire,
// each gap with its reason.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/harness/case.hpp"

namespace lunsim::conform {

struct EmbeddedFile {
  std::string_view name, text;
};
/// conformance/report/rfc7143.yaml.
std::span<const EmbeddedFile> requirement_files();

struct Requirement {
  std::string id, section, text;
  std::vector<std::string> cases;  // that name it
  std::string gap;                 // why there is none
};

/// In the standard's order.
std::vector<Requirement> coverage(std::span<const Case> cases);
/// A line for each section, then each gap with its reason; all requirements with `verbose`.
std::string to_text(std::span<const Requirement> all, bool verbose);

}  // namespace lunsim::conform
