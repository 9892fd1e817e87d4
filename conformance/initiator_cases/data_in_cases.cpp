// What an initiator makes of Data-In and SCSI Response: order, residuals, status in data, sense,
// and data that is not right. RFC 7143 §11.3, §11.4, §11.7, §7.9.
#include <fmt/format.h>

#include "conformance/initiator_cases/case_list.hpp"
#include "conformance/initiator_cases/spoils.hpp"

namespace lunsim::conform {
namespace {

using pdu::Opcode;
using Bytes = std::vector<std::byte>;

std::uint32_t expected(const Seen& command) {
  return static_cast<std::uint32_t>(command.get("Expected Data Transfer Length"));
}

/// What an honest target would read for the command; as long as was expected.
Bytes data_of(InitiatorContext& c, const Seen& command) {
  PlayedUnit::Cdb cdb{};
  for (std::size_t i = 0; i < cdb.size(); ++i)
    cdb[i] = static_cast<std::uint8_t>(command.pdu.bhs[32 + i]);
  Bytes data = c.unit().answer(cdb, command.get("LUN")).data_in;
  data.resize(std::min<std::size_t>(expected(command), 4096));
  return data;
}

RawPdu with_residual(RawPdu pdu, std::string_view flag, std::uint64_t count) {
  return pdu.set(flag, 1).set("Residual Count", count);
}

/// The end of a read of which `sent` bytes came.
RawPdu ended(const InitiatorLine& line, const Seen& read, std::size_t sent) {
  RawPdu out = scsi_response(line, read.pdu, 0);
  if (sent < expected(read)) return with_residual(out, "U", expected(read) - sent);
  return out;
}

using Play = std::function<void(InitiatorContext&, InitiatorLine&, const Seen& read)>;

/// A read is answered in a way that is legal: the initiator goes on.
void legal(InitiatorCaseList& cases, std::string id, std::vector<std::string> requirements,
           std::string purpose, std::string observed, InitiatorMutant mutant, Play play,
           bool may_give_up = false) {
  add(cases, std::move(id))
      .requirements(std::move(requirements))
      .purpose(std::move(purpose))
      .observed(observed + " The initiator goes on.")
      .mutant(std::move(mutant.name), std::move(mutant.what), std::move(mutant.make))
      .body([play = std::move(play), observed, may_give_up](InitiatorContext& c) {
        InitiatorLine& line = c.session();
        const Seen read = c.serve_until(line, is_read(8), "reads");
        c.gather(line);
        play(c, line, read);
        c.expect_goes_on(line, observed, may_give_up);
      });
}

/// A read is answered in a way that is not: the data must not be taken for good.
void illegal(InitiatorCaseList& cases, std::string id, std::vector<std::string> requirements,
             std::string purpose, std::string observed, InitiatorMutant mutant, Play play) {
  add(cases, std::move(id))
      .requirements(std::move(requirements))
      .purpose(std::move(purpose))
      .observed(observed +
                " The initiator ends the connection or the session, aborts the task or "
                "asks again; it does not go on as if nothing had happened.")
      .possible_problems("Initiators at ErrorRecoveryLevel 0 often do not look.")
      .mutant(std::move(mutant.name), std::move(mutant.what), std::move(mutant.make))
      .body([play = std::move(play), observed](InitiatorContext& c) {
        InitiatorLine& line = c.session();
        const Seen read = c.serve_until(line, is_read(8), "reads");
        c.gather(line);
        play(c, line, read);
        const Seen seen = line.next();
        c.expect(seen,
                 {ends(), pdu_of(Opcode::task_management_request), pdu_of(Opcode::snack_request),
                  pdu_of(Opcode::logout_request).loosely("a logout tells nothing of the error"),
                  silent().loosely("nothing more comes")},
                 observed);
      });
}

/// Loses PDUs of this kind whose field is not 0.
InitiatorMutant loses_with(std::string name, std::string what, Opcode opcode, std::string field) {
  return {std::move(name), std::move(what),
          by([opcode, field](pdu::Direction to, pdu::TappedPdu& pdu, pdu::TapVerdict& verdict) {
            if (to == pdu::Direction::receive && is(pdu, opcode) && field_of(pdu, field) != 0)
              verdict.copies = 0;
          })};
}

void add_good(InitiatorCaseList& cases) {
  legal(cases, "rfc7143/11.7/status_in_data_is_taken", {"7143-11.7-4"},
        "An initiator takes the status in the last Data-In (S=1).",
        "A read is answered by one Data-In with S=1 and no SCSI Response.",
        loses_with("deaf_to_status_in_data", "does not see a status in Data-In", Opcode::data_in,
                   "S"),
        [](InitiatorContext& c, InitiatorLine& line, const Seen& read) {
          const Bytes data = data_of(c, read);
          RawPdu last = data_in(line, read.pdu, 0, data, 0, true);
          last.set("S", 1);
          if (data.size() < expected(read))
            last = with_residual(last, "U", expected(read) - data.size());
          line.issue(last);
        });
  legal(cases, "rfc7143/11.7.7/empty_data_in_is_taken", {"7143-11.7.7-2"},
        "A Data-In without data is received like any other.",
        "A Data-In without data stands before the one with all of it.",
        loses_with("empty_data_in_spoils_the_read", "loses what follows an empty Data-In",
                   Opcode::data_in, "DataSN"),
        [](InitiatorContext& c, InitiatorLine& line, const Seen& read) {
          const Bytes data = data_of(c, read);
          line.issue(data_in(line, read.pdu, 0, {}, 0, false));
          line.issue(data_in(line, read.pdu, 0, data, 1, true));
          line.issue(ended(line, read, data.size()).set("ExpDataSN", 2));
        });
  legal(cases, "rfc7143/11.7/many_small_data_in_are_taken", {"7143-11.7.7-2"},
        "Data comes in as many PDUs as the target likes.",
        "A read is answered by Data-In PDUs of 4 bytes each.",
        loses_with("takes_one_data_in", "takes the first Data-In alone", Opcode::data_in, "DataSN"),
        [](InitiatorContext& c, InitiatorLine& line, const Seen& read) {
          Bytes data = data_of(c, read);
          data.resize(std::min<std::size_t>(data.size(), 256));
          std::uint32_t sn = 0;
          for (std::uint32_t at = 0; at < data.size(); at += 4, ++sn) {
            const std::size_t some = std::min<std::size_t>(4, data.size() - at);
            const auto begin = data.begin() + at;
            line.issue(data_in(line, read.pdu, at, {begin, begin + std::ptrdiff_t(some)}, sn,
                               at + some == data.size()));
          }
          line.issue(ended(line, read, data.size()).set("ExpDataSN", sn));
        });
  legal(cases, "rfc7143/11.4.5/underflow_is_taken", {"7143-11.4-1"},
        "A read of which less came than was expected ends with U=1 and the difference.",
        "All but 4 bytes of a read come; the SCSI Response says U=1 and 4.",
        loses_with("deaf_to_underflow", "does not see a SCSI Response with U=1",
                   Opcode::scsi_response, "U"),
        [](InitiatorContext& c, InitiatorLine& line, const Seen& read) {
          Bytes data = data_of(c, read);
          data.resize(data.size() - 4);
          line.issue(data_in(line, read.pdu, 0, data, 0, true));
          line.issue(ended(line, read, data.size()).set("ExpDataSN", 1));
        });
  legal(cases, "rfc7143/11.4.5/overflow_is_taken", {"7143-11.4-1"},
        "A read of which more was there than was expected ends with O=1 and the difference.",
        "A whole read comes; the SCSI Response says O=1 and 512.",
        loses_with("deaf_to_overflow", "does not see a SCSI Response with O=1",
                   Opcode::scsi_response, "O"),
        [](InitiatorContext& c, InitiatorLine& line, const Seen& read) {
          Bytes data = data_of(c, read);
          data.resize(expected(read));
          line.issue(data_in(line, read.pdu, 0, data, 0, true));
          line.issue(with_residual(scsi_response(line, read.pdu, 0).set("ExpDataSN", 1), "O", 512));
        });
  legal(
      cases, "rfc7143/11.4.7/check_condition_is_taken", {"7143-11.4-1"},
      "A CHECK CONDITION with sense data ends a command, and no more than that.",
      "A read is answered with UNIT ATTENTION, POWER ON.",
      loses_with("deaf_to_check_condition", "does not see a status other than GOOD",
                 Opcode::scsi_response, "Status"),
      [](InitiatorContext&, InitiatorLine& line, const Seen& read) {
        line.issue(with_residual(scsi_response(line, read.pdu, 2, sense_of(6, 0x29, 0)), "U",
                                 expected(read)));
      },
      true);
  legal(
      cases, "rfc7143/11.4.3/target_failure_is_taken", {"7143-11.4-1"},
      "Response 01h (target failure) ends a command, and no more than that.",
      "A read is answered with a SCSI Response whose Response is 01h.",
      loses_with("deaf_to_target_failure", "does not see a Response other than 00h",
                 Opcode::scsi_response, "Response"),
      [](InitiatorContext&, InitiatorLine& line, const Seen& read) {
        line.issue(scsi_response(line, read.pdu, 0).set("Response", 1));
      },
      true);
}

void add_bad(InitiatorCaseList& cases) {
  illegal(cases, "rfc7143/7.9/missing_data_is_noticed", {"7143-7.9-1"},
          "A DataSN that was left out is handled as lost data.",
          "Half of a read comes with DataSN 0 and the other half with DataSN 2.",
          {"sees_no_missing_data_sn", "does not look at DataSN", sees_no_gap("DataSN")},
          [](InitiatorContext& c, InitiatorLine& line, const Seen& read) {
            Bytes data = data_of(c, read);
            const std::uint32_t half = static_cast<std::uint32_t>(data.size()) / 8 * 4;
            line.issue(data_in(line, read.pdu, 0, {data.begin(), data.begin() + half}, 0, false));
            line.issue(data_in(line, read.pdu, half, {data.begin() + half, data.end()}, 2, true));
            line.issue(ended(line, read, data.size()).set("ExpDataSN", 2));
          });
  illegal(cases, "rfc7143/7.9/response_before_its_data_is_noticed", {"7143-7.9-1"},
          "A SCSI Response whose ExpDataSN implies data that did not come is no good end.",
          "A read is answered by GOOD with ExpDataSN 1 and no residual, and no Data-In.",
          {"takes_good_without_data", "takes GOOD for good whatever came",
           by([](pdu::Direction to, pdu::TappedPdu& pdu, pdu::TapVerdict&) {
             if (to != pdu::Direction::receive || !is(pdu, Opcode::scsi_response)) return;
             if (field_of(pdu, "ExpDataSN") == 0 || field_of(pdu, "U") == 1) return;
             set_field(pdu, "ExpDataSN", 0);
             set_field(pdu, "Status", 8);
           })},
          [](InitiatorContext&, InitiatorLine& line, const Seen& read) {
            line.issue(scsi_response(line, read.pdu, 0).set("ExpDataSN", 1));
          });
  illegal(cases, "rfc7143/7.7/data_beyond_the_command_is_noticed", {"7143-7.7-3"},
          "Data behind the end of what a read expects is an error of the target's.",
          "A Data-In whose Buffer Offset is the Expected Data Transfer Length.",
          {"puts_data_anywhere", "takes any Buffer Offset for 0",
           by([](pdu::Direction to, pdu::TappedPdu& pdu, pdu::TapVerdict&) {
             if (to == pdu::Direction::receive && is(pdu, Opcode::data_in))
               set_field(pdu, "Buffer Offset", 0);
           })},
          [](InitiatorContext& c, InitiatorLine& line, const Seen& read) {
            const Bytes data = data_of(c, read);
            line.issue(data_in(line, read.pdu, expected(read), data, 0, true));
            line.issue(ended(line, read, data.size()).set("ExpDataSN", 1));
          });
}

void add_commands(InitiatorCaseList& cases) {
  add(cases, "rfc7143/11.3.1/flags_say_the_direction")
      .requirements({"7143-11.3.1-7", "7143-11.3.1-5"})
      .purpose("A command that expects data has R or W, and F or W is 1 in every command.")
      .observed("The first command with an Expected Data Transfer Length.")
      .mutant("direction_left_out", "sets neither R nor W", sends(Opcode::scsi_command, "R", 0))
      .body([](InitiatorContext& c) {
        InitiatorLine& line = c.session();
        const Seen command = c.serve_until(
            line,
            [](const RawPdu& pdu) {
              return pdu.opcode() == Opcode::scsi_command &&
                     pdu.get("Expected Data Transfer Length") > 0;
            },
            "expects data");
        c.check(command.get("R") == 1 || command.get("W") == 1,
                "R and W are 0 though data is expected", command, "R");
        c.check(command.get("F") == 1 || command.get("W") == 1, "F and W are 0", command, "F");
      });
}

}  // namespace

void add_initiator_data_in_cases(InitiatorCaseList& cases) {
  add_good(cases);
  add_bad(cases);
  add_commands(cases);
}

}  // namespace lunsim::conform
