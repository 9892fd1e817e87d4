// What does not belong into a login, names of full length, steps of CHAP that are not whole, and
// keys in combinations of three.
// RFC 7143 §4.2.4, §4.2.7, §6.2, §6.3.2, §7.1.4, §9.2, §13.26
#include <array>
#include <utility>

#include <fmt/format.h>

#include "conformance/harness/case_context.hpp"
#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"
#include "conformance/target_cases/chap_steps.hpp"
#include "conformance/target_cases/key_answers.hpp"
#include "conformance/target_cases/scsi_exchange.hpp"

namespace lunsim::conform {
namespace {

using pdu::Opcode;

Pairs opening_keys(const Connection& one) {
  Pairs keys = one.names();
  keys.emplace_back("AuthMethod", "None");
  return keys;
}

/// A login whose security stage is done.
Connection& halfway(CaseContext& c) {
  Connection& one = c.connect();
  c.expect(one.login_step({.csg = 0, .nsg = 1, .transit = true, .keys = opening_keys(one)}),
           {login_goes_on()}, "the security stage");
  return one;
}

void add_intruders(CaseList& cases) {
  add(cases, "rfc7143/4.2.4/other_pdu_amid_a_login_is_refused")
      .requirements({"7143-4.2.4-11"})
      .purpose(
          "A PDU that is no Login Request amid a login is answered with a Login Response of status "
          "020Bh, and the connection ends.")
      .observed("A NOP-Out behind the security stage.")
      .possible_problems("Targets in the field close without a word.")
      .mutant("overlooks_a_ping_amid_a_login", "passes over it", fault("receive: NOP-Out", "drop"))
      .mutant("refuses_a_ping_as_unauthorized", "gives another status",
              fault("send: Login Response, fields: {Status-Class: 2}", "{set: {Status-Class: 3}}"))
      .body([](CaseContext& c) {
        Connection& one = halfway(c);
        one.issue(ping());
        const Seen seen = one.next();
        c.expect(seen, {login_refused(2, {0x0B}), login_refused(2).loosely("020Bh says it better"),
                        ends().loosely("closed without a word")});
        if (!seen.is_over()) c.expect(one.next(c.patience() * 2), {ends()}, "behind the refusal");
      });
  add(cases, "rfc7143/7.1.4/snack_amid_a_login_fails_it")
      .requirements({"7143-7.1.4-3"})
      .purpose("There is no recovery within a connection before full feature phase.")
      .observed("A SNACK Request behind the security stage.")
      .mutant("overlooks_a_snack_amid_a_login", "passes over it",
              fault("receive: SNACK Request", "drop"))
      .body([](CaseContext& c) {
        Connection& one = halfway(c);
        RawPdu request(Opcode::snack_request);
        request.put(1, 0x81).set("Initiator Task Tag", 0xFFFF'FFFFu);
        request.set("Target Transfer Tag", 0xFFFF'FFFFu).set("ExpStatSN", one.exp_stat_sn);
        one.send(request.set("BegRun", 0).set("RunLength", 1));
        c.expect(one.next(), {login_refused(), ends(), rejected().loosely("by a Reject")});
      });
}

void add_names_of_full_length(CaseList& cases) {
  add(cases, "rfc7143/4.2.7.1/initiator_name_of_223_bytes_is_taken")
      .requirements({"7143-4.2.7.1-3"})
      .purpose("iSCSI names of up to 223 bytes are taken.")
      .observed("A login whose InitiatorName has 223 bytes.")
      .possible_problems("A target that knows its initiators by name refuses this one with 0202h.")
      .mutant("takes_short_names_only", "refuses a long name",
              fault("receive: Login Request, nth: 1", "{login_status: 0200h}"))
      .body([](CaseContext& c) {
        LoginPlan plan;
        std::string name = "iqn.2026-11.org.lunsim:";
        name.resize(223, 'a');
        plan.initiator = name;
        const LoginResult login = c.connect().login(plan);
        c.expect(login.last,
                 {login_done(), login_refused(2, {2}).loosely("it does not know this initiator")});
      });
  add(cases, "rfc7143/13.26.1/architecture_is_declared_once")
      .requirements({"7143-13.26.1-4"})
      .purpose("X#NodeArchitecture is not declared a second time in one login.")
      .observed("How often the target says it in a login of three requests.")
      .mutant("says_its_architecture_always", "says it in each response",
              fault("send: Login Response", "{text: {add: {\"X#NodeArchitecture\": \"a/1\"}}}"))
      .body([](CaseContext& c) {
        Connection& one = halfway(c);
        const Seen second = one.login_step({.csg = 1, .nsg = 0, .transit = false});
        const Seen third = one.login_step({.csg = 1, .nsg = 3, .transit = true});
        const std::size_t count = count_of(second.pdu.pairs(), "X#NodeArchitecture") +
                                  count_of(third.pdu.pairs(), "X#NodeArchitecture");
        c.check(count <= 1, fmt::format("it is said {} times", count), third, "X#NodeArchitecture");
      });
}

void add_chap_steps(CaseList& cases) {
  add(cases, "rfc7143/9.2/incomplete_step_has_its_status")
      .requirements({"7143-9.2-5"})
      .purpose(
          "A request that lacks what its step of CHAP needs is refused with 0200h or 0207h, not as "
          "a failed proof.")
      .observed("CHAP_N without CHAP_R where the response is due.")
      .possible_problems("Targets in the field answer 0201h.")
      .needs({Need::chap})
      .locked_mutant(
          "incomplete_step_is_a_failed_proof", "answers 0201h",
          fault("send: Login Response, fields: {Status-Class: 2}", "{set: {Status-Detail: 1}}"))
      .body([](CaseContext& c) {
        Connection& one = c.connect();
        take_challenge(c, one);
        const Seen seen = security_step(one, {{"CHAP_N", c.target().chap.user}}, true);
        c.expect(seen, {login_refused(2, {0x00, 0x07}), ends().loosely("closed without a word")});
      });
  add(cases, "rfc7143/6.3.2/full_feature_phase_from_security_has_a_tsih")
      .requirements({"7143-6.3.2-8"})
      .purpose(
          "A login that goes from security into full feature phase is told its TSIH with the last "
          "response.")
      .observed("A login by CHAP whose last step asks for full feature phase.")
      .possible_problems("A target may want the operational stage first; then nothing is judged.")
      .needs({Need::chap})
      .locked_mutant("no_tsih_behind_security", "leaves the TSIH 0",
                     fault("send: Login Response, fields: {T: 1, NSG: 3}", "{set: {TSIH: 0}}"))
      .body([](CaseContext& c) {
        Connection& one = c.connect();
        const Challenge challenge = take_challenge(c, one);
        RawPdu request = one.login_request({.csg = 0, .nsg = 3, .transit = true});
        one.send(
            request.with_text({{"CHAP_N", c.target().chap.user}, {"CHAP_R", proof(c, challenge)}}));
        const Seen seen = one.next();
        c.expect(seen, {login_goes_on()});
        if (seen.get("T") == 0 || seen.get("NSG") != 3)
          c.unsupported("it wants the operational stage");
        c.check(seen.get("TSIH") != 0, "the TSIH is 0", seen, "TSIH");
      });
}

/// Keys in all combinations of three: 8 keys of two values each in 16 logins (an orthogonal array
/// of strength 3: the bits of a row's number, and the sums of three of them).
struct Choice {
  std::array<Pairs, 2> offers;
};

std::array<Choice, 8> choices() {
  return {
      {{{Pairs{{"InitialR2T", "Yes"}}, Pairs{{"InitialR2T", "No"}}}},
       {{Pairs{{"ImmediateData", "Yes"}}, Pairs{{"ImmediateData", "No"}}}},
       {{Pairs{{"HeaderDigest", "None"}}, Pairs{{"HeaderDigest", "CRC32C,None"}}}},
       {{Pairs{{"DataDigest", "None"}}, Pairs{{"DataDigest", "CRC32C,None"}}}},
       {{Pairs{{"MaxOutstandingR2T", "1"}}, Pairs{{"MaxOutstandingR2T", "4"}}}},
       {{Pairs{{"MaxBurstLength", "262144"}, {"FirstBurstLength", "65536"}},
         Pairs{{"MaxBurstLength", "4096"}, {"FirstBurstLength", "512"}}}},
       {{Pairs{{"MaxRecvDataSegmentLength", "512"}}, Pairs{{"MaxRecvDataSegmentLength", "65536"}}}},
       {{Pairs{{"DefaultTime2Wait", "0"}, {"DefaultTime2Retain", "0"}},
         Pairs{{"DefaultTime2Wait", "2"}, {"DefaultTime2Retain", "20"}}}}}};
}

Pairs offers_of(unsigned row) {
  const auto bit = [row](unsigned at) { return (row >> at) & 1u; };
  const std::array<unsigned, 8> columns{bit(0),
                                        bit(1),
                                        bit(2),
                                        bit(3),
                                        bit(0) ^ bit(1) ^ bit(2),
                                        bit(0) ^ bit(1) ^ bit(3),
                                        bit(0) ^ bit(2) ^ bit(3),
                                        bit(1) ^ bit(2) ^ bit(3)};
  Pairs out;
  const auto all = choices();
  for (std::size_t i = 0; i < columns.size(); ++i)
    for (const auto& offer : all[i].offers[columns[i]]) out.push_back(offer);
  return out;
}

/// Whether `answer` is what the result function of the key allows.          RFC 7143 §6.2, §13
bool is_allowed(const std::string& key, const std::string& offer, const std::string& answer) {
  if (key == "MaxRecvDataSegmentLength") return true;  // declared, each side its own
  if (key == "InitialR2T") return answer.empty() || answer == "Yes" || offer == answer;
  if (key == "ImmediateData") return answer.empty() || answer == "No" || offer == answer;
  if (key.ends_with("Digest")) return ("," + offer + ",").find("," + answer + ",") != offer.npos;
  const auto offered = numerical_value(offer), answered = numerical_value(answer);
  if (!answered) return false;
  return key == "DefaultTime2Wait" ? *answered >= *offered : *answered <= *offered;
}

void add_combinations_of_keys(CaseList& cases) {
  constexpr std::pair<const char*, const char*> kWrong[] = {{"MaxOutstandingR2T", "5"},
                                                            {"MaxBurstLength", "16777215"},
                                                            {"HeaderDigest", "CRC32"},
                                                            {"DefaultTime2Retain", "3600"}};
  for (unsigned row = 0; row < 16; ++row) {
    const Pairs offers = offers_of(row);
    const auto& [key, value] = kWrong[row % 4];
    std::string said;
    for (const auto& [name, text] : offers) said += (said.empty() ? "" : " ") + name + "=" + text;
    add(cases, fmt::format("rfc7143/6.2/keys_together_{:02}", row + 1))
        .requirements({"7143-6.2.2-1", "7143-6.2.1-2"})
        .purpose("Keys that are offered together are answered as each of them alone, and hold.")
        .observed("A login with " + said + "; a ping and, if there is a unit, a READ(10).")
        .mutant(fmt::format("keys_together_{:02}_break_{}", row + 1, snake_case(key)),
                fmt::format("answers {}={}", key, value),
                fault("send: Login Response",
                      fmt::format("{{text: {{set: {{{}: \"{}\"}}}}}}", key, value)))
        .body([offers](CaseContext& c) {
          Connection& one = c.connect();
          LoginPlan plan;
          plan.keys = offers;
          const LoginResult login = one.login(plan);
          c.expect(login.last, {login_goes_on()});
          for (const auto& [name, text] : offers)
            c.check(is_allowed(name, text, login.value(name)),
                    fmt::format("{}={} is answered with {}", name, text, login.value(name)),
                    login.said(name), name);
          c.check(login.number("FirstBurstLength", 65536) <= login.number("MaxBurstLength", 262144),
                  "FirstBurstLength is more than MaxBurstLength", login.said("FirstBurstLength"),
                  "FirstBurstLength");
          c.expect_alive(one, "this login");
          if (!c.profile().has(Need::lun)) return;
          const std::uint32_t bytes = 16 * c.profile().block_bytes;
          const ScsiAnswer read = ask(c, one, read_cdb(10, 0, 16), bytes);
          c.expect(read.end, {good()}, "READ(10)");
          c.check(read.data.size() == bytes, "not all data came", read.end);
        });
  }
}

}  // namespace

void add_login_trouble_cases(CaseList& cases) {
  add_intruders(cases);
  add_names_of_full_length(cases);
  add_chap_steps(cases);
  add_combinations_of_keys(cases);
}

}  // namespace lunsim::conform
