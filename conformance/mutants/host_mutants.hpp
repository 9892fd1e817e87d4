// Hosts with one known defect each, as decorators of a healthy one. They show that a case can fail:
// each is convicted by the case that mutants.yaml names. Never part of the program.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "initiator/host/host.hpp"

namespace lunsim::conformance {

/// Passes everything on. A mutant overrides the one place where it is wrong.
class HostDecorator : public initiator::Host {
 public:
  explicit HostDecorator(initiator::Host& healthy) : healthy_(healthy) {}

  initiator::OperationId start(initiator::Request request) override;
  bool poll(initiator::OperationId operation) override { return healthy_.poll(operation); }
  initiator::Reply take(initiator::OperationId operation) override;
  initiator::Reply call(initiator::Request request) override;
  const Profile& profile() const override { return healthy_.profile(); }

 protected:
  /// What goes to the healthy host, and what comes back for it.
  virtual void change_request(initiator::Request&) {}
  virtual void change_reply(const initiator::Request&, initiator::Reply&) {}
  initiator::Host& healthy() { return healthy_; }

 private:
  initiator::Host& healthy_;
  std::vector<std::pair<initiator::OperationId, initiator::Request>> running_;
};

/// The mutant of this name around `healthy`, which outlives it; null if there is none.
std::unique_ptr<HostDecorator> make_mutant(std::string_view name, initiator::Host& healthy);
std::vector<std::string_view> mutant_names();

}  // namespace lunsim::conformance
