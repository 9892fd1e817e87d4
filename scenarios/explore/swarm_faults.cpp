#include "scenarios/explore/swarm_faults.hpp"

#include <iterator>

#include <fmt/format.h>

namespace lunsim::explore {
namespace {

using pdu::Opcode;
using runtime::SeededEntropy;
using target_sim::FaultAction;
using target_sim::FaultRule;
using Cut = pdu::TapVerdict::Cut;

template <class T, std::size_t N>
T one_of(SeededEntropy& chance, const T (&values)[N]) {
  return values[chance.below(N)];
}

constexpr Opcode kRequests[] = {
    Opcode::nop_out,       Opcode::scsi_command, Opcode::task_management_request,
    Opcode::login_request, Opcode::text_request, Opcode::data_out,
    Opcode::logout_request};
constexpr Opcode kResponses[] = {Opcode::nop_in,
                                 Opcode::scsi_response,
                                 Opcode::task_management_response,
                                 Opcode::login_response,
                                 Opcode::text_response,
                                 Opcode::data_in,
                                 Opcode::logout_response,
                                 Opcode::r2t};

void pick_any_pdu(FaultRule& rule, SeededEntropy& chance) {
  const bool received = chance.below(2) == 0;
  rule.on.direction = received ? pdu::Direction::receive : pdu::Direction::send;
  rule.on.pdus = {received ? one_of(chance, kRequests) : one_of(chance, kResponses)};
  rule.on.session = target_sim::SessionKind::any;
}

void pick_command(FaultRule& rule, SeededEntropy& chance) {
  constexpr std::uint8_t kCommands[] = {0x00, 0x12, 0x25, 0x28, 0x2A, 0x88, 0x8A, 0xA0};
  rule.on.direction = pdu::Direction::receive;
  rule.on.commands = {scsi::CommandCode{one_of(chance, kCommands), std::nullopt}};
}

// --- the classes ---

void lose(FaultRule& rule, SeededEntropy& chance) {
  pick_any_pdu(rule, chance);
  rule.action.wire.drop = true;
}
void delay(FaultRule& rule, SeededEntropy& chance) {
  pick_any_pdu(rule, chance);
  constexpr std::int64_t kHolds[] = {1'000'000, 200'000'000, 5'000'000'000, 40'000'000'000};
  rule.action.wire.hold_ns = one_of(chance, kHolds);
}
void repeat(FaultRule& rule, SeededEntropy& chance) {
  pick_any_pdu(rule, chance);
  rule.action.wire.copies = 2 + static_cast<std::uint32_t>(chance.below(2));
}
void cut(FaultRule& rule, SeededEntropy& chance) {
  pick_any_pdu(rule, chance);
  target_sim::CutPlace place;
  constexpr std::uint32_t kEnd = 100'000;  // behind the whole of it
  constexpr std::uint32_t kOffsets[] = {0, 1, 20, 47, 48, 100, kEnd};
  const std::uint32_t offset_bytes = one_of(chance, kOffsets);
  if (offset_bytes == kEnd)
    place.at.base = target_sim::PduPlace::Base::end;
  else
    place.at.offset_bytes = offset_bytes;
  constexpr Cut kHow[] = {Cut::finish, Cut::reset};
  place.how = one_of(chance, kHow);
  rule.action.wire.cut = place;
}
void silence(FaultRule& rule, SeededEntropy& chance) {
  cut(rule, chance);
  rule.action.wire.cut->how = Cut::silence;
}
void spoil(FaultRule& rule, SeededEntropy& chance) {
  pick_any_pdu(rule, chance);
  // A byte that is wrong without a digest is nobody's fault that is at work here.
  (chance.below(2) == 0 ? rule.action.wire.spoil_header_digest
                        : rule.action.wire.spoil_data_digest) = true;
}
void misnumber(FaultRule& rule, SeededEntropy& chance) {
  rule.on.direction = pdu::Direction::send;
  constexpr Opcode kNumbered[] = {Opcode::scsi_response, Opcode::nop_in, Opcode::data_in};
  const Opcode kind = one_of(chance, kNumbered);
  rule.on.pdus = {kind};
  const bool is_data = kind == Opcode::data_in && chance.below(2) == 0;
  rule.action.wire.fields.push_back({is_data ? "DataSN" : "StatSN", 1 + chance.below(3), true});
}
void fail_command(FaultRule& rule, SeededEntropy& chance) {
  pick_command(rule, chance);
  constexpr scsi::Status kStatuses[] = {scsi::Status::busy, scsi::Status::task_set_full,
                                        scsi::Status::reservation_conflict,
                                        scsi::Status::check_condition};
  rule.action.status = one_of(chance, kStatuses);
  if (rule.action.status != scsi::Status::check_condition) return;
  constexpr scsi::SenseKey kKeys[] = {
      scsi::SenseKey::not_ready, scsi::SenseKey::medium_error, scsi::SenseKey::hardware_error,
      scsi::SenseKey::unit_attention, scsi::SenseKey::aborted_command};
  scsi::Sense sense;
  sense.key = one_of(chance, kKeys);
  rule.action.sense = sense;
}
void slow_command(FaultRule& rule, SeededEntropy& chance) {
  pick_command(rule, chance);
  constexpr std::int64_t kDelays[] = {10'000'000, 2'000'000'000, 29'900'000'000, 31'000'000'000};
  rule.action.delay_ns = one_of(chance, kDelays);
}
void refuse_login(FaultRule& rule, SeededEntropy& chance) {
  rule.on.direction = pdu::Direction::receive;
  rule.on.pdus = {Opcode::login_request};
  rule.on.session = target_sim::SessionKind::any;
  constexpr std::uint16_t kStatuses[] = {0x0200, 0x0201, 0x0202, 0x0203, 0x0206,
                                         0x020B, 0x0300, 0x0301, 0x0302};
  rule.action.wire.login_status = one_of(chance, kStatuses);
}

struct FaultClass {
  std::string_view name;
  void (*draw)(FaultRule& rule, SeededEntropy& chance);
};
constexpr FaultClass kClasses[] = {
    {"lose", lose},
    {"delay", delay},
    {"repeat", repeat},
    {"cut", cut},
    {"silence", silence},
    {"spoil", spoil},
    {"misnumber", misnumber},
    {"fail_command", fail_command},
    {"slow_command", slow_command},
    {"refuse_login", refuse_login},
};

}  // namespace

std::string draw_faults(scenarios::Scenario& scenario, SeededEntropy& chance) {
  std::string what;
  for (const FaultClass& kind : kClasses) {
    if (chance.below(3) != 0) continue;  // the class is off in this run
    const std::uint64_t count = 1 + chance.below(3);
    for (std::uint64_t i = 1; i <= count; ++i) {
      auto& target = scenario.targets[chance.below(scenario.targets.size())];
      scenarios::FaultModel fault;
      fault.rule.name = fmt::format("swarm {} {}", kind.name, i);
      fault.rule.on.target = target.name;
      fault.may_not_fire = true;
      kind.draw(fault.rule, chance);
      constexpr double kChances[] = {0.02, 0.1, 0.5, 1.0};
      fault.rule.on.probability = one_of(chance, kChances);
      if (chance.below(2) == 0)
        fault.rule.on.nth = 1 + static_cast<std::uint32_t>(chance.below(20));
      fault.rule.times = 1 + static_cast<std::uint32_t>(chance.below(4));
      target.faults.push_back(std::move(fault));
    }
    what += fmt::format("{}{} x{}", what.empty() ? "" : ", ", kind.name, count);
  }
  return what.empty() ? std::string("no fault") : what;
}

}  // namespace lunsim::explore
