// What an initiator does in a discovery session: how it asks for targets, how it takes a list that
// comes in parts or says little, and how it leaves. RFC 7143 §4.3, §11.10, §11.11, §13.21, Appendix
// C.
#include <fmt/format.h>

#include "conformance/initiator_cases/case_list.hpp"
#include "conformance/initiator_cases/spoils.hpp"

namespace lunsim::conform {
namespace {

using pdu::Opcode;

constexpr std::uint32_t kRestTag = 0x5A5A;
constexpr std::uint64_t kRestLun = 0x0003'0000'0000'0000;

/// The first session, if it is one that asks for targets.
InitiatorLine& discovery(InitiatorContext& c) {
  auto [line, first] = c.knock();
  Seen last;
  if (!c.log_in(line, std::move(first), {}, &last))
    c.unsupported("no login got to full feature phase: " + describe(last));
  if (!line.discovery)
    c.unsupported("the driver's initiator opens no discovery session; `iscsi-ls` does");
  return line;
}

Seen question(InitiatorContext& c, InitiatorLine& line) {
  return c.serve_until(line, is_opcode(Opcode::text_request), "asks for targets");
}

RawPdu whole_answer(const InitiatorLine& line, const Seen& question, const Pairs& records) {
  RawPdu out = line.reply(question.pdu, Opcode::text_response);
  out.set("Target Transfer Tag", kReservedTag);
  return records.empty() ? out : out.with_text(records);
}

/// Our one target, as an honest target would tell it.
Pairs one_record(InitiatorContext& c) {
  return {{"TargetName", c.played_name()},
          {"TargetAddress", runtime::to_string(c.portal()) + ",1"}};
}

/// The first part of a list that is cut within a pair, and the request that fetches the rest.
Seen fetched(InitiatorContext& c, InitiatorLine& line, const Seen& asked) {
  const std::string text = text_of(one_record(c));
  RawPdu part = line.reply(asked.pdu, Opcode::text_response);
  part.set("F", 0).set("C", 1).set("Target Transfer Tag", kRestTag).set("LUN", kRestLun);
  line.issue(part.with_data(to_bytes(text.substr(0, text.size() - 5))));
  return line.next();
}

/// Who fetches nothing fails for that once, not with everything that the request would have shown.
void must_be_request(InitiatorContext& c, const Seen& next) {
  if (!next.is(Opcode::text_request))
    c.unsupported("the rest of a list was not fetched: " + describe(next));
}

/// The rest of what fetched() began.
void finish(InitiatorContext& c, InitiatorLine& line, const Seen& request) {
  const std::string text = text_of(one_record(c));
  RawPdu rest = whole_answer(line, request, {});
  line.issue(rest.with_data(to_bytes(text.substr(text.size() - 5))));
}

using QuestionLook = std::function<void(InitiatorContext&, const Seen&)>;

void asked(InitiatorCaseList& cases, std::string id, std::string requirement, std::string purpose,
           InitiatorMutant mutant, QuestionLook look) {
  add(cases, std::move(id))
      .requirements({std::move(requirement)})
      .purpose(std::move(purpose))
      .observed("The first Text Request of a discovery session.")
      .discovery()
      .mutant(std::move(mutant.name), std::move(mutant.what), std::move(mutant.make))
      .body([look = std::move(look)](InitiatorContext& c) { look(c, question(c, discovery(c))); });
}

SpoilMaker asks(Pairs pairs) {
  return by([pairs = std::move(pairs)](pdu::Direction to, pdu::TappedPdu& pdu, pdu::TapVerdict&) {
    if (to == pdu::Direction::send && is(pdu, Opcode::text_request)) set_pairs(pdu, pairs);
  });
}

bool may_be_asked(const std::string& value) {
  const auto begins = [&](std::string_view with) { return value.rfind(with, 0) == 0; };
  return value.empty() || value == "All" || begins("iqn.") || begins("eui.") || begins("naa.");
}

void add_questions(InitiatorCaseList& cases) {
  asked(cases, "rfc7143/c/send_targets_stands_alone", "7143-C-9",
        "A SendTargets command is a Text Request with this one pair and no other.",
        {"asks_for_more_than_targets", "puts a second key beside SendTargets",
         asks({{"SendTargets", "All"}, {"X-org.lunsim.more", "1"}})},
        [](InitiatorContext& c, const Seen& request) {
          const Pairs pairs = request.pdu.pairs();
          c.check(pairs.size() == 1 && pairs.front().first == "SendTargets",
                  fmt::format("it has {} pairs, the first is {}", pairs.size(),
                              pairs.empty() ? "not there" : pairs.front().first),
                  request);
        });
  asked(cases, "rfc7143/c/send_targets_asks_for_all_or_one", "7143-C-10",
        "The value of SendTargets is All, the name of a target, or empty.",
        {"asks_for_everything", "asks for SendTargets=Everything",
         asks({{"SendTargets", "Everything"}})},
        [](InitiatorContext& c, const Seen& request) {
          const std::string value = value_of(request.pdu.pairs(), "SendTargets").value_or("");
          c.check(may_be_asked(value), "the value is " + value, request, "SendTargets");
        });
  asked(cases, "rfc7143/11.10.4/first_request_has_no_transfer_tag", "7143-11.10.4-1",
        "A Text Request that begins something has Target Transfer Tag FFFFFFFFh.",
        {"question_with_a_transfer_tag", "begins with a Target Transfer Tag of its own",
         sends_from(1, Opcode::text_request, "Target Transfer Tag", 7)},
        [](InitiatorContext& c, const Seen& request) {
          const std::uint64_t tag = request.get("Target Transfer Tag");
          c.check(tag == kReservedTag, fmt::format("the tag is {:#x}", tag), request,
                  "Target Transfer Tag");
        });
  add(cases, "rfc7143/11.10/one_text_request_at_a_time")
      .requirements({"7143-11.10-2"})
      .purpose("No second Text Request is sent while one is not answered.")
      .observed("The first Text Request is left open for a while; none follows it.")
      .possible_problems("A short time-out may end the program first, which is its right.")
      .discovery()
      .mutant("asks_twice_at_once", "sends its Text Request twice",
              by([](pdu::Direction to, pdu::TappedPdu& pdu, pdu::TapVerdict& verdict) {
                if (to == pdu::Direction::send && is(pdu, Opcode::text_request))
                  verdict.after.push_back(pdu);
              }))
      .body([](InitiatorContext& c) {
        InitiatorLine& line = discovery(c);
        question(c, line);
        const Seen next = line.next(c.patience() / 3);
        c.check(!next.is(Opcode::text_request), "a second Text Request came", next);
      });
}

void resumed(InitiatorCaseList& cases, std::string id, std::string requirement, std::string purpose,
             InitiatorMutant mutant, std::string field,
             std::function<std::uint64_t(const Seen& first)> right) {
  add(cases, std::move(id))
      .requirements({std::move(requirement)})
      .purpose(std::move(purpose))
      .observed(
          "A list of which the first part comes with C=1, a Target Transfer Tag and a LUN field; "
          "the request for the rest.")
      .discovery()
      .mutant(std::move(mutant.name), std::move(mutant.what), std::move(mutant.make))
      .body([field = std::move(field), right = std::move(right)](InitiatorContext& c) {
        InitiatorLine& line = discovery(c);
        const Seen first = question(c, line);
        const Seen rest = fetched(c, line, first);
        must_be_request(c, rest);
        c.check(rest.get(field) == right(first),
                fmt::format("{} is {:#x}, not {:#x}", field, rest.get(field), right(first)), rest,
                field);
      });
}

void add_lists_in_parts(InitiatorCaseList& cases) {
  add(cases, "rfc7143/11.11.4/rest_is_fetched_by_its_tag")
      .requirements({"7143-11.11.4-3"})
      .purpose(
          "The rest of a long Text Response is fetched with the Target Transfer Tag that came.")
      .observed("A list of which the first part comes with C=1 and a Target Transfer Tag.")
      .possible_problems(
          "A small initiator may take lists of one PDU only; it fails here for that.")
      .discovery()
      .mutant("fetches_without_the_tag", "asks anew instead of for the rest",
              sends_from(2, Opcode::text_request, "Target Transfer Tag", kReservedTag))
      .body([](InitiatorContext& c) {
        InitiatorLine& line = discovery(c);
        const Seen rest = fetched(c, line, question(c, line));
        c.expect(rest, {pdu_of(Opcode::text_request)}, "the first part of a list");
        const std::uint64_t tag = rest.get("Target Transfer Tag");
        c.check(tag == kRestTag, fmt::format("the tag is {:#x}, not {:#x}", tag, kRestTag), rest,
                "Target Transfer Tag");
      });
  resumed(cases, "rfc7143/11.11.4/rest_is_fetched_by_its_lun", "7143-11.11.4-3",
          "The rest of a long Text Response is fetched with the LUN field that came with the tag.",
          {"fetches_for_lun_0", "asks for the rest with LUN 0",
           sends_from(2, Opcode::text_request, "LUN", 0)},
          "LUN", [](const Seen&) { return kRestLun; });
  resumed(cases, "rfc7143/11.10.3/rest_is_fetched_under_the_same_task_tag", "7143-11.10.3-1",
          "All requests of one text sequence have the same Initiator Task Tag.",
          {"fetches_with_another_task_tag", "asks for the rest under another tag",
           sends_from(2, Opcode::text_request, "Initiator Task Tag", 0x7171)},
          "Initiator Task Tag", [](const Seen& first) { return first.get("Initiator Task Tag"); });
  resumed(cases, "rfc7143/11.10.3/rest_is_fetched_with_the_same_i_bit", "7143-11.10.3-2",
          "All requests of one text sequence have the same I bit.",
          {"fetches_with_another_i_bit", "asks for the rest with the I bit the other way round",
           by([seen = 0](pdu::Direction to, pdu::TappedPdu& pdu, pdu::TapVerdict&) mutable {
             if (to == pdu::Direction::send && is(pdu, Opcode::text_request) && ++seen > 1)
               set_field(pdu, "I", 1 - field_of(pdu, "I"));
           })},
          "I", [](const Seen& first) { return first.get("I"); });
  add(cases, "rfc7143/11.10.5/pair_that_spans_two_pdus_is_put_together")
      .requirements({"7143-11.10.5-2"})
      .purpose("A list may be cut within a pair; the initiator puts it together.")
      .observed("A list that is cut five bytes before its end; the initiator goes on with it.")
      .discovery()
      .mutant("dies_of_a_list_in_parts", "hangs when a list comes in parts",
              goes_dead_after(2, Opcode::text_request))
      .body([](InitiatorContext& c) {
        InitiatorLine& line = discovery(c);
        const Seen first = question(c, line);
        const Seen next = fetched(c, line, first);
        must_be_request(c, next);
        finish(c, line, next);
        c.expect_goes_on(line, "a list in two parts");
      });
}

void answered(InitiatorCaseList& cases, std::string id, std::string requirement,
              std::string purpose, std::string observed, std::string mutant,
              std::function<Pairs(InitiatorContext&)> records) {
  add(cases, std::move(id))
      .level(Level::interop)
      .requirements({std::move(requirement)})
      .purpose(std::move(purpose))
      .observed(std::move(observed))
      .discovery()
      .mutant(std::move(mutant), "hangs after such an answer",
              goes_dead_after(1, Opcode::text_request))
      .body([records = std::move(records)](InitiatorContext& c) {
        InitiatorLine& line = discovery(c);
        const Seen request = question(c, line);
        line.issue(whole_answer(line, request, records(c)));
        c.expect_goes_on(line, "the list", true);
      });
}

void add_answers(InitiatorCaseList& cases) {
  answered(cases, "rfc7143/c/empty_list_is_taken", "7143-C-19",
           "A list may have no record: nothing is here for this initiator.",
           "A Text Response without data; the initiator goes on, leaves or ends.",
           "dies_of_an_empty_list", [](InitiatorContext&) { return Pairs{}; });
  answered(cases, "rfc7143/c/record_without_an_address_is_taken", "7143-C-31",
           "A target without an address stands where the list came from.",
           "A TargetName and nothing behind it; the initiator goes on, leaves or ends.",
           "dies_of_a_record_without_an_address", [](InitiatorContext& c) {
             return Pairs{{"TargetName", c.played_name()}};
           });
  answered(cases, "rfc7143/c/addresses_of_every_form_are_taken", "7143-C-23",
           "An address is a host's name or an IP address, with or without a port, and a tag.",
           "A target where we are, at an IPv6 address, at a name and at an address without a port.",
           "dies_of_many_addresses", [](InitiatorContext& c) {
             Pairs out = one_record(c);
             const std::string port = std::to_string(c.portal().port);
             out.emplace_back("TargetAddress", "[::1]:" + port + ",2");
             out.emplace_back("TargetAddress", "localhost:" + port + ",2");
             out.emplace_back("TargetAddress", "127.0.0.1,3");
             return out;
           });
}

void add_manners(InitiatorCaseList& cases) {
  add(cases, "rfc7143/13.21/discovery_is_said_at_once")
      .level(Level::should)
      .requirements({"7143-13.21-6"})
      .purpose("SessionType=Discovery stands in the first Login Request.")
      .observed("The Login Requests of a discovery session.")
      .discovery()
      .mutant("says_discovery_late", "says SessionType in its second Login Request only",
              by([seen = 0](pdu::Direction to, pdu::TappedPdu& pdu, pdu::TapVerdict&) mutable {
                if (to != pdu::Direction::send || !is(pdu, Opcode::login_request)) return;
                Pairs pairs = pairs_of(pdu);
                if (++seen == 1)
                  std::erase_if(pairs, [](const auto& one) { return one.first == "SessionType"; });
                else if (seen == 2)
                  pairs.emplace_back("SessionType", "Discovery");
                set_pairs(pdu, pairs);
              }))
      .body([](InitiatorContext& c) {
        discovery(c);
        const Seen& first = c.login_requests().front();
        c.check(value_of(first.pdu.pairs(), "SessionType").value_or("") == "Discovery",
                "the first Login Request does not say so", first);
      });
  add(cases, "rfc7143/4.3/discovery_asks_and_leaves")
      .requirements({"7143-4.3-2"})
      .purpose(
          "In a discovery session only Text Requests with SendTargets and a Logout Request that "
          "closes the session have a place.")
      .observed("All that comes on a discovery session after its login.")
      .discovery()
      .mutant("ends_discovery_by_connection", "asks in its logout to close the connection only",
              sends(Opcode::logout_request, "Reason Code", 1))
      .mutant("talks_of_other_things", "asks for something else than targets",
              asks({{"X-org.lunsim.weather", "?"}}))
      .body([](InitiatorContext& c) {
        InitiatorLine& line = discovery(c);
        while (true) {
          const Seen seen = line.next();
          if (seen.kind != Seen::Kind::pdu) return c.judged();
          const bool asks_for_targets = seen.is(Opcode::text_request) &&
                                        (seen.get("Target Transfer Tag") != kReservedTag ||
                                         value_of(seen.pdu.pairs(), "SendTargets").has_value());
          const bool leaves = seen.is(Opcode::logout_request);
          c.check(asks_for_targets || leaves, "this has no place in a discovery session", seen);
          if (leaves)
            c.check(seen.get("Reason Code") == 0,
                    fmt::format("the reason is {}", seen.get("Reason Code")), seen, "Reason Code");
          c.serve(line, seen);
        }
      });
}

}  // namespace

void add_initiator_discovery_cases(InitiatorCaseList& cases) {
  add_questions(cases);
  add_lists_in_parts(cases);
  add_answers(cases);
  add_manners(cases);
}

}  // namespace lunsim::conform
