#include "tools/lunsim/conform_ground.hpp"

#include <algorithm>
#include <fstream>
#include <utility>

#include <fmt/format.h>

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

class CaptureFile {
 public:
  CaptureFile(const std::filesystem::path& file, runtime::World& world,
              runtime::CapturePlaces& places)
      : file_(file, std::ios::binary),
        writer_(
            [this](std::span<const std::byte> bytes) {
              file_.write(reinterpret_cast<const char*>(bytes.data()),
                          static_cast<std::streamsize>(bytes.size()));
            },
            {.epoch_s = world.epoch_s(), .shown_as = {}, .places = &places}) {
    if (auto* live = dynamic_cast<runtime::LiveWorld*>(&world)) live->observe(writer_);
    if (auto* simulated = dynamic_cast<runtime::SimulatedWorld*>(&world))
      simulated->observe(writer_);
  }

 private:
  std::ofstream file_;
  runtime::PcapngWriter writer_;
};

class CapturedGround final : public conform::Ground {
 public:
  CapturedGround(std::unique_ptr<conform::Ground> inner, const std::filesystem::path& file,
                 runtime::CapturePlaces& places)
      : capture_(file, inner->world(), places), inner_(std::move(inner)) {}
  runtime::World& world() override { return inner_->world(); }

 private:
  CaptureFile capture_;
  std::unique_ptr<conform::Ground> inner_;  // goes first: it still tells the writer
};

class CapturedInitiatorGround final : public conform::InitiatorGround {
 public:
  CapturedInitiatorGround(std::unique_ptr<conform::InitiatorGround> inner,
                          const std::filesystem::path& file, runtime::CapturePlaces& places)
      : capture_(file, inner->world(), places), inner_(std::move(inner)) {}
  runtime::World& world() override { return inner_->world(); }
  conform::Driver& driver() override { return inner_->driver(); }
  runtime::Endpoint listen() const override { return inner_->listen(); }

 private:
  CaptureFile capture_;
  std::unique_ptr<conform::InitiatorGround> inner_;
};

}  // namespace

std::string CaseCaptures::open(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fmt::format("captures cannot be written to {}: {}", folder, error.message());
  folder_ = folder;
  return {};
}

std::string CaseCaptures::begin(const std::string& case_id, unsigned repetition) {
  if (folder_.empty()) return {};
  std::string name = case_id;
  std::replace(name.begin(), name.end(), '/', '-');
  if (repetition > 1) name += fmt::format(".{}", repetition);
  next_ = folder_ / (name + ".pcapng");
  places_ = {};
  return next_.string();
}

void CaseCaptures::number(conform::Exchange& exchange) const {
  if (folder_.empty()) return;
  for (conform::Frame& frame : exchange.frames) {
    using Kind = conform::Frame::Kind;
    const auto wire = exchange.wires.find(frame.connection);
    if (wire == exchange.wires.end() || (frame.kind != Kind::pdu && frame.kind != Kind::bytes))
      continue;
    frame.capture_frame = places_.packet_with(
        wire->second.opener, frame.from_us == wire->second.we_opened, frame.wire_offset);
  }
}

std::unique_ptr<conform::Ground> CaseCaptures::around(std::unique_ptr<conform::Ground> ground) {
  const std::filesystem::path file = std::exchange(next_, {});
  if (file.empty()) return ground;
  return std::make_unique<CapturedGround>(std::move(ground), file, places_);
}

std::unique_ptr<conform::InitiatorGround> CaseCaptures::around(
    std::unique_ptr<conform::InitiatorGround> ground) {
  const std::filesystem::path file = std::exchange(next_, {});
  if (file.empty()) return ground;
  return std::make_unique<CapturedInitiatorGround>(std::move(ground), file, places_);
}

conform::GroundMaker live_grounds() {
  return [] { return std::make_unique<LiveGround>(); };
}

}  // namespace lunsim::tools
