// A target that is dead behind the login passes no case that has asked it something there: silence
// is never taken for what is right.
#include <boost/test/unit_test.hpp>

#include <algorithm>

#include <fmt/format.h>

#include "conformance/proof/proving_target.hpp"
#include "conformance/target_cases/case_list.hpp"

namespace lunsim::conform {
namespace {

const Mutant kDeadBehindTheLogin(
    "dead_behind_the_login", "takes whatever comes and answers nothing",
    "- hears: {on: {receive: [NOP-Out, SCSI Command, Task Management Function Request, "
    "Text Request, Data-Out, SNACK Request, Logout Request]}, do: drop}\n"
    "- says: {on: {send: [NOP-In, SCSI Response, Task Management Function Response, Text Response, "
    "Data-In, R2T, Asynchronous Message, Reject, Logout Response]}, do: drop}\n");

/// What an honest peer says when it leaves is no question of the case.
bool has_asked(const CaseResult& result) {
  return std::any_of(
      result.exchange.frames.begin(), result.exchange.frames.end(), [](const Frame& frame) {
        if (frame.kind != Frame::Kind::pdu || !frame.from_us) return false;
        const pdu::Opcode opcode = frame.pdu.opcode();
        return opcode != pdu::Opcode::login_request && opcode != pdu::Opcode::logout_request;
      });
}

BOOST_AUTO_TEST_SUITE(silent_target)

BOOST_AUTO_TEST_CASE(no_case_passes_that_was_answered_nothing_behind_the_login) {
  const JudgedTarget target = proving_target();
  const Profile healthy = probe(proving_grounds(nullptr), target);
  std::uint64_t number = 1;
  for (const Case& one : target_cases()) {
    if (excused(one, healthy)) continue;
    const CaseResult result = run_case(one, proving_grounds(&kDeadBehindTheLogin, one.stage),
                                       target, healthy, number++, true);
    // It never sends of its own accord what may stay away: that alone shows nothing by silence.
    const bool is_quiet_by_right = one.id == "rfc7143/11.9.3/event_for_all_names_no_unit" &&
                                   result.verdict == Verdict::unsupported;
    const bool is_fine = !has_asked(result) || is_red(result.verdict) || is_quiet_by_right;
    BOOST_CHECK_MESSAGE(is_fine,
                        fmt::format("{}: {} {}", one.id, name_of(result.verdict), result.message));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace lunsim::conform
