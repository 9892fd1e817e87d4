// A case that judges an initiator: the same data as a case that judges a target (case.hpp), a body
// that plays the target, and mutants that are an initiator of ours whose PDUs are spoiled on their
// way. How it is run: run_initiator_case().
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "conformance/harness/case.hpp"
#include "conformance/harness/initiator_context.hpp"
#include "conformance/harness/run_case.hpp"
#include "protocol/iscsi/pdu/tap.hpp"

namespace lunsim::conform {

/// What passes between the initiator of the mutant and its wire.
using Spoil = std::function<void(pdu::Direction, pdu::TappedPdu&, pdu::TapVerdict&)>;

struct InitiatorMutant {
  std::string name;  // [a-z0-9_], unique over all initiator cases
  std::string what;  // "answers no ping"
  /// A new one for each run: it may count.
  std::function<Spoil()> make;
};

struct InitiatorCase {
  Case about;                      // its needs, mutants and body are empty
  bool wants_chap = false;         // credentials were given and the initiator offers CHAP
  bool wants_mutual_chap = false;  // and it lets us prove ourselves
  bool wants_discovery = false;    // the driver opens a discovery session
  std::vector<InitiatorMutant> mutants;
  std::function<void(InitiatorContext&)> body;
};

using InitiatorCaseList = std::vector<InitiatorCase>;

/// How a family writes a case down; refers to the case that was added last, not to be kept.
class NewInitiatorCase {
 public:
  explicit NewInitiatorCase(InitiatorCase& one) : one_(one) {}
  NewInitiatorCase& requirements(std::vector<std::string> ids) {
    one_.about.requirements = std::move(ids);
    return *this;
  }
  NewInitiatorCase& level(Level level) {
    one_.about.level = level;
    return *this;
  }
  NewInitiatorCase& purpose(std::string text) {
    one_.about.purpose = std::move(text);
    return *this;
  }
  NewInitiatorCase& observed(std::string text) {
    one_.about.observed = std::move(text);
    return *this;
  }
  NewInitiatorCase& possible_problems(std::string text) {
    one_.about.possible_problems = std::move(text);
    return *this;
  }
  NewInitiatorCase& chap() {
    one_.wants_chap = true;
    return *this;
  }
  NewInitiatorCase& discovery() {
    one_.wants_discovery = true;
    return *this;
  }
  NewInitiatorCase& mutual_chap() {
    one_.wants_chap = one_.wants_mutual_chap = true;
    return *this;
  }
  NewInitiatorCase& mutant(std::string name, std::string what, std::function<Spoil()> make) {
    one_.mutants.push_back({std::move(name), std::move(what), std::move(make)});
    return *this;
  }
  NewInitiatorCase& body(std::function<void(InitiatorContext&)> body) {
    one_.body = std::move(body);
    return *this;
  }

 private:
  InitiatorCase& one_;
};

/// `id` without "initiator/".
inline NewInitiatorCase add(InitiatorCaseList& cases, const std::string& id) {
  cases.emplace_back();
  cases.back().about.id = "initiator/" + id;
  return NewInitiatorCase(cases.back());
}

/// A world in which an initiator can be made to do something, and where it finds us.
class InitiatorGround {
 public:
  virtual ~InitiatorGround() = default;
  virtual runtime::World& world() = 0;
  virtual Driver& driver() = 0;
  virtual runtime::Endpoint listen() const = 0;
};
using InitiatorGroundMaker =
    std::function<std::unique_ptr<InitiatorGround>(const InitiatorCase& about)>;

/// Runs one case. `target` is who we play: name, the initiator's credentials and ours. A failed
/// SHOULD or INTEROP case is a warning unless `strict`.
CaseResult run_initiator_case(const InitiatorCase& one, const InitiatorGroundMaker& grounds,
                              const JudgedTarget& target, bool strict = false);

}  // namespace lunsim::conform
