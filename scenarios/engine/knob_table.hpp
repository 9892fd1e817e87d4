// Every fault that the language can say, one row each: what it is called, what it does, an example.
// `lunsim knobs` prints the rows; a test plays every example and sees what it does. Not the loader:
// an example is text that the loader reads as it reads anybody's.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lunsim::scenarios {

/// Where an example stands in a scenario.
enum class KnobPlace : std::uint8_t {
  faults,       // a list of faults of the target
  host_faults,  // the same of the host
  target,       // keys of the target
  host,         // keys of the host
  server_faults,  // a list of faults of the fake SMB server
};

struct Knob {
  std::string_view name;
  std::string_view section;  // one of knob_sections()
  std::string_view line;     // what it does, in half a sentence
  std::string_view example;  // YAML, at its place
  std::string_view story;    // a story of knob_stories.cpp that shows it
  KnobPlace place = KnobPlace::faults;
};

/// Selector, Transport, PDU, Sequence, Login, Async and NOP, SCSI, Life cycle, Host, SMB.
std::span<const std::string_view> knob_sections();

/// What strikes PDUs, bytes and logins, and the selectors.
std::span<const Knob> wire_knobs();
/// What strikes commands, units and the target as a whole.
std::span<const Knob> device_knobs();
/// What strikes the calls of the API.
std::span<const Knob> host_knobs();
/// What strikes the fake SMB server's messages and calls.
std::span<const Knob> smb_knobs();
/// All of them, section by section.
std::vector<Knob> knobs();

/// A scenario that plays `knob`'s story, with its example or without it.
std::string knob_scenario(const Knob& knob, bool with_example);

/// `lunsim knobs`: a heading for each section, a line and the example for each knob.
std::string knobs_text();
/// The same as a JSON array of objects with name, section, line, example and place,
/// which is where the example stands: faults and target of a target, host_faults, host, and
/// server_faults, the faults of a server.
std::string knobs_json();

}  // namespace lunsim::scenarios
