// A report with everything in it that a format can trip over, for tests.
#pragma once

#include <array>

#include "protocol/iscsi/pdu/nop_out.hpp"
#include "scenarios/engine/report.hpp"

namespace lunsim::scenarios::testing {

inline constexpr const char* kNasty = "</script><b>\"&'`|*\x01 \xff \xe2\x82\xac";

inline TraceEntry wire_entry(std::uint64_t number, TraceEntry::Kind kind) {
  TraceEntry entry;
  entry.kind = kind;
  entry.number = number;
  entry.connection = 1;
  entry.from_opener = number % 2 == 1;
  entry.began_at = entry.at = {static_cast<std::int64_t>(number) * 1'000'000};
  if (kind == TraceEntry::Kind::opened) {
    entry.from = {"10.0.0.1", 49152};
    entry.to = {"fe80::1", 3260};
  }
  if (kind == TraceEntry::Kind::closed) entry.by_reset = true;
  if (kind == TraceEntry::Kind::pdu) {
    entry.pdu_number = number - 1;
    pdu::encode(pdu::NopOut{.initiator_task_tag = InitiatorTaskTag{7}, .data_segment_bytes = 3},
                entry.part.bhs);
    entry.part.data = {std::byte{'<'}, std::byte{0xff}, std::byte{0}};
    entry.part.data_bytes = 3;
    entry.part.bytes = 52;
    entry.part.header_digest = DigestState::wrong;
  }
  if (kind == TraceEntry::Kind::no_pdu) {
    entry.part.is_pdu = false;
    entry.part.data = {std::byte{'G'}, std::byte{'E'}};
    entry.part.data_bytes = entry.part.bytes = 2;
    entry.part.offset = 52;
  }
  return entry;
}

inline ScenarioReport red_scenario() {
  ScenarioReport red;
  red.id = "folder/red";
  red.file = "stories/a b.yaml";
  red.title = kNasty;
  red.tags = {"slow"};
  red.checks = {"SRC-R1"};
  red.position = 2;
  red.seed = 0xFFFF'FFFF'FFFF'FFFFu;
  red.verdict = Verdict::fail;
  red.event_hash = "0123456789abcdef";
  red.virtual_ns = 61'000'000'000;
  red.wall_ns = 1'234'567;
  red.faults = {{"busy", 3, 1, false}};
  red.strikes = {{"busy", 1'500'000, 1}};
  using Kind = TraceEntry::Kind;
  for (const auto& [number, kind] :
       std::array{std::pair{1u, Kind::opened}, std::pair{2u, Kind::pdu}, std::pair{3u, Kind::pdu},
                  std::pair{6u, Kind::no_pdu}, std::pair{7u, Kind::closed}})
    red.ladder.push_back(wire_entry(number, kind));
  red.ladder_left_out = 2;
  CaseReport one;
  one.id = "folder/red#1[Name=<b>]";
  one.verdict = Verdict::fail;
  one.place = {red.file, 12, 5};
  one.rules = {"SRC-R1", "NO-RULE"};
  one.expected = std::string("return: 0 ") + kNasty;
  one.seen = "return: 5";
  one.message = kNasty;
  one.span = {0, 2'000'000, 1, 2};
  red.cases.push_back(one);
  one.id = "folder/red#2";
  one.verdict = Verdict::warn;
  red.cases.push_back(one);
  one = {};
  one.id = "folder/red#3";
  one.place = {red.file, 14, 5};
  red.cases.push_back(one);
  return red;
}

inline RunReport nasty_report() {
  RunReport report;
  report.seed = 42;
  report.version = "1.2.3";
  report.selected = report.assigned = 4;
  report.selection_hash = 0xFEDC'BA98'7654'3210u;
  report.event_hash = "00000000000000aa";
  ScenarioReport green;
  green.id = "folder/green";
  green.file = "stories/green.yaml";
  green.title = "it passes";
  green.position = 1;
  green.cases.push_back({"folder/green#1", Verdict::pass, {"stories/green.yaml", 3, 1}, {}, {}, {}, {}, {}});
  report.scenarios.push_back(green);
  report.scenarios.push_back(red_scenario());
  ScenarioReport skipped;
  skipped.id = "folder/skipped";
  skipped.file = "stories/skipped.yaml";
  skipped.position = 3;
  skipped.verdict = Verdict::skipped;
  skipped.reason = "it takes long";
  report.scenarios.push_back(skipped);
  ScenarioReport broken = skipped;
  broken.id = "folder/broken";
  broken.position = 4;
  broken.verdict = Verdict::inconclusive;
  broken.harness_error = true;
  report.scenarios.push_back(broken);
  report.rules["SRC-R1"] = {kNasty, "our reading", {"a page", kNasty}};
  return report;
}

}  // namespace lunsim::scenarios::testing
