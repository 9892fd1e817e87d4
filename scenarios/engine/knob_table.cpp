#include "scenarios/engine/knob_table.hpp"

#include <algorithm>
#include <array>

#include <boost/json.hpp>
#include <fmt/format.h>

namespace lunsim::scenarios {
namespace {

constexpr std::array<std::string_view, 10> kSections{
    "Selector",      "Transport", "PDU",        "Sequence", "Login",
    "Async and NOP", "SCSI",      "Life cycle", "Host",     "SMB"};

std::string_view name_of(KnobPlace place) {
  switch (place) {
    case KnobPlace::faults:
      return "faults";
    case KnobPlace::host_faults:
      return "host_faults";
    case KnobPlace::target:
      return "target";
    case KnobPlace::host:
      return "host";
    case KnobPlace::server_faults:
      return "server_faults";
  }
  return {};
}

std::string indented(std::string_view text, std::string_view by) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out += fmt::format("{}{}\n", by, text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace

std::span<const std::string_view> knob_sections() { return kSections; }

std::vector<Knob> knobs() {
  std::vector<Knob> out;
  for (const std::string_view section : kSections)
    for (const std::span<const Knob> part :
         {wire_knobs(), device_knobs(), host_knobs(), smb_knobs()})
      for (const Knob& knob : part)
        if (knob.section == section) out.push_back(knob);
  return out;
}

std::string knobs_text() {
  std::string out;
  std::string_view section;
  for (const Knob& knob : knobs()) {
    if (knob.section != section)
      out += fmt::format("{}{}\n", out.empty() ? "" : "\n", knob.section);
    section = knob.section;
    out += fmt::format("  {}: {}\n{}", knob.name, knob.line, indented(knob.example, "      "));
  }
  return out;
}

std::string knobs_json() {
  boost::json::array out;
  for (const Knob& knob : knobs())
    out.push_back({{"name", knob.name},
                   {"section", knob.section},
                   {"line", knob.line},
                   {"place", name_of(knob.place)},
                   {"example", knob.example}});
  return boost::json::serialize(out);
}

}  // namespace lunsim::scenarios
