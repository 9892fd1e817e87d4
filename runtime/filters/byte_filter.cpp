#include "runtime/filters/byte_filter.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace lunsim::runtime {
namespace {

class Split final : public ByteFilter {
 public:
  explicit Split(std::size_t bytes_max) : bytes_max_(bytes_max) { assert(bytes_max > 0); }

  void pass(Chunk chunk, std::vector<Chunk>& out) override {
    std::size_t offset = 0;
    while (chunk.bytes.size() - offset > bytes_max_) {
      const auto from = chunk.bytes.begin() + static_cast<std::ptrdiff_t>(offset);
      out.push_back({{from, from + static_cast<std::ptrdiff_t>(bytes_max_)}, chunk.leaves,
                     StreamEnd::none});
      offset += bytes_max_;
    }
    chunk.bytes.erase(chunk.bytes.begin(),
                      chunk.bytes.begin() + static_cast<std::ptrdiff_t>(offset));
    out.push_back(std::move(chunk));
  }

 private:
  std::size_t bytes_max_;
};

class Delay final : public ByteFilter {
 public:
  explicit Delay(Duration delay) : delay_(delay) {}

  void pass(Chunk chunk, std::vector<Chunk>& out) override {
    chunk.leaves = chunk.leaves + delay_;
    out.push_back(std::move(chunk));
  }

 private:
  Duration delay_;
};

class Corrupt final : public ByteFilter {
 public:
  Corrupt(std::uint64_t offset, std::byte mask) : offset_(offset), mask_(mask) {}

  void pass(Chunk chunk, std::vector<Chunk>& out) override {
    if (offset_ >= passed_ && offset_ - passed_ < chunk.bytes.size()) {
      chunk.bytes[static_cast<std::size_t>(offset_ - passed_)] ^= mask_;
    }
    passed_ += chunk.bytes.size();
    out.push_back(std::move(chunk));
  }

 private:
  std::uint64_t offset_;
  std::byte mask_;
  std::uint64_t passed_ = 0;
};

class Cut final : public ByteFilter {
 public:
  Cut(std::uint64_t bytes, StreamEnd how) : left_(bytes), how_(how) {}

  void pass(Chunk chunk, std::vector<Chunk>& out) override {
    if (chunk.bytes.size() >= left_) {
      chunk.bytes.resize(static_cast<std::size_t>(left_));
      chunk.end = how_;
    }
    left_ -= chunk.bytes.size();
    out.push_back(std::move(chunk));
  }

 private:
  std::uint64_t left_;
  StreamEnd how_;
};

class Throttle final : public ByteFilter {
 public:
  explicit Throttle(std::uint64_t bytes_per_s) : bytes_per_s_(bytes_per_s) {
    assert(bytes_per_s > 0);
  }

  void pass(Chunk chunk, std::vector<Chunk>& out) override {
    constexpr std::uint64_t kNsPerS = 1'000'000'000u;
    const std::uint64_t size = chunk.bytes.size();
    const std::uint64_t ns =
        size / bytes_per_s_ * kNsPerS + size % bytes_per_s_ * kNsPerS / bytes_per_s_;
    free_at_ = std::max(free_at_, chunk.leaves) + Duration(static_cast<std::int64_t>(ns));
    chunk.leaves = free_at_;
    out.push_back(std::move(chunk));
  }

 private:
  std::uint64_t bytes_per_s_;
  TimePoint free_at_{};
};

}  // namespace

std::vector<Chunk> FilterChain::pass(Chunk chunk) {
  std::vector<Chunk> stage;
  if (has_ended_) return stage;
  stage.push_back(std::move(chunk));
  for (const auto& filter : filters_) {
    std::vector<Chunk> next;
    for (Chunk& piece : stage) {
      filter->pass(std::move(piece), next);
      if (!next.empty() && next.back().end != StreamEnd::none) break;
    }
    stage = std::move(next);
  }
  has_ended_ = !stage.empty() && stage.back().end != StreamEnd::none;
  return stage;
}

std::unique_ptr<ByteFilter> split_filter(std::size_t bytes_max) {
  return std::make_unique<Split>(bytes_max);
}
std::unique_ptr<ByteFilter> delay_filter(Duration delay) { return std::make_unique<Delay>(delay); }
std::unique_ptr<ByteFilter> corrupt_filter(std::uint64_t offset, std::byte mask) {
  return std::make_unique<Corrupt>(offset, mask);
}
std::unique_ptr<ByteFilter> cut_filter(std::uint64_t bytes, StreamEnd how) {
  return std::make_unique<Cut>(bytes, how);
}
std::unique_ptr<ByteFilter> throttle_filter(std::uint64_t bytes_per_s) {
  return std::make_unique<Throttle>(bytes_per_s);
}

}  // namespace lunsim::runtime
