#include "scenarios/engine/host_fault.hpp"

#include "protocol/scsi/lun.hpp"
#include "target_sim/faults/fault_plan.hpp"

namespace lunsim::scenarios {
namespace {

struct FunctionOf {
  std::string_view operator()(const initiator::AddSendTargetPortal&) const {
    return "AddIScsiSendTargetPortal";
  }
  std::string_view operator()(const initiator::ReportTargets&) const {
    return "ReportIScsiTargets";
  }
  std::string_view operator()(const initiator::LoginTarget&) const { return "LoginIScsiTarget"; }
  std::string_view operator()(const initiator::LogoutTarget&) const { return "LogoutIScsiTarget"; }
  std::string_view operator()(const initiator::ListSessions&) const {
    return "GetIScsiSessionList";
  }
  std::string_view operator()(const initiator::ListMappings&) const {
    return "ReportActiveIScsiTargetMappings";
  }
  std::string_view operator()(const initiator::SendScsi& request) const {
    if (request.cdb.empty()) return {};
    switch (std::to_integer<std::uint8_t>(request.cdb.front())) {
      case 0x12:
        return "SendScsiInquiry";
      case 0x25:
      case 0x9E:
        return "SendScsiReadCapacity";
      case 0xA0:
        return "SendScsiReportLuns";
      default:
        return {};
    }
  }
};

bool is_command(const scsi::CommandCode& wanted, const initiator::SendScsi& request) {
  const scsi::CommandCode sent = scsi::command_code(request.cdb);
  return !request.cdb.empty() && sent.operation_code == wanted.operation_code &&
         (!wanted.service_action || sent.service_action == wanted.service_action);
}

bool is_lun(std::uint64_t wanted, const initiator::SendScsi& request) {
  return request.lun == (request.lun_is_raw ? scsi::lun_field(wanted) : wanted);
}

}  // namespace

std::string_view function_of(const initiator::Request& request) {
  return std::visit(FunctionOf{}, request);
}

bool matches(const HostFaultSelector& on, const initiator::Request& request,
             std::string_view host) {
  if (!on.host.empty() && on.host != host) return false;
  if (!on.function.empty() && on.function != function_of(request)) return false;
  const auto* scsi = std::get_if<initiator::SendScsi>(&request);
  if (on.command && (scsi == nullptr || !is_command(*on.command, *scsi))) return false;
  if (on.lun && (scsi == nullptr || !is_lun(*on.lun, *scsi))) return false;
  const auto* login = std::get_if<initiator::LoginTarget>(&request);
  return on.target.empty() ||
         (login != nullptr && target_sim::matches_glob(on.target, login->target_name));
}

}  // namespace lunsim::scenarios
