// Where the cases of `lunsim conform` meet their target, with a capture of what crosses there.
#pragma once

#include <filesystem>
#include <memory>

#include "conformance/harness/run_case.hpp"

namespace lunsim::tools {

/// Makes grounds; the first one after capture_next() is captured.
class CapturingGrounds {
 public:
  explicit CapturingGrounds(conform::GroundMaker inner) : inner_(std::move(inner)) {}
  void capture_next(std::filesystem::path file) { next_ = std::move(file); }
  std::unique_ptr<conform::Ground> make();

 private:
  conform::GroundMaker inner_;
  std::filesystem::path next_;
};

/// A real network: a world of its own for each case.
conform::GroundMaker live_grounds();

}  // namespace lunsim::tools
