#include "scenarios/explore/swarm.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "scenarios/engine/text.hpp"
#include "scenarios/explore/swarm_faults.hpp"
#include "scenarios/explore/variant.hpp"

namespace lunsim::explore {
namespace {

using runtime::SeededEntropy;
using scenarios::Scenario;

/// A login key with the values that are tried, and how one of them is wished for.
struct LoginKey {
  std::string_view name;
  std::vector<std::uint32_t> values;
  void (*wish)(negotiation::Wishes& wishes, std::uint32_t value);
};

void wish_digest(bool& none, bool& crc32c, std::uint32_t value) {
  none = value != 1;
  crc32c = value != 0;
}

// Values at the edges of what RFC 7143 §13 allows and some between them.
const std::vector<LoginKey>& login_keys() {
  using negotiation::Wishes;
  static const std::vector<LoginKey> kKeys{
      {"HeaderDigest",
       {0, 1, 2},
       [](Wishes& w, std::uint32_t v) {
         wish_digest(w.header_digest_none, w.header_digest_crc32c, v);
       }},
      {"DataDigest",
       {0, 1, 2},
       [](Wishes& w, std::uint32_t v) {
         wish_digest(w.data_digest_none, w.data_digest_crc32c, v);
       }},
      {"InitialR2T", {0, 1}, [](Wishes& w, std::uint32_t v) { w.session.initial_r2t = v != 0; }},
      {"ImmediateData",
       {0, 1},
       [](Wishes& w, std::uint32_t v) { w.session.immediate_data = v != 0; }},
      {"MaxBurstLength",
       {512, 4096, 262144, 0xFF'FFFF},
       [](Wishes& w, std::uint32_t v) { w.session.max_burst_bytes = v; }},
      // Never above MaxBurstLength (§13.14).
      {"FirstBurstLength",
       {512, 4096, 65536},
       [](Wishes& w, std::uint32_t v) {
         w.session.first_burst_bytes = std::min(v, w.session.max_burst_bytes);
       }},
      {"MaxRecvDataSegmentLength",
       {512, 1024, 8192, 262144},
       [](Wishes& w, std::uint32_t v) { w.our_max_recv_data_segment_bytes = v; }},
      {"MaxOutstandingR2T",
       {1, 2, 16},
       [](Wishes& w, std::uint32_t v) {
         w.session.max_outstanding_r2t = static_cast<std::uint16_t>(v);
       }},
      {"MaxConnections",
       {1, 4},
       [](Wishes& w, std::uint32_t v) {
         w.session.max_connections = static_cast<std::uint16_t>(v);
       }},
      {"DefaultTime2Wait",
       {0, 2, 10},
       [](Wishes& w, std::uint32_t v) {
         w.session.default_time2wait_s = static_cast<std::uint16_t>(v);
       }},
      {"DefaultTime2Retain",
       {0, 20},
       [](Wishes& w, std::uint32_t v) {
         w.session.default_time2retain_s = static_cast<std::uint16_t>(v);
       }},
      {"ErrorRecoveryLevel",
       {0, 2},
       [](Wishes& w, std::uint32_t v) {
         w.session.error_recovery_level = static_cast<std::uint8_t>(v);
       }},
      {"DataPDUInOrder",
       {0, 1},
       [](Wishes& w, std::uint32_t v) { w.session.data_pdu_in_order = v != 0; }},
      {"DataSequenceInOrder",
       {0, 1},
       [](Wishes& w, std::uint32_t v) { w.session.data_sequence_in_order = v != 0; }},
  };
  return kKeys;
}

/// Digests that one side insists on and the other refuses would only give a run without a login.
void make_digests_agree(negotiation::Wishes& one, const negotiation::Wishes& other) {
  if (one.header_digest_none != other.header_digest_none ||
      one.header_digest_crc32c != other.header_digest_crc32c)
    one.header_digest_none = one.header_digest_crc32c = true;
  if (one.data_digest_none != other.data_digest_none ||
      one.data_digest_crc32c != other.data_digest_crc32c)
    one.data_digest_none = one.data_digest_crc32c = true;
}

void draw_wishes(SwarmDraw& draw, SeededEntropy& chance) {
  // All hosts alike: targets must be able to agree with each of them.
  negotiation::Wishes& host = draw.scenario.hosts.front().wishes;
  for (const LoginKey& key : login_keys()) {
    const std::size_t at = static_cast<std::size_t>(chance.below(key.values.size()));
    draw.login_values.push_back(at);
    key.wish(host, key.values[at]);
    draw.what += fmt::format(" {}={}", key.name, key.values[at]);
  }
  for (scenarios::TargetModel& target : draw.scenario.targets) {
    for (const LoginKey& key : login_keys())
      key.wish(target.wishes,
               key.values[static_cast<std::size_t>(chance.below(key.values.size()))]);
    make_digests_agree(target.wishes, host);
  }
  for (scenarios::HostModel& other : draw.scenario.hosts) other.wishes = host;
}

void draw_network(SwarmDraw& draw, SeededEntropy& chance) {
  runtime::SimulatedOptions& network = draw.network;
  constexpr std::size_t kWindows[] = {1500, 16 * 1024, 256 * 1024};
  network.window_bytes = kWindows[chance.below(3)];
  if (chance.below(2) == 0) network.latency_jitter = std::chrono::milliseconds(chance.below(20));
  if (chance.below(2) == 0) {
    network.segments = runtime::SegmentPolicy::random;
    constexpr std::size_t kSegments[] = {7, 100, 1460};
    network.segment_bytes_max = kSegments[chance.below(3)];
    draw.what += fmt::format(" segments<={}", network.segment_bytes_max);
  }
}

}  // namespace

void PairCoverage::add(std::span<const std::size_t> values) {
  const auto number_of = [](std::size_t key, std::size_t value) {
    return static_cast<std::uint32_t>(key * 16 + value);
  };
  for (std::size_t a = 0; a < values.size(); ++a)
    for (std::size_t b = a + 1; b < values.size(); ++b)
      seen_.emplace(number_of(a, values[a]), number_of(b, values[b]));
}

std::size_t pairs_of_login_values() {
  const auto& keys = login_keys();
  std::size_t pairs = 0;
  for (std::size_t a = 0; a < keys.size(); ++a)
    for (std::size_t b = a + 1; b < keys.size(); ++b)
      pairs += keys[a].values.size() * keys[b].values.size();
  return pairs;
}

SwarmDraw draw_swarm(const Scenario& scenario, std::uint64_t seed) {
  SwarmDraw draw{scenario, {}, {}, {}};
  SeededEntropy chance = SeededEntropy(seed).fork(0x5A0A);
  draw.what = draw_faults(draw.scenario, chance);
  draw_wishes(draw, chance);
  draw_network(draw, chance);
  return draw;
}

std::vector<DrawnFault> drawn_faults(const Scenario& scenario, const SwarmDraw& draw) {
  std::vector<DrawnFault> out;
  for (std::size_t i = 0; i < scenario.targets.size(); ++i) {
    const auto& faults = draw.scenario.targets[i].faults;
    for (std::size_t k = scenario.targets[i].faults.size(); k < faults.size(); ++k)
      out.push_back({scenario.targets[i].id, faults[k]});
  }
  return out;
}

SwarmReport run_swarm(std::span<const Scenario* const> scenarios, const SwarmOptions& options) {
  SwarmReport report;
  for (std::uint64_t i = options.first; i < options.first + options.count && !scenarios.empty();
       ++i) {
    const Scenario& scenario = *scenarios[static_cast<std::size_t>(i % scenarios.size())];
    const std::uint64_t seed = options.seed + i;
    const SwarmDraw draw = draw_swarm(scenario, seed);
    report.pairs.add(draw.login_values);
    VariantPlan plan;
    plan.seed = seed;
    plan.network = draw.network;
    plan.defect = options.defect;
    VariantRun run = run_variant(draw.scenario, plan);
    ++report.runs;
    report.with_trouble += run.faults_fired > 0 ? 1 : 0;
    if (run.findings.empty()) continue;
    ++report.failures;
    if (report.failed.size() < SwarmReport::kKeptMax)
      report.failed.push_back(
          {scenario.file, scenario.replay_options, seed, draw.what, std::move(run.findings)});
  }
  return report;
}

void SwarmReport::add(const SwarmReport& next) {
  runs += next.runs;
  with_trouble += next.with_trouble;
  pairs.add(next.pairs);
  failures += next.failures;
  for (const SwarmFailure& one : next.failed)
    if (failed.size() < kKeptMax) failed.push_back(one);
}

std::string to_text(const SwarmReport& report) {
  std::string out;
  for (const SwarmFailure& failure : report.failed) {
    out += fmt::format("FAIL  {} with {}\n", failure.file, failure.what);
    for (const Finding& finding : failure.findings)
      out += fmt::format("      {}, {}: {}\n", finding.invariant,
                         finding.step == 0 ? std::string("after the last step")
                                           : fmt::format("step {}", finding.step),
                         finding.what);
    out += fmt::format("      replay: lunsim run {}{} --seed {:#x} --explore swarm --count 1\n",
                       scenarios::shell_path(failure.file), failure.replay_options, failure.seed);
  }
  if (report.failures > report.failed.size())
    out += fmt::format("... and {} more\n", report.failures - report.failed.size());
  out += fmt::format(
      "swarm: {} runs, {} with a fault that fired, {} of {} pairs of login values, {} "
      "with a finding\n",
      report.runs, report.with_trouble, report.pairs.seen(), pairs_of_login_values(),
      report.failures);
  return out;
}

}  // namespace lunsim::explore
