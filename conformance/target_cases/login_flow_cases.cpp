// The course of a login: stages, what is constant over it, who may ask for the next stage, and what
// a target says with it.                       RFC 7143 §6.1 to §6.3, §11.12, §11.13, §13.14,
// §13.26
#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "conformance/harness/case_context.hpp"
#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"

namespace lunsim::conform {
namespace {

using pdu::Opcode;

/// InitiatorName, SessionType, TargetName and AuthMethod=None.
Pairs names_and_none(const Connection& one) {
  Pairs keys = one.names();
  keys.emplace_back("AuthMethod", "None");
  return keys;
}

Seen through_security(CaseContext& c, Connection& one) {
  const Seen seen =
      one.login_step({.csg = 0, .nsg = 1, .transit = true, .keys = names_and_none(one)});
  c.expect(seen, {login_goes_on()}, "the security stage");
  return seen;
}

std::string on_response(std::string_view change, std::string_view fields = {}) {
  return fault(fields.empty() ? "send: Login Response"
                              : fmt::format("send: Login Response, fields: {{{}}}", fields),
               change);
}

void add_stage_cases(CaseList& cases) {
  add(cases, "rfc7143/6/login_of_one_stage_or_two_is_taken")
      .requirements({"7143-6-3", "7143-4.2.1-1"})
      .purpose("A login may have the security stage and the operational one, or only the latter.")
      .observed("A login of both stages; a login that begins in the operational stage.")
      .mutant("wants_the_security_stage", "refuses whoever begins in the operational stage",
              fault("receive: Login Request, fields: {CSG: 1, TSIH: 0}, nth: 2",
                    "{login_status: 0200h}"))
      .body([](CaseContext& c) {
        Connection& both = c.connect();
        c.expect(both.login().last, {login_done()}, "both stages");
        Connection& one = c.connect();
        Seen seen = one.login_step({.csg = 1, .nsg = 3, .transit = true, .keys = one.names()});
        for (int round = 0; round < 4 && seen.get("T") == 0; ++round) {
          c.expect(seen, {login_goes_on()}, "the operational stage alone");
          Pairs answers;
          for (const auto& [key, value] : seen.pdu.pairs())
            if (!key.starts_with("Target") && key != "MaxRecvDataSegmentLength")
              answers.emplace_back(key, value.substr(0, value.find(',')));
          seen = one.login_step({.csg = 1, .nsg = 3, .transit = true, .keys = answers});
        }
        c.expect(seen, {login_done()}, "the operational stage alone");
      });
  add(cases, "rfc7143/6.3/next_stage_is_not_beyond_the_one_asked_for")
      .requirements({"7143-6.3-16"})
      .purpose("A transition leads no further than the initiator asked for.")
      .observed("A Login Request with T=1 and NSG=1: the answer does not lead to stage 3.")
      .mutant("leads_to_full_feature_at_once", "leads to full feature phase",
              on_response("{set: {NSG: 3}}", "CSG: 0, T: 1"))
      .body([](CaseContext& c) {
        Connection& one = c.connect();
        const Seen seen = through_security(c, one);
        c.check(seen.get("T") == 0 || seen.get("NSG") <= 1, "it leads beyond stage 1", seen, "NSG");
      });
  add(cases, "rfc7143/6.3/no_transition_that_nobody_asked_for")
      .requirements({"7143-6.3-22", "7143-11.13.6-3"})
      .purpose(
          "A Login Response has T=0 if its request had: the initiator decides when it is done.")
      .observed("A Login Request of each stage with T=0.")
      .mutant("leaves_the_stage_unasked", "sets T where the request had not",
              on_response("{set: {T: 1, NSG: 3}}", "T: 0"))
      .body([](CaseContext& c) {
        Connection& one = c.connect();
        const Seen first =
            one.login_step({.csg = 0, .nsg = 0, .transit = false, .keys = names_and_none(one)});
        c.expect(first, {pdu_of(Opcode::login_response, {{"Status-Class", 0}, {"T", 0}})});
        const Seen second = one.login_step({.csg = 0, .nsg = 1, .transit = true});
        c.expect(second, {login_goes_on()});
        if (second.get("T") == 0) return;
        const Seen third = one.login_step(
            {.csg = 1, .nsg = 0, .transit = false, .keys = {{"MaxBurstLength", "65536"}}});
        c.expect(third, {pdu_of(Opcode::login_response, {{"Status-Class", 0}, {"T", 0}})});
      });
  add(cases, "rfc7143/6.3/last_response_asks_nothing")
      .requirements({"7143-6.3-20", "7143-11.13.6-2"})
      .purpose("A Login Response with T=1 has no key that would have to be answered.")
      .observed("A login that offers nothing: keys that come with T=1 are declarations.")
      .mutant("asks_with_its_last_response", "offers MaxConnections when it is too late",
              on_response("{text: {add: {MaxConnections: 2}}}", "T: 1, NSG: 3"))
      .body([](CaseContext& c) {
        Connection& one = c.connect();
        Pairs ours = names_and_none(one);
        const LoginResult login = one.login();
        c.expect(login.last, {login_goes_on()});
        constexpr std::string_view kDeclared[] = {"MaxRecvDataSegmentLength", "TargetAlias",
                                                  "TargetPortalGroupTag", "TargetAddress",
                                                  "X#NodeArchitecture"};
        Pairs asked;
        for (const Seen& seen : login.responses) {
          for (const auto& [key, value] : seen.pdu.pairs()) {
            const bool is_declared =
                std::find(std::begin(kDeclared), std::end(kDeclared), key) != std::end(kDeclared);
            const bool is_known = value_of(ours, key) || value_of(asked, key);
            c.check(seen.get("T") == 0 || is_declared || is_known,
                    key + " is offered in a response with T=1", seen, key);
            if (seen.get("T") == 0) asked.emplace_back(key, value);
          }
        }
        c.judged();
      });
  add(cases, "rfc7143/6.3/one_response_to_one_request")
      .requirements({"7143-6.3-2"})
      .purpose("No more than one Login Response is under way at any time.")
      .observed("A Login Request, its answer, and then silence until the next request.")
      .mutant("answers_a_login_twice", "sends each Login Response twice",
              on_response("duplicate", "CSG: 0"))
      .body([](CaseContext& c) {
        Connection& one = c.connect();
        through_security(c, one);
        c.expect(one.next(c.patience() / 6), {silent()}, "before the next request");
        const Seen seen = one.login_step({.csg = 1, .nsg = 0, .transit = false});
        c.expect(seen, {pdu_of(Opcode::login_response, {{"CSG", 1}})});
      });
}

/// A login of two requests, the second one with a header field that is not what it was.
void changes(CaseList& cases, std::string what, std::string requirement, std::string purpose,
             std::string field, std::uint64_t value, std::string mutant, std::string faults,
             const std::function<void(CaseContext&, Connection&, const Seen&)>& judge) {
  add(cases, "rfc7143/11.12/" + what)
      .requirements({std::move(requirement)})
      .purpose(std::move(purpose))
      .observed(fmt::format(
          "The last Login Request has {}={}: it is refused, or makes no difference.", field, value))
      .mutant(std::move(mutant), "takes the later one", std::move(faults))
      .body([field, value, judge](CaseContext& c) {
        Connection& one = c.connect();
        through_security(c, one);
        // What follows has no digests, even if the target would offer some.
        const Pairs plain{{"HeaderDigest", "None"}, {"DataDigest", "None"}};
        RawPdu request = one.login_request({.csg = 1, .nsg = 3, .transit = true, .keys = plain});
        one.send(request.set(field, value));
        Seen seen = one.next();
        for (int round = 0; round < 4; ++round) {
          const bool goes_on = seen.is(Opcode::login_response) && seen.get("Status-Class") == 0 &&
                               seen.get("T") == 0;
          if (!goes_on) break;
          Pairs answers;
          for (const auto& [key, text] : seen.pdu.pairs())
            if (!key.starts_with("Target") && key != "MaxRecvDataSegmentLength" &&
                !value_of(plain, key))
              answers.emplace_back(key, text.substr(0, text.find(',')));
          one.tsih = 0;
          one.send(one.login_request({.csg = 1, .nsg = 3, .transit = true, .keys = answers})
                       .set(field, value));
          seen = one.next();
        }
        c.expect(seen, {login_refused(2), login_done(), ends().loosely("closed without a word")});
        if (!seen.is(Opcode::login_response) || seen.get("Status-Class") != 0) return;
        one.full_feature = true;
        judge(c, one, seen);
      });
}

void add_constancy_cases(CaseList& cases) {
  changes(cases, "later_version_max_is_not_taken", "7143-11.12.4.1-3",
          "The Version-max of the first Login Request is the one that counts.", "Version-max", 7,
          "takes_a_later_version_max",
          "- h: {on: {receive: Login Request}, do: {set: {Version-max: 0}}}\n"
          "- f: {on: {send: Login Response, nth: 2}, do: {set: {Version-active: 7}}}\n"
          "- g: {on: {send: Login Response, nth: 3}, do: {set: {Version-active: 7}}}\n",
          [](CaseContext& c, Connection&, const Seen& seen) {
            c.check(seen.get("Version-active") == 0, "another version is active", seen,
                    "Version-active");
          });
  changes(cases, "later_version_min_is_not_taken", "7143-11.12.4.2-2",
          "The Version-min of the first Login Request is the one that counts.", "Version-min", 7,
          "takes_a_later_version_min",
          "- h: {on: {receive: Login Request}, do: {set: {Version-min: 0}}}\n"
          "- f: {on: {send: Login Response, nth: 2}, do: {set: {Version-active: 7}}}\n"
          "- g: {on: {send: Login Response, nth: 3}, do: {set: {Version-active: 7}}}\n",
          [](CaseContext& c, Connection&, const Seen& seen) {
            c.check(seen.get("Version-active") == 0, "another version is active", seen,
                    "Version-active");
          });
  changes(cases, "later_cid_is_not_taken", "7143-11.12.7-3",
          "The CID of the first Login Request is the connection's.", "CID", 9, "takes_a_later_cid",
          fault("receive: Login Request", "{set: {CID: 9}}"),
          [](CaseContext& c, Connection& one, const Seen&) {
            RawPdu logout(Opcode::logout_request);
            logout.set("I", 1).set("F", 1).set("Reason Code", 1).set("CID", one.cid);
            const std::uint32_t tag = one.issue(logout);
            c.expect(one.answer_to(tag),
                     {pdu_of(Opcode::logout_response, {{"Response", 0}}),
                      ends().loosely("closed without a word")},
                     "a logout of the first CID");
          });
  const auto constant = [&](std::string field, std::string requirement, std::string mutant) {
    add(cases, fmt::format("rfc7143/11.13/{}_is_the_same_in_all_responses",
                           field == "Version-max" ? "version_max" : "version_active"))
        .requirements({std::move(requirement)})
        .purpose(fmt::format("All Login Responses of a login have the same {}.", field))
        .observed("The Login Responses of an ordinary login.")
        .mutant(std::move(mutant), "says another one in the end",
                on_response(fmt::format("{{set: {{{}: 1}}}}", field), "CSG: 1"))
        .body([field](CaseContext& c) {
          const LoginResult login = c.connect().login();
          c.expect(login.last, {login_done()});
          for (const Seen& seen : login.responses)
            c.check(seen.get(field) == login.responses.front().get(field),
                    field + " is not what it was", seen, field);
        });
  };
  constant("Version-max", "7143-11.13.1-2", "version_max_grows");
  constant("Version-active", "7143-11.13.2-3", "version_active_grows");
  add(cases, "rfc7143/11.12.8/first_cmd_sn_is_the_logins")
      .requirements({"7143-11.12.8-4"})
      .purpose("The CmdSN of a leading login is what the target expects from then on.")
      .observed("A login with CmdSN=123456: ExpCmdSN of its responses, and a command with it.")
      .mutant("expects_another_cmd_sn", "expects CmdSN 1 whatever it was told",
              on_response("{set: {ExpCmdSN: 1}}"))
      .body([](CaseContext& c) {
        Connection& one = c.connect();
        LoginPlan plan;
        plan.cmd_sn = 123456;
        const LoginResult login = one.login(plan);
        c.expect(login.last, {login_done()});
        for (const Seen& seen : login.responses)
          c.expect(seen, {pdu_of(Opcode::login_response, {{"ExpCmdSN", 123456}})});
        const std::uint32_t tag = one.issue(ping().set("I", 0));
        c.expect(one.answer_to(tag), {pdu_of(Opcode::nop_in, {{"ExpCmdSN", 123457}})});
      });
}

Pairs many_private_keys(std::size_t count) {
  Pairs keys;
  for (std::size_t i = 0; i < count; ++i) keys.emplace_back(fmt::format("X-a.b{:03}", i), "1");
  return keys;
}

std::string text_in(const Seen& seen) {
  std::string out;
  for (const std::byte one : seen.pdu.data) out += static_cast<char>(one);
  return out;
}

void add_long_logins(CaseList& cases) {
  add(cases, "rfc7143/6.1/text_of_8192_bytes_is_taken")
      .requirements({"7143-6.1-22"})
      .purpose("8192 bytes of keys in one negotiation sequence are taken by everybody.")
      .observed(
          "A text of 8192 bytes, 35 private keys, in eight Login Requests: each key is answered.")
      .possible_problems(
          "A target that does not put the parts together takes half a value for a key.")
      .mutant("has_no_room_for_long_texts", "refuses the fifth request",
              fault("receive: Login Request, nth: 6", "{login_status: 0302h}"))
      .mutant("loses_a_key_of_a_long_text", "does not answer all of them",
              on_response("{text: {remove: [\"X-org.lunsim.20\"]}}"))
      .body([](CaseContext& c) {
        Connection& one = c.connect();
        through_security(c, one);
        Pairs keys;
        for (int i = 0; i < 34; ++i)
          keys.emplace_back(fmt::format("X-org.lunsim.{:02}", i), std::string(220, 'v'));
        std::string text = text_of(keys);
        const std::size_t rest = 8192 - text.size() - 18;
        keys.emplace_back("X-org.lunsim.end", std::string(rest, 'e'));
        text = text_of(keys);
        Seen seen;
        std::string answers;  // a key may be cut between two responses
        for (std::size_t at = 0; at < text.size(); at += 1024) {
          const bool is_last = at + 1024 >= text.size();
          RawPdu request =
              one.login_request({.csg = 1, .nsg = 0, .transit = false, .continues = !is_last});
          one.send(request.with_raw_text(std::string_view(text).substr(at, 1024)));
          seen = one.next();
          c.expect(seen, {login_goes_on()}, fmt::format("{} bytes", at + 1024));
          answers += text_in(seen);
        }
        for (int round = 0; round < 20 && seen.get("C") == 1; ++round) {
          seen = one.login_step({.csg = 1, .nsg = 0, .transit = false});
          c.expect(seen, {login_goes_on()});
          answers += text_in(seen);
        }
        for (const auto& [key, value] : keys)
          c.check(answers.find(key + "=") != std::string::npos, key + " is not answered", seen);
      });
  add(cases, "rfc7143/11.13.7/text_that_goes_on_leaves_no_stage")
      .requirements({"7143-11.13.7-2"})
      .purpose("A Login Response whose text goes on (C=1) makes no transition (T=0).")
      .observed("500 private keys in a request with T=1: their answers do not fit into a response.")
      .possible_problems("A target that answers them in one response is not seen here.")
      .mutant("goes_on_and_leaves", "sets C and T in one response",
              on_response("{set: {T: 1, NSG: 3}}", "C: 1"))
      .body([](CaseContext& c) {
        Connection& one = c.connect();
        through_security(c, one);
        const Seen seen =
            one.login_step({.csg = 1, .nsg = 3, .transit = true, .keys = many_private_keys(500)});
        if (!seen.is(Opcode::login_response) || seen.get("Status-Class") != 0)
          c.unsupported("so many keys are refused: " + describe(seen));
        if (seen.get("C") == 0) c.unsupported("the answers fit into one response");
        c.expect(seen, {pdu_of(Opcode::login_response, {{"C", 1}, {"T", 0}})});
      });
}

void add_rules_of_sums(CaseList& cases) {
  add(cases, "rfc7143/13.14/first_burst_stays_within_max_burst")
      .requirements({"7143-13.14-3", "7143-6.2-30"})
      .purpose("FirstBurstLength is never more than MaxBurstLength.")
      .observed("A login that offers MaxBurstLength=1024 and FirstBurstLength=65536.")
      .mutant("first_burst_beyond_max_burst", "agrees to both",
              "- h: {on: {receive: Login Request}, do: {text: {set: {FirstBurstLength: 1024}}}}\n"
              "- f: {on: {send: Login Response}, do: {text: {set: {FirstBurstLength: 65536}}}}\n")
      .body([](CaseContext& c) {
        Connection& one = c.connect();
        LoginPlan plan;
        plan.keys = {{"MaxBurstLength", "1024"}, {"FirstBurstLength", "65536"}};
        const LoginResult login = one.login(plan);
        if (!login.ok) {
          c.expect(login.last, {login_refused(2), ends().loosely("closed without a word")});
          return;
        }
        const std::uint64_t first = login.number("FirstBurstLength", 65536);
        c.check(first <= login.number("MaxBurstLength", 1024),
                fmt::format("FirstBurstLength={} is agreed", first), login.said("FirstBurstLength"),
                "FirstBurstLength");
      });
  add(cases, "rfc7143/6.2/sums_are_checked_when_all_is_said")
      .requirements({"7143-6.2-29"})
      .purpose("Whether values go together is judged once all of them are known.")
      .observed(
          "FirstBurstLength=1048576 in one Login Request, MaxBurstLength=2097152 in the next: "
          "together they are right.")
      .possible_problems("A target that bounds FirstBurstLength by itself answers less.")
      .mutant("judges_too_early", "refuses a value that would have been right in the end",
              fault("receive: Login Request, nth: 2", "{login_status: 0200h}"))
      .body([](CaseContext& c) {
        Connection& one = c.connect();
        through_security(c, one);
        const Seen first = one.login_step(
            {.csg = 1, .nsg = 0, .transit = false, .keys = {{"FirstBurstLength", "1048576"}}});
        c.expect(first, {login_goes_on()}, "FirstBurstLength alone");
        const Seen second = one.login_step(
            {.csg = 1, .nsg = 0, .transit = false, .keys = {{"MaxBurstLength", "2097152"}}});
        c.expect(second, {login_goes_on()}, "MaxBurstLength behind it");
      });
  const Pairs all{{"HeaderDigest", "None"},
                  {"DataDigest", "None"},
                  {"MaxConnections", "1"},
                  {"InitiatorAlias", "judge"},
                  {"InitialR2T", "Yes"},
                  {"ImmediateData", "Yes"},
                  {"MaxRecvDataSegmentLength", "8192"},
                  {"MaxBurstLength", "262144"},
                  {"FirstBurstLength", "65536"},
                  {"DefaultTime2Wait", "2"},
                  {"DefaultTime2Retain", "20"},
                  {"MaxOutstandingR2T", "1"},
                  {"DataPDUInOrder", "Yes"},
                  {"DataSequenceInOrder", "Yes"},
                  {"ErrorRecoveryLevel", "0"}};
  add(cases, "rfc7143/11.13.8/every_key_is_understood")
      .requirements({"7143-11.12.10-3", "7143-11.13.8-3"})
      .purpose("No key of RFC 7143 is answered with NotUnderstood.")
      .observed("A login that offers each of them.")
      .possible_problems(
          "TaskReporting and iSCSIProtocolLevel are younger than RFC 3720: a target that does not "
          "know the latter is not asked for them.")
      .mutant("does_not_know_time2retain", "answers DefaultTime2Retain with NotUnderstood",
              on_response("{text: {set: {DefaultTime2Retain: NotUnderstood}}}"))
      .body([all](CaseContext& c) {
        LoginPlan plan;
        plan.keys = all;
        if (c.profile().has(Need::protocol_level)) {
          plan.keys.emplace_back("TaskReporting", "RFC3720");
          plan.keys.emplace_back("iSCSIProtocolLevel", "1");
        }
        const LoginResult login = c.connect().login(plan);
        c.expect(login.last, {login_done()});
        for (const auto& [key, value] : plan.keys)
          c.check(login.value(key) != "NotUnderstood", key + " is not understood", login.said(key),
                  key);
      });
}

void add_endings(CaseList& cases) {
  add(cases, "rfc7143/7.12/failed_negotiation_ends_the_login")
      .requirements({"7143-7.12-2", "7143-7.12-3"})
      .purpose(
          "A negotiation that fails ends the login: with a Login Response that says so, and then "
          "the connection.")
      .observed(
          "MaxBurstLength offered twice; if that is taken, which is a matter of 6.3, an AuthMethod "
          "that nobody has.")
      .possible_problems("Targets in the field close without a word.")
      .mutant("goes_on_with_a_failed_negotiation", "keeps the connection behind its refusal",
              "- h: {on: {receive: Login Request}, do: {text: {remove: [MaxBurstLength]}}}\n"
              "- f: {on: {send: Login Response, nth: 2}, do: {set: {Status-Class: 2, T: 0}}}\n")
      .mutant("hangs_up_on_a_failed_negotiation", "closes without a word",
              on_response("drop", "Status-Class: 2"))
      .body([](CaseContext& c) {
        Connection& one = c.connect();
        through_security(c, one);
        const Seen seen =
            one.login_step({.csg = 1,
                            .nsg = 3,
                            .transit = true,
                            .keys = {{"MaxBurstLength", "65536"}, {"MaxBurstLength", "4096"}}});
        if (!seen.is(Opcode::login_response) || seen.get("Status-Class") != 0) {
          c.expect(seen, {login_refused(2)});
          c.expect(one.next(c.patience() * 2), {ends()}, "behind the refusal");
          return;
        }
        c.note("a key that came twice is taken");
        Connection& other = c.connect();
        Pairs keys = other.names();
        keys.emplace_back("AuthMethod", "X-org.lunsim.nobody");
        const Seen refusal = other.login_step({.csg = 0, .nsg = 1, .transit = true, .keys = keys});
        c.expect(refusal, {login_refused(2)}, "an AuthMethod that nobody has");
        c.expect(other.next(c.patience() * 2), {ends()}, "behind the refusal");
      });
  add(cases, "rfc7143/13.4/target_name_is_not_said_again")
      .requirements({"7143-13.4-5"})
      .purpose("TargetName stands in the first Login Request and is not declared again.")
      .observed("TargetName in the second Login Request, too.")
      .possible_problems(
          "Section 13.4 says MUST NOT of the initiator's words, and 6.3 that a redeclaration is "
          "refused with status class 02h. Many targets take TargetName as a name that may be "
          "said with each request, as the first request of each connection has it anyway; no "
          "initiator in the field is hurt by that.")
      .mutant("takes_a_second_target_name", "does not notice that the name came again",
              fault("receive: Login Request, fields: {CSG: 1}", "{text: {remove: [TargetName]}}"))
      .body([](CaseContext& c) {
        Connection& one = c.connect();
        through_security(c, one);
        const Seen seen = one.login_step(
            {.csg = 1, .nsg = 3, .transit = true, .keys = {{"TargetName", c.target().name}}});
        c.expect(seen, {login_refused(2), ends().loosely("closed without a word")});
      });
  add(cases, "rfc7143/11.13.5/redirect_has_a_whole_address")
      .requirements({"7143-11.13.5-3", "7143-13.8-4"})
      .purpose(
          "A login that is redirected (status class 01h) is told a TargetAddress, which has no "
          "portal group tag there.")
      .observed("The Login Response of a target that redirects.")
      .needs({})
      .stage("- s: {on: {receive: Login Request}, do: {redirect: {to: 10.0.0.11:3260}}}\n")
      .mutant("redirects_nowhere", "does not say where to go",
              fault("receive: Login Request", "{login_status: 0101h}"))
      .mutant("redirects_with_a_tag", "puts a portal group tag behind the address",
              fault("receive: Login Request", "{redirect: {address: \"10.0.0.11:3260,1\"}}"))
      .body([](CaseContext& c) {
        Connection& one = c.connect();
        const Seen seen =
            one.login_step({.csg = 0, .nsg = 1, .transit = true, .keys = names_and_none(one)});
        if (!seen.is(Opcode::login_response) || seen.get("Status-Class") != 1)
          c.unsupported("it does not redirect");
        const auto address = value_of(seen.pdu.pairs(), "TargetAddress");
        c.check(address && !address->empty(), "there is no TargetAddress", seen);
        c.check(address->find(',') == std::string::npos,
                "TargetAddress=" + *address + " has a portal group tag", seen, "TargetAddress");
      });
}

}  // namespace

void add_login_flow_cases(CaseList& cases) {
  add_stage_cases(cases);
  add_constancy_cases(cases);
  add_long_logins(cases);
  add_rules_of_sums(cases);
  add_endings(cases);
}

}  // namespace lunsim::conform
