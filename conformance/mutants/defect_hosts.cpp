#include "conformance/mutants/defect_hosts.hpp"

#include <algorithm>
#include <iterator>
#include <string>

#include "initiator/host/status_code.hpp"
#include "protocol/bytes/big_endian.hpp"

namespace lunsim::conformance {
namespace {

using namespace initiator;

constexpr std::byte kServiceActionIn16{0x9E};
constexpr std::uint32_t kChap = 1, kMutualChap = 2;
constexpr UniqueId kNobody{0xDEAD, 0xDEAD};

bool has_auth(const Request& request, std::uint32_t type) {
  const auto* login = std::get_if<LoginTarget>(&request);
  return login != nullptr && login->options && login->options->auth_type == type;
}

bool is_refusal(StatusCode code) {
  return code == status_code::kLoginFailed || code == status_code::kAuthenticationFailure;
}

/// Fell over something: whatever is asked from then on, nobody is there.
class Mortal : public HostDecorator {
  using HostDecorator::HostDecorator;
  void change_reply(const Request& request, Reply& reply) final {
    is_dead_ = is_dead_ || is_deadly(request, reply);
    if (is_dead_) reply = {status_code::kServiceNotRunning, {}};
  }
  virtual bool is_deadly(const Request& request, const Reply& reply) = 0;
  bool is_dead_ = false;
};

/// cve-2021-38575: a challenge that cannot be decoded overruns its buffer.
class DiesOfChallenge final : public Mortal {
  using Mortal::Mortal;
  bool is_deadly(const Request& request, const Reply& reply) override {
    return has_auth(request, kChap) && is_refusal(reply.code);
  }
};

/// open-iscsi-many-targets: the names of all targets are strung together in a buffer for fewer.
class DiesOfManyTargets final : public Mortal {
  using Mortal::Mortal;
  bool is_deadly(const Request&, const Reply& reply) override {
    constexpr std::size_t kRoom = 128;
    const auto* names = std::get_if<std::vector<std::string>>(&reply.data);
    return names != nullptr && names->size() > kRoom;
  }
};

/// open-iscsi-decode-20-66: a proof of the target is believed whatever its length.
class ProofBelieved final : public HostDecorator {
  using HostDecorator::HostDecorator;
  void change_reply(const Request& request, Reply& reply) override {
    if (has_auth(request, kMutualChap) && is_refusal(reply.code))
      reply = {status_code::kSuccess, LoginReply{kNobody, kNobody}};
  }
};

/// cve-2026-44943: a told name goes into the records as it came.
class ToldNameBelieved final : public HostDecorator {
  using HostDecorator::HostDecorator;
  void change_reply(const Request& request, Reply& reply) override {
    if (std::holds_alternative<AddSendTargetPortal>(request) &&
        reply.code == status_code::kInvalidSendTargetsText) {
      reply.code = status_code::kSuccess;
      has_bad_record_ = true;
    }
    auto* names = std::get_if<std::vector<std::string>>(&reply.data);
    if (has_bad_record_ && names != nullptr && std::holds_alternative<ReportTargets>(request))
      names->emplace_back("../../etc/passwd");
  }
  bool has_bad_record_ = false;
};

/// cve-2020-1711: GET LBA STATUS told of other blocks than were asked about, and their number says
/// how much is taken from behind the answer.
class BlockStatusBelieved final : public HostDecorator {
  using HostDecorator::HostDecorator;
  void change_reply(const Request& request, Reply& reply) override {
    constexpr std::size_t kLbaAt = 8, kCountAt = 16, kBehind = 4096;
    const auto* command = std::get_if<SendScsi>(&request);
    auto* answer = std::get_if<ScsiReply>(&reply.data);
    if (command == nullptr || command->cdb.size() < 16 || command->cdb[0] != kServiceActionIn16)
      return;
    if (answer == nullptr || answer->data_in.size() < kCountAt + 4) return;
    const std::uint64_t asked = bytes::load_be64(&command->cdb[2]);
    const std::uint64_t told = bytes::load_be64(&answer->data_in[kLbaAt]);
    const std::uint64_t count = bytes::load_be32(&answer->data_in[kCountAt]);
    if (told != asked)
      answer->data_in.resize(answer->data_in.size() + std::min<std::uint64_t>(count, kBehind));
  }
};

/// libiscsi-tmf-overflow: data of a response to ABORT TASK lands in the task that was aborted.
class AbortedTaskFilled final : public HostDecorator {
  using HostDecorator::HostDecorator;
  void change_reply(const Request& request, Reply& reply) override {
    const auto* command = std::get_if<SendScsi>(&request);
    const auto* answer = std::get_if<ScsiReply>(&reply.data);
    const bool was_answered = answer != nullptr && answer->answered;
    if (command == nullptr || command->timeout_ns == 0 || was_answered) return;
    ScsiReply filled;
    filled.answered = true;
    filled.data_in.resize(4096);
    reply = {status_code::kSuccess, std::move(filled)};
  }
};

using MakeDefect = std::unique_ptr<HostDecorator> (*)(Host&);

template <class Mutant>
std::unique_ptr<HostDecorator> make_defect(Host& healthy) {
  return std::make_unique<Mutant>(healthy);
}

struct DefectEntry {
  std::string_view name;
  MakeDefect make;
};
constexpr DefectEntry kHosts[] = {
    {"dies_of_challenge", make_defect<DiesOfChallenge>},
    {"dies_of_many_targets", make_defect<DiesOfManyTargets>},
    {"proof_believed", make_defect<ProofBelieved>},
    {"told_name_believed", make_defect<ToldNameBelieved>},
    {"block_status_believed", make_defect<BlockStatusBelieved>},
    {"aborted_task_filled", make_defect<AbortedTaskFilled>},
};

}  // namespace

std::unique_ptr<HostDecorator> make_defect_host(std::string_view name, Host& healthy) {
  const auto* found = std::find_if(std::begin(kHosts), std::end(kHosts),
                                   [&](const DefectEntry& entry) { return entry.name == name; });
  return found == std::end(kHosts) ? nullptr : found->make(healthy);
}

std::vector<std::string_view> defect_host_names() {
  std::vector<std::string_view> names;
  for (const DefectEntry& entry : kHosts) names.push_back(entry.name);
  return names;
}

}  // namespace lunsim::conformance
