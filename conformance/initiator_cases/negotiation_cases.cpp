// How an initiator negotiates, and what it makes of answers that are wrong, of refusals and of
// redirections: RFC 7143 §6.2, §6.3, §11.13, §13.
#include <charconv>

#include <fmt/format.h>

#include "conformance/initiator_cases/case_list.hpp"
#include "conformance/initiator_cases/spoils.hpp"

namespace lunsim::conform {
namespace {

using pdu::Opcode;

std::optional<std::uint64_t> number_in(const Pairs& pairs, std::string_view key) {
  const auto text = value_of(pairs, key);
  std::uint64_t out = 0;
  if (!text) return std::nullopt;
  const auto [at, error] = std::from_chars(text->data(), text->data() + text->size(), out);
  return error == std::errc{} && at == text->data() + text->size() ? std::optional(out)
                                                                   : std::nullopt;
}

/// A numerical key is offered within its range.
void ranged(InitiatorCaseList& cases, std::string section, const std::string& key,
            std::uint64_t first, std::uint64_t last, std::string requirement,
            std::string bad_value) {
  std::string low;
  for (const char ch : key) low += static_cast<char>(ch >= 'A' && ch <= 'Z' ? ch + 32 : ch);
  add(cases, "rfc7143/" + section + "/" + low + "_is_in_its_range")
      .requirements({std::move(requirement)})
      .purpose(fmt::format("{} is offered as a number from {} to {}.", key, first, last))
      .observed("The offers of an ordinary login.")
      .mutant("offers_bad_" + low, "offers " + key + "=" + bad_value, says(key, bad_value))
      .body([key, first, last](InitiatorContext& c) {
        auto [line, request] = c.knock();
        c.log_in(line, request, {});
        for (const Seen& one : c.login_requests()) {
          if (!value_of(one.pdu.pairs(), key)) continue;
          const auto number = number_in(one.pdu.pairs(), key);
          c.check(number && *number >= first && *number <= last,
                  key + "=" + value_of(one.pdu.pairs(), key).value_or(""), one, key);
          return;
        }
        c.unsupported("the initiator does not offer " + key);
      });
}

/// A wrong answer of ours to a key that was offered: the login must not be taken as done.
void wrong_answer(InitiatorCaseList& cases, std::string id, std::vector<std::string> requirements,
                  std::string purpose, const std::string& key, const std::string& answer,
                  InitiatorMutant mutant) {
  add(cases, std::move(id))
      .requirements(std::move(requirements))
      .purpose(std::move(purpose))
      .observed("Our last Login Response says " + key + "=" + answer +
                "; the initiator ends the connection, and no command comes.")
      .possible_problems("An initiator that does not look at the answer finds out later, or never.")
      .mutant(std::move(mutant.name), std::move(mutant.what), std::move(mutant.make))
      .body([key, answer](InitiatorContext& c) {
        auto [line, request] = c.knock();
        TargetPlan plan;
        plan.answers = {{key, answer}};
        if (!c.log_in(line, request, plan)) return c.judged();
        if (!value_of(line.offers, key)) c.unsupported("the initiator does not offer " + key);
        if (line.discovery) c.unsupported("the driver opens a discovery session first");
        c.expect(line.next(), {ends(), pdu_of(Opcode::logout_request)},
                 "after the answer " + key + "=" + answer);
      });
}

/// A Login Response that does not agree, in the place of our first.
RawPdu refusal(const InitiatorLine& line, const Seen& request, std::uint8_t status_class,
               std::uint8_t detail) {
  RawPdu out = line.reply(request.pdu, Opcode::login_response);
  for (std::size_t i = 8; i < 14; ++i) out.put(i, static_cast<std::uint8_t>(request.pdu.bhs[i]));
  out.set("CSG", request.get("CSG")).set("Status-Class", status_class);
  return out.set("Status-Detail", detail);
}

void add_offers(InitiatorCaseList& cases) {
  ranged(cases, "13.13", "MaxBurstLength", 512, 16777215, "7143-13.13-1", "100");
  ranged(cases, "13.14", "FirstBurstLength", 512, 16777215, "7143-13.14-1", "16777216");
  ranged(cases, "13.12", "MaxRecvDataSegmentLength", 512, 16777215, "7143-13.12-1", "511");
  ranged(cases, "13.15", "DefaultTime2Wait", 0, 3600, "7143-13.15-1", "3601");
  ranged(cases, "13.16", "DefaultTime2Retain", 0, 3600, "7143-13.16-1", "86400");
  ranged(cases, "13.17", "MaxOutstandingR2T", 1, 65535, "7143-13.17-1", "0");
  ranged(cases, "13.2", "MaxConnections", 1, 65535, "7143-13.2-1", "65536");
  ranged(cases, "13.20", "ErrorRecoveryLevel", 0, 2, "7143-13.20-1", "3");
  add(cases, "rfc7143/13.14/first_burst_is_not_above_max_burst")
      .requirements({"7143-13.14-3"})
      .purpose("FirstBurstLength is not offered above MaxBurstLength.")
      .observed("The offers of an ordinary login.")
      .mutant("first_burst_above_max", "offers a FirstBurstLength above its MaxBurstLength",
              says("MaxBurstLength", "8192"))
      .body([](InitiatorContext& c) {
        auto [line, request] = c.knock();
        c.log_in(line, request, {});
        for (const Seen& one : c.login_requests()) {
          const auto first = number_in(one.pdu.pairs(), "FirstBurstLength");
          const auto max = number_in(one.pdu.pairs(), "MaxBurstLength");
          if (!first || !max) continue;
          c.check(*first <= *max, fmt::format("{} is above {}", *first, *max), one,
                  "FirstBurstLength");
          return;
        }
        c.unsupported("the initiator does not offer both together");
      });
}

void add_wrong_answers(InitiatorCaseList& cases) {
  wrong_answer(cases, "rfc7143/6.2.1/digest_that_was_not_offered_is_an_error", {"7143-6.2.1-7"},
               "A value that was not proposed is a protocol error.", "HeaderDigest", "CRC64",
               {"takes_any_digest", "takes a digest that it did not offer",
                hears_key("HeaderDigest", "None")});
  wrong_answer(cases, "rfc7143/6.2.2/boolean_that_is_none_is_an_error", {"7143-6.2.2-4"},
               "The answer to a Boolean key is Yes or No.", "ImmediateData", "Perhaps",
               {"takes_any_boolean", "takes any answer to ImmediateData",
                hears_key("ImmediateData", "Yes")});
  wrong_answer(cases, "rfc7143/6.2.2/number_that_is_none_is_an_error", {"7143-6.2.2-4"},
               "The answer to a numerical key is a number in its range.", "MaxBurstLength", "many",
               {"takes_any_number", "takes any answer to MaxBurstLength",
                hears_key("MaxBurstLength", "65536")});
  wrong_answer(cases, "rfc7143/13.20/recovery_level_above_the_offer_is_an_error",
               {"7143-7.1.5-4", "7143-6.2.1-7"},
               "The answer to ErrorRecoveryLevel is not above the offer.", "ErrorRecoveryLevel",
               "7",
               {"takes_any_recovery_level", "takes any ErrorRecoveryLevel",
                hears_key("ErrorRecoveryLevel", "0")});
  wrong_answer(cases, "rfc7143/6.2/not_understood_for_a_known_key_is_an_error", {"7143-6.2-16"},
               "NotUnderstood for a key that the standard defines is a protocol error.",
               "MaxBurstLength", "NotUnderstood",
               {"takes_not_understood", "goes on when a standard key is not understood",
                hears_key("MaxBurstLength", "65536")});
}

Outcome answers_not_understood(const std::string& key) {
  return such_that("a Login Request with " + key + "=NotUnderstood",
                   [key](const Seen& seen) -> Objection {
                     if (!seen.is(Opcode::login_request)) return {describe(seen), ""};
                     const auto value = value_of(seen.pdu.pairs(), key);
                     if (value.value_or("") == "NotUnderstood") return {};
                     return {value ? "it says " + *value : key + " is not answered", key};
                   });
}

void add_turns(InitiatorCaseList& cases) {
  add(cases, "rfc7143/6.2/unknown_key_is_not_understood")
      .requirements({"7143-6.2-13"})
      .purpose("A key that is not understood is answered with NotUnderstood.")
      .observed("Our Login Response offers X-org.lunsim.test.hint=1 and does not end the login.")
      .mutant("ignores_unknown_keys", "does not answer a key that it does not know",
              says("X-org.lunsim.test.hint", ""))
      .body([](InitiatorContext& c) {
        auto [line, request] = c.knock();
        c.expect(request, {pdu_of(Opcode::login_request)});
        RawPdu answer = refusal(line, request, 0, 0);
        answer.with_text({{"X-org.lunsim.test.hint", "1"}});
        if (request.get("CSG") == 0)
          answer.with_text({{"AuthMethod", "None"}, {"X-org.lunsim.test.hint", "1"}});
        line.issue(answer);
        c.expect(line.next(), {answers_not_understood("X-org.lunsim.test.hint")});
      });
  add(cases, "rfc7143/6.2/continued_response_gets_an_empty_request")
      .requirements({"7143-6.2-3"})
      .purpose("A Login Response with C=1 is answered by a request without data.")
      .observed("Our first Login Response has C=1.")
      .mutant("talks_into_a_continued_text", "sends keys before our text has ended",
              adds(2, "InitiatorAlias", "impatient"))
      .body([](InitiatorContext& c) {
        auto [line, request] = c.knock();
        c.expect(request, {pdu_of(Opcode::login_request)});
        if (request.get("C") == 1) c.unsupported("the initiator's own text goes on");
        RawPdu answer = refusal(line, request, 0, 0);
        line.issue(answer.set("C", 1).with_raw_text("TargetAlias=a na"));
        c.expect(line.next(), {pdu_of(Opcode::login_request, {{"DataSegmentLength", 0}})});
      });
  add(cases, "rfc7143/6.3.3/transit_stays_asked_for")
      .level(Level::should)
      .requirements({"7143-6.3.3-5"})
      .purpose("After T=0 to its T=1 the initiator keeps T=1 until the target agrees.")
      .observed("The last Login Request is answered completely, but with T=0.")
      .mutant("gives_up_transit", "does not ask for the transition again",
              sends_from(3, Opcode::login_request, "T", 0))
      .body([](InitiatorContext& c) {
        auto [line, first] = c.knock();
        Seen request = first;
        for (int i = 0; i < 8 && request.is(Opcode::login_request); ++i) {
          const bool is_last = request.get("T") == 1 && request.get("NSG") == 3;
          RawPdu answer = refusal(line, request, 0, 0);
          if (request.get("CSG") == 0) {
            answer.set("T", request.get("T")).set("NSG", request.get("NSG"));
            answer.with_text({{"AuthMethod", "None"}, {"TargetPortalGroupTag", "1"}});
          }
          line.issue(answer);
          request = line.next();
          if (is_last) break;
        }
        c.expect(request, {pdu_of(Opcode::login_request, {{"T", 1}})},
                 "after a Login Response with T=0");
      });
  add(cases, "rfc7143/6.3/redeclared_parameter_ends_the_login")
      .requirements({"7143-6.3-25"})
      .purpose("A target that declares a parameter again during the login loses the connection.")
      .observed("Two MaxRecvDataSegmentLength of ours in one login.")
      .mutant("takes_redeclarations", "does not mind a second MaxRecvDataSegmentLength",
              by([](pdu::Direction to, pdu::TappedPdu& pdu, pdu::TapVerdict&) {
                if (to != pdu::Direction::receive || !is(pdu, Opcode::login_response)) return;
                Pairs pairs = pairs_of(pdu), once;
                for (const auto& pair : pairs)
                  if (!value_of(once, pair.first)) once.push_back(pair);
                if (once.size() != pairs.size()) set_pairs(pdu, once);
              }))
      .body([](InitiatorContext& c) {
        auto [line, request] = c.knock();
        TargetPlan plan;
        plan.declares = {{"MaxRecvDataSegmentLength", "8192"}};
        if (!c.log_in(line, request, plan)) return c.judged();
        if (line.discovery) c.unsupported("the driver opens a discovery session first");
        c.expect(line.next(), {ends(), pdu_of(Opcode::logout_request)},
                 "after a parameter was declared twice");
      });
}

void refused(InitiatorCaseList& cases, std::string id, std::uint8_t status_class,
             std::uint8_t detail, std::string what, std::string mutant) {
  add(cases, std::move(id))
      .requirements({"7143-11.13.5-25"})
      .purpose("After a Login Response with a status class other than 0 the connection is closed.")
      .observed(fmt::format("Our first Login Response has status {:02X}{:02X}h ({}); the next that "
                            "comes is the end of the connection.",
                            status_class, detail, what))
      .mutant(std::move(mutant), "does not see that the login was refused",
              hears(Opcode::login_response, "Status-Class", 0))
      .body([status_class, detail](InitiatorContext& c) {
        auto [line, request] = c.knock();
        c.expect(request, {pdu_of(Opcode::login_request)});
        line.issue(refusal(line, request, status_class, detail));
        c.expect(line.next(), {ends()}, "after the login was refused");
      });
}

/// The login is redirected to our own portal, and comes again.
void redirected(InitiatorCaseList& cases, std::string id, std::string requirement, Level level,
                std::uint8_t detail, bool after_security, std::string mutant) {
  add(cases, std::move(id))
      .level(level)
      .requirements({std::move(requirement)})
      .purpose("A login that is redirected is tried at the address that the target named.")
      .observed(fmt::format("Status 01{:02X}h with a TargetAddress, {}; a connection comes there "
                            "with a Login Request for the same target.",
                            detail, after_security ? "after the security stage" : "at once"))
      .mutant(std::move(mutant), "takes a redirection for a refusal",
              by([](pdu::Direction to, pdu::TappedPdu& pdu, pdu::TapVerdict&) {
                const bool is_answer =
                    to == pdu::Direction::receive && is(pdu, Opcode::login_response);
                if (is_answer && field_of(pdu, "Status-Class") == 1)
                  set_field(pdu, "Status-Class", 3);
              }))
      .body([detail, after_security](InitiatorContext& c) {
        auto [line, first] = c.knock();
        Seen request = first;
        c.expect(request, {pdu_of(Opcode::login_request)});
        const auto wanted = value_of(first.pdu.pairs(), "TargetName");
        if (!wanted) c.unsupported("the first Login Request names no target");
        if (after_security && request.get("CSG") == 0) {
          RawPdu answer = refusal(line, request, 0, 0);
          answer.set("T", 1).set("NSG", request.get("NSG"));
          answer.with_text({{"AuthMethod", "None"}, {"TargetPortalGroupTag", "1"}});
          line.issue(answer);
          request = line.next();
          if (!request.is(Opcode::login_request)) c.unsupported("security ends its login");
        }
        RawPdu away = refusal(line, request, 1, detail);
        away.with_text({{"TargetAddress", runtime::to_string(c.portal())}});
        line.issue(away);
        InitiatorLine* again = c.accept_within(c.patience());
        if (again == nullptr) c.fail("no connection comes to the TargetAddress", request);
        const Seen next = again->next();
        c.expect(next, {pdu_of(Opcode::login_request)}, "at the TargetAddress");
        c.check(value_of(next.pdu.pairs(), "TargetName") == wanted,
                "it asks for another target than before", next, "TargetName");
      });
}

void add_refusals(InitiatorCaseList& cases) {
  refused(cases, "rfc7143/11.13.5/closes_after_not_found", 2, 3, "not found", "deaf_to_not_found");
  refused(cases, "rfc7143/11.13.5/closes_after_authentication_failure", 2, 1,
          "authentication failure", "deaf_to_authentication_failure");
  refused(cases, "rfc7143/11.13.5/closes_after_service_unavailable", 3, 1, "service unavailable",
          "deaf_to_unavailable");
  redirected(cases, "rfc7143/11.13.5/follows_a_temporary_redirection", "7143-11.13.5-5",
             Level::should, 1, false, "follows_no_temporary_redirection");
  redirected(cases, "rfc7143/11.13.5/follows_a_permanent_redirection", "7143-11.13.5-5",
             Level::should, 2, false, "follows_no_permanent_redirection");
  redirected(cases, "rfc7143/11.13.5/follows_a_redirection_after_security", "7143-11.13.5-6",
             Level::must, 1, true, "follows_no_late_redirection");
  add(cases, "rfc7143/4.2.4/other_pdu_during_login_ends_it")
      .requirements({"7143-4.2.4-12"})
      .purpose("A PDU other than a Login Response during the login ends the connection at once.")
      .observed("A NOP-In in the place of our first Login Response.")
      .mutant("ignores_nop_in_during_login", "waits on when a NOP-In comes during login",
              never_hears(Opcode::nop_in))
      .body([](InitiatorContext& c) {
        auto [line, request] = c.knock();
        c.expect(request, {pdu_of(Opcode::login_request)});
        line.issue(nop_in(0xFFFF'FFFF));
        c.expect(line.next(), {ends()}, "after a NOP-In during the login");
      });
  add(cases, "rfc7143/11.17.1/reject_during_login_ends_it")
      .requirements({"7143-11.17.1-12", "7143-4.2.4-12"})
      .purpose("A Reject with reason 0Bh during the login ends the login and the connection.")
      .observed("A Reject in the place of our first Login Response.")
      .mutant("ignores_reject_during_login", "waits on when its login is rejected",
              never_hears(Opcode::reject))
      .body([](InitiatorContext& c) {
        auto [line, request] = c.knock();
        c.expect(request, {pdu_of(Opcode::login_request)});
        RawPdu reject(Opcode::reject);
        reject.set("F", 1).set("Reason", 0x0B).set("Initiator Task Tag", 0xFFFF'FFFF);
        reject.with_data({request.pdu.bhs.begin(), request.pdu.bhs.end()});
        line.issue(reject);
        c.expect(line.next(), {ends()}, "after a Reject during the login");
      });
}

}  // namespace

void add_initiator_negotiation_cases(InitiatorCaseList& cases) {
  add_offers(cases);
  add_wrong_answers(cases);
  add_turns(cases);
  add_refusals(cases);
}

}  // namespace lunsim::conform
