// The benches of API cases: two targets and a server in a simulated world, a host in front of them,
// and the library's functions over that host. Any of it may be wrong on purpose.
#pragma once

#include <functional>
#include <memory>

#include "conformance/api_cases/bench.hpp"
#include "conformance/mutants/host_mutants.hpp"
#include "initiator/host/host_configuration.hpp"
#include "initiator/host/direct_host.hpp"
#include "protocol/iscsi/pdu/tap.hpp"
#include "runtime/memory/allocation_gate.hpp"
#include "runtime/simulated/simulated_world.hpp"
#include "target_sim/device/disk_inventory.hpp"
#include "target_sim/session/target_server.hpp"

namespace lunsim::conformance {

/// What is wrong; an empty function is what is right.
struct ApiDefect {
  std::function<std::unique_ptr<initiator::Host>(initiator::Host& healthy)> host;
  std::function<void(initiator::HostConfiguration&)> restart;  // of what came back
  std::function<void(Functions&)> functions;
};

/// A healthy host until it is told to fail.
class FailingHost final : public HostDecorator {
 public:
  using HostDecorator::HostDecorator;
  initiator::Reply call(initiator::Request request) override {
    // What the service allocates is not the caller's.
    const runtime::GateScope off(false);
    return code != 0 ? initiator::Reply{code, {}} : HostDecorator::call(std::move(request));
  }
  initiator::StatusCode code = 0;
};

/// Breaks the connection that carries the nth PDU, in either direction.
class BreakingTap final : public pdu::Tap {
 public:
  void break_at(std::uint64_t nth) {
    left_ = nth;
    has_broken_ = false;
  }
  bool has_broken() const { return has_broken_; }
  bool is_interested(pdu::Direction, pdu::Opcode) const override { return left_ != 0; }
  pdu::TapVerdict judge(pdu::Direction, std::uint32_t, pdu::TappedPdu&, std::int64_t) override;

 private:
  std::uint64_t left_ = 0;
  bool has_broken_ = false;
};

/// The current host of this thread while it lives.
class ApiWorld {
 public:
  explicit ApiWorld(ApiDefect defect = {}, Reading reading = Reading::documented);
  ~ApiWorld();
  ApiWorld(const ApiWorld&) = delete;
  ApiWorld& operator=(const ApiWorld&) = delete;

  Bench bench();

 private:
  struct Array {
    target_sim::DiskInventory disks;
    std::unique_ptr<target_sim::TargetServer> server;
    runtime::Endpoint portal;
    bool is_attached = false;
    explicit Array(const std::string& name) : disks(name) {}
  };
  void add_array(const std::string& name, const runtime::Endpoint& portal, std::uint64_t units);
  void hide(Array& array, bool is_hidden);
  void start_service();
  void stop_service();

  ApiDefect defect_;
  Reading reading_;
  BreakingTap tap_;
  runtime::SimulatedWorld world_{1};
  std::vector<std::unique_ptr<Array>> arrays_;
  std::unique_ptr<initiator::DirectHost> host_;
  std::unique_ptr<FailingHost> failing_;
  std::unique_ptr<initiator::Host> decorated_;
  initiator::HostConfiguration stored_;
};

}  // namespace lunsim::conformance
