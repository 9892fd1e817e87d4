// What a host does with a new session before anybody uses it, and when units have come or gone:
// REPORT LUNS, then INQUIRY and TEST UNIT READY for each unit. It takes the power-on unit
// attentions, so that callers never meet one, and finds the units that exist. Nothing else is read
// and nothing is written.
//                                                                  SPC-4 §6.33, §6.6, §6.47
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "initiator/host/host.hpp"
#include "initiator/host/kept_session.hpp"
#include "protocol/scsi/cdb.hpp"

namespace lunsim::initiator {

/// A unit with what its INQUIRY said.  SPC-4 §6.6.2
struct ScannedUnit {
  MappedLun lun;
  std::uint8_t peripheral_type = 0;
  std::string vendor, product;  // without trailing blanks; empty where the data ended before
};

class LunScan {
 public:
  /// True when it has ended: all units seen, or the session or its patience is gone.
  bool advance(KeptSession& session);
  /// It has seen everything: nothing that it asked stayed without an answer.
  bool is_whole() const { return is_whole_; }
  /// The units found so far, in the order of the target's list.
  std::vector<ScannedUnit> take_units() { return std::move(units_); }

 private:
  enum class Step : std::uint8_t { report_luns, inquiry, test_unit_ready, ended };
  void send(KeptSession& session);
  void judge(const ScsiCompletion& completion);
  void judge_inquiry(const ScsiCompletion& completion);
  void list_units(const ScsiCompletion& completion);
  void go_to(std::size_t unit);
  scsi::Command command() const;

  Step step_ = Step::report_luns;
  std::uint32_t attempts_ = 0;  // of this command
  std::optional<CommandHandle> handle_;
  std::vector<std::uint64_t> fields_;  // LUNs as the target wrote them
  std::size_t unit_ = 0;
  bool is_whole_ = false;
  std::vector<ScannedUnit> units_;
};

/// The LUN fields of REPORT LUNS data: what lies within both the list length and the bytes, at most
/// 16384.
std::vector<std::uint64_t> lun_fields_of(std::span<const std::byte> report_luns_data);

}  // namespace lunsim::initiator
