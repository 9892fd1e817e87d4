#include "conformance/mutants/host_mutants.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace lunsim::conformance {
namespace {

using namespace initiator;

constexpr std::byte kInquiry{0x12}, kReadCapacity10{0x25}, kReportLuns{0xA0};
constexpr std::uint8_t kCheckCondition = 0x02;
constexpr std::byte kUnitAttention{0x06};

/// The request, if it is a SCSI command with this operation code.
const SendScsi* scsi(const Request& request, std::byte operation_code) {
  const auto* command = std::get_if<SendScsi>(&request);
  const bool is_it =
      command != nullptr && !command->cdb.empty() && command->cdb[0] == operation_code;
  return is_it ? command : nullptr;
}

template <class List>
void drop_last(Reply& reply) {
  if (auto* list = std::get_if<List>(&reply.data); list != nullptr && !list->empty())
    list->pop_back();
}

class ReadCapacityShort final : public HostDecorator {
  using HostDecorator::HostDecorator;
  void change_reply(const Request& request, Reply& reply) override {
    auto* answer = std::get_if<ScsiReply>(&reply.data);
    if (scsi(request, kReadCapacity10) != nullptr && answer != nullptr && !answer->data_in.empty())
      answer->data_in.pop_back();
  }
};

class CapacityRemembered final : public HostDecorator {
  using HostDecorator::HostDecorator;
  void change_reply(const Request& request, Reply& reply) override {
    auto* answer = std::get_if<ScsiReply>(&reply.data);
    if (scsi(request, kReadCapacity10) == nullptr || answer == nullptr || answer->data_in.empty())
      return;
    if (first_.empty()) first_ = answer->data_in;
    answer->data_in = first_;
  }
  std::vector<std::byte> first_;
};

class LunListCut final : public HostDecorator {
  using HostDecorator::HostDecorator;
  void change_reply(const Request& request, Reply& reply) override {
    constexpr std::size_t kHead = 8, kEntry = 8;
    auto* answer = std::get_if<ScsiReply>(&reply.data);
    if (scsi(request, kReportLuns) != nullptr && answer != nullptr &&
        answer->data_in.size() >= kHead + kEntry)
      answer->data_in.resize(answer->data_in.size() - kEntry);
  }
};

class SenseLost final : public HostDecorator {
  using HostDecorator::HostDecorator;
  void change_reply(const Request&, Reply& reply) override {
    if (auto* answer = std::get_if<ScsiReply>(&reply.data)) answer->sense.clear();
  }
};

class HiddenRetry final : public HostDecorator {
  using HostDecorator::HostDecorator;
  void change_reply(const Request& request, Reply& reply) override {
    const auto* answer = std::get_if<ScsiReply>(&reply.data);
    const bool is_unit_attention = answer != nullptr && answer->scsi_status == kCheckCondition &&
                                   answer->sense.size() > 2 &&
                                   (answer->sense[2] & std::byte{0x0F}) == kUnitAttention;
    if (is_unit_attention) reply = healthy().call(request);
  }
};

class InquiryPageIgnored final : public HostDecorator {
  using HostDecorator::HostDecorator;
  void change_request(Request& request) override {
    auto* command = std::get_if<SendScsi>(&request);
    if (command != nullptr && command->cdb.size() > 2 && command->cdb[0] == kInquiry)
      command->cdb[2] = std::byte{0};
  }
};

class SessionListShort final : public HostDecorator {
  using HostDecorator::HostDecorator;
  void change_reply(const Request&, Reply& reply) override {
    drop_last<std::vector<SessionInfo>>(reply);
  }
};

class MappingListShort final : public HostDecorator {
  using HostDecorator::HostDecorator;
  void change_reply(const Request&, Reply& reply) override {
    drop_last<std::vector<MappingInfo>>(reply);
  }
};

class TargetListShort final : public HostDecorator {
  using HostDecorator::HostDecorator;
  void change_reply(const Request& request, Reply& reply) override {
    if (std::holds_alternative<ReportTargets>(request)) drop_last<std::vector<std::string>>(reply);
  }
};

class LoginIdReused final : public HostDecorator {
  using HostDecorator::HostDecorator;
  void change_reply(const Request&, Reply& reply) override {
    auto* login = std::get_if<LoginReply>(&reply.data);
    if (login == nullptr) return;
    if (!first_) first_ = *login;
    *login = *first_;
  }
  std::optional<LoginReply> first_;
};

class LogoutAlwaysSucceeds final : public HostDecorator {
  using HostDecorator::HostDecorator;
  void change_reply(const Request& request, Reply& reply) override {
    if (std::holds_alternative<LogoutTarget>(request)) reply.code = 0;
  }
};

class PortalAlwaysAnswers final : public HostDecorator {
  using HostDecorator::HostDecorator;
  void change_reply(const Request& request, Reply& reply) override {
    if (std::holds_alternative<AddSendTargetPortal>(request)) reply.code = 0;
  }
};

/// Another reading of an ambiguous rule than the one that we decided on.
class OtherReading final : public HostDecorator {
 public:
  OtherReading(Host& healthy, void (*turn)(Profile&))
      : HostDecorator(healthy), profile_(healthy.profile()) {
    turn(profile_);
  }
  const Profile& profile() const override { return profile_; }

 private:
  Profile profile_;
};

using Make = std::unique_ptr<HostDecorator> (*)(Host&);

template <class Mutant>
std::unique_ptr<HostDecorator> make(Host& healthy) {
  return std::make_unique<Mutant>(healthy);
}

template <auto Turn>
std::unique_ptr<HostDecorator> make_reading(Host& healthy) {
  return std::make_unique<OtherReading>(healthy, +Turn);
}

struct Entry {
  std::string_view name;
  Make make;
};
constexpr Entry kMutants[] = {
    {"read_capacity_short", make<ReadCapacityShort>},
    {"capacity_remembered", make<CapacityRemembered>},
    {"lun_list_cut", make<LunListCut>},
    {"sense_lost", make<SenseLost>},
    {"hidden_retry", make<HiddenRetry>},
    {"inquiry_page_ignored", make<InquiryPageIgnored>},
    {"session_list_short", make<SessionListShort>},
    {"mapping_list_short", make<MappingListShort>},
    {"target_list_short", make<TargetListShort>},
    {"login_id_reused", make<LoginIdReused>},
    {"logout_always_succeeds", make<LogoutAlwaysSucceeds>},
    {"portal_always_answers", make<PortalAlwaysAnswers>},
    {"empty_probe_insufficient",
     make_reading<[](Host::Profile& profile) { profile.empty_list_probe_insufficient = true; }>},
    {"read_capacity_16_sent",
     make_reading<[](Host::Profile& profile) { profile.read_capacity_16 = true; }>},
    {"long_sense_to_short_buffer",
     make_reading<[](Host::Profile& profile) { profile.sense_cap_18 = false; }>},
    {"small_sense_insufficient", make_reading<[](Host::Profile& profile) {
       profile.sense_too_small_is_insufficient_buffer = true;
     }>},
    {"raw_lun_numbers",
     make_reading<[](Host::Profile& profile) { profile.raw_lun_numbers = true; }>},
};

}  // namespace

OperationId HostDecorator::start(Request request) {
  change_request(request);
  const OperationId id = healthy_.start(request);
  running_.emplace_back(id, std::move(request));
  return id;
}

Reply HostDecorator::take(OperationId operation) {
  Reply reply = healthy_.take(operation);
  const auto found = std::find_if(running_.begin(), running_.end(),
                                  [&](const auto& entry) { return entry.first == operation; });
  if (found == running_.end()) return reply;
  change_reply(found->second, reply);
  running_.erase(found);
  return reply;
}

Reply HostDecorator::call(Request request) {
  change_request(request);
  Reply reply = healthy_.call(request);
  change_reply(request, reply);
  return reply;
}

std::unique_ptr<HostDecorator> make_mutant(std::string_view name, Host& healthy) {
  const auto* found = std::find_if(std::begin(kMutants), std::end(kMutants),
                                   [&](const Entry& entry) { return entry.name == name; });
  return found == std::end(kMutants) ? nullptr : found->make(healthy);
}

std::vector<std::string_view> mutant_names() {
  std::vector<std::string_view> names;
  for (const Entry& entry : kMutants) names.push_back(entry.name);
  return names;
}

}  // namespace lunsim::conformance
