// Hosts with one defect each that shows only when something goes wrong on the wire: what
// exploration must find. For tests only.
#pragma once

#include <memory>

#include "initiator/host/host.hpp"
#include "initiator/host/status_code.hpp"
#include "target_sim/smb_server/message_tap.hpp"

namespace lunsim::explore::testing {

/// Passes everything on; a defect overrides what becomes of a reply.
class Defect : public initiator::Host {
 public:
  explicit Defect(initiator::Host& healthy) : healthy_(healthy) {}
  initiator::OperationId start(initiator::Request request) override {
    return healthy_.start(std::move(request));
  }
  bool poll(initiator::OperationId operation) override { return healthy_.poll(operation); }
  initiator::Reply take(initiator::OperationId operation) override {
    return healthy_.take(operation);
  }
  initiator::Reply call(initiator::Request request) override {
    const initiator::Request copy = request;
    initiator::Reply reply = healthy_.call(std::move(request));
    spoil(copy, reply);
    return reply;
  }
  const Profile& profile() const override { return healthy_.profile(); }

 protected:
  virtual void spoil(const initiator::Request& request, initiator::Reply& reply) = 0;
  initiator::Host& healthy() { return healthy_; }
  static bool is_scsi(const initiator::Request& request, std::byte operation_code) {
    const auto* command = std::get_if<initiator::SendScsi>(&request);
    return command != nullptr && !command->cdb.empty() && command->cdb[0] == operation_code;
  }
  static constexpr std::byte kRead10{0x28}, kWrite10{0x2A};

 private:
  initiator::Host& healthy_;
};

/// A write whose connection broke is reported as done: a lost acknowledged write.
class AcknowledgesLostWrites final : public Defect {
  using Defect::Defect;
  void spoil(const initiator::Request& request, initiator::Reply& reply) override {
    if (is_scsi(request, kWrite10) && reply.code != 0)
      reply = {
          0, initiator::ScsiReply{.answered = true, .scsi_status = 0, .data_in = {}, .sense = {}}};
  }
};

/// After a broken connection, reads come from one block further on: data from elsewhere.
class ReadsTheNextBlock final : public Defect {
  using Defect::Defect;
  void spoil(const initiator::Request& request, initiator::Reply& reply) override {
    was_broken_ |= reply.code == initiator::status_code::kTransportError;
    if (!was_broken_ || !is_scsi(request, kRead10) || reply.code != 0) return;
    initiator::SendScsi further = std::get<initiator::SendScsi>(request);
    further.cdb[5] = static_cast<std::byte>(static_cast<unsigned>(further.cdb[5]) + 1);
    reply = healthy().call(further);
  }
  bool was_broken_ = false;
};

/// A command whose connection broke returns a number that nobody knows.
class ReturnsANumberOfItsOwn final : public Defect {
  using Defect::Defect;
  void spoil(const initiator::Request&, initiator::Reply& reply) override {
    if (reply.code == initiator::status_code::kTransportError) reply.code = 0xEFFF7777;
  }
};

/// What a call was refused with reaches the caller as a refusal of access, whatever it was.
class ReturnsOneRefusalForAll final : public Defect {
  using Defect::Defect;
  void spoil(const initiator::Request&, initiator::Reply& reply) override {
    if (reply.code != 0) reply.code = initiator::status_code::kAccessDenied;
  }
};

/// The same of a server's calls: of what it refuses, the caller hears that access is denied.
class SaysOneRefusalForAll final : public smb_server::MessageTap {
 public:
  explicit SaysOneRefusalForAll(smb_server::MessageTap* struck) : struck_(*struck) {}
  smb_server::RequestVerdict judge_request(runtime::ConnectionId connection,
                                           const smb::Header& header, std::u16string_view user,
                                           smb_server::TimePoint now) override {
    return struck_.judge_request(connection, header, user, now);
  }
  smb_server::ResponseVerdict judge_response(runtime::ConnectionId connection,
                                             smb_server::TappedResponse& response,
                                             std::u16string_view user,
                                             smb_server::TimePoint now) override {
    return struck_.judge_response(connection, response, user, now);
  }
  Answer call(const smb_server::TappedCall& call, smb_server::SessionTable& sessions,
              const Routine& routine) override {
    constexpr std::byte kAccessDenied{5};
    Answer answer = struck_.call(call, sessions, routine);
    if (!answer || answer->size() < 4) return answer;
    std::byte& code = (*answer)[answer->size() - 4];
    if (code != std::byte{}) code = kAccessDenied;
    return answer;
  }
  void change_answer(std::vector<std::byte>& pdu) override { struck_.change_answer(pdu); }

 private:
  smb_server::MessageTap& struck_;
};

template <class Kind>
std::unique_ptr<initiator::Host> make(initiator::Host& healthy) {
  return std::make_unique<Kind>(healthy);
}

}  // namespace lunsim::explore::testing
