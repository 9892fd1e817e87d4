#include "conformance/proof/proving_target.hpp"

#include <sstream>
#include <stdexcept>

#include <fmt/format.h>

#include "runtime/simulated/simulated_world.hpp"
#include "scenarios/engine/loader.hpp"
#include "scenarios/engine/target_side.hpp"

namespace lunsim::conform {
namespace {

constexpr const char* kHead = R"(language: 1
scenario: the target that proves the cases of lunsim conform
targets:
  disk:
    name: iqn.2026-11.org.lunsim:disk
    portals: 10.0.0.10:3260
    luns:
      - {lun: 0, capacity: 16 MiB, thin: yes}
      - {lun: 1, capacity: 4 MiB}
    offers:
      {HeaderDigest: [CRC32C, None], DataDigest: [CRC32C, None], InitialR2T: no, MaxConnections: 4,
       ErrorRecoveryLevel: 2, TaskReporting: FastAbort}
)";
constexpr const char* kLocked = R"(  locked:
    name: iqn.2026-11.org.lunsim:locked
    portals: 10.0.0.10:3260
    chap:
      - {user: judge, secret: correct horse battery, mutual: {user: array, secret: staple of the target}}
    luns:
      - {lun: 0, capacity: 4 MiB}
)";

std::string indented(const std::string& text, const std::string& by) {
  std::string out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) out += by + line + "\n";
  return out;
}

scenarios::Scenario load(const std::string& text) {
  scenarios::Problems problems;
  auto scenario = scenarios::load_scenario(text, "mutant", "mutant", problems);
  if (!scenario) {
    std::string why = "the mutant's YAML:";
    for (const scenarios::Problem& one : problems.kept()) why += " " + scenarios::to_string(one);
    throw std::invalid_argument(why);
  }
  for (scenarios::TargetModel& target : scenario->targets)
    for (scenarios::FaultModel& one : target.faults) {
      one.may_not_fire = true;
      // Also logins that name another target, or none.
      one.rule.on.target.reset();
      if (one.rule.on.session == target_sim::SessionKind::normal)
        one.rule.on.session = target_sim::SessionKind::any;
    }
  return std::move(*scenario);
}

class ProvingGround final : public Ground {
 public:
  ProvingGround(const scenarios::Scenario& scenario, std::uint64_t seed)
      : world_(seed), target_(scenario, world_, seed) {}
  runtime::World& world() override { return world_; }

 private:
  runtime::SimulatedWorld world_;
  scenarios::TargetSide target_;
};

}  // namespace

std::string proving_scenario(const Mutant* mutant, const Stage& stage) {
  const std::string of_mutant = mutant == nullptr ? "" : mutant->faults;
  const auto keys_of = [](const std::string& keys, const std::string& faults) {
    return indented(keys, "    ") +
           (faults.empty() ? "" : "    faults:\n" + indented(faults, "      "));
  };
  if (mutant != nullptr && mutant->of_locked)
    return kHead + keys_of(stage.target_keys, stage.faults) + kLocked +
           keys_of(mutant->target_keys, of_mutant);
  return kHead +
         keys_of(stage.target_keys + (mutant == nullptr ? "" : mutant->target_keys),
                 stage.faults + of_mutant) +
         kLocked;
}

JudgedTarget proving_target() {
  JudgedTarget target;
  target.portal = {"10.0.0.10", 3260};
  target.name = "iqn.2026-11.org.lunsim:disk";
  target.chap_name = "iqn.2026-11.org.lunsim:locked";
  target.chap = {"judge", "correct horse battery"};
  target.mutual_secret = "staple of the target";
  target.scratch = true;
  target.first_lba = 0;
  target.last_lba = 16383;
  target.reset_allowed = target.destructive_allowed = true;
  return target;
}

GroundMaker proving_grounds(const Mutant* mutant, const Stage& stage, std::uint64_t seed) {
  auto scenario = std::make_shared<scenarios::Scenario>(load(proving_scenario(mutant, stage)));
  return [scenario, seed] { return std::make_unique<ProvingGround>(*scenario, seed); };
}

}  // namespace lunsim::conform
