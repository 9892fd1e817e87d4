#include "scenarios/engine/host_fault.hpp"

#include "initiator/host/request_names.hpp"
#include "protocol/scsi/lun.hpp"
#include "target_sim/faults/fault_plan.hpp"

namespace lunsim::scenarios {
namespace {

bool is_command(const scsi::CommandCode& wanted, const initiator::SendScsi& request) {
  const scsi::CommandCode sent = scsi::command_code(request.cdb);
  return !request.cdb.empty() && sent.operation_code == wanted.operation_code &&
         (!wanted.service_action || sent.service_action == wanted.service_action);
}

bool is_lun(std::uint64_t wanted, const initiator::SendScsi& request) {
  return request.lun == (request.lun_is_raw ? scsi::lun_field(wanted) : wanted);
}

}  // namespace

bool matches(const HostFaultSelector& on, const initiator::Request& request,
             std::string_view host) {
  if (!on.host.empty() && on.host != host) return false;
  if (!on.function.empty() && on.function != initiator::function_of(request)) return false;
  const auto* scsi = std::get_if<initiator::SendScsi>(&request);
  if (on.command && (scsi == nullptr || !is_command(*on.command, *scsi))) return false;
  if (on.lun && (scsi == nullptr || !is_lun(*on.lun, *scsi))) return false;
  const auto* login = std::get_if<initiator::LoginTarget>(&request);
  return on.target.empty() ||
         (login != nullptr && target_sim::matches_glob(on.target, login->target_name));
}

}  // namespace lunsim::scenarios
