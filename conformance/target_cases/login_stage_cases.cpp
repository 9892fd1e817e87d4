// Stages, transitions, versions and session names of the Login Phase: RFC 7143 §6.3, §11.12,
// §11.13. Most are one Login Request that is wrong in one way; the table says in which.
#include <functional>

#include "conformance/harness/case_context.hpp"
#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"

namespace lunsim::conform {
namespace {

using pdu::Opcode;

/// Spoils an ordinary first request (CSG=1, T=1, NSG=3).
using Spoil = std::function<void(Connection&, RawPdu&)>;

RawPdu ordinary_request(Connection& one) {
  return one.login_request({.csg = 1, .nsg = 3, .transit = true, .keys = one.names()});
}

std::string heals(std::string_view what) { return fault("receive: Login Request", what); }

bool fits_one(const Seen& seen, const std::vector<Outcome>& legal) {
  for (const Outcome& one : legal)
    if (one.objection(seen).what.empty()) return true;
  return false;
}

/// A target may find out late: as long as it has neither refused nor let us in, the login goes on.
Seen first_that_decides(Connection& connection, const RawPdu& request,
                        const std::vector<Outcome>& legal) {
  Seen seen = connection.next();
  connection.tsih = static_cast<std::uint16_t>(request.get("TSIH"));
  for (int round = 0; round < 4; ++round) {
    const bool is_open = seen.is(Opcode::login_response) && seen.get("Status-Class") == 0 &&
                         seen.get("T") == 0 && seen.get("CSG") == 1;
    if (!is_open || fits_one(seen, legal)) break;
    Pairs answers;
    for (const auto& [key, value] : seen.pdu.pairs())
      if (!key.starts_with("Target") && !value_of(request.pairs(), key))
        answers.emplace_back(key, value.substr(0, value.find(',')));
    seen = connection.login_step({.csg = 1, .nsg = 3, .transit = true, .keys = answers});
  }
  return seen;
}

/// One Login Request, wrong in one way, and what may come of it.
void wrong(CaseList& cases, std::string id, std::vector<std::string> requirements,
           std::string purpose, std::string observed, std::string possible_problems, Spoil spoil,
           const std::vector<Outcome>& legal, const Mutant& mutant,
           std::vector<std::string> known_as = {}) {
  add(cases, std::move(id))
      .requirements(std::move(requirements))
      .purpose(std::move(purpose))
      .observed(std::move(observed))
      .possible_problems(std::move(possible_problems))
      .needs({})
      .known_as(std::move(known_as))
      .mutant(mutant.name, mutant.what, mutant.faults)
      .body([spoil = std::move(spoil), legal](CaseContext& c) {
        Connection& connection = c.connect();
        RawPdu request = ordinary_request(connection);
        spoil(connection, request);
        connection.send(request);
        c.expect(first_that_decides(connection, request, legal), legal);
      });
}

void add_wrong_requests(CaseList& cases) {
  wrong(cases, "rfc7143/11.13.2/version_that_we_do_not_have_is_refused", {"7143-11.13.2-2"},
        "A login whose range of versions has none of the target's is rejected.",
        "A first Login Request with Version-max=Version-min=5.",
        "A target may give the general initiator error instead of 0205h.",
        [](Connection&, RawPdu& p) { p.set("Version-max", 5).set("Version-min", 5); },
        {login_refused(2, {5}), login_refused(2).loosely("0205h says it better"),
         ends().loosely("closed without a word")},
        {"takes_any_version", "takes a login of a version that does not exist",
         heals("{set: {Version-max: 0, Version-min: 0}}")});
  wrong(cases, "rfc7143/11.12.3/reserved_current_stage_is_refused", {"7143-11.12.3-1"},
        "Stage 2 is reserved: a login cannot be in it.", "A first Login Request with CSG=2.", "",
        [](Connection&, RawPdu& p) { p.set("CSG", 2); },
        {login_refused(2), ends().loosely("closed without a word"),
         rejected().loosely("by a Reject")},
        {"takes_stage_2", "goes on from the reserved stage", heals("{set: {CSG: 1}}")});
  wrong(cases, "rfc7143/11.12.3/reserved_next_stage_is_refused", {"7143-11.12.3-1"},
        "Stage 2 is reserved: a login cannot go there.",
        "A first Login Request with T=1 and NSG=2.", "",
        [](Connection&, RawPdu& p) { p.set("NSG", 2); },
        {login_refused(2), ends().loosely("closed without a word"),
         rejected().loosely("by a Reject")},
        {"takes_next_stage_2", "agrees to the reserved stage", heals("{set: {NSG: 3}}")});
  wrong(
      cases, "rfc7143/6.3/operational_to_security_is_refused", {"7143-6.3-10", "7143-6.3-21"},
      "A login never goes back from the operational stage to security.",
      "A first Login Request with CSG=1, T=1, NSG=0.", "",
      [](Connection&, RawPdu& p) { p.set("NSG", 0); },
      {login_refused(2), ends().loosely("closed without a word"), rejected().loosely("by a Reject"),
       pdu_of(Opcode::login_response, {{"Status-Class", 0}, {"T", 0}})
           .loosely("the transition is not granted")},
      {"goes_back_to_security", "agrees to go back a stage", heals("{set: {NSG: 3}}")});
  wrong(
      cases, "rfc7143/6.3/operational_to_operational_is_refused", {"7143-6.3-21"},
      "A transition leads to another stage.", "A first Login Request with CSG=1, T=1, NSG=1.", "",
      [](Connection&, RawPdu& p) { p.set("NSG", 1); },
      {login_refused(2), ends().loosely("closed without a word"), rejected().loosely("by a Reject"),
       pdu_of(Opcode::login_response, {{"Status-Class", 0}, {"T", 0}})
           .loosely("the transition is not granted")},
      {"stays_in_operational", "takes a transition to the same stage", heals("{set: {NSG: 3}}")});
  wrong(cases, "rfc7143/6.3/full_feature_phase_is_no_first_stage", {"7143-6.3-8", "7143-6.3-21"},
        "A connection cannot begin in full feature phase.", "A first Login Request with CSG=3.", "",
        [](Connection&, RawPdu& p) { p.set("CSG", 3); },
        {login_refused(2), ends().loosely("closed without a word"),
         rejected().loosely("by a Reject")},
        {"begins_in_full_feature", "takes a login that begins where it should end",
         heals("{set: {CSG: 1}}")});
  wrong(
      cases, "rfc7143/6.2/transit_and_continue_together_are_refused", {"7143-6.2-1"},
      "A Login Request whose text goes on (C=1) cannot ask for a transition (T=1).",
      "A first Login Request with T=1 and C=1.",
      "A target that ignores T when C is set harms nobody.",
      [](Connection&, RawPdu& p) { p.set("C", 1); },
      {login_refused(2), ends().loosely("closed without a word"), rejected().loosely("by a Reject"),
       pdu_of(Opcode::login_response, {{"T", 0}, {"Status-Class", 0}})
           .loosely("the T bit is ignored")},
      {"takes_transit_with_continue", "makes the transition though more text was announced",
       heals("{set: {C: 0}}")});
  wrong(cases, "rfc7143/6.3.1/tsih_of_no_session_is_refused", {"7143-6.3.1-4", "7143-11.12.6-4"},
        "A non-zero TSIH adds a connection to a session; there is none.",
        "A first Login Request with TSIH=4711 and a new ISID.",
        "The status 020Ah is how the standard names it; class 02h is what matters.",
        [](Connection&, RawPdu& p) { p.set("TSIH", 4711); },
        {login_refused(2, {0x0A}), login_refused(2).loosely("020Ah says it better"),
         ends().loosely("closed without a word")},
        {"takes_any_tsih", "makes a new session of a login into one that does not exist",
         heals("{set: {TSIH: 0}}")});
  wrong(cases, "rfc7143/6.3/first_request_without_initiator_name_is_refused",
        {"7143-6.3-5", "7143-11.13.5-18"}, "The first Login Request names the initiator.",
        "A first Login Request without InitiatorName.", "",
        [](Connection& one, RawPdu& p) {
          Pairs keys = one.names();
          keys.erase(keys.begin());
          p.with_text(keys);
        },
        {login_refused(2, {7}), login_refused(2).loosely("0207h says it better"),
         ends().loosely("closed without a word")},
        {"needs_no_initiator_name", "lets somebody in who does not say who it is",
         heals("{text: {add: {InitiatorName: \"iqn.2026-11.org.lunsim:conform\"}}}")});
  wrong(cases, "rfc7143/6.3/normal_session_without_target_name_is_refused",
        {"7143-6.3-7", "7143-11.13.5-18"},
        "The first Login Request of a normal session names the target.",
        "A first Login Request with SessionType=Normal and no TargetName.", "",
        [](Connection& one, RawPdu& p) {
          Pairs keys = one.names();
          keys.pop_back();
          p.with_text(keys);
        },
        {login_refused(2, {7}), login_refused(2).loosely("0207h says it better"),
         ends().loosely("closed without a word")},
        {"needs_no_target_name", "picks a target for whoever does not name one",
         heals("{text: {add: {TargetName: \"iqn.2026-11.org.lunsim:disk\"}}}")});
  wrong(cases, "rfc7143/11.13.5/unknown_target_is_not_found", {"7143-11.13.5-14"},
        "A login to a target that is not there is refused.",
        "A first Login Request with a TargetName that nobody has.",
        "A target that hides what it has may answer 0202h or 0201h.",
        [](Connection& one, RawPdu& p) {
          p.with_text(one.names({.target = "iqn.2026-11.org.lunsim:nobody-has-this-name"}));
        },
        {login_refused(2, {3, 4}), login_refused(2).loosely("0203h says it better"),
         ends().loosely("closed without a word")},
        {"every_name_is_mine", "answers to any target name",
         heals("{text: {set: {TargetName: \"iqn.2026-11.org.lunsim:disk\"}}}")});
  wrong(cases, "rfc7143/13.21/unknown_session_type_is_refused", {"7143-11.13.5-20"},
        "SessionType is Discovery or Normal and nothing else.",
        "A first Login Request with SessionType=Secret.", "",
        [](Connection& one, RawPdu& p) {
          Pairs keys = one.names();
          keys.at(1).second = "Secret";
          p.with_text(keys);
        },
        {login_refused(2, {9}), login_refused(2).loosely("0209h says it better"),
         answers("SessionType", {"Reject"}).loosely("only the key is refused"),
         ends().loosely("closed without a word")},
        {"takes_any_session_type", "takes a type of session that does not exist",
         heals("{text: {set: {SessionType: Normal}}}")});
  wrong(cases, "rfc7143/6.3/key_offered_twice_is_refused", {"7143-6.3-23", "7143-6.3-24"},
        "A parameter negotiated twice in one login is answered with an initiator error.",
        "A first Login Request that offers MaxBurstLength twice.",
        "Targets in the field take the last value.",
        [](Connection& one, RawPdu& p) {
          Pairs keys = one.names();
          keys.emplace_back("MaxBurstLength", "262144");
          keys.emplace_back("MaxBurstLength", "131072");
          p.with_text(keys);
        },
        {login_refused(2), ends().loosely("closed without a word")},
        {"takes_a_key_twice", "does not notice that a key was negotiated again",
         heals("{text: {remove: [MaxBurstLength]}}")},
        {"UNH Login-T: negotiate once", "PCTS login 11_2"});
}

void add_what_comes_first(CaseList& cases) {
  add(cases, "rfc7143/4.2.4/pdu_before_login_ends_the_connection")
      .requirements({"7143-4.2.4-10", "7143-4.2.4-7"})
      .purpose("Until full feature phase only Login PDUs may pass on a connection.")
      .observed(
          "A NOP-Out as the first PDU: it is not answered as in full feature phase, and "
          "the connection ends.")
      .possible_problems("A Login Response with 020Bh or a Reject before the close is legal.")
      .needs({})
      .mutant("overlooks_a_pdu_before_login", "passes over a PDU that came too early",
              fault("receive: NOP-Out", "drop"))
      .body([](CaseContext& c) {
        Connection& one = c.connect();
        one.issue(ping());
        Seen seen = one.next();
        if (seen.is(Opcode::login_response) || seen.is(Opcode::reject)) {
          c.expect(seen, {login_refused(), rejected()});
          seen = one.next();
        }
        c.expect(seen, {ends()}, "a NOP-Out before any login");
      });
}

void add_answers(CaseList& cases) {
  add(cases, "rfc7143/11.13.5/refused_login_closes_the_connection")
      .requirements({"7143-11.13.5-25"})
      .purpose("Behind a Login Response that refuses the target closes the connection.")
      .observed("A login to a target that is not there: its refusal, then the end.")
      .needs({})
      .mutant("goes_on_after_a_refusal", "refuses and stays on the line",
              "- h: {on: {receive: Login Request}, do: {text: {set: {TargetName: "
              "\"iqn.2026-11.org.lunsim:disk\"}}}}\n"
              "- f: {on: {send: Login Response}, do: {set: {Status-Class: 2, Status-Detail: 3}}}\n")
      .body([](CaseContext& c) {
        Connection& one = c.connect();
        RawPdu request = ordinary_request(one);
        request.with_text(one.names({.target = "iqn.2026-11.org.lunsim:nobody-has-this"}));
        one.send(request);
        Seen seen = one.next();
        if (!seen.is_over()) {
          c.expect(seen, {login_refused()});
          seen = one.next(c.patience() * 5);
        }
        c.expect(seen, {ends()}, "behind the refusal");
      });
  add(cases, "rfc7143/11.13.3/final_response_gives_a_tsih")
      .requirements({"7143-11.13.3-3"})
      .purpose("A new session gets a TSIH that is not 0, in the final Login Response.")
      .observed("An ordinary login.")
      .mutant("gives_no_tsih", "leaves the TSIH 0",
              fault("send: Login Response, fields: {T: 1, NSG: 3}", "{set: {TSIH: 0}}"))
      .body([](CaseContext& c) {
        Connection& one = c.connect();
        const LoginResult result = one.login();
        c.expect(result.last, {login_done()});
        c.check(result.last.get("TSIH") != 0, "the TSIH is 0", result.last, "TSIH");
      });
  add(cases, "rfc7143/6.3.1/first_response_has_the_portal_group_tag")
      .requirements({"7143-6.3.1-16", "7143-11.13.8-1"})
      .purpose("The first Login Response tells the TargetPortalGroupTag.")
      .observed("The answer to a first Login Request of a normal session.")
      .needs({})
      .mutant("tells_no_portal_group", "leaves TargetPortalGroupTag out",
              fault("send: Login Response", "{text: {remove: [TargetPortalGroupTag]}}"))
      .body([](CaseContext& c) {
        Connection& one = c.connect();
        const Seen seen = one.login_step({.csg = 0, .nsg = 1, .keys = [&] {
                                            Pairs keys = one.names();
                                            keys.emplace_back("AuthMethod", "None");
                                            return keys;
                                          }()});
        c.expect(seen, {login_goes_on()});
        c.expect(seen, {answers_number("TargetPortalGroupTag", 0, 65535)});
      });
  add(cases, "rfc7143/6.2/unknown_key_is_not_understood")
      .requirements({"7143-6.2-13"})
      .purpose("A key that the target does not know is answered with NotUnderstood.")
      .observed("X-org.lunsim.nobody=knows in the operational stage of a login.")
      .mutant("passes_over_unknown_keys", "says nothing to a key that it does not know",
              fault("send: Login Response", "{text: {remove: [X-org.lunsim.nobody]}}"))
      .mutant("understands_every_key", "accepts a key that it cannot know",
              fault("send: Login Response", "{text: {set: {X-org.lunsim.nobody: knows}}}"))
      .body([](CaseContext& c) {
        Connection& one = c.connect();
        const LoginResult result = one.login({.keys = {{"X-org.lunsim.nobody", "knows"}}});
        c.expect(result.last, {login_goes_on()});
        const std::string said = result.value("X-org.lunsim.nobody");
        c.check(said == "NotUnderstood",
                said.empty() ? "the key is not answered" : "the answer is " + said, result.last,
                "X-org.lunsim.nobody");
      });
}

}  // namespace

void add_login_stage_cases(CaseList& cases) {
  add_wrong_requests(cases);
  add_what_comes_first(cases);
  add_answers(cases);
}

}  // namespace lunsim::conform
