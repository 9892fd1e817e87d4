// What the target can do, found by asking before any case runs; cases choose themselves by it. An
// ability is declared by whoever runs the cases or detected by a login that offers it, never
// inferred from a case that failed.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "conformance/harness/case.hpp"
#include "conformance/harness/raw_pdu.hpp"

namespace lunsim::conform {

struct Ability {
  bool has = false;
  bool is_choice = false;   // of whoever runs the cases: lacking it means skipped, not unsupported
  std::string detail = {};  // "MaxConnections=1", "--scratch-lun was not given"
};

struct Profile {
  std::map<Need, Ability> abilities;
  Pairs defaults;  // what an ordinary login was answered
  std::uint32_t block_bytes = 0;
  std::uint64_t blocks = 0;
  bool reachable = false;  // somebody answered a Login Request with a Login Response
  std::string trouble;     // why not, in a sentence
  /// What whoever runs this has said wrongly (a name, a LUN, a secret), in a sentence: nothing that
  /// a case saw would tell of the target then.
  std::string mistake;

  bool has(Need need) const {
    const auto found = abilities.find(need);
    return found != abilities.end() && found->second.has;
  }
};

}  // namespace lunsim::conform
