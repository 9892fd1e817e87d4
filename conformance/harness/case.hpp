// A case of the conformance run: what it is about as data, and a body that speaks with the target.
// Not a verdict (judgement.hpp) and not a run (run_case.hpp).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lunsim::conform {

class CaseContext;

enum class Level : std::uint8_t { must, should, may, interop, security };
std::string_view name_of(Level level);

enum class Verdict : std::uint8_t {
  pass,
  pass_loose,  // legal, but not what a careful target does
  warn,        // against a SHOULD, or trouble for peers that are in the field
  fail,
  unsupported,   // the probe found that the target does not have it
  skipped,       // whoever runs it did not allow or configure it
  inconclusive,  // the body could not come to its point
  time_out,
  target_gone,  // nobody answered any more after this case
};
std::string_view name_of(Verdict verdict);
/// pass, pass_loose.
bool is_pass(Verdict verdict);
/// fail, inconclusive, time_out, target_gone.
bool is_red(Verdict verdict);

/// A peer with one broken rule: our own target with these faults. The case must convict it.
struct Mutant {
  Mutant(std::string name_, std::string what_, std::string faults_, std::string target_keys_ = {},
         bool of_locked_ = false)
      : name(std::move(name_)),
        what(std::move(what_)),
        faults(std::move(faults_)),
        target_keys(std::move(target_keys_)),
        of_locked(of_locked_) {}

  std::string name;  // [a-z0-9_], unique over all cases
  std::string what;  // "takes any CmdSN"
  /// Faults as scenarios write them (docs/scenarios.md), a list. Directions are the target's.
  std::string faults;
  /// Instead of or besides faults: further keys of the target in a scenario ("command_window: 1").
  std::string target_keys;
  bool of_locked = false;  // of the target that wants CHAP, not of the other
};
/// How our own target is set up to prove a case that asks for more than an ordinary target does:
/// faults and keys as in a Mutant, of the healthy one and of each mutant. Other targets may be so
/// by themselves.
struct Stage {
  std::string faults, target_keys;
};
/// What a case may ask of the target or of whoever runs it; see profile.hpp for what each means.
enum class Need : std::uint8_t {
  login,             // a normal session reaches full feature phase
  discovery,         // a discovery session does
  chap,              // credentials were given, and the target wants them
  mutual_chap,       // the target's secret was given, too
  lun,               // the LUN answers as a block device
  scratch_lun,       // it may be written to
  immediate_data,    // ImmediateData=Yes can be negotiated
  unsolicited_data,  // InitialR2T=No can be negotiated
  header_digest,
  data_digest,
  error_recovery_1,
  error_recovery_2,
  multi_connection,
  response_fence,       // TaskReporting=ResponseFence is agreed to
  fast_abort,           // TaskReporting=FastAbort is
  text_request,         // a Text Request in a normal session is answered
  protocol_level,       // iSCSIProtocolLevel is known: the target is written by RFC 7143
  reset_allowed,        // --allow reset
  destructive_allowed,  // --allow destructive
};
std::string_view name_of(Need need);

struct Case {
  std::string id;                              // "rfc7143/4.2.2.1/cmd_sn_above_window_is_ignored"
  std::vector<std::string> requirements = {};  // "7143-4.2.2.1-7"
  Level level = Level::must;
  std::string purpose;                 // the requirement in our words
  std::string observed;                // what is sent, and what is looked at
  std::string possible_problems = {};  // why a good device may fail it
  std::vector<Need> needs = {Need::login};
  bool writes = false;
  std::uint32_t seconds = 2;  // expected; the watchdog bites after ten times that, at least 20 s
  std::vector<std::string> known_as = {};  // "UNH FFP-T ...", "libiscsi iSCSI.iSCSIcmdsn...."
  std::vector<Mutant> mutants = {};
  Stage stage = {};
  std::function<void(CaseContext&)> body;

  /// "4.2.2.1" of the id: what stands before the last slash.
  std::string_view section() const;
};

using CaseList = std::vector<Case>;

}  // namespace lunsim::conform
