// Discovery sessions and SendTargets: what they tell, what they refuse, and which of them take the
// place of which.              RFC 7143 §4.2.7, §4.3, §7.4, §13.8, §13.21, §13.26, Appendix C
#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "conformance/harness/case_context.hpp"
#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"

namespace lunsim::conform {
namespace {

using pdu::Opcode;

constexpr std::uint32_t kNoTransferTag = 0xFFFF'FFFFu;

LoginPlan discovery_plan(std::optional<std::string> target = {}) {
  LoginPlan plan;
  plan.discovery = true;
  plan.target = std::move(target);
  return plan;
}

struct Listed {
  Pairs pairs;
  Seen end;
};

/// SendTargets with its whole answer, or what came instead.
Listed send_targets(Connection& one, const std::string& value) {
  RawPdu request(Opcode::text_request);
  request.set("F", 1).set("Target Transfer Tag", kNoTransferTag);
  const std::uint32_t tag = one.issue(request.with_text({{"SendTargets", value}}));
  Listed out;
  out.end = one.answer_to(tag);
  for (int round = 0; round < 64 && out.end.is(Opcode::text_response); ++round) {
    const Pairs some = out.end.pdu.pairs();
    out.pairs.insert(out.pairs.end(), some.begin(), some.end());
    if (out.end.get("F") == 1) break;
    RawPdu rest(Opcode::text_request);
    rest.set("F", 1).set("Target Transfer Tag", out.end.get("Target Transfer Tag"));
    one.stamp(rest);
    one.send(rest.set("Initiator Task Tag", tag).set("LUN", out.end.get("LUN")));
    out.end = one.answer_to(tag);
  }
  return out;
}

Listed list_of_all(CaseContext& c, Connection& one) {
  Listed all = send_targets(one, "All");
  c.expect(all.end, {pdu_of(Opcode::text_response, {{"F", 1}})}, "SendTargets=All");
  return all;
}

/// The addresses behind each name.
std::vector<std::pair<std::string, std::vector<std::string>>> nodes_of(const Pairs& pairs) {
  std::vector<std::pair<std::string, std::vector<std::string>>> out;
  for (const auto& [key, value] : pairs) {
    if (key == "TargetName") out.push_back({value, {}});
    if (key == "TargetAddress" && !out.empty()) out.back().second.push_back(value);
  }
  return out;
}

std::string in_list(std::string_view change) { return fault("send: Text Response", change); }

using JudgesList = std::function<void(CaseContext&, Connection&, const Listed&)>;

void list(CaseList& cases, std::string id, std::vector<std::string> requirements,
          std::string purpose, std::string mutant, std::string what, std::string faults,
          JudgesList judge, std::string possible_problems = {}) {
  add(cases, "rfc7143/" + id)
      .requirements(std::move(requirements))
      .purpose(std::move(purpose))
      .observed("The answer to SendTargets=All in a discovery session.")
      .possible_problems(std::move(possible_problems))
      .needs({Need::discovery})
      .mutant(std::move(mutant), std::move(what), std::move(faults))
      .body([judge = std::move(judge)](CaseContext& c) {
        Connection& one = c.session(discovery_plan());
        judge(c, one, list_of_all(c, one));
      });
}

/// A rule for each name that is told.
void name(CaseList& cases, std::string what, std::vector<std::string> requirements,
          std::string purpose, std::string mutant, std::string_view bad_name,
          std::function<bool(const std::string&)> is_right) {
  list(cases, "4.2.7.2/" + what, std::move(requirements), std::move(purpose), std::move(mutant),
       "has such a name", in_list(fmt::format("{{text: {{set: {{TargetName: {}}}}}}}", bad_name)),
       [is_right = std::move(is_right)](CaseContext& c, Connection&, const Listed& all) {
         for (const auto& [key, value] : all.pairs)
           c.check(key != "TargetName" || is_right(value), "TargetName=" + value, all.end, key);
         c.judged();
       });
}

void add_names(CaseList& cases) {
  name(cases, "names_have_223_bytes_at_most", {"7143-4.2.7.2-2"},
       "An iSCSI name has at most 223 bytes.", "has_a_name_of_300_bytes", "{letters: 300}",
       [](const std::string& text) { return text.size() <= 223; });
  name(cases, "names_have_small_letters_only", {"7143-4.2.7.2-1"},
       "An iSCSI name has been through stringprep: no capitals, no blanks, no control characters.",
       "has_a_name_in_capitals", "\"iqn.2026-11.org.lunsim:DISK\"", [](const std::string& text) {
         return std::none_of(text.begin(), text.end(), [](char letter) {
           const auto code = static_cast<unsigned char>(letter);
           return (code >= 'A' && code <= 'Z') || code <= ' ' || code == 0x7F;
         });
       });
  name(cases, "iqn_names_have_a_date", {"7143-4.2.7.4-4", "7143-4.2.7.2-1"},
       "The date in an iqn name is yyyy-mm with a month from 01 to 12.", "has_a_name_of_month_13",
       "\"iqn.2026-13.org.lunsim:disk\"", [](const std::string& text) {
         if (!text.starts_with("iqn.")) return true;
         const std::string date = text.substr(4, 7);
         const auto is_digit = [&](std::size_t at) { return date[at] >= '0' && date[at] <= '9'; };
         if (date.size() != 7 || date[4] != '-') return false;
         for (const std::size_t at : std::initializer_list<std::size_t>{0, 1, 2, 3, 5, 6})
           if (!is_digit(at)) return false;
         const int month = (date[5] - '0') * 10 + (date[6] - '0');
         return month >= 1 && month <= 12;
       });
}

void add_lists(CaseList& cases) {
  list(cases, "c/list_has_names_and_addresses_only", {"7143-C-20"},
       "Nothing but TargetName and TargetAddress stands in an answer to SendTargets.",
       "lists_an_alias", "puts TargetAlias into the list",
       in_list("{text: {add: {TargetAlias: disk}}}"),
       [](CaseContext& c, Connection&, const Listed& all) {
         for (const auto& [key, value] : all.pairs)
           c.check(key == "TargetName" || key == "TargetAddress", key + " is listed", all.end, key);
         c.judged();
       });
  list(
      cases, "c/way_that_we_came_is_listed", {"7143-C-5"},
      "The list has all ways to a target, so also the one by which it was asked.",
      "lists_another_way", "tells an address that is not this one",
      in_list("{text: {set: {TargetAddress: \"10.9.9.9:3260,1\"}}}"),
      [](CaseContext& c, Connection&, const Listed& all) {
        const std::string own = runtime::to_string(c.target().portal);
        for (const auto& [name, addresses] : nodes_of(all.pairs)) {
          if (name != c.target().name || addresses.empty()) continue;
          const bool is_there =
              std::any_of(addresses.begin(), addresses.end(), [&](const std::string& address) {
                return address.substr(0, address.find(',')) == own ||
                       address.substr(0, address.find(',')) == c.target().portal.address;
              });
          c.check(is_there, own + " is not among its addresses", all.end, "TargetAddress");
        }
        c.judged();
      },
      "A target behind an address translation, or one that tells domain names, fails this.");
  list(cases, "13.8/listed_address_has_its_portal_group", {"7143-13.8-5"},
       "Each TargetAddress in a list ends in a comma and a portal group tag.",
       "lists_an_address_without_group", "leaves the tag out",
       in_list("{text: {set: {TargetAddress: \"10.0.0.10:3260\"}}}"),
       [](CaseContext& c, Connection&, const Listed& all) {
         for (const auto& [key, value] : all.pairs) {
           if (key != "TargetAddress") continue;
           const std::size_t comma = value.rfind(',');
           const std::string tag = comma == std::string::npos ? "" : value.substr(comma + 1);
           c.check(!tag.empty() && tag.find_first_not_of("0123456789") == std::string::npos,
                   "TargetAddress=" + value, all.end, key);
         }
         c.judged();
       });
  list(cases, "c/each_target_is_told_by_its_name", {"7143-C-14", "7143-C-15"},
       "What SendTargets=All lists is told with the same addresses if it is asked for by name.",
       "tells_another_address_by_name", "knows another address if it is asked by name",
       fault("send: Text Response, nth: 2", "{text: {set: {TargetAddress: \"10.0.0.77:3260,1\"}}}"),
       [](CaseContext& c, Connection& one, const Listed& all) {
         for (const auto& [name, addresses] : nodes_of(all.pairs)) {
           const Listed single = send_targets(one, name);
           const auto again = nodes_of(single.pairs);
           c.check(again.size() == 1 && again.front().first == name,
                   name + " is not told by its name", single.end, "TargetName");
           c.check(again.front().second == addresses, name + " has other addresses", single.end,
                   "TargetAddress");
         }
         c.judged();
       });
  add(cases, "rfc7143/c/discovery_login_is_taken")
      .requirements({"7143-C-3"})
      .purpose("Where targets are there is discovery: a discovery session can be opened.")
      .observed("A login with SessionType=Discovery.")
      .possible_problems("Whoever wants CHAP in discovery sessions answers 0201h.")
      .needs({})
      .mutant("has_no_discovery", "does not know discovery sessions",
              fault("receive: Login Request, session: discovery", "{login_status: 0209h}"))
      .body([](CaseContext& c) {
        Connection& one = c.connect();
        const LoginResult login = one.login(discovery_plan());
        c.expect(login.last,
                 {login_done(), login_refused(2, {1}).loosely("it wants another authentication")});
      });
}

void add_normal_sessions(CaseList& cases) {
  add(cases, "rfc7143/c/normal_session_tells_no_other_target")
      .requirements({"7143-C-18"})
      .purpose("SendTargets with an empty value tells the target of the session and no other.")
      .observed("SendTargets= in a normal session.")
      .needs({Need::login, Need::text_request})
      .mutant("tells_of_others", "lists another target, too",
              in_list("{text: {add: {TargetName: \"iqn.2026-11.org.lunsim:other\"}}}"))
      .body([](CaseContext& c) {
        const Listed own = send_targets(c.session(), "");
        c.expect(own.end, {pdu_of(Opcode::text_response, {{"F", 1}})});
        for (const auto& [name, addresses] : nodes_of(own.pairs))
          c.check(name == c.target().name, name + " is listed", own.end, "TargetName");
        c.judged();
      });
  add(cases, "rfc7143/c/normal_session_has_no_list_of_all")
      .requirements({"7143-C-12"})
      .purpose("SendTargets=All is for discovery sessions only.")
      .observed("SendTargets=All in a normal session: no list comes.")
      .possible_problems("Targets in the field answer with the list.")
      .mutant("lists_all_in_a_normal_session", "answers with the list",
              fault("receive: Text Request", "{text: {set: {SendTargets: \"\"}}}"))
      .body([](CaseContext& c) {
        const Listed all = send_targets(c.session(), "All");
        if (!all.end.is(Opcode::text_response)) {
          c.expect(all.end, {rejected(), ends().loosely("closed without a word")});
          return;
        }
        c.check(count_of(all.pairs, "TargetName") == 0, "a list comes", all.end, "TargetName");
      });
  add(cases, "rfc7143/c/nothing_is_listed_for_strangers")
      .requirements({"7143-C-22"})
      .purpose("An initiator that may use no target is told no name.")
      .observed(
          "The target refuses a name that it does not know; in a discovery session of that name it "
          "is not listed.")
      .needs({Need::discovery})
      .stage("",
             "chap: [{user: judge, secret: correct horse battery, initiator: "
             "\"iqn.2026-11.org.lunsim:conform\"}]\n")
      .mutant("lists_for_strangers", "lists what it would not let them use",
              in_list("{text: {add: {TargetName: \"iqn.2026-11.org.lunsim:disk\"}}}"))
      .body([](CaseContext& c) {
        LoginPlan stranger;
        stranger.initiator = "iqn.2026-11.org.lunsim:somebody-whom-nobody-knows";
        const LoginResult login = c.connect().login(stranger);
        const bool is_refused = login.last.is(Opcode::login_response) &&
                                login.last.get("Status-Class") == 2 &&
                                login.last.get("Status-Detail") == 2;
        if (!is_refused) c.unsupported("it does not refuse strangers with 0202h");
        LoginPlan plan = discovery_plan();
        plan.initiator = stranger.initiator;
        Connection& one = c.session(plan);
        const Listed all = list_of_all(c, one);
        for (const auto& [name, addresses] : nodes_of(all.pairs))
          c.check(name != c.target().name, "it is listed", all.end, "TargetName");
        c.judged();
      });
}

void add_discovery_refusals(CaseList& cases) {
  struct Row {
    const char* what;
    const char* kind;
    std::function<RawPdu(CaseContext&)> request;
  };
  const std::vector<Row> rows{
      {"ping", "NOP-Out", [](CaseContext&) { return ping(); }},
      {"command", "SCSI Command",
       [](CaseContext& c) {
         return c.scsi_command({0, 0, 0, 0, 0, 0});
       }},
      {"task_management", "Task Management Function Request", [](CaseContext& c) {
         RawPdu request(Opcode::task_management_request);
         request.set("I", 1).set("F", 1).set("Function", 2);
         request.set("Referenced Task Tag", kNoTransferTag);
         return request.set("LUN", c.scsi_command({0}).get("LUN"));
       }}};
  for (const Row& row : rows)
    add(cases, fmt::format("rfc7143/4.3/{}_in_discovery_is_rejected", row.what))
        .requirements({"7143-4.3-3"})
        .purpose("A discovery session takes texts and logouts; everything else is rejected.")
        .observed(fmt::format("A {} in a discovery session.", row.kind))
        .possible_problems("Targets in the field answer pings there.")
        .needs({Need::discovery})
        .mutant(fmt::format("overlooks_a_{}_in_discovery", row.what), "does not answer it",
                fault(fmt::format("receive: {}", row.kind), "drop"))
        .body([row](CaseContext& c) {
          Connection& one = c.session(discovery_plan());
          one.issue(row.request(c));
          c.expect(one.next(), {rejected(), ends().loosely("closed without a word")});
        });
  add(cases, "rfc7143/13.21/recovery_level_of_discovery_is_0")
      .requirements({"7143-13.21-5", "7143-7.4.1-2"})
      .purpose("A discovery session has ErrorRecoveryLevel 0, whatever is offered.")
      .observed("A discovery login that offers ErrorRecoveryLevel=2.")
      .needs({Need::discovery})
      .mutant("recovers_discovery", "agrees to level 2",
              "- h: {on: {receive: Login Request}, do: {text: {set: {ErrorRecoveryLevel: 0}}}}\n"
              "- f: {on: {send: Login Response}, do: {text: {set: {ErrorRecoveryLevel: 2}}}}\n")
      .body([](CaseContext& c) {
        LoginPlan plan = discovery_plan();
        plan.keys = {{"ErrorRecoveryLevel", "2"}};
        const LoginResult login = c.connect().login(plan);
        c.expect(login.last, {login_done(), login_refused(2).loosely("the offer is refused")});
        const std::string level = login.value("ErrorRecoveryLevel");
        c.check(level.empty() || level == "0" || level == "Reject" || level == "Irrelevant",
                "ErrorRecoveryLevel=" + level, login.said("ErrorRecoveryLevel"),
                "ErrorRecoveryLevel");
      });
  add(cases, "rfc7143/7.4.1/snack_in_discovery_is_refused")
      .requirements({"7143-7.4.1-3"})
      .purpose("There is no SNACK in a discovery session, which has ErrorRecoveryLevel 0.")
      .observed("A SNACK Request for a status in a discovery session.")
      .needs({Need::discovery})
      .mutant("overlooks_a_snack_in_discovery", "does not answer it",
              fault("receive: SNACK Request", "drop"))
      .body([](CaseContext& c) {
        Connection& one = c.session(discovery_plan());
        RawPdu request(Opcode::snack_request);
        request.put(1, 0x81).set("Initiator Task Tag", kNoTransferTag);
        request.set("Target Transfer Tag", kNoTransferTag).set("ExpStatSN", one.exp_stat_sn);
        one.send(request.set("BegRun", 0).set("RunLength", 1));
        c.expect(one.next(), {rejected(), ends().loosely("closed without a word")});
      });
}

void add_reinstatement(CaseList& cases) {
  const std::string others = "{text: {set: {InitiatorName: \"iqn.2026-11.org.lunsim:somebody\"}}}";
  struct Row {
    const char* what;
    const char* requirement;
    const char* purpose;
    bool first_has_name, second_has_name, ends;
    const char* mutant;
    std::string faults;
  };
  const std::vector<Row> rows{
      {"unnamed_session_takes_the_place_of_an_unnamed_one", "7143-7.4.2.1-1",
       "A discovery session without TargetName ends the one with the same initiator, ISID and "
       "portal.",
       false, false, true, "keeps_both_unnamed_sessions",
       fault("receive: Login Request, nth: 3", others)},
      {"named_session_leaves_an_unnamed_one", "7143-7.4.2.1-4",
       "A discovery session with TargetName does not end one without.", false, true, false,
       "ends_an_unnamed_session",
       "- f: {on: {receive: Login Request, nth: 3}, do: {text: {remove: [TargetName]}}}\n"},
      {"named_session_takes_the_place_of_a_named_one", "7143-7.4.2.2-1",
       "A discovery session with TargetName ends the one with the same initiator, ISID and target.",
       true, true, true, "keeps_both_named_sessions",
       fault("receive: Login Request, nth: 3", others)}};
  for (const Row& row : rows)
    add(cases, fmt::format("rfc7143/7.4.2/{}", row.what))
        .requirements({row.requirement})
        .purpose(row.purpose)
        .observed("Two discovery logins with one ISID; whether the first connection lives.")
        .possible_problems(
            "RFC 3720 does not say what takes the place of a discovery session; its targets keep "
            "them apart by connection.")
        .needs(row.ends ? std::vector<Need>{Need::discovery, Need::protocol_level}
                        : std::vector<Need>{Need::discovery})
        .mutant(row.mutant, "tells discovery sessions apart otherwise", row.faults)
        .body([row](CaseContext& c) {
          const auto plan = [&](bool has_name) {
            return discovery_plan(has_name ? std::optional(c.target().name) : std::nullopt);
          };
          Connection& first = c.session(plan(row.first_has_name));
          LoginPlan second_plan = plan(row.second_has_name);
          second_plan.isid = first.isid;
          Connection& second = c.session(second_plan);
          if (row.ends) {
            c.expect(first.next(), {ends(), pdu_of(Opcode::async_message).loosely("said before")},
                     "the first session");
          } else {
            list_of_all(c, first);
          }
          list_of_all(c, second);
        });
}

}  // namespace

void add_discovery_cases(CaseList& cases) {
  add_names(cases);
  add_lists(cases);
  add_normal_sessions(cases);
  add_discovery_refusals(cases);
  add_reinstatement(cases);
}

}  // namespace lunsim::conform
