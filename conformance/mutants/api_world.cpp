#include "conformance/mutants/api_world.hpp"

#include "initiator/host/profile.hpp"
#include "initiator/host/status_code.hpp"

namespace lunsim::conformance {
namespace {

constexpr std::uint16_t kIsnsPort = 3205;
constexpr std::uint64_t kUnitBytes = 1 << 20;
constexpr std::uint64_t kThirdUnit = 2;
constexpr const char* kComputer = "Bench_Of_Cases";
constexpr const char* kVolume = "E:";

bool is_known(ISDSC_STATUS code) { return initiator::name_of(code) != "unknown status code"; }

/// Everything between these that has a name: Win32 and Winsock, warnings and errors of iSCSI.
const std::vector<ISDSC_STATUS>& known_codes() {
  struct Range {
    ISDSC_STATUS first, last;
  };
  static constexpr Range kRanges[] = {
      {1, 12000}, {0xAFFF0000, 0xAFFF00FF}, {0xEFFF0000, 0xEFFF00FF}};
  static const std::vector<ISDSC_STATUS> kCodes = [] {
    std::vector<ISDSC_STATUS> codes;
    for (const Range& range : kRanges)
      for (ISDSC_STATUS code = range.first; code <= range.last; ++code)
        if (is_known(code)) codes.push_back(code);
    return codes;
  }();
  return kCodes;
}

}  // namespace

pdu::TapVerdict BreakingTap::judge(pdu::Direction, std::uint32_t, pdu::TappedPdu&, std::int64_t) {
  pdu::TapVerdict verdict;
  if (left_ == 0 || --left_ != 0) return verdict;
  has_broken_ = true;
  verdict.cut = pdu::TapVerdict::Cut::reset;
  return verdict;
}

ApiWorld::ApiWorld(ApiDefect defect, Reading reading)
    : defect_(std::move(defect)), reading_(reading) {
  const Bench names;
  add_array(names.target, {names.portal, 3260}, 2);
  add_array(names.other_target, {names.other_portal, 3260}, 1);
  add_array(names.empty_target, {names.empty_portal, 3260}, 0);
  add_array("iqn.2026-11.org.lunsim:of-another-port", {names.isns_server, kIsnsPort}, 0);
  add_array("iqn.2026-11.org.lunsim:of-one-more", {names.other_isns_server, kIsnsPort}, 0);
  start_service();
}

ApiWorld::~ApiWorld() {
  stop_service();
  for (const auto& array : arrays_) hide(*array, true);
}

void ApiWorld::hide(Array& array, bool is_hidden) {
  if (array.is_attached == !is_hidden) return;
  array.is_attached = !is_hidden;
  if (is_hidden)
    world_.detach(*array.server);
  else
    world_.attach(*array.server, array.portal.address, std::span(&array.portal, 1));
}

void ApiWorld::add_array(const std::string& name, const runtime::Endpoint& portal,
                         std::uint64_t units) {
  auto array = std::make_unique<Array>(name);
  for (std::uint64_t lun = 0; lun < units; ++lun)
    array->disks.add_unit({.lun = lun, .capacity_bytes = kUnitBytes});
  target_sim::TargetNodeConfig node;
  node.name = name;
  node.portals = {0};
  node.device = &array->disks;
  node.wishes.session.max_connections = 4;
  target_sim::TargetServerConfig config;
  config.portals = {portal};
  config.nodes = {node};
  array->server =
      std::make_unique<target_sim::TargetServer>(std::move(config), world_.entropy(name));
  array->portal = portal;
  hide(*array, false);
  arrays_.push_back(std::move(array));
}

void ApiWorld::start_service() {
  initiator::DirectHostConfig config;
  config.address = "10.0.0.1";
  config.computer_name = kComputer;
  config.volumes = {{kVolume, Bench{}.target, 0}};
  config.profile = *initiator::profile_named(name_of(reading_));
  config.tap = [this](std::string_view) -> pdu::Tap* { return &tap_; };
  host_ = std::make_unique<initiator::DirectHost>(world_, std::move(config));
  if (defect_.restart) defect_.restart(stored_);
  host_->configure(stored_);
  const initiator::OperationId restoring = host_->restore_logins();
  world_.run_until([&] { return host_->poll(restoring); }, world_.now() + std::chrono::minutes{5});
  host_->take(restoring);
  failing_ = std::make_unique<FailingHost>(*host_);
  if (defect_.host) decorated_ = defect_.host(*failing_);
  initiator::set_current_host(decorated_ ? decorated_.get() : failing_.get());
}

void ApiWorld::stop_service() {
  initiator::set_current_host(nullptr);
  decorated_.reset();
  failing_.reset();
  if (host_) stored_ = host_->persistent_configuration();
  host_.reset();
}

Bench ApiWorld::bench() {
  Bench bench;
  bench.api = linked_functions();
  bench.reading = reading_;
  bench.computer = "bench-of-cases";  // as a name of iSCSI has it
  if (defect_.functions) defect_.functions(bench.api);
  bench.volume = [] { return std::string(kVolume); };
  bench.stop_service = [this] { stop_service(); };
  bench.restart_service = [this] {
    stop_service();
    start_service();
  };
  constexpr std::size_t kOther = 1;
  bench.hide_other_target = [this](bool is_hidden) { hide(*arrays_[kOther], is_hidden); };
  bench.fail_with = [this](ISDSC_STATUS code) { failing_->code = code; };
  bench.kept = [this] {
    const initiator::HostConfiguration now = host_->persistent_configuration();
    return Kept{now.group_key.has_value(), now.tunnels.size()};
  };
  bench.show_third_unit = [this](bool is_there) {
    target_sim::DiskInventory& disks = arrays_.front()->disks;
    if (is_there)
      disks.add_unit({.lun = kThirdUnit, .capacity_bytes = kUnitBytes});
    else
      disks.remove_unit(kThirdUnit);
  };
  bench.fail_allocation = [](std::uint64_t nth, const std::function<ISDSC_STATUS()>& call,
                             bool& has_failed) {
    runtime::fail_allocation(nth);
    ISDSC_STATUS code = 0;
    {
      const runtime::GateScope on(true);
      code = call();
    }
    has_failed = runtime::gated_allocations() >= nth;
    runtime::fail_allocation(0);
    return code;
  };
  bench.break_at = [this](std::uint64_t nth) { tap_.break_at(nth); };
  bench.has_broken = [this] { return tap_.has_broken(); };
  bench.settle = [this] {
    world_.run_until([] { return false; }, world_.now() + std::chrono::seconds{30});
  };
  bench.codes = known_codes();
  bench.is_known_code = is_known;
  return bench;
}

}  // namespace lunsim::conformance
