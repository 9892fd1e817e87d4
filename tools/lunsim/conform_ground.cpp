#include "tools/lunsim/conform_ground.hpp"

#include <fstream>
#include <utility>

#include "runtime/live/live_world.hpp"
#include "runtime/simulated/simulated_world.hpp"
#include "runtime/trace/capture.hpp"

namespace lunsim::tools {
namespace {

class LiveGround final : public conform::Ground {
 public:
  LiveGround() : world_(options()) {}
  runtime::World& world() override { return world_; }

 private:
  static runtime::LiveOptions options() {
    runtime::LiveOptions live;
    live.reach_outside = true;
    live.linger = std::chrono::seconds(1);
    return live;
  }
  runtime::LiveWorld world_;
};

class CapturedGround final : public conform::Ground {
 public:
  CapturedGround(std::unique_ptr<conform::Ground> inner, const std::filesystem::path& file)
      : file_(file, std::ios::binary),
        writer_(
            [this](std::span<const std::byte> bytes) {
              file_.write(reinterpret_cast<const char*>(bytes.data()),
                          static_cast<std::streamsize>(bytes.size()));
            },
            {.epoch_s = inner->world().epoch_s(), .shown_as = {}}),
        inner_(std::move(inner)) {
    if (auto* live = dynamic_cast<runtime::LiveWorld*>(&inner_->world())) live->observe(writer_);
    if (auto* simulated = dynamic_cast<runtime::SimulatedWorld*>(&inner_->world()))
      simulated->observe(writer_);
  }
  runtime::World& world() override { return inner_->world(); }

 private:
  std::ofstream file_;
  runtime::PcapngWriter writer_;
  std::unique_ptr<conform::Ground> inner_;  // goes first: it still tells the writer
};

}  // namespace

std::unique_ptr<conform::Ground> CapturingGrounds::make() {
  std::unique_ptr<conform::Ground> ground = inner_();
  const std::filesystem::path file = std::exchange(next_, {});
  if (file.empty()) return ground;
  return std::make_unique<CapturedGround>(std::move(ground), file);
}

conform::GroundMaker live_grounds() {
  return [] { return std::make_unique<LiveGround>(); };
}

}  // namespace lunsim::tools
