// Where connections are until they belong to a session: runs their login, decides who may in, and
// hands them over. Knows the session table; never sees a SCSI command. RFC 7143 §6.2, §6.3, §11.12
#pragma once

#include "target_sim/session/session_table.hpp"
#include "target_sim/session/target_server.hpp"

namespace lunsim::target_sim {

/// "<iSCSI name>,i,0x<ISID>": the initiator port of an I_T nexus.                            RFC
/// 7143 §4.4.1.3
std::string initiator_port_name(std::string_view initiator, const pdu::Isid& isid);

class LoginFront {
 public:
  LoginFront(const TargetServerConfig& config, SessionTable& sessions, runtime::Entropy& entropy,
             SessionOwner& owner);

  void accept(Connection& connection, runtime::TimePoint now);
  /// A whole PDU of a connection that is still logging in.
  void handle_pdu(Connection& connection, const pdu::PduView& pdu, runtime::TimePoint now);

 private:
  login::Admission admit(const Connection& connection, const login::LoginClaim& claim) const;
  login::LoginStatus judge_tsih(const login::LoginClaim& claim, std::size_t node) const;
  login::Admission admit_to_node(std::size_t node, const login::LoginClaim& claim) const;
  std::optional<std::size_t> find_node(const Connection& connection, std::string_view name) const;
  void refuse_non_login(Connection& connection, const pdu::PduView& pdu, runtime::TimePoint now);
  void answer(Connection& connection, login::TargetLogin::Answer answer, CmdSn exp_cmd_sn,
              runtime::TimePoint now);
  login::LoginStatus enter_full_feature(Connection& connection, runtime::TimePoint now);
  void end_reinstated(TargetSession& old, runtime::TimePoint now);
  TargetSession* session_for(Connection& connection, runtime::TimePoint now);

  const TargetServerConfig& config_;
  SessionTable& sessions_;
  runtime::Entropy& entropy_;
  SessionOwner& owner_;
};

}  // namespace lunsim::target_sim
