#include "target_sim/faults/fault_tap.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string_view>

namespace target_sim = lunsim::target_sim;
namespace pdu = lunsim::pdu;
namespace scsi = lunsim::scsi;
using pdu::Direction;
using pdu::Opcode;
using pdu::TapVerdict;
using target_sim::FaultPlan;
using target_sim::FaultRule;
using target_sim::FaultTap;

namespace {

// Headers by hand, from the figures of RFC 7143 §11.3, §11.4, §11.12, §11.13.
pdu::TappedPdu header(Opcode opcode) {
  pdu::TappedPdu out;
  out.bhs[0] = static_cast<std::byte>(opcode);
  return out;
}
pdu::TappedPdu login_request(std::string_view text) {
  pdu::TappedPdu out = header(Opcode::login_request);
  out.bhs[1] = std::byte{0x87};  // T, CSG 1, NSG 3
  out.bhs[8] = std::byte{0x00};
  out.bhs[9] = std::byte{0x02};
  for (const char c : text) out.data.push_back(static_cast<std::byte>(c));
  out.bhs[7] = static_cast<std::byte>(text.size());
  return out;
}
pdu::TappedPdu login_response() {
  pdu::TappedPdu out = header(Opcode::login_response);
  out.bhs[1] = std::byte{0x87};
  out.bhs[15] = std::byte{0x01};  // TSIH
  const std::string_view text("TargetPortalGroupTag=1\0", 23);
  for (const char c : text) out.data.push_back(static_cast<std::byte>(c));
  out.bhs[7] = static_cast<std::byte>(text.size());
  return out;
}
/// READ(10) of `blocks` from `lba` on LUN 7 with task tag `tag`.
pdu::TappedPdu read_10(std::uint8_t tag, std::uint8_t lba = 0, std::uint8_t blocks = 1) {
  pdu::TappedPdu out = header(Opcode::scsi_command);
  out.bhs[9] = std::byte{7};
  out.bhs[19] = std::byte{tag};
  out.bhs[32] = std::byte{0x28};
  out.bhs[37] = std::byte{lba};
  out.bhs[40] = std::byte{blocks};
  return out;
}
pdu::TappedPdu scsi_response(std::uint8_t tag) {
  pdu::TappedPdu out = header(Opcode::scsi_response);
  out.bhs[19] = std::byte{tag};
  return out;
}

FaultRule rule(Direction direction, std::optional<Opcode> kind) {
  FaultRule out;
  out.name = "f";
  out.on.direction = direction;
  if (kind) out.on.pdus = {*kind};
  return out;
}

constexpr std::string_view kLoginText(
    "InitiatorName=iqn.2026-11.org.lunsim:n1\0TargetName=iqn.2026-11.org.lunsim:array\0SessionType="
    "Normal\0",
    99);

struct TapBench {
  explicit TapBench(FaultRule one) : plan({std::move(one)}, 1), tap(plan) {
    pdu::TappedPdu login = login_request(kLoginText);
    tap.judge(Direction::receive, 1, login, 0);
  }
  TapVerdict receive(pdu::TappedPdu pdu) {
    last = std::move(pdu);
    return tap.judge(Direction::receive, 1, last, 0);
  }
  TapVerdict send(pdu::TappedPdu pdu) {
    last = std::move(pdu);
    return tap.judge(Direction::send, 1, last, 0);
  }
  FaultPlan plan;
  FaultTap tap;
  pdu::TappedPdu last;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(fault_tap)

BOOST_AUTO_TEST_CASE(a_plan_without_wire_faults_is_interested_in_nothing) {
  FaultRule busy;
  busy.name = "busy";
  busy.action.status = scsi::Status::busy;
  FaultPlan plan({busy}, 1);
  const FaultTap tap(plan);
  BOOST_TEST(!tap.is_interested(Direction::receive, Opcode::login_request));
  BOOST_TEST(!tap.is_interested(Direction::receive, Opcode::scsi_command));
}

BOOST_AUTO_TEST_CASE(interest_ends_when_the_fault_is_used_up) {
  FaultRule drop = rule(Direction::send, Opcode::nop_in);
  drop.action.wire.drop = true;
  drop.times = 1;
  TapBench bench(drop);
  BOOST_TEST(bench.tap.is_interested(Direction::send, Opcode::nop_in));
  BOOST_TEST(!bench.tap.is_interested(Direction::receive, Opcode::nop_in));
  BOOST_TEST(!bench.tap.is_interested(Direction::send, Opcode::data_in));
  BOOST_TEST(bench.send(header(Opcode::nop_in)).copies == 0u);
  BOOST_TEST(!bench.tap.is_interested(Direction::send, Opcode::nop_in));
}

BOOST_AUTO_TEST_CASE(a_command_is_picked_by_code_unit_and_blocks) {
  FaultRule drop = rule(Direction::receive, std::nullopt);
  drop.on.commands = {scsi::CommandCode{0x28, std::nullopt}};
  drop.on.lun = 7;
  drop.on.blocks = target_sim::BlockRange{10, 20};
  drop.action.wire.drop = true;
  TapBench bench(drop);
  BOOST_TEST(bench.receive(read_10(1, 0, 10)).copies == 1u);  // 0..9
  BOOST_TEST(bench.receive(read_10(2, 5, 6)).copies == 0u);   // 5..10
  BOOST_TEST(bench.receive(read_10(3, 20, 1)).copies == 0u);
  BOOST_TEST(bench.receive(read_10(4, 21, 1)).copies == 1u);
  pdu::TappedPdu elsewhere = read_10(5, 10, 1);
  elsewhere.bhs[9] = std::byte{6};
  BOOST_TEST(bench.receive(elsewhere).copies == 1u);
}

BOOST_AUTO_TEST_CASE(an_answer_is_picked_by_the_command_that_it_belongs_to) {
  FaultRule drop = rule(Direction::send, std::nullopt);
  drop.on.commands = {scsi::CommandCode{0x28, std::nullopt}};
  drop.action.wire.drop = true;
  TapBench bench(drop);
  bench.receive(read_10(9));
  BOOST_TEST(bench.send(scsi_response(8)).copies == 1u);
  pdu::TappedPdu data = header(Opcode::data_in);
  data.bhs[19] = std::byte{9};
  BOOST_TEST(bench.send(data).copies == 1u);  // no status yet
  data.bhs[1] = std::byte{0x81};              // F and S
  BOOST_TEST(bench.send(data).copies == 0u);
  BOOST_TEST(bench.send(scsi_response(9)).copies == 1u);  // the command is over
}

BOOST_AUTO_TEST_CASE(a_refused_login_is_rewritten_at_its_response) {
  FaultRule refuse = rule(Direction::receive, Opcode::login_request);
  refuse.action.wire.login_status = 0x0301;
  FaultPlan plan({refuse}, 1);
  FaultTap tap(plan);
  pdu::TappedPdu request = login_request(kLoginText);
  BOOST_TEST(tap.judge(Direction::receive, 1, request, 0).copies == 1u);
  pdu::TappedPdu response = login_response();
  const TapVerdict verdict = tap.judge(Direction::send, 1, response, 0);
  BOOST_TEST(std::to_integer<int>(response.bhs[36]) == 3);
  BOOST_TEST(std::to_integer<int>(response.bhs[37]) == 1);
  BOOST_TEST(std::to_integer<int>(response.bhs[1]) == 0);
  BOOST_TEST(std::to_integer<int>(response.bhs[15]) == 0);
  BOOST_TEST(response.data.empty());
  BOOST_TEST(std::to_integer<int>(response.bhs[7]) == 0);
  BOOST_TEST((verdict.cut == TapVerdict::Cut::finish));
  BOOST_TEST(verdict.cut_after_bytes == 48u);
}

BOOST_AUTO_TEST_CASE(a_redirected_login_tells_the_address) {
  FaultRule moved = rule(Direction::send, Opcode::login_response);
  moved.action.wire.redirect = target_sim::Redirect{true, "10.0.0.11:3260"};
  TapBench bench(moved);
  const TapVerdict verdict = bench.send(login_response());
  BOOST_TEST(std::to_integer<int>(bench.last.bhs[36]) == 1);
  BOOST_TEST(std::to_integer<int>(bench.last.bhs[37]) == 2);
  const std::string text(reinterpret_cast<const char*>(bench.last.data.data()),
                         bench.last.data.size());
  BOOST_TEST(text == std::string("TargetAddress=10.0.0.11:3260\0", 29));
  BOOST_TEST(verdict.cut_after_bytes == 48u + 32u);
}

BOOST_AUTO_TEST_CASE(other_targets_and_initiators_are_left_alone) {
  FaultRule drop = rule(Direction::send, Opcode::nop_in);
  drop.action.wire.drop = true;
  drop.on.target = "iqn.2026-11.org.lunsim:other";
  BOOST_TEST(TapBench(drop).send(header(Opcode::nop_in)).copies == 1u);
  drop.on.target = "iqn.2026-11.org.lunsim:array";
  drop.on.initiator = "*:n2";
  BOOST_TEST(TapBench(drop).send(header(Opcode::nop_in)).copies == 1u);
  drop.on.initiator = "*:n1";
  BOOST_TEST(TapBench(drop).send(header(Opcode::nop_in)).copies == 0u);
  drop.on.session = target_sim::SessionKind::discovery;
  BOOST_TEST(TapBench(drop).send(header(Opcode::nop_in)).copies == 1u);
}

BOOST_AUTO_TEST_CASE(fields_are_set_and_added_to_by_name) {
  FaultRule change = rule(Direction::send, Opcode::scsi_response);
  change.action.wire.fields = {{"StatSN", 2, true}, {"Status", 0x08, false}};
  TapBench bench(change);
  pdu::TappedPdu response = scsi_response(1);
  std::fill_n(&response.bhs[24], 4, std::byte{0xFF});  // StatSN FFFFFFFFh
  bench.send(response);
  BOOST_TEST(std::to_integer<int>(bench.last.bhs[3]) == 0x08);
  BOOST_TEST(std::to_integer<int>(bench.last.bhs[24]) == 0x00);
  BOOST_TEST(std::to_integer<int>(bench.last.bhs[27]) == 0x01);
}

BOOST_AUTO_TEST_CASE(a_cut_says_where_and_how) {
  FaultRule cut = rule(Direction::send, Opcode::data_in);
  cut.action.wire.cut =
      target_sim::CutPlace{{target_sim::PduPlace::Base::data, 100}, TapVerdict::Cut::silence};
  TapBench bench(cut);
  pdu::TappedPdu data = header(Opcode::data_in);
  data.data.resize(200);
  const TapVerdict verdict = bench.send(data);
  BOOST_TEST((verdict.cut == TapVerdict::Cut::silence));
  BOOST_TEST(verdict.cut_after_bytes == 148u);
  data.data.resize(100);
  BOOST_TEST((bench.send(data).cut == TapVerdict::Cut::no));
}

BOOST_AUTO_TEST_CASE(data_and_digests_can_be_spoiled) {
  FaultRule spoil = rule(Direction::send, Opcode::data_in);
  spoil.action.wire.flips = {{{target_sim::PduPlace::Base::data, 1}, 0xFF}};
  spoil.action.wire.spoil_data_digest = true;
  spoil.action.wire.copies = 2;
  spoil.action.wire.hold_ns = 5;
  TapBench bench(spoil);
  pdu::TappedPdu data = header(Opcode::data_in);
  data.data = {std::byte{0x11}, std::byte{0x22}};
  data.has_data_digest = true;
  const TapVerdict verdict = bench.send(data);
  BOOST_TEST(std::to_integer<int>(bench.last.data[0]) == 0x11);
  BOOST_TEST(std::to_integer<int>(bench.last.data[1]) == 0xDD);
  BOOST_TEST(bench.last.data_digest_wrong);
  BOOST_TEST(!bench.last.header_digest_wrong);
  BOOST_TEST(verdict.copies == 2u);
  BOOST_TEST(verdict.hold_ns == 5);
}

BOOST_AUTO_TEST_CASE(what_has_no_effect_is_matched_and_has_not_fired) {
  const auto counts_after = [](const FaultRule& one, const pdu::TappedPdu& pdu) {
    TapBench bench(one);
    bench.send(pdu);
    return std::pair(bench.plan.counts()[0].matched, bench.plan.counts()[0].fired);
  };
  using Counts = std::pair<std::uint64_t, std::uint64_t>;
  FaultRule digest = rule(Direction::send, Opcode::data_in);
  digest.action.wire.spoil_data_digest = digest.action.wire.misplace_header_digest = true;
  pdu::TappedPdu data = header(Opcode::data_in);
  data.data.resize(8);
  BOOST_TEST((counts_after(digest, data) == Counts{1, 0}));
  data.has_data_digest = true;
  BOOST_TEST((counts_after(digest, data) == Counts{1, 1}));

  FaultRule byte = rule(Direction::send, Opcode::data_in);
  byte.action.wire.flips = {{{target_sim::PduPlace::Base::data, 8}, 0xFF}};
  BOOST_TEST((counts_after(byte, data) == Counts{1, 0}));
  byte.action.wire.flips[0].at.offset_bytes = 7;
  BOOST_TEST((counts_after(byte, data) == Counts{1, 1}));

  FaultRule field = rule(Direction::send, Opcode::data_in);
  field.action.wire.fields = {{"DataSN", 0}};
  BOOST_TEST((counts_after(field, data) == Counts{1, 0}));
  field.action.wire.fields[0].value = 1;
  BOOST_TEST((counts_after(field, data) == Counts{1, 1}));

  FaultRule pad = rule(Direction::send, Opcode::data_in);
  pad.action.wire.omit_padding = true;
  BOOST_TEST((counts_after(pad, data) == Counts{1, 0}));
  data.data.resize(7);
  BOOST_TEST((counts_after(pad, data) == Counts{1, 1}));
}

namespace {

std::uint32_t number_at(const pdu::TappedPdu& pdu, std::size_t at) {
  std::uint32_t out = 0;
  for (std::size_t i = 0; i < 4; ++i)
    out = out << 8 | std::to_integer<std::uint32_t>(pdu.bhs[at + i]);
  return out;
}
pdu::TappedPdu numbered(Opcode opcode, std::uint8_t stat_sn) {
  pdu::TappedPdu out = header(opcode);
  out.bhs[27] = std::byte{stat_sn};
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_shifted_number_stays_shifted_and_what_is_said_of_it_is_turned_back) {
  FaultRule skip = rule(Direction::send, Opcode::scsi_response);
  skip.times = 1;
  skip.action.wire.shift = {{"StatSN", 3, true}};
  TapBench bench(skip);
  bench.send(numbered(Opcode::nop_in, 5));
  BOOST_TEST(number_at(bench.last, 24) == 5u);
  bench.send(numbered(Opcode::scsi_response, 6));
  BOOST_TEST(number_at(bench.last, 24) == 9u);
  bench.send(numbered(Opcode::scsi_response, 7));
  BOOST_TEST(number_at(bench.last, 24) == 10u);
  pdu::TappedPdu nop_out = header(Opcode::nop_out);
  nop_out.bhs[31] = std::byte{11};  // ExpStatSN
  bench.receive(nop_out);
  BOOST_TEST(number_at(bench.last, 28) == 8u);
}

BOOST_AUTO_TEST_CASE(a_frozen_field_keeps_its_first_value) {
  FaultRule freeze = rule(Direction::send, Opcode::scsi_response);
  freeze.action.wire.freeze = {"StatSN"};
  TapBench bench(freeze);
  bench.send(numbered(Opcode::scsi_response, 6));
  bench.send(numbered(Opcode::scsi_response, 7));
  BOOST_TEST(number_at(bench.last, 24) == 6u);
  BOOST_TEST(bench.plan.counts()[0].fired == 1u);
}

BOOST_AUTO_TEST_CASE(a_pdu_of_our_own_takes_a_number_and_the_others_move_up) {
  FaultRule inject = rule(Direction::send, Opcode::scsi_response);
  inject.times = 1;
  target_sim::InjectedPdu message;
  message.opcode = Opcode::async_message;
  message.fields = {{"AsyncEvent", 4}};
  inject.action.wire.before = {message};
  inject.action.wire.after = {message};
  TapBench bench(inject);
  const TapVerdict verdict = bench.send(numbered(Opcode::scsi_response, 6));
  BOOST_REQUIRE(verdict.before.size() == 1u);
  BOOST_REQUIRE(verdict.after.size() == 1u);
  BOOST_TEST(number_at(verdict.before[0], 24) == 6u);
  BOOST_TEST(std::to_integer<int>(verdict.before[0].bhs[36]) == 4);
  BOOST_TEST(number_at(bench.last, 24) == 7u);
  BOOST_TEST(number_at(verdict.after[0], 24) == 8u);
  bench.send(numbered(Opcode::scsi_response, 7));
  BOOST_TEST(number_at(bench.last, 24) == 9u);
}

BOOST_AUTO_TEST_CASE(what_is_held_until_a_fault_fires_comes_then) {
  FaultRule held = rule(Direction::send, Opcode::nop_in);
  held.times = 1;
  held.action.wire.hold = target_sim::Hold{.for_ns = 0, .until = "mark", .behind = 0};
  FaultRule mark = rule(Direction::receive, Opcode::nop_out);
  mark.name = "mark";
  mark.action.wire.mark = true;
  FaultPlan plan({held, mark}, 1);
  FaultTap tap(plan);
  pdu::TappedPdu login = login_request(kLoginText);
  tap.judge(Direction::receive, 1, login, 0);
  pdu::TappedPdu ping = numbered(Opcode::nop_in, 9);
  BOOST_TEST(tap.judge(Direction::send, 1, ping, 0).copies == 0u);
  BOOST_TEST(!tap.poll_release(0).has_value());
  pdu::TappedPdu nop_out = header(Opcode::nop_out);
  BOOST_TEST(tap.judge(Direction::receive, 1, nop_out, 0).copies == 1u);
  const auto release = tap.poll_release(0);
  BOOST_REQUIRE(release.has_value());
  BOOST_TEST(number_at(release->pdu, 24) == 9u);
  BOOST_TEST(!tap.poll_release(0).has_value());
}

BOOST_AUTO_TEST_CASE(what_is_held_behind_another_lets_it_pass) {
  FaultRule held = rule(Direction::send, Opcode::data_in);
  held.times = 1;
  held.action.wire.hold = target_sim::Hold{.for_ns = 0, .until = {}, .behind = 2};
  TapBench bench(held);
  BOOST_TEST(bench.send(header(Opcode::data_in)).copies == 0u);
  BOOST_TEST(bench.send(header(Opcode::data_in)).copies == 1u);
  BOOST_TEST(!bench.tap.poll_release(0).has_value());
  bench.send(header(Opcode::data_in));
  BOOST_TEST(bench.tap.poll_release(0).has_value());
}

BOOST_AUTO_TEST_CASE(a_login_response_in_pieces_is_asked_for_piece_by_piece) {
  FaultRule split = rule(Direction::send, Opcode::login_response);
  split.times = 1;
  split.action.wire.split_text_bytes = 10;
  TapBench bench(split);
  bench.send(login_response());  // 23 bytes of text, T
  BOOST_TEST(bench.last.data.size() == 10u);
  BOOST_TEST(std::to_integer<int>(bench.last.bhs[1]) == 0x44);  // C, CSG 1
  BOOST_TEST(bench.receive(login_request("")).copies == 0u);
  auto piece = bench.tap.poll_release(0);
  BOOST_REQUIRE(piece.has_value());
  BOOST_TEST(piece->pdu.data.size() == 10u);
  BOOST_TEST(number_at(piece->pdu, 24) == 1u);
  bench.receive(login_request(""));
  piece = bench.tap.poll_release(0);
  BOOST_REQUIRE(piece.has_value());
  BOOST_TEST(piece->pdu.data.size() == 3u);
  BOOST_TEST(std::to_integer<int>(piece->pdu.bhs[1]) == 0x04);  // no transition was asked for
  BOOST_TEST(bench.receive(login_request("")).copies == 0u);
  piece = bench.tap.poll_release(0);
  BOOST_REQUIRE(piece.has_value());
  BOOST_TEST(piece->pdu.data.empty());
  BOOST_TEST(std::to_integer<int>(piece->pdu.bhs[1]) == 0x87);
  BOOST_TEST(bench.receive(login_request("")).copies == 1u);
}

BOOST_AUTO_TEST_CASE(connections_are_told_apart_by_generation_and_fields) {
  FaultRule second = rule(Direction::receive, Opcode::nop_out);
  second.on.generation = 2;
  second.on.fields = {{"CmdSN", 4, 6}};
  second.action.wire.drop = true;
  TapBench bench(second);
  pdu::TappedPdu nop_out = header(Opcode::nop_out);
  nop_out.bhs[27] = std::byte{5};
  BOOST_TEST(bench.receive(nop_out).copies == 1u);
  pdu::TappedPdu login = login_request(kLoginText);
  bench.tap.judge(Direction::receive, 2, login, 0);
  BOOST_TEST(bench.tap.judge(Direction::receive, 2, nop_out, 0).copies == 0u);
  nop_out.bhs[27] = std::byte{7};
  BOOST_TEST(bench.tap.judge(Direction::receive, 2, nop_out, 0).copies == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
