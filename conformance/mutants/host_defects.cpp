#include "conformance/mutants/host_defects.hpp"

#include <algorithm>
#include <map>
#include <type_traits>
#include <utility>

#include "initiator/host/request_names.hpp"
#include "initiator/host/status_code.hpp"

namespace lunsim::conformance {
namespace {

using namespace initiator;

struct ChangeList {
  enum class How : std::uint8_t { loses_last, repeats_last, loses_all, reverses } how;

  template <class Entry>
  void operator()(std::vector<Entry>& list) const {
    if (list.empty()) return;
    if (how == How::loses_last) list.pop_back();
    if (how == How::repeats_last) list.push_back(list.back());
    if (how == How::loses_all) list.clear();
    if (how == How::reverses) std::reverse(list.begin(), list.end());
  }
  template <class Other>
  void operator()(Other&) const {}
};

/// Ignores an argument where a request has one of this name.
#define LUNSIM_IGNORES(name, member, value)                                        \
  struct name {                                                                    \
    template <class Asked>                                                         \
    void operator()(Asked& request) const {                                        \
      if constexpr (requires { request.member; })                                  \
        request.member = std::remove_reference_t<decltype(request.member)>(value); \
    }                                                                              \
  }
LUNSIM_IGNORES(IgnoresPersist, persist, false);
LUNSIM_IGNORES(AlwaysPersists, persist, true);
LUNSIM_IGNORES(IgnoresFlags, target_flags, 0);
LUNSIM_IGNORES(IgnoresOptions, options, std::nullopt);
LUNSIM_IGNORES(IgnoresMapping, mapping, std::nullopt);
LUNSIM_IGNORES(IgnoresTag, portal_group_tag, std::nullopt);
LUNSIM_IGNORES(IgnoresPortals, portal_group, std::nullopt);
LUNSIM_IGNORES(IgnoresInformational, informational, false);
LUNSIM_IGNORES(IgnoresPersistent, persistent, false);
LUNSIM_IGNORES(TakesAnyPort, initiator_port, kAnyInitiatorPort);
LUNSIM_IGNORES(AlwaysInformational, informational, true);
LUNSIM_IGNORES(IgnoresForce, force_update, false);
LUNSIM_IGNORES(AlwaysForces, force_update, true);
LUNSIM_IGNORES(LimitsPort, initiator_port, 7);
#undef LUNSIM_IGNORES

/// INQUIRY asks for the standard data, whatever EVPD says.
struct IgnoresEvpd {
  template <class Asked>
  void operator()(Asked& request) const {
    if constexpr (requires { request.cdb; }) {
      if (request.cdb.size() > 1) request.cdb[1] = std::byte{0};
    }
  }
};

/// The default name is one that nobody has configured, and not the computer's.
struct InventsDefaultName {
  void operator()(SetNodeName& request) const {
    if (!request.name) request.name = "iqn.2026-11.org.lunsim:of-nobody";
  }
  template <class Other>
  void operator()(Other&) const {}
};

/// What is mounted names no device.
struct KnowsNoVolumes {
  void operator()(AddPersistentDevice& request) const {
    if (!request.path.starts_with("\\\\")) request.path = "\\\\.\\NoSuchDevice";
  }
  template <class Other>
  void operator()(Other&) const {}
};

/// Who says no user name is not called as the initiator is.
struct InventsUser {
  void operator()(LoginTarget& request) const {
    if (request.options && !request.options->username) request.options->username = "nobody";
  }
  template <class Other>
  void operator()(Other&) const {}
};

struct AsksLun0 {
  void operator()(SendScsi& request) const { request.lun = 0; }
  template <class Other>
  void operator()(Other&) const {}
};

struct AsksLun7 {
  void operator()(SendScsi& request) const { request.lun = 7; }
  template <class Other>
  void operator()(Other&) const {}
};

/// REPORT LUNS with SELECT REPORT 01h.
struct SelectsWellKnown {
  void operator()(SendScsi& request) const {
    if (request.cdb.size() > 2) request.cdb[2] = std::byte{1};
  }
  template <class Other>
  void operator()(Other&) const {}
};

template <class Change>
void change(Request& request) {
  std::visit(Change{}, request);
}

const std::map<std::string_view, void (*)(Request&)>& request_changes() {
  static const std::map<std::string_view, void (*)(Request&)> kChanges{
      {"ignores_persist", change<IgnoresPersist>},
      {"always_persists", change<AlwaysPersists>},
      {"ignores_flags", change<IgnoresFlags>},
      {"ignores_options", change<IgnoresOptions>},
      {"ignores_mapping", change<IgnoresMapping>},
      {"ignores_tag", change<IgnoresTag>},
      {"ignores_portals", change<IgnoresPortals>},
      {"ignores_informational", change<IgnoresInformational>},
      {"ignores_persistent", change<IgnoresPersistent>},
      {"ignores_force", change<IgnoresForce>},
      {"always_forces", change<AlwaysForces>},
      {"takes_any_port", change<TakesAnyPort>},
      {"always_informational", change<AlwaysInformational>},
      {"wants_a_port", change<LimitsPort>},
      {"ignores_evpd", change<IgnoresEvpd>},
      {"knows_no_volumes", change<KnowsNoVolumes>},
      {"invents_user", change<InventsUser>},
      {"asks_lun_0", change<AsksLun0>},
      {"asks_lun_7", change<AsksLun7>},
      {"selects_well_known", change<SelectsWellKnown>},
      {"invents_default_name", change<InventsDefaultName>},
  };
  return kChanges;
}

std::optional<ChangeList> list_change(std::string_view does) {
  using How = ChangeList::How;
  if (does == "loses_last") return ChangeList{How::loses_last};
  if (does == "repeats_last") return ChangeList{How::repeats_last};
  if (does == "loses_all") return ChangeList{How::loses_all};
  if (does == "reverses") return ChangeList{How::reverses};
  return std::nullopt;
}

class HostDefect final : public HostDecorator {
 public:
  HostDefect(const Mutant& mutant, Host& healthy) : HostDecorator(healthy), mutant_(mutant) {
    if (!mutant.code.empty()) code_ = status_code_named(mutant.code).value_or(0xEAEAEAEA);
    if (!mutant.of.empty()) of_ = status_code_named(mutant.of);
  }
  Reply call(Request request) override {
    if (mutant_.does == "does_nothing" && is_meant(request)) return Reply{};
    return HostDecorator::call(std::move(request));
  }

 private:
  bool is_meant(const Request& request) const {
    return mutant_.function.starts_with(function_of(request)) && !function_of(request).empty();
  }
  void change_request(Request& request) override {
    const auto found = request_changes().find(mutant_.does);
    if (found != request_changes().end() && is_meant(request)) found->second(request);
  }
  void change_reply(const Request& request, Reply& reply) override {
    if (!is_meant(request)) return;
    if (mutant_.does == "says" && (!of_ || reply.code == *of_)) reply.code = code_;
    if (const auto change = list_change(mutant_.does)) std::visit(*change, reply.data);
    if (mutant_.does == "tells_nothing") reply.data = {};
    if (mutant_.does == "empties") empty(reply);
    if (mutant_.does == "hides_status") hide_status(reply);
    if (mutant_.does == "cuts_answer") cut_answer(reply);
    if (mutant_.does == "swaps_lun_forms") swap_lun_forms(reply);
    if (mutant_.does == "invents_answer" && is_no_answer(reply)) reply = invented_answer();
  }
  static void hide_status(Reply& reply) {
    auto* scsi = std::get_if<ScsiReply>(&reply.data);
    if (scsi == nullptr) return;
    scsi->scsi_status = 0;
    scsi->sense.clear();
  }
  /// As if the CDB's allocation length were so small.
  static void cut_answer(Reply& reply) {
    constexpr std::size_t kFewBytes = 4;
    auto* scsi = std::get_if<ScsiReply>(&reply.data);
    if (scsi != nullptr && scsi->data_in.size() > kFewBytes) scsi->data_in.resize(kFewBytes);
  }
  static void swap_lun_forms(Reply& reply) {
    auto* mappings = std::get_if<std::vector<MappingInfo>>(&reply.data);
    if (mappings == nullptr) return;
    for (MappingInfo& mapping : *mappings)
      for (MappedLun& lun : mapping.luns) std::swap(lun.target_lun, lun.target_lun_raw);
  }
  static Reply invented_answer() {
    ScsiReply answer;
    answer.answered = true;
    answer.data_in.resize(8);
    return {0, answer};
  }
  static bool is_no_answer(const Reply& reply) {
    const auto* scsi = std::get_if<ScsiReply>(&reply.data);
    return reply.code != 0 || scsi == nullptr || !scsi->answered;
  }
  /// The structures are there, and nothing is in them.
  static void empty(Reply& reply) {
    std::visit(
        [](auto& data) {
          using Data = std::remove_reference_t<decltype(data)>;
          if constexpr (requires { data.resize(data.size()); }) {
            const std::size_t size = data.size();
            data.clear();
            data.resize(size);
          } else {
            data = Data{};
          }
        },
        reply.data);
  }

  Mutant mutant_;
  StatusCode code_ = 0;
  std::optional<StatusCode> of_;
};

bool is_of_a_host(std::string_view does) {
  return does == "says" || does == "does_nothing" || does == "tells_nothing" || does == "empties" ||
         does == "hides_status" || does == "invents_answer" || does == "cuts_answer" ||
         does == "swaps_lun_forms" || list_change(does) || request_changes().contains(does);
}

}  // namespace

std::unique_ptr<HostDecorator> make_host_defect(const Mutant& mutant, Host& healthy) {
  if (!is_of_a_host(mutant.does)) return nullptr;
  return std::make_unique<HostDefect>(mutant, healthy);
}

void forget_everything(HostConfiguration& configuration) { configuration = {}; }

}  // namespace lunsim::conformance
