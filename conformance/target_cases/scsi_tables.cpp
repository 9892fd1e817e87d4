#include "conformance/target_cases/scsi_tables.hpp"

#include "conformance/harness/new_case.hpp"

namespace lunsim::conform {
namespace {

template <typename Row>
NewCase begin(CaseList& cases, const Row& row) {
  NewCase one = add(cases, row.id);
  one.requirements({row.requirement})
      .level(row.level)
      .purpose(row.purpose)
      .observed(row.observed)
      .possible_problems(row.possible_problems)
      .needs({Need::login, Need::lun});
  for (const ScsiMutant& mutant : row.mutants) one.mutant(mutant.name, mutant.what, mutant.faults);
  return one;
}

}  // namespace

void add_answer(CaseList& cases, const AnswerRow& row) {
  begin(cases, row).body([row](CaseContext& c) {
    Connection& one = c.session();
    if (row.settles) c.settle(one);
    const ScsiAnswer answer = ask(c, one, row.cdb, row.expected_bytes);
    c.expect(answer.end, {good()});
    const DataObjection why = row.objection(c, answer);
    c.check(why.what.empty(), why.what, answer.shown(), why.field);
  });
}

void add_end(CaseList& cases, const EndRow& row) {
  begin(cases, row).body([row](CaseContext& c) {
    Connection& one = c.session();
    Asked asked{.expected_bytes = row.expected_bytes, .reads = row.expected_bytes > 0};
    asked.lun = row.lun;
    const ScsiAnswer answer = ask(c, one, row.cdb(c, one), asked);
    if (row.is_optional) want_offered(c, answer, "the command");
    c.expect(answer.end, row.legal);
  });
}

std::function<Cdb(CaseContext&, Connection&)> always(Cdb cdb) {
  return [cdb = std::move(cdb)](CaseContext&, Connection&) { return cdb; };
}

}  // namespace lunsim::conform
