// Rows of tables of SCSI cases: a command whose answer is looked at, and one that must be refused.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "conformance/harness/case.hpp"
#include "conformance/target_cases/scsi_exchange.hpp"

namespace lunsim::conform {

struct ScsiMutant {
  std::string name, what, faults;
};

/// Why data is wrong, and which bytes of it say so (mark_of()); empty: it is right.
struct DataObjection {
  // Not explicit: most rows say what is wrong and no more.
  DataObjection(std::string what_, std::string field_ = "data")
      : what(std::move(what_)), field(std::move(field_)) {}
  DataObjection(const char* what_) : what(what_) {}
  DataObjection() = default;

  std::string what;
  std::string field = "data";
};

/// Status and data of one command on a fresh session.
struct AnswerRow {
  std::string id, requirement, purpose, observed;
  Cdb cdb;
  std::uint32_t expected_bytes = 0;
  std::function<DataObjection(CaseContext&, const ScsiAnswer&)> objection;
  std::vector<ScsiMutant> mutants;
  Level level = Level::must;
  std::string possible_problems = {};
  bool settles = false;  // unit attentions are taken before, by TEST UNIT READY
};
void add_answer(CaseList& cases, const AnswerRow& row);

/// A command that must end in one of these ways. Any other is a failure.
struct EndRow {
  std::string id, requirement, purpose, observed;
  std::function<Cdb(CaseContext&, Connection&)> cdb;
  std::uint32_t expected_bytes = 0;
  std::vector<Outcome> legal;
  std::vector<ScsiMutant> mutants;
  std::optional<std::uint64_t> lun = {};
  Level level = Level::must;
  std::string possible_problems = {};
  bool is_optional = false;  // INVALID COMMAND OPERATION CODE ends it as unsupported
};
void add_end(CaseList& cases, const EndRow& row);

/// A row's CDB that needs nobody's answer.
std::function<Cdb(CaseContext&, Connection&)> always(Cdb cdb);

}  // namespace lunsim::conform
