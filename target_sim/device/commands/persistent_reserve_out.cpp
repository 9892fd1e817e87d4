// PERSISTENT RESERVE OUT: REGISTER, RESERVE, RELEASE, CLEAR, PREEMPT, PREEMPT AND ABORT, REGISTER
// AND IGNORE EXISTING KEY. Not here: REGISTER AND MOVE, SPEC_I_PT, ALL_TG_PT. Tasks of a preempted
// nexus are executed when PREEMPT AND ABORT comes, so that there is none to abort. SPC-4 §6.16
#include "protocol/bytes/big_endian.hpp"
#include "target_sim/device/commands/answers.hpp"
#include "target_sim/device/commands/groups.hpp"
#include "target_sim/device/disk_inventory.hpp"

namespace lunsim::target_sim {

namespace {

enum Action : std::uint8_t {
  kRegister = 0,
  kReserve = 1,
  kRelease = 2,
  kClear = 3,
  kPreempt = 4,
  kPreemptAndAbort = 5,
  kRegisterAndIgnore = 6,
};
constexpr std::uint32_t kParameterBytes = 24;
constexpr scsi::AdditionalSense kInvalidRelease{0x26, 0x04};
constexpr scsi::AdditionalSense kNoRegistrationResources{0x55, 0x04};

struct Request {
  std::uint8_t action = 0;
  ReservationType type = ReservationType::none;
  std::uint64_t key = 0;
  std::uint64_t service_action_key = 0;
  bool persists = false;  // APTPL
};

bool is_register(std::uint8_t action) {
  return action == kRegister || action == kRegisterAndIgnore;
}

Request decode(const Task& task) {
  Request request;
  request.action = std::to_integer<std::uint8_t>(task.cdb[1]) & 0x1F;
  request.type = static_cast<ReservationType>(std::to_integer<std::uint8_t>(task.cdb[2]) & 0x0F);
  request.key = bytes::load_be64(&task.data_out[0]);
  request.service_action_key = bytes::load_be64(&task.data_out[8]);
  request.persists = (std::to_integer<unsigned>(task.data_out[20]) & 1) != 0;
  return request;
}

/// The key must be the registered one; a stranger may only register, with key 0.      SPC-4 §5.13.7
bool has_right_key(const Reservations& reservations, NexusName nexus, const Request& request) {
  const Reservations::Registrant* known = reservations.find(nexus);
  if (request.action == kRegisterAndIgnore) return true;
  if (known == nullptr) return request.action == kRegister && request.key == 0;
  return known->key == request.key;
}

Reservations::Result apply(Reservations& reservations, NexusName nexus, const Request& request,
                           Reservations::Losses& losses) {
  switch (request.action) {
    case kReserve:
      return reservations.reserve(nexus, request.type);
    case kRelease:
      return reservations.release(nexus, request.type, losses);
    case kClear:
      return reservations.clear(nexus, losses);
    case kPreempt:
    case kPreemptAndAbort:
      return reservations.preempt(nexus, request.service_action_key, request.type, losses);
    default:
      return reservations.register_key(nexus, request.service_action_key, losses);
  }
}

bool changes_generation(std::uint8_t action) { return action != kReserve && action != kRelease; }

void tell_losses(CommandContext& context, std::uint8_t action, const Reservations::Losses& losses) {
  const scsi::AdditionalSense preempted =
      action == kClear ? attention::kReservationsPreempted : attention::kRegistrationsPreempted;
  for (const Reservations::Registrant& one : losses.preempted)
    context.inventory.establish_attention(*context.unit, preempted,
                                          NexusName{one.initiator_port, one.target_port});
  for (const Reservations::Registrant& one : losses.released)
    context.inventory.establish_attention(*context.unit, attention::kReservationsReleased,
                                          NexusName{one.initiator_port, one.target_port});
}

void answer(CommandContext& context, Reservations::Result result) {
  switch (result) {
    case Reservations::Result::done:
      return;
    case Reservations::Result::conflict:
      context.task.status = scsi::Status::reservation_conflict;
      return;
    case Reservations::Result::invalid_release:
      fail(context, scsi::SenseKey::illegal_request, kInvalidRelease);
      return;
    case Reservations::Result::invalid_key:
      fail_parameter(context, 8);
      return;
    case Reservations::Result::no_room:
      fail(context, scsi::SenseKey::illegal_request, kNoRegistrationResources);
      return;
  }
}

}  // namespace

bool check_persistent_reserve_out(CommandContext& context) {
  const auto action = std::to_integer<std::uint8_t>(context.task.cdb[1]) & 0x1F;
  const auto byte2 = std::to_integer<std::uint8_t>(context.task.cdb[2]);
  const bool has_type = !is_register(static_cast<std::uint8_t>(action)) && action != kClear;
  if (has_type && (byte2 >> 4) != 0) return fail_field(context, 2, std::uint8_t{7});
  if (has_type && !is_reservation_type(byte2 & 0x0F))
    return fail_field(context, 2, std::uint8_t{3});
  if (bytes::load_be32(&context.task.cdb[5]) != kParameterBytes)
    return fail_parameter_length(context);
  context.task.data_out_bytes_wanted = kParameterBytes;
  return true;
}

void run_persistent_reserve_out(CommandContext& context) {
  if (context.task.data_out.size() < kParameterBytes) {
    fail_parameter_length(context);
    return;
  }
  const Request request = decode(context.task);
  // SPEC_I_PT and ALL_TG_PT are not there.
  if ((std::to_integer<unsigned>(context.task.data_out[20]) & 0x0C) != 0) {
    fail_parameter(context, 20);
    return;
  }
  Reservations& reservations = context.unit->reservations();
  const NexusName nexus = context.inventory.name_of(context.task.nexus);
  if (!has_right_key(reservations, nexus, request)) {
    context.task.status = scsi::Status::reservation_conflict;
    return;
  }
  Reservations::Losses losses;
  const Reservations::Result result = apply(reservations, nexus, request, losses);
  if (result == Reservations::Result::done) {
    if (is_register(request.action)) reservations.set_persists(request.persists);
    if (changes_generation(request.action)) reservations.count_change();
    tell_losses(context, request.action, losses);
  }
  answer(context, result);
}

}  // namespace lunsim::target_sim
