// Sets of legal outcomes: what may come back, each with its grade. The first one that fits what was
// seen decides; none means that the target has failed. RFC 7143 leaves a target many choices, and a
// case that knows only one of them accuses falsely.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/harness/case.hpp"
#include "conformance/harness/exchange.hpp"

namespace lunsim::conform {

/// Why something is no such outcome, and by which field one can see it.
struct Objection {
  std::string what;   // empty: it is one
  std::string field;  // a header's field or a text key; may be empty
};

struct Outcome {
  Outcome(std::string name_, std::function<Objection(const Seen&)> objection_)
      : name(std::move(name_)), objection(std::move(objection_)) {}

  std::string name;  // "a Reject with reason 04h"
  std::function<Objection(const Seen&)> objection;
  Verdict grade = Verdict::pass;  // pass, pass_loose or warn
  std::string remark;

  /// The same, but only just legal.
  Outcome loosely(std::string why) const;
  /// The same, but worth a warning.
  Outcome with_warning(std::string why) const;
};

struct FieldValue {
  std::string field;
  std::uint64_t value = 0;
};

/// A PDU of this kind whose fields have these values.
Outcome pdu_of(pdu::Opcode opcode, std::vector<FieldValue> fields = {});
/// A Login Response that goes on (status class 0).
Outcome login_goes_on();
/// The same with T=1 and NSG=3: full feature phase.
Outcome login_done();
/// A Login Response of this class; of one of these details, if any are named.
Outcome login_refused(std::uint8_t status_class, std::vector<std::uint8_t> details = {});
/// Refused by any class but 0.
Outcome login_refused();
/// A Reject; with one of these reasons, if any are named.
Outcome rejected(std::vector<std::uint8_t> reasons = {});
/// The connection ends, in order or not.
Outcome ends();
/// Nothing comes: for what may go unanswered. Whoever must prove silence probes.
Outcome silent();
/// A Login or Text Response in which `key` has one of these values; "" stands for: it is not there.
Outcome answers(std::string key, std::vector<std::string> values);
/// The same, its value being a number from `first` to `last`.
Outcome answers_number(std::string key, std::uint64_t first, std::uint64_t last);
/// Anything that `objection` has nothing against.
Outcome such_that(std::string name, std::function<Objection(const Seen&)> objection);

}  // namespace lunsim::conform
