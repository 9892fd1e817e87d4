// Text negotiation in full feature phase, SendTargets and discovery sessions.
// RFC 7143 §6.4, §11.10, §11.11, Appendix C
#include "conformance/harness/case_context.hpp"
#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"

namespace lunsim::conform {
namespace {

using pdu::Opcode;

RawPdu request_of_text(const Pairs& pairs) {
  RawPdu request(Opcode::text_request);
  request.set("F", 1).set("Target Transfer Tag", kReservedTag);
  if (!pairs.empty()) request.with_text(pairs);
  return request;
}

/// Sends it; the whole answer, over responses that go on.
Seen ask(CaseContext& c, Connection& one, RawPdu request, Pairs* all = nullptr) {
  const std::uint32_t tag = one.issue(request);
  Seen seen = one.answer_to(tag);
  for (int i = 0; i < 16 && seen.is(Opcode::text_response); ++i) {
    const Pairs some = seen.pdu.pairs();
    if (all != nullptr) all->insert(all->end(), some.begin(), some.end());
    if (seen.get("F") == 1) return seen;
    RawPdu rest = request_of_text({});
    rest.set("Target Transfer Tag", seen.get("Target Transfer Tag"));
    one.stamp(rest);
    one.send(rest.set("Initiator Task Tag", tag));
    seen = one.answer_to(tag);
  }
  c.note("the answer has ended");
  return seen;
}

Connection& in_discovery(CaseContext& c) {
  LoginPlan plan;
  plan.discovery = true;
  return c.session(plan);
}

std::string spoils(std::string_view change) { return fault("send: Text Response", change); }
std::string text_fault(std::string_view change) { return fault("receive: Text Request", change); }

Outcome final_response() {
  return pdu_of(Opcode::text_response, {{"F", 1}, {"Target Transfer Tag", kReservedTag}});
}

std::vector<Outcome> protocol_error() {
  return {rejected({0x04}), rejected().loosely("the reason 04h says it better"),
          ends().loosely("closed without a word")};
}

/// One Text Request in a normal session, and what may come of it.
void text(CaseList& cases, std::string id, std::vector<std::string> requirements,
          std::string purpose, std::string observed, RawPdu request, std::vector<Outcome> legal,
          std::string mutant, std::string what, std::string faults) {
  add(cases, std::move(id))
      .requirements(std::move(requirements))
      .purpose(std::move(purpose))
      .observed(std::move(observed))
      .mutant(std::move(mutant), std::move(what), std::move(faults))
      .body([request = std::move(request), legal = std::move(legal)](CaseContext& c) {
        const bool lists = value_of(request.pairs(), "SendTargets").has_value();
        Connection& one = lists ? in_discovery(c) : c.session();
        RawPdu copy = request;
        one.issue(copy);
        c.expect(one.next(), legal);
      });
}

void add_text_responses(CaseList& cases) {
  const Pairs unknown{{"X-org.lunsim.nobody", "knows"}};
  text(cases, "rfc7143/11.11.1/final_response_has_the_reserved_tag",
       {"7143-11.11.1-4", "7143-11.11.4-2"},
       "A Text Response with F=1 has the Target Transfer Tag FFFFFFFFh.",
       "SendTargets=All in a discovery session.", request_of_text({{"SendTargets", "All"}}),
       {final_response()}, "ends_with_a_tag", "puts a tag into its last Text Response",
       spoils("{set: {Target Transfer Tag: 7}}"));
  text(
      cases, "rfc7143/6.4/key_given_twice_is_rejected", {"7143-6.4-12"},
      "A key that comes twice in one text negotiation is answered with Reject, Protocol Error.",
      "MaxRecvDataSegmentLength twice in one Text Request.",
      request_of_text({{"MaxRecvDataSegmentLength", "8192"}, {"MaxRecvDataSegmentLength", "4096"}}),
      protocol_error(), "text_takes_a_key_twice", "does not notice that a key came again",
      text_fault("{text: {remove: [MaxRecvDataSegmentLength]}}"));
  text(cases, "rfc7143/6.2/continued_request_is_not_final", {"7143-6.2-1"},
       "A Text Request whose text goes on (C=1) is not the last one (F=1).",
       "A Text Request with C=1 and F=1.", request_of_text(unknown).set("C", 1), protocol_error(),
       "takes_final_with_continue", "takes F=1 though more text was announced",
       text_fault("{set: {C: 0}}"));
  add(cases, "rfc7143/11.11.3/response_has_the_tag_of_its_request")
      .requirements({"7143-11.11.3-1"})
      .purpose("A Text Response has the Initiator Task Tag of its request.")
      .observed("SendTargets=All in a discovery session.")
      .mutant("answers_with_another_tag", "answers with a tag of its own",
              spoils("{set: {Initiator Task Tag: 0x7777}}"))
      .body([](CaseContext& c) {
        Connection& one = in_discovery(c);
        const std::uint32_t tag = one.issue(request_of_text({{"SendTargets", "All"}}));
        c.expect(one.next(), {pdu_of(Opcode::text_response, {{"Initiator Task Tag", tag}})});
      });
  add(cases, "rfc7143/6.2/continued_text_is_answered_without_data")
      .requirements({"7143-6.2-2", "7143-6.4-9"})
      .purpose(
          "A Text Request with C=1 is answered by a Text Response without data, F=0 and a tag.")
      .observed("The first half of a key with C=1, then the other half.")
      .needs({Need::login, Need::text_request})
      .mutant("answers_half_a_key", "answers before the text is whole",
              fault("send: Text Response, nth: 1", "{set: {F: 1}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        RawPdu first = request_of_text({}).set("F", 0).set("C", 1);
        first.with_raw_text("X-org.lunsim.no");
        const std::uint32_t tag = one.issue(first);
        const Seen seen = one.answer_to(tag);
        c.expect(seen, {pdu_of(Opcode::text_response, {{"F", 0}, {"C", 0}})});
        c.check(seen.pdu.data.empty(), "there is data in it", seen, "DataSegmentLength");
        c.check(seen.get("Target Transfer Tag") != kReservedTag, "its tag is FFFFFFFFh", seen,
                "Target Transfer Tag");
        RawPdu rest = request_of_text({});
        rest.with_raw_text(std::string_view("body=knows\0", 11));
        rest.set("Target Transfer Tag", seen.get("Target Transfer Tag"));
        one.stamp(rest);
        one.send(rest.set("Initiator Task Tag", tag));
        c.expect(one.answer_to(tag), {answers("X-org.lunsim.nobody", {"NotUnderstood"})});
      });
}

void add_send_targets(CaseList& cases) {
  const auto lists = [&](std::string id, std::vector<std::string> requirements, std::string purpose,
                         bool discovery, std::string value,
                         std::function<void(CaseContext&, const Seen&, const Pairs&)> judge,
                         std::string mutant, std::string what, std::string faults) {
    add(cases, std::move(id))
        .requirements(std::move(requirements))
        .purpose(std::move(purpose))
        .observed(std::string("SendTargets=") + value + " in a " +
                  (discovery ? "discovery" : "normal") + " session.")
        .needs({discovery ? Need::discovery : Need::login})
        .mutant(std::move(mutant), std::move(what), std::move(faults))
        .body([discovery, value, judge = std::move(judge)](CaseContext& c) {
          Connection& one = discovery ? in_discovery(c) : c.session();
          const std::string asked = value == "(its name)" ? c.target().name : value;
          Pairs all;
          const Seen seen = ask(c, one, request_of_text({{"SendTargets", asked}}), &all);
          c.expect(seen, {pdu_of(Opcode::text_response, {{"F", 1}})});
          judge(c, seen, all);
        });
  };
  const auto has_it = [](CaseContext& c, const Seen& seen, const Pairs& all) {
    bool found = false;
    for (const auto& [key, value] : all)
      found = found || (key == "TargetName" && value == c.target().name);
    c.check(found, "the target is not in the list", seen);
  };
  const auto has_only_it = [has_it](CaseContext& c, const Seen& seen, const Pairs& all) {
    has_it(c, seen, all);
    c.check(count_of(all, "TargetName") == 1, "other targets are in the list", seen, "TargetName");
  };
  const std::string hides = spoils("{text: {remove: [TargetName]}}");
  lists("rfc7143/c/discovery_lists_all", {"7143-C-4", "7143-C-11", "7143-4.2.7.1-1"},
        "SendTargets=All in a discovery session lists what the initiator may use.", true, "All",
        has_it, "lists_nothing", "lists no target", hides);
  lists("rfc7143/c/discovery_lists_one_by_name", {"7143-C-4"},
        "SendTargets with the name of a target lists that one.", true, "(its name)", has_only_it,
        "lists_no_single_target", "does not know a target by its name", hides);
  lists(
      "rfc7143/c/unknown_target_is_not_listed", {"7143-C-4"},
      "To the name of a target that is not there the list is empty.", true,
      "iqn.2026-11.org.lunsim:nobody-has-this-name",
      [](CaseContext& c, const Seen& seen, const Pairs& all) {
        c.check(count_of(all, "TargetName") == 0, "something is listed", seen, "TargetName");
      },
      "lists_what_is_not_there", "lists whatever it is asked for",
      spoils("{text: {add: {TargetName: \"iqn.2026-11.org.lunsim:nobody-has-this-name\"}}}"));
  lists(
      "rfc7143/13.8/target_address_is_whole", {"7143-13.8-1"},
      "TargetAddress is a domain name or address, an optional port and a portal group.", true,
      "All",
      [](CaseContext& c, const Seen& seen, const Pairs& all) {
        for (const auto& [key, value] : all) {
          if (key != "TargetAddress") continue;
          const std::size_t comma = value.rfind(',');
          const bool has_group = comma != value.npos && comma > 0 && comma + 1 < value.size() &&
                                 value.find_first_not_of("0123456789", comma + 1) == value.npos;
          c.check(has_group, "TargetAddress=" + value + " has no portal group", seen, key);
        }
        c.judged();
      },
      "tells_half_an_address", "leaves the portal group out of the address",
      spoils("{text: {set: {TargetAddress: \"10.0.0.10:3260\"}}}"));
}

void add_sessions(CaseList& cases) {
  add(cases, "rfc7143/4.2.2.2/text_response_counts_in_stat_sn")
      .requirements({"7143-4.2.2.2-1"})
      .purpose("Each Text Response takes the next StatSN.")
      .observed("Two Text Requests in a discovery session, one after the other.")
      .mutant("text_has_one_stat_sn", "gives two responses the same StatSN",
              fault("send: Text Response, nth: 2", "{set: {StatSN: 0}}"))
      .body([](CaseContext& c) {
        Connection& one = in_discovery(c);
        const Seen first = ask(c, one, request_of_text({{"SendTargets", "All"}}));
        c.expect(first, {final_response()});
        const Seen second = ask(c, one, request_of_text({{"SendTargets", "All"}}));
        c.expect(second, {final_response()});
        c.check(second.get("StatSN") == ((first.get("StatSN") + 1) & 0xFFFF'FFFFu),
                "StatSN is not the next one", second, "StatSN");
      });
  add(cases, "rfc7143/4.3/discovery_session_is_logged_out")
      .requirements({"7143-4.3-2"})
      .purpose("A discovery session ends by a Logout like any other.")
      .observed("A Logout Request in a discovery session.")
      .needs({Need::discovery})
      .mutant("keeps_discovery_open", "refuses the Logout of a discovery session",
              fault("send: Logout Response", "{set: {Response: 3}}"))
      .body([](CaseContext& c) {
        Connection& one = in_discovery(c);
        RawPdu request(Opcode::logout_request);
        request.set("I", 1).set("F", 1);
        const std::uint32_t tag = one.issue(request);
        c.expect(one.answer_to(tag), {pdu_of(Opcode::logout_response, {{"Response", 0}}),
                                      ends().loosely("closed at once")});
      });
  add(cases, "rfc7143/6.3.5/same_isid_takes_the_session_over")
      .requirements({"7143-6.3.5-2", "7143-4.4.3-1"})
      .purpose(
          "A login with TSIH=0 and the ISID of a session takes its place: the old one is gone.")
      .observed("Two logins of one initiator with one ISID; the old connection ends.")
      .mutant("keeps_both_sessions", "lets the old session live beside the new one",
              fault("receive: Login Request, nth: 3",
                    "{text: {set: {InitiatorName: \"iqn.2026-11.org.lunsim:somebody\"}}}"))
      .body([](CaseContext& c) {
        Connection& old_one = c.session();
        LoginPlan plan;
        plan.isid = old_one.isid;
        Connection& new_one = c.session(plan);
        c.expect(old_one.next(), {ends(), pdu_of(Opcode::async_message).loosely("said before")},
                 "the old connection");
        c.expect_alive(new_one, "the reinstatement");
      });
  add(cases, "rfc7143/6.3.1/another_isid_is_another_session")
      .requirements({"7143-6.3.1-5", "7143-6.3.1-3"})
      .purpose("Sessions of one initiator with different ISIDs live side by side.")
      .observed("Two logins with different ISIDs; both connections answer.")
      .mutant(
          "has_one_session_for_each_name", "takes every login of a name for the same session",
          "- f: {on: {receive: Login Request, nth: 3}, do: {flip: {at: header+13, bits: 01h}}}\n"
          "- g: {on: {receive: Login Request, nth: 4}, do: {flip: {at: header+13, bits: 01h}}}\n")
      .body([](CaseContext& c) {
        Connection& one = c.session();
        Connection& other = c.session();
        c.check(one.isid != other.isid, "the harness gave one ISID twice", Seen{});
        c.expect_alive(other, "the second login");
        c.expect_alive(one, "the second login");
      });
  add(cases, "rfc7143/6.3.1/another_name_is_another_session")
      .requirements({"7143-6.3.1-5", "7143-6.3.1-3"})
      .purpose("An ISID is the initiator's own: another initiator's session is not touched.")
      .observed("Two initiator names log in with the same ISID; both connections answer.")
      .mutant("knows_sessions_by_isid_alone", "takes the same ISID of two names for one session",
              fault("receive: Login Request, nth: 3",
                    "{text: {set: {InitiatorName: \"iqn.2026-11.org.lunsim:conform\"}}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        LoginPlan plan;
        plan.isid = one.isid;
        plan.initiator = c.target().initiator + "-other";
        Connection& other = c.session(plan);
        c.expect_alive(other, "the second login");
        c.expect_alive(one, "the second login");
      });
}

}  // namespace

void add_text_cases(CaseList& cases) {
  add_text_responses(cases);
  add_send_targets(cases);
  add_sessions(cases);
}

}  // namespace lunsim::conform
