// Where the cases of `lunsim conform` meet their target, with a capture of what crosses there.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "conformance/harness/initiator_case.hpp"
#include "conformance/harness/run_case.hpp"
#include "runtime/trace/capture_places.hpp"

namespace lunsim::tools {

/// A capture for each case that is asked for, in files of a folder.
class CaseCaptures {
 public:
  /// Errors  why the folder cannot be made
  std::string open(const std::string& folder);
  bool is_wanted() const { return !folder_.empty(); }
  /// The first ground after it is captured into a file named by the case. Returns the file.
  std::string begin(const std::string& case_id, unsigned repetition = 1);
  /// Gives the frames of what was just run their numbers in the capture.
  void number(conform::Exchange& exchange) const;

  std::unique_ptr<conform::Ground> around(std::unique_ptr<conform::Ground> ground);
  std::unique_ptr<conform::InitiatorGround> around(
      std::unique_ptr<conform::InitiatorGround> ground);

 private:
  std::filesystem::path folder_, next_;
  runtime::CapturePlaces places_;
};

/// A real network: a world of its own for each case.
conform::GroundMaker live_grounds();

}  // namespace lunsim::tools
