#include "conformance/initiator_proof/driven_session.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "runtime/simulated/simulated_world.hpp"

namespace lunsim::conform {
namespace {

using namespace std::chrono_literals;
using initiator::CommandOutcome;
using initiator::ScsiRequest;

constexpr std::uint32_t kBlockBytes = 512;
constexpr int kFailuresMax = 4;

ScsiRequest no_data(std::uint8_t opcode) {
  ScsiRequest out;
  out.cdb[0] = static_cast<std::byte>(opcode);
  return out;
}

ScsiRequest inquiry() {
  ScsiRequest out = no_data(0x12);
  out.cdb[4] = std::byte{96};
  out.data_in_bytes = 96;
  return out;
}

ScsiRequest capacity() {
  ScsiRequest out = no_data(0x25);
  out.data_in_bytes = 8;
  return out;
}

ScsiRequest transfer(std::uint8_t opcode, std::uint8_t lba, std::uint16_t blocks) {
  ScsiRequest out = no_data(opcode);
  out.cdb[5] = static_cast<std::byte>(lba);
  out.cdb[7] = static_cast<std::byte>(blocks >> 8);
  out.cdb[8] = static_cast<std::byte>(blocks);
  return out;
}

ScsiRequest read(std::uint8_t lba, std::uint16_t blocks) {
  ScsiRequest out = transfer(0x28, lba, blocks);
  out.data_in_bytes = blocks * kBlockBytes;
  return out;
}

ScsiRequest write(std::uint8_t lba, std::uint16_t blocks) {
  ScsiRequest out = transfer(0x2A, lba, blocks);
  out.data_out.resize(blocks * kBlockBytes);
  for (std::size_t i = 0; i < out.data_out.size(); ++i)
    out.data_out[i] = static_cast<std::byte>(i / kBlockBytes + i);
  return out;
}

/// A tap that lets the mutant's spoil have every PDU.
class SpoilingTap final : public pdu::Tap {
 public:
  explicit SpoilingTap(Spoil spoil) : spoil_(std::move(spoil)) {}
  bool is_interested(pdu::Direction, pdu::Opcode) const override { return true; }
  pdu::TapVerdict judge(pdu::Direction direction, std::uint32_t, pdu::TappedPdu& pdu,
                        std::int64_t) override {
    pdu::TapVerdict verdict;
    spoil_(direction, pdu, verdict);
    if (verdict.cut == pdu::TapVerdict::Cut::silence) is_dead_ = true;
    verdict.cut = pdu::TapVerdict::Cut::no;
    return verdict;
  }
  const bool& is_dead() const { return is_dead_; }

 private:
  Spoil spoil_;
  bool is_dead_ = false;
};

initiator::SessionConfig config_for(const JudgedTarget& target, const InitiatorCase& about) {
  initiator::SessionConfig out;
  out.login.initiator_name = "iqn.2026-11.org.lunsim:driven";
  out.login.initiator_alias = "driven";
  if (!about.wants_discovery) out.login.target_name = target.name;
  out.login.isid.bytes = {std::byte{0x80}, std::byte{1}, std::byte{2},
                          std::byte{3},    std::byte{0}, std::byte{1}};
  out.login.wishes.session.initial_r2t = false;
  out.login.wishes.session.max_outstanding_r2t = 4;
  out.login.wishes.header_digest_crc32c = out.login.wishes.data_digest_crc32c = true;
  if (about.wants_chap) {
    out.login.chap = login::Secret{target.chap.user, target.chap.secret};
    out.login.allow_none = false;
    out.login.algorithms = {login::ChapAlgorithm::md5};
  }
  if (about.wants_mutual_chap)
    out.login.mutual = login::Secret{target.chap_name, target.mutual_secret};
  out.limits.command_timeout = 8s;
  out.limits.logout_timeout = 4s;
  out.limits.login_timeout = 6s;
  return out;
}

class DrivenGround final : public InitiatorGround, public Driver {
 public:
  DrivenGround(const InitiatorMutant* mutant, const JudgedTarget& target,
               const InitiatorCase& about, std::uint64_t seed)
      : world_(seed), config_(config_for(target, about)) {
    if (mutant != nullptr) tap_.emplace(mutant->make());
  }
  ~DrivenGround() override {
    if (session_) world_.detach(*session_);
  }
  DrivenGround(const DrivenGround&) = delete;
  DrivenGround& operator=(const DrivenGround&) = delete;

  runtime::World& world() override { return world_; }
  Driver& driver() override { return *this; }
  runtime::Endpoint listen() const override { return {"10.0.0.10", 3260}; }

  void start(const runtime::Endpoint& portal, const std::string&) override {
    config_.portal = portal;
    session_ =
        std::make_unique<DrivenSession>(config_, world_.entropy("initiator"),
                                        tap_ ? &*tap_ : nullptr, tap_ ? &tap_->is_dead() : nullptr);
    world_.attach(*session_, "10.0.0.1", {});
    session_->start(world_.now());
    world_.wake(*session_);
  }
  bool has_ended() override { return session_ && session_->has_ended(); }
  bool ended_well() override { return has_ended() && session_->end() == "logged out"; }
  std::string end() override { return session_ ? session_->end() : ""; }

 private:
  runtime::SimulatedWorld world_;
  initiator::SessionConfig config_;
  std::optional<SpoilingTap> tap_;
  std::unique_ptr<DrivenSession> session_;
};

}  // namespace

DrivenSession::DrivenSession(initiator::SessionConfig config, runtime::Entropy& entropy,
                             pdu::Tap* tap, const bool* is_dead)
    : is_dead_(is_dead),
      is_discovery_(config.login.target_name.empty()),
      session_(std::move(config), entropy, tap),
      reconnector_({.tries_max = 2}) {
  if (is_discovery_) return;
  script_.push_back({no_data(0x00)});
  script_.push_back({inquiry()});
  script_.push_back({capacity()});
  script_.push_back({write(0, 640), read(0, 8), write(16, 64), no_data(0x00)});
  script_.push_back({read(0, 640), read(8, 8), write(32, 8)});
  script_.push_back({read(0, 8), read(8, 8), read(16, 8), write(32, 8)});
  script_.push_back({write(64, 160), write(0, 160)});
  script_.push_back({no_data(0x00)});
  script_.push_back({read(0, 16)});
}

void DrivenSession::start(runtime::TimePoint now) { session_.start(now); }

void DrivenSession::finish(std::string how) {
  has_ended_ = true;
  end_ = std::move(how);
}

void DrivenSession::go_on(runtime::TimePoint now) {
  if (under_way_ > 0 || leaves_) return;
  if (next_step_ == script_.size()) {
    leaves_ = true;
    return session_.logout(now);
  }
  for (const ScsiRequest& request : script_[next_step_]) {
    session_.submit(request, now);
    ++under_way_;
  }
  ++next_step_;
}

void DrivenSession::handle(const initiator::Event& event, runtime::TimePoint now) {
  reconnector_.handle(event, now);
  if (std::holds_alternative<initiator::LoggedIn>(event))
    return is_discovery_ ? session_.send_targets("All", now) : go_on(now);
  if (std::holds_alternative<initiator::TargetsDiscovered>(event)) return go_on(now);
  if (std::holds_alternative<initiator::LoggedOut>(event)) return finish("logged out");
  if (const auto* done = std::get_if<initiator::ScsiCompletion>(&event)) {
    if (under_way_ > 0) --under_way_;
    const bool is_lost = done->outcome == CommandOutcome::connection_lost ||
                         done->outcome == CommandOutcome::protocol_error ||
                         done->outcome == CommandOutcome::refused;
    if (is_lost) return;
    if (done->outcome != CommandOutcome::completed || done->status != 0) ++failures_;
    if (failures_ > kFailuresMax) next_step_ = script_.size();
    return go_on(now);
  }
  const bool is_over = std::holds_alternative<initiator::LoginFailed>(event) ||
                       std::holds_alternative<initiator::ConnectionLost>(event);
  if (!is_over) return;
  under_way_ = 0;
  using State = initiator::Reconnector::State;
  if (reconnector_.state() != State::waiting) finish("no session any more");
}

void DrivenSession::turn(runtime::TimePoint now) {
  while (const auto event = session_.poll_event()) handle(*event, now);
  if (has_ended_ || !reconnector_.is_due(now)) return;
  reconnector_.handle_started();
  session_.start(now);
}

void DrivenSession::handle_connected(runtime::ConnectionId id, const runtime::Endpoint& peer,
                                     const runtime::Endpoint& local, runtime::TimePoint now) {
  session_.handle_connected(id, peer, local, now);
  turn(now);
}

void DrivenSession::handle_bytes(runtime::ConnectionId id, std::span<const std::byte> bytes,
                                 runtime::TimePoint now) {
  if (hangs()) return;
  session_.handle_bytes(id, bytes, now);
  turn(now);
}

void DrivenSession::handle_transmitted(runtime::ConnectionId id, std::size_t bytes,
                                       runtime::TimePoint now) {
  session_.handle_transmitted(id, bytes, now);
  turn(now);
}

void DrivenSession::handle_closed(runtime::ConnectionId id, runtime::CloseReason reason,
                                  runtime::TimePoint now) {
  if (hangs()) return;
  session_.handle_closed(id, reason, now);
  turn(now);
}

void DrivenSession::handle_released(runtime::ConnectionId id, runtime::TimePoint now) {
  session_.handle_released(id, now);
  turn(now);
}

void DrivenSession::handle_timeout(runtime::TimePoint now) {
  if (hangs()) return;
  session_.handle_timeout(now);
  turn(now);
}

std::optional<runtime::Transmit> DrivenSession::poll_transmit(runtime::TimePoint now) {
  return session_.poll_transmit(now);
}

std::optional<runtime::TimePoint> DrivenSession::poll_timeout() const {
  if (hangs()) return std::nullopt;
  const auto of_session = session_.poll_timeout();
  const auto of_reconnector = has_ended_ ? std::nullopt : reconnector_.poll_timeout();
  if (!of_session) return of_reconnector;
  if (!of_reconnector) return of_session;
  return std::min(*of_session, *of_reconnector);
}

InitiatorGroundMaker driven_grounds(const InitiatorMutant* mutant, const JudgedTarget& target,
                                    std::uint64_t seed) {
  return [mutant, target, seed](const InitiatorCase& about) {
    return std::make_unique<DrivenGround>(mutant, target, about, seed);
  };
}

JudgedTarget played_target() {
  JudgedTarget out;
  out.name = "iqn.2026-11.org.lunsim:played";
  out.chap = {"judge", "correct horse battery"};
  out.chap_name = "array";
  out.mutual_secret = "staple of the target";
  return out;
}

}  // namespace lunsim::conform
