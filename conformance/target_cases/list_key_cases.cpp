// Keys whose value is a list or a text: digests, TaskReporting, the obsolete markers, the protocol
// level, and what is declared. RFC 7143 §6.2.1, §13.1, §13.23-§13.26
#include <fmt/format.h>

#include "conformance/harness/case_context.hpp"
#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"
#include "conformance/target_cases/key_answers.hpp"

namespace lunsim::conform {
namespace {

/// One login that offers one key once.
void offer(CaseList& cases, std::string id, std::vector<std::string> requirements,
           std::string purpose, std::string key, std::string value, LegalAnswers legal,
           std::string mutant, std::string what, std::string faults, bool discovery = false) {
  add(cases, std::move(id))
      .requirements(std::move(requirements))
      .purpose(std::move(purpose))
      .observed(fmt::format("A {} that offers {}={}.", discovery ? "discovery login" : "login", key,
                            value.size() > 60 ? value.substr(0, 60) + "..." : value))
      .needs({discovery ? Need::discovery : Need::login})
      .mutant(std::move(mutant), std::move(what), std::move(faults))
      .body([key, value, legal = std::move(legal), discovery](CaseContext& c) {
        LoginPlan plan;
        plan.keys = {{key, value}};
        plan.discovery = discovery;
        judge_offer(c, plan, key, legal);
      });
}

std::string says(std::string_view key, std::string_view value) {
  return fault("send: Login Response", fmt::format("{{text: {{set: {{{}: {}}}}}}}", key, value));
}
void add_digest(CaseList& cases, const std::string& key) {
  const std::string name = snake_case(key);
  const auto id = [&](std::string_view what) {
    return fmt::format("rfc7143/13.1/{}_{}", name, what);
  };
  const auto mutant = [&](std::string_view what) { return fmt::format("{}_{}", name, what); };
  const LegalAnswers none{.values = {"None"}}, crc{.values = {"CRC32C"}};
  offer(cases, id("none_only"), {"7143-13.1-2"}, "None must be there.", key, "None", none,
        mutant("insists_on_crc"), "answers CRC32C to None", says(key, "CRC32C"));
  offer(cases, id("crc32c_only"), {"7143-13.1-2", "7143-6.2.1-3"}, "CRC32C must be there.", key,
        "CRC32C", {.values = {"CRC32C", "Reject"}, .may_end_the_login = true}, mutant("says_none"),
        "answers None, which was not offered", says(key, "None"));
  offer(cases, id("none_first"), {"7143-6.2.1-2"},
        "The first value of the list that the target may use is chosen.", key, "None,CRC32C", none,
        mutant("is_not_there"), "does not know the key", says(key, "NotUnderstood"));
  cases.back().possible_problems = "A target that is configured for CRC32C alone chooses that.";
  offer(cases, id("unknown_first"), {"7143-6.2.1-5", "7143-13.1-9"},
        "Digests that the target does not know are passed over.", key,
        "Y-org.lunsim.sum,CRC32C,None", {.values = {"CRC32C", "None"}}, mutant("takes_the_unknown"),
        "chooses a digest that it cannot know", says(key, "Y-org.lunsim.sum"));
  offer(cases, id("unknown_only"), {"7143-6.2.1-6"},
        "None of the digests is known: Reject, or the login ends.", key, "Y-org.lunsim.sum",
        {.values = {"Reject"}, .may_end_the_login = true}, mutant("takes_any"),
        "agrees to a digest that it cannot know", answers_wrongly(key, "None", "Y-org.lunsim.sum"));
  offer(cases, id("in_small_letters"), {"7143-6.1-1"}, "Values are case sensitive.", key, "crc32c",
        {.values = {"Reject"}, .may_end_the_login = true}, mutant("knows_small_letters"),
        "agrees to crc32c", answers_wrongly(key, "CRC32C,None", "crc32c"));
  offer(cases, id("in_discovery"), {"7143-13.1-2"}, "Digests are negotiated in discovery, too.",
        key, "None", none, mutant("unknown_in_discovery"), "does not know the key in discovery",
        says(key, "NotUnderstood"), true);
  add(cases, id("offered_again_is_refused"))
      .requirements({"7143-6.3-23", "7143-6.3-24"})
      .purpose(key + " negotiated a second time in one login is refused.")
      .observed(key + "=None in two Login Requests of one login.")
      .mutant(
          mutant("may_come_again"), "does not notice the second offer",
          fault("receive: Login Request, nth: 3", fmt::format("{{text: {{remove: [{}]}}}}", key)))
      .body([key](CaseContext& c) { judge_offer_in_two_requests(c, key, "None"); });
}

void add_task_reporting(CaseList& cases) {
  const std::string key = "TaskReporting";
  offer(cases, "rfc7143/13.23/task_reporting_of_old", {"7143-6.2-15", "7143-13.23-1"},
        "RFC3720 is what every target can do.", key, "RFC3720", {.values = {"RFC3720"}},
        "knows_no_task_reporting", "does not understand TaskReporting", says(key, "NotUnderstood"));
  offer(cases, "rfc7143/13.23/task_reporting_is_chosen_from_the_list", {"7143-6.2.1-2"},
        "One of the offered values is chosen.", key, "FastAbort,ResponseFence,RFC3720",
        {.values = {"FastAbort", "ResponseFence", "RFC3720"}}, "invents_a_task_reporting",
        "chooses a value that was not offered", says(key, "SlowAbort"));
  offer(cases, "rfc7143/13.23/unknown_task_reporting_is_passed_over", {"7143-6.2.1-5"},
        "Values that the target does not know are passed over.", key,
        "SlowAbort,ResponseFence,RFC3720", {.values = {"ResponseFence", "RFC3720"}},
        "takes_the_first_task_reporting", "chooses the first value unseen", says(key, "SlowAbort"));
  for (std::size_t i = cases.size() - 3; i < cases.size(); ++i)
    cases[i].needs = {Need::login, Need::protocol_level};
}

void add_markers(CaseList& cases) {
  for (const std::string key : {"IFMarker", "OFMarker"})
    offer(cases, fmt::format("rfc7143/13.25/{}_is_turned_down", snake_case(key)),
          {"7143-13.25-2", "7143-13.25-3", "7143-13.25-4"},
          "Markers are obsolete: Reject or No, never NotUnderstood.", key, "Yes",
          {.values = {"Reject", "No"}}, fmt::format("knows_no_{}", snake_case(key)),
          "does not understand the key", says(key, "NotUnderstood"));
  for (const std::string key : {"IFMarkInt", "OFMarkInt"})
    offer(cases, fmt::format("rfc7143/13.25/{}_is_rejected", snake_case(key)),
          {"7143-13.25-5", "7143-13.25-6"}, "Marker intervals are obsolete: Reject.", key,
          "2048~8192", {.values = {"Reject"}}, fmt::format("wants_{}", snake_case(key)),
          "agrees to an interval of markers", says(key, "2048"));
}

void add_others(CaseList& cases) {
  offer(cases, "rfc7143/13.24/protocol_level_one", {"7143-13.24-2", "7143-6.2-15"},
        "iSCSIProtocolLevel is known; the answer is not above the offer.", "iSCSIProtocolLevel",
        "1", {.is_number = true, .first = 0, .last = 1}, "claims_a_higher_level",
        "answers a level above the offer", says("iSCSIProtocolLevel", "2"));
  cases.back().level = Level::interop;
  cases.back().possible_problems = "A target written by RFC 3720 has no such key.";
  offer(cases, "rfc7143/13.24/protocol_level_of_the_future", {"7143-13.24-2"},
        "To a level that is not there yet the target answers with its own.", "iSCSIProtocolLevel",
        "31", {.is_number = true, .first = 0, .last = 31}, "knows_no_level",
        "does not understand the key", says("iSCSIProtocolLevel", "NotUnderstood"));
  cases.back().needs = {Need::login, Need::protocol_level};
  offer(cases, "rfc7143/13.26.1/node_architecture_harms_nobody",
        {"7143-13.26.2-1", "7143-13.26.2-2"},
        "X#NodeArchitecture changes nothing: the login succeeds.", "X#NodeArchitecture",
        "org.lunsim.conform/1",
        {.values = {"NotUnderstood", "Irrelevant", "Reject", "None"}, .may_be_absent = true},
        "shuts_out_an_architecture", "refuses whoever tells what it runs on",
        fault("send: Login Response, fields: {CSG: 1}", "{login_status: 0202h}"));
  offer(cases, "rfc7143/13.7/initiator_alias_wants_no_answer", {"7143-6.2-24"},
        "InitiatorAlias is declared: no answer is needed, and none that denies it is right.",
        "InitiatorAlias", "the judge", {.may_be_absent = true}, "knows_no_alias",
        "does not understand InitiatorAlias",
        fault("send: Login Response, fields: {CSG: 1}",
              "{text: {add: {InitiatorAlias: NotUnderstood}}}"));
  offer(
      cases, "rfc7143/13.12/receive_limit_is_declared", {"7143-13.12-1"},
      "MaxRecvDataSegmentLength is declared; the target may declare its own.",
      "MaxRecvDataSegmentLength", "8192",
      {.is_number = true, .first = 512, .last = 16777215, .may_be_absent = true},
      "declares_too_small_a_limit", "declares a limit below 512",
      fault("send: Login Response, fields: {CSG: 1}",
            "{text: {remove: [MaxRecvDataSegmentLength], add: {MaxRecvDataSegmentLength: 511}}}"));
  offer(cases, "rfc7143/13/send_targets_does_not_belong_into_login", {"7143-13-4"},
        "SendTargets is for full feature phase only.", "SendTargets", "All",
        {.values = {"Reject", "Irrelevant", "NotUnderstood"},
         .may_be_absent = true,
         .may_end_the_login = true},
        "lists_targets_in_login", "answers SendTargets during login",
        "- h: {on: {receive: Login Request}, do: {text: {remove: [SendTargets]}}}\n"
        "- f: {on: {send: Login Response, fields: {CSG: 1}}, do: {text: {add: {SendTargets: "
        "All}}}}\n");
}

}  // namespace

void add_list_key_cases(CaseList& cases) {
  add_digest(cases, "HeaderDigest");
  add_digest(cases, "DataDigest");
  add_task_reporting(cases);
  add_markers(cases);
  add_others(cases);
}

}  // namespace lunsim::conform
