#include "scenarios/explore/watching_host.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "initiator/host/request_names.hpp"
#include "initiator/host/status_code.hpp"
#include "protocol/scsi/cdb.hpp"
#include "protocol/scsi/lun.hpp"
#include "protocol/scsi/opcode_table.hpp"
#include "runtime/memory/allocation_gate.hpp"

namespace lunsim::explore {
namespace {

using namespace initiator;

constexpr std::uint8_t kGood = 0;

std::string name_of_request(const Request& request) {
  const auto* command = std::get_if<SendScsi>(&request);
  if (command == nullptr) return std::string(function_of(request));
  const auto name = command->cdb.empty() ? std::string_view{"a command without a CDB"}
                                         : scsi::name_of(scsi::command_code(command->cdb));
  return std::string(name.empty() ? "a command" : name);
}

/// What may change blocks in a way that the model does not follow. Everything that it does not know
/// counts, but for what is known to leave the medium alone.
bool leaves_blocks_alone(std::uint8_t operation_code) {
  using namespace scsi::opcode;
  constexpr std::uint8_t kPersistentReserveIn = 0x5E, kPersistentReserveOut = 0x5F;
  constexpr std::uint8_t kReserve6 = 0x16, kRelease6 = 0x17, kModeSelect6 = 0x15;
  constexpr std::uint8_t kModeSelect10 = 0x55, kLogSense = 0x4D, kMaintenanceOut = 0xA4;
  constexpr std::uint8_t kLeaveAlone[] = {
      kTestUnitReady,        kRequestSense,  kInquiry,
      kModeSense6,           kStartStopUnit, kPreventAllowMediumRemoval,
      kReadCapacity10,       kModeSense10,   kServiceActionIn16,
      kReportLuns,           kMaintenanceIn, kPersistentReserveIn,
      kPersistentReserveOut, kReserve6,      kRelease6,
      kModeSelect6,          kModeSelect10,  kLogSense,
      kMaintenanceOut};
  return std::find(std::begin(kLeaveAlone), std::end(kLeaveAlone), operation_code) !=
         std::end(kLeaveAlone);
}

const ScsiReply* good_answer(const Reply& reply) {
  const auto* scsi = std::get_if<ScsiReply>(&reply.data);
  const bool good =
      reply.code == 0 && scsi != nullptr && scsi->answered && scsi->scsi_status == kGood;
  return good ? scsi : nullptr;
}

std::pair<std::uint64_t, std::uint64_t> key_of(const UniqueId& id) {
  return {id.adapter_unique, id.adapter_specific};
}

}  // namespace

WatchingHost::WatchingHost(Host& healthy, const runtime::World& world, BlockModel& model,
                           Findings& findings, runtime::Duration call_bound)
    : healthy_(healthy),
      world_(world),
      model_(model),
      findings_(findings),
      call_bound_(call_bound) {}

WatchingHost::Asked WatchingHost::note(const Request& request) {
  Asked asked;
  asked.since = world_.now();
  asked.name = name_of_request(request);
  // ReportTargets asks the portals that there are, if any.
  asked.is_for_wire = !std::holds_alternative<ListSessions>(request) &&
                      !std::holds_alternative<ListMappings>(request) &&
                      !std::holds_alternative<ReportTargets>(request);
  if (const auto* login = std::get_if<LoginTarget>(&request)) {
    asked.login_to = login->target_name;
    asked.is_for_wire = !login->persistent;
  }
  if (const auto* command = std::get_if<SendScsi>(&request)) note_command(*command, asked);
  return asked;
}

void WatchingHost::note_command(const SendScsi& command, Asked& asked) {
  asked.own = runtime::Duration{command.timeout_ns};
  const auto target = target_of_session_.find(key_of(command.session));
  if (target == target_of_session_.end() || command.cdb.empty()) return;
  std::optional<std::uint64_t> lun = command.lun;
  if (command.lun_is_raw) lun = scsi::plain_lun(command.lun);
  const UnitName unit{target->second, lun.value_or(0)};
  if (!lun || !model_.follows(unit)) return;
  const auto operation_code = static_cast<std::uint8_t>(command.cdb[0]);
  const auto decoded = scsi::decode_cdb(command.cdb);
  const auto* block = decoded ? std::get_if<scsi::BlockCommand>(&*decoded) : nullptr;
  if (block == nullptr) {
    if (decoded && !leaves_blocks_alone(operation_code)) asked.unfollowed = unit;
    return;
  }
  if (block->operation == scsi::BlockOperation::read)
    asked.read = model_.begin_read(unit, block->lba, block->blocks);
  if (block->operation == scsi::BlockOperation::write ||
      block->operation == scsi::BlockOperation::write_and_verify)
    asked.write = model_.begin_write(unit, block->lba, command.data_out);
}

void WatchingHost::judge(const Asked& asked, const Reply& reply) {
  const runtime::Duration took = world_.now() - asked.since;
  if (took > call_bound_ + asked.own)
    findings_.add("hang", fmt::format("{} took {} s", asked.name, took.count() / 1'000'000'000));
  if (asked.unfollowed && reply.code != status_code::kInvalidSessionId)
    model_.forget_unit(*asked.unfollowed);
  const ScsiReply* answer = good_answer(reply);
  if (asked.write) model_.end_write(*asked.write, answer != nullptr);
  if (asked.read) {
    const auto why =
        model_.end_read(*asked.read, answer != nullptr ? std::span<const std::byte>(answer->data_in)
                                                       : std::span<const std::byte>{});
    if (why) findings_.add("wrong data", fmt::format("{} ended GOOD, but {}", asked.name, *why));
  }
  if (const auto* login = std::get_if<LoginReply>(&reply.data); login != nullptr && reply.code == 0)
    target_of_session_[key_of(login->session)] = asked.login_to;
}

OperationId WatchingHost::start(Request request) {
  Asked asked = note(request);
  const OperationId id = healthy_.start(std::move(request));
  running_.emplace(id, std::move(asked));
  return id;
}

Reply WatchingHost::take(OperationId operation) {
  Reply reply = healthy_.take(operation);
  const auto found = running_.find(operation);
  if (found == running_.end()) return reply;
  judge(found->second, reply);
  running_.erase(found);
  return reply;
}

Reply WatchingHost::call(Request request) {
  // What this host remembers is not memory of the call.
  const bool gate_was_on = runtime::is_gate_on();
  const runtime::GateScope off(false);
  const Asked asked = note(request);
  Reply reply = [&] {
    const runtime::GateScope as_before(gate_was_on);
    return healthy_.call(std::move(request));
  }();
  judge(asked, reply);
  // What was started may have passed the wire in another step than the one that takes it.
  if (asked.is_for_wire && reply.code == 0) ++wire_successes_;
  return reply;
}

void WatchingHost::take_all() {
  while (!running_.empty()) take(running_.begin()->first);
}

}  // namespace lunsim::explore
