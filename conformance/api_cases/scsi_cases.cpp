// What the scenarios do not ask of the calls that send commands or list mappings: trouble of the
// host, the width of what is written, and a target without units.
#include "conformance/api_cases/case_list.hpp"

namespace lunsim::conformance {
namespace {

using F = WideForm;

/// The four places of an answer, each with guards around it.
struct Answer {
  static constexpr ULONG kRoom = 256, kSense = 18;
  CallerBuffer status{1}, response_size{4}, response{kRoom}, sense_size{4}, sense{kSense};
  ISDSC_STATUS code = 0;

  Answer() {
    response_size.set(kRoom);
    sense_size.set(kSense);
  }
  ISDSC_STATUS report_luns(Bench& bench, Session& session) {
    return code = bench.api.SendScsiReportLuns(&session.id, status.as<UCHAR>(),
                                               response_size.as<ULONG>(), response.as<UCHAR>(),
                                               sense_size.as<ULONG>(), sense.as<UCHAR>());
  }
  ISDSC_STATUS read_capacity(Bench& bench, Session& session) {
    return code = bench.api.SendScsiReadCapacity(&session.id, 0, status.as<UCHAR>(),
                                                 response_size.as<ULONG>(), response.as<UCHAR>(),
                                                 sense_size.as<ULONG>(), sense.as<UCHAR>());
  }
  ULONG told() const { return response_size.at<ULONG>(0); }
  bool is_status_one_byte() const {
    return status.at<UCHAR>(0) == 0 && status.is_untouched_from(1);
  }
  bool are_sizes_four_bytes() const {
    return response_size.is_untouched_from(4) && sense_size.is_untouched_from(4);
  }
};

/// The response's size around what it needs; the sense is as a caller of old has it.
template <class Call>
ULONG sweep_response(Judge& judge, const SizeRules& rules, const Call& call) {
  return sweep_sizes(judge, 1, rules, [&](ULONG* size, void* buffer) {
    // With room for a library that writes more than it may.
    UCHAR status[4] = {0xA5}, sense[18];
    ULONG sense_size[2] = {sizeof sense};
    return call(status, size, static_cast<UCHAR*>(buffer), sense_size, sense);
  });
}

/// Less room for sense than it has, and less room for the response than it needs.
void judge_sizes(Bench& bench, Session& session, Judge& judge,
                 ISDSC_STATUS (Answer::*ask)(Bench&, Session&), const RuleList& sense,
                 const RuleList& status) {
  Answer little_sense;
  little_sense.sense_size.set(ULONG{17});
  judge.expect((little_sense.*ask)(bench, session) == ERROR_SUCCESS &&
                   little_sense.sense_size.at<ULONG>(0) >= 18 &&
                   little_sense.sense.is_untouched_from(0),
               "less than 18 bytes for sense are taken, and 18 told", sense);
  Answer cramped;
  cramped.response_size.set(ULONG{4});
  judge.expect(
      (cramped.*ask)(bench, session) == ERROR_INSUFFICIENT_BUFFER && cramped.is_status_one_byte(),
      "the status is told even where the response does not fit", status);
}

void report_luns(Bench& bench, Judge& judge) {
  Session session = log_in(bench);
  sweep_response(
      judge,
      {.probe = "SRL-R4",
       .too_small = {"SRL-R2", "SRL-R5", "SRL-R6"},
       .fits = {"SRL-R1", "SRL-R7"}},
      [&](auto... places) { return bench.api.SendScsiReportLuns(&session.id, places...); });
  Answer answer;
  judge.expect(answer.report_luns(bench, session) == ERROR_SUCCESS && answer.is_status_one_byte(),
               "the status is one byte", {"SRL-R19"});
  judge.expect(
      answer.code == ERROR_SUCCESS && answer.told() == 8 + 2 * 8 && answer.are_sizes_four_bytes(),
      "sizes are four bytes each", {"SRL-R20"});
  judge.expect(
      answer.code == ERROR_SUCCESS && answer.sense_size.at<ULONG>(0) >= 18 && answer.told() == 24,
      "sense is 18 bytes at least, whether there is any or not", {"SRL-R10", "SRL-R11"});
  judge_sizes(bench, session, judge, &Answer::report_luns, {"SRL-R12"}, {"SRL-R16"});
  judge_trouble(bench, judge, ISDSC_TRANSPORT_ERROR, "SRL-R29",
                [&] { return Answer().report_luns(bench, session); });
  add_portal(bench, bench.empty_portal);
  Session empty;
  bench.api.LoginIScsiTargetW(Text<F>(bench.empty_target).get(), 0, nullptr, kAnyPort, nullptr, 0,
                              nullptr, nullptr, 0, nullptr, 0, &empty.id, &empty.connection);
  Answer none;
  judge.expect(none.report_luns(bench, empty) == ERROR_SUCCESS && none.told() == 8 &&
                   none.response.at<ULONG>(0) == 0,
               "a target without units lists none", {"SRL-R34"});
}

void read_capacity(Bench& bench, Judge& judge) {
  Session session = log_in(bench);
  sweep_response(
      judge,
      {.probe = {"SRC-R4", "SRC-R23"},
       .too_small = {"SRC-R2", "SRC-R5", "SRC-R6"},
       .fits = {"SRC-R1", "SRC-R7"}},
      [&](auto... places) { return bench.api.SendScsiReadCapacity(&session.id, 0, places...); });
  Answer answer;
  judge.expect(answer.read_capacity(bench, session) == ERROR_SUCCESS && answer.told() == 8 &&
                   answer.are_sizes_four_bytes(),
               "sizes are four bytes each", {"SRC-R20"});
  judge.expect(answer.code == ERROR_SUCCESS && answer.is_status_one_byte() && answer.told() == 8,
               "the status is one byte", {"SRC-R19"});
  judge.expect(
      answer.code == ERROR_SUCCESS && answer.sense_size.at<ULONG>(0) >= 18 && answer.told() == 8,
      "sense is 18 bytes at least, whether there is any or not", {"SRC-R10", "SRC-R11"});
  judge_sizes(bench, session, judge, &Answer::read_capacity, {"SRC-R12"}, {"SRC-R16"});
  judge_trouble(bench, judge, ISDSC_TRANSPORT_ERROR, "SRC-R29",
                [&] { return Answer().read_capacity(bench, session); });
}

template <class Form>
void mappings(Bench& bench, Judge& judge) {
  log_in(bench);
  ULONG size = 0, count = 0;
  judge_trouble(bench, judge, ISDSC_DRIVER_BUG, "RATM-R23", [&] {
    if constexpr (Form::kIsAnsi)
      return bench.api.ReportActiveIScsiTargetMappingsA(&size, &count, nullptr);
    else
      return bench.api.ReportActiveIScsiTargetMappingsW(&size, &count, nullptr);
  });
}

}  // namespace

void add_scsi_cases(std::vector<ApiCase>& cases) {
  const std::string file = "conformance/api_cases/scsi_cases.cpp";
  cases.push_back({"report_luns", "SendScsiReportLuns", file, report_luns, nullptr});
  cases.push_back({"read_capacity", "SendScsiReadCapacity", file, read_capacity, nullptr});
  cases.push_back({"mappings", "ReportActiveIScsiTargetMappings", file, mappings<WideForm>,
                   mappings<AnsiForm>});
}

}  // namespace lunsim::conformance
