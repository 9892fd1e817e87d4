// Rules of all PDUs of an exchange that no answer shows by itself: what a Login Response repeats,
// what is told once, numbers that go on, texts that end where they say. RFC 7143 §4.2.2, §6.1,
// §6.3, §11.2, §11.7, §11.8, §11.13
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"
#include "conformance/target_cases/scsi_exchange.hpp"

namespace lunsim::conform {
namespace {

using pdu::Opcode;

constexpr std::size_t kIsidAt = 8, kIsidBytes = 6;
constexpr std::uint32_t kWindowMax = 4096;

/// The Login Responses of an ordinary login, the last one also if it refuses.
std::vector<Seen> login_responses(CaseContext& c, Connection& one) {
  LoginResult login = one.login();
  const bool is_new = login.responses.empty() || login.last.frame != login.responses.back().frame;
  if (login.last.is(Opcode::login_response) && is_new) login.responses.push_back(login.last);
  if (login.responses.empty()) c.inconclusive("no Login Response comes: " + describe(login.last));
  return login.responses;
}

using LoginLook = std::function<void(CaseContext&, Connection&, const Seen&)>;

void every_login_response(CaseList& cases, std::string id, std::vector<std::string> requirements,
                          std::string purpose, std::string observed, Mutant mutant,
                          LoginLook look) {
  add(cases, "rfc7143/" + id)
      .requirements(std::move(requirements))
      .purpose(std::move(purpose))
      .observed(std::move(observed))
      .needs({})
      .mutant(std::move(mutant.name), std::move(mutant.what), std::move(mutant.faults))
      .body([look = std::move(look)](CaseContext& c) {
        Connection& one = c.connect();
        for (const Seen& seen : login_responses(c, one)) look(c, one, seen);
      });
}

void add_login_fields(CaseList& cases) {
  every_login_response(
      cases, "11.2.1.8/login_response_has_the_tag_of_its_request", {"7143-11.2.1.8-4"},
      "A Login Response carries the Initiator Task Tag of its Login Request.",
      "The tags of all Login Responses of an ordinary login.",
      {"login_response_of_another_task", "answers logins with a tag of its own",
       fault("send: Login Response", "{add: {Initiator Task Tag: 1}}")},
      [](CaseContext& c, Connection& one, const Seen& seen) {
        const std::uint64_t tag = one.login_request({}).get("Initiator Task Tag");
        c.check(seen.get("Initiator Task Tag") == tag,
                fmt::format("the tag is {:#x}, not {:#x}", seen.get("Initiator Task Tag"), tag),
                seen, "Initiator Task Tag");
      });
  every_login_response(cases, "11.13/isid_is_repeated", {"7143-11.13-2"},
                       "A Login Response repeats the ISID of its Login Request.",
                       "The ISIDs of all Login Responses of an ordinary login.",
                       {"login_response_of_another_isid", "answers logins with another ISID",
                        fault("send: Login Response", "{flip: {at: header+13, bits: 01h}}")},
                       [](CaseContext& c, Connection& one, const Seen& seen) {
                         const RawPdu request = one.login_request({});
                         const auto isid = request.bhs.begin() + kIsidAt;
                         c.check(
                             std::equal(isid, isid + kIsidBytes, seen.pdu.bhs.begin() + kIsidAt),
                             "the ISID is another", seen, "ISID");
                       });
  every_login_response(cases, "11.13.2/version_active_was_offered", {"7143-11.13.2-1"},
                       "Version-active is one that the initiator offered.",
                       "An ordinary login with Version-min and Version-max 00h.",
                       {"another_version_is_active", "speaks a version that nobody offered",
                        fault("send: Login Response", "{set: {Version-active: 2}}")},
                       [](CaseContext& c, Connection&, const Seen& seen) {
                         if (seen.get("Status-Class") != 0) return c.judged();
                         c.check(
                             seen.get("Version-active") == 0,
                             fmt::format("Version-active is {:02X}h", seen.get("Version-active")),
                             seen, "Version-active");
                       });
  add(cases, "rfc7143/6.3/nothing_is_declared_twice")
      .requirements({"7143-6.3-23"})
      .purpose("No key is declared or negotiated again in a login, save TargetAddress.")
      .observed("The keys of all Login Responses of an ordinary login.")
      .mutant("declares_its_group_in_each_response",
              "declares TargetPortalGroupTag in each Login Response",
              fault("send: Login Response", "{text: {add: {TargetPortalGroupTag: 1}}}"))
      .body([](CaseContext& c) {
        std::set<std::string> told;
        for (const Seen& seen : login_responses(c, c.connect())) {
          if (seen.get("C") == 1) c.unsupported("its answers go over several PDUs");
          for (const auto& [key, value] : seen.pdu.pairs())
            c.check(key == "TargetAddress" || told.insert(key).second, key + " comes again", seen,
                    key);
        }
        c.judged();
      });
}

/// What stands wrong at the end of a whole text; empty if nothing does.
std::string end_objection(const std::vector<std::byte>& text) {
  if (text.empty()) return {};
  if (text.back() != std::byte{0}) return "the last pair has no null behind it";
  if (text.size() == 1 || text[text.size() - 2] == std::byte{0})
    return "more than one null stands behind the last pair";
  return {};
}

/// A mutant that sends this text and one null too much.
std::string says(std::string_view pdu, const std::vector<std::string>& pairs) {
  std::string hex;
  for (const std::string& pair : pairs)
    for (const char letter : pair + '\0') hex += fmt::format("{:02x} ", letter);
  return fault(fmt::format("send: {}", pdu), fmt::format("{{data: {{hex: \"{}00\"}}}}", hex));
}

void add_ends_of_texts(CaseList& cases) {
  add(cases, "rfc7143/6.1/text_ends_with_one_null")
      .requirements({"7143-6.1-4"})
      .purpose(
          "One null byte stands behind the last pair of a text, and DataSegmentLength counts no "
          "padding.")
      .observed("The Login Responses of a login, and the answer to SendTargets if one comes.")
      .possible_problems(
          "An initiator that passes empty pairs over does not see it; others refuse the text.")
      .mutant(
          "login_text_with_more_nulls", "counts a null too much in its first Login Response",
          says("Login Response, fields: {CSG: 0}", {"AuthMethod=None", "TargetPortalGroupTag=1"}))
      .mutant("list_with_more_nulls", "counts a null too much in its Text Responses",
              says("Text Response", {"TargetName=iqn.2026-11.org.lunsim:disk"}))
      .body([](CaseContext& c) {
        Connection& one = c.connect();
        std::vector<Seen> texts = login_responses(c, one);
        if (one.full_feature) {
          RawPdu request(Opcode::text_request);
          request.set("F", 1).set("Target Transfer Tag", kReservedTag);
          const Seen list = one.answer_to(one.issue(request.with_text({{"SendTargets", ""}})));
          c.check(list.kind != Seen::Kind::silence, "SendTargets is not answered", list);
          if (list.is(Opcode::text_response)) texts.push_back(list);
        }
        for (const Seen& seen : texts) {
          if (seen.get("C") == 1) continue;
          const std::string why = end_objection(seen.pdu.data);
          c.check(why.empty(), why, seen, "DataSegmentLength");
        }
      });
}

void add_numbers(CaseList& cases) {
  NewCase next = add(cases, "rfc7143/11.8.3/r2t_has_the_next_stat_sn");
  next.requirements({"7143-11.8.3-1"})
      .purpose("StatSN of an R2T is the next one, and is not used up by it.")
      .observed("Two WRITE(10)s of one block without unsolicited data: R2T and status of each.")
      .needs({Need::login, Need::lun})
      .mutant("r2t_of_any_stat_sn", "puts anything into StatSN of an R2T",
              fault("send: R2T", "{set: {StatSN: DEADBEEFh}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session({.keys = {{"InitialR2T", "Yes"}}});
        c.settle(one);
        for (int round = 0; round < 2; ++round) {
          const std::uint32_t due = one.exp_stat_sn;
          const ScsiAnswer answer = give(c, one, write_cdb(10, c.target().first_lba, 1),
                                         pattern(c.profile().block_bytes, 0x3D));
          c.expect(answer.end, {good()});
          for (const Seen& r2t : answer.requests)
            c.check(r2t.get("StatSN") == due,
                    fmt::format("StatSN is {:#x}, and {:#x} is due", r2t.get("StatSN"), due), r2t,
                    "StatSN");
          c.check(answer.end.get("StatSN") == due,
                  fmt::format("StatSN is {:#x}, and {:#x} is due", answer.end.get("StatSN"), due),
                  answer.end, "StatSN");
        }
      });
  next.writes();
  add(cases, "rfc7143/4.2.2.1/window_moves_on")
      .requirements({"7143-4.2.2.1-21"})
      .purpose("MaxCmdSN goes on as commands are done: more can be sent than the first window.")
      .observed(
          "One ping after the other that takes a CmdSN, a few more than the window after the "
          "login; before each, MaxCmdSN is not below its CmdSN.")
      .possible_problems(
          "A target may hold its window closed while it is short of memory, but it says so later "
          "on.")
      .seconds(6)
      .mutant("window_never_moves", "never moves MaxCmdSN",
              fault("send: [Login Response, NOP-In]", "{set: {MaxCmdSN: 20}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        const std::uint32_t window = one.max_cmd_sn - one.cmd_sn + 1;
        if (window > kWindowMax) c.unsupported(fmt::format("its window is {} commands", window));
        Seen last;
        for (std::uint32_t i = 0; i < window + 4; ++i) {
          const auto room = static_cast<std::int32_t>(one.max_cmd_sn - one.cmd_sn);
          if (room < 0) last = one.next();  // a NOP-In may tell it
          const auto open = static_cast<std::int32_t>(one.max_cmd_sn - one.cmd_sn);
          c.check(open >= 0,
                  fmt::format("nothing is under way, and MaxCmdSN stays at {:#x}", one.max_cmd_sn),
                  last, "MaxCmdSN");
          last = one.answer_to(one.issue(ping().set("I", 0)));
          c.expect(last, {pdu_of(Opcode::nop_in)});
        }
      });
}

void add_data_in(CaseList& cases) {
  add(cases, "rfc7143/11.7.3/fields_of_a_status_are_zero_without_one")
      .requirements({"7143-11.7.3-6", "7143-11-2"})
      .level(Level::should)  // "meaningful only": the field itself is not called reserved
      .purpose("StatSN, Status and Residual Count of a Data-In are 0 unless S=1.")
      .observed("The Data-In PDUs of a READ(10) of two blocks.")
      .possible_problems("The Linux kernel's target fills StatSN with FFFFFFFFh.")
      .needs({Need::login, Need::lun})
      .mutant("status_in_any_data_in", "fills StatSN also where there is no status",
              fault("send: Data-In, fields: {S: 0}", "{set: {StatSN: 77}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session({.keys = {{"MaxRecvDataSegmentLength", "512"}}});
        const std::uint32_t bytes = 2 * c.profile().block_bytes;
        const ScsiAnswer answer = ask(c, one, read_cdb(10, c.target().first_lba, 2), bytes);
        c.expect(answer.end, {good()});
        for (const Seen& seen : answer.data_pdus) {
          if (seen.get("S") == 1) continue;
          for (const char* field : {"StatSN", "Status", "Residual Count"})
            c.check(seen.get(field) == 0, fmt::format("{} is {:#x}", field, seen.get(field)), seen,
                    field);
        }
      });
}

}  // namespace

void add_every_pdu_cases(CaseList& cases) {
  add_login_fields(cases);
  add_ends_of_texts(cases);
  add_numbers(cases);
  add_data_in(cases);
}

}  // namespace lunsim::conform
