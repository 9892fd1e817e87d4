// The interpreter at work: what a running scenario remembers, and a function per kind of step.
// Internal to the engine.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "scenarios/engine/api_call.hpp"
#include "scenarios/engine/interpreter.hpp"
#include "scenarios/engine/judge.hpp"
#include "scenarios/lua/sandbox.hpp"

namespace lunsim::scenarios {

class Player {
 public:
  Player(const Stage& stage, ScenarioReport& report) : stage_(stage), report_(report) {}
  ~Player();  // what was started and not awaited is broken off
  Player(const Player&) = delete;
  Player& operator=(const Player&) = delete;
  void play_all();
  /// Runs a function of a script to its end, performing what it asks for. For prompts, too.
  lua::Sandbox::Step run_script(const lua::Value& function, const std::string& file);

 private:
  // player.cpp
  void play(const LogoutStep& step);
  void play(const ArmStep& step);
  void play(const ChangeStep& step);
  void play(const ServerChangeStep& step);
  void play(const SleepStep& step);
  void play(const ServiceStep& step);
  void play(const ConnectionsStep& step);
  void play(const SetStep& step);
  void play(const FiredStep& step);
  void report_faults();
  /// What a script has started must be awaited, as the loader asks of a file.
  void report_never_awaited();
  bool is_anything_unawaited() const;
  void report_never_hit(const RowJudge& judge, const std::vector<ExpectRow>& rows);
  CaseReport row_report(const ExpectRow& row) const;
  CaseReport fault_report(const Place& place, const FaultReport& counts) const;
  std::vector<target_sim::FaultPlan::Count> fault_counts() const;
  /// A call that a host fault lets hang has no outcome.
  void note_hang(std::string& trouble);

  // player_calls.cpp
  void play(const LoginStep& step);
  void play(const CallStep& step);
  CallResult make_call(const LoginStep& step);
  CallResult make_call(const LogoutStep& step) const;
  /// One call of the step, as it stands without a sweep.
  CallResult make_call(const CallStep& step) const;
  /// The one call of a step, and its rows that it did not hit.
  void judge_call(const CallResult& result, const std::vector<ExpectRow>& rows,
                  const std::string& id, std::int64_t took_ns);
  CallResult call(const Function& function, bool ansi, const Arguments& arguments) const;
  /// What a good call leaves for later steps.
  void keep(const LoginStep& step, const CallResult& result);
  void keep(const LogoutStep&, const CallResult&) {}
  void keep(const CallStep& step, const CallResult& result);
  std::string discover(const LoginStep& step, const TargetModel& target);
  Arguments login_arguments(const LoginStep& step, const TargetModel& target) const;
  bool expand_sweep(const CallStep& step, std::vector<std::vector<Argument>>& axes);
  void play_combinations(const CallStep& step, const std::vector<std::vector<Argument>>& axes,
                         RowJudge& judge);
  void play_one_call(const CallStep& step, const Arguments& arguments, Outcome outcome,
                     const std::string& id, RowJudge& judge);

  // player_lua.cpp
  void play(const LuaStep& step);
  lua::Value perform(const lua::Call& call);
  std::string session_from(const Step& step) const;
  lua::Value wait_for(const lua::Call& call);
  std::vector<lua::Value> answer(const lua::Call& call);
  std::vector<lua::Value> answer_plainly(const lua::Call& call) const;
  CaseReport scripted_case(const lua::Call& call);
  void begin_scripted_case(std::uint32_t line);
  void fail_script(const LuaStep& step, const lua::Failure& failure);
  RowPredicate row_predicate() const;
  void report_script_failures();
  void note(const lua::Call& call, const std::string& line);
  target_sim::FaultPlan::Count count_of_fault(const std::string& name) const;

  // player_manage.cpp
  void play(const ManageStep& step);

  // player_io.cpp
  void play(const IoStep& step);
  CaseReport perform(const IoStep& step, RowJudge& judge, std::uint64_t nth);
  CaseReport judge_reply(const IoStep& step, std::uint64_t lba, std::uint64_t blocks,
                         const initiator::Reply& reply, RowJudge& judge, std::uint64_t nth,
                         std::int64_t took_ns);
  std::uint32_t block_bytes_of(const IoStep& step) const;
  bool session_id_of(const std::string& name, initiator::UniqueId& id) const;

  // player_observe.cpp
  void play(const ObserveStep& step);
  void play(const MarkStep& step);
  void resolve_hosts(std::vector<WireItem>& items) const;
  std::uint64_t wire_since(const std::string& mark) const;

  // player_start.cpp
  struct Started;
  void play(const StartStep& step);
  void play(const AwaitStep& step);
  /// Begins it on the host of this step; false (and reported) if it cannot be.
  bool begin(const IoStep& step, Started& started);
  template <class ApiStep>
  bool begin(const ApiStep& step, Started& started);
  void await(const Awaited& awaited, runtime::TimePoint deadline, const std::string& id);
  void judge_started(const Started& started, const IoStep& step, const Awaited& awaited,
                     const std::string& id);
  template <class ApiStep>
  void judge_started(const Started& started, const ApiStep& step, const Awaited& awaited,
                     const std::string& id);

  const TargetModel& target_named(const std::string& id) const;
  std::string step_id() const;
  CaseReport inconclusive(std::string id, std::string why) const;
  std::string_view case_part(const CaseReport& one) const;
  bool is_wanted(const CaseReport& one) const;
  bool is_over() const;
  void add(CaseReport one);

  /// On the host that the step means.
  void play_step(const Step& step);
  /// Of `on:`, of the session that the step names, or the first.
  std::string host_of(const Step& step) const;
  std::int64_t since(runtime::TimePoint begin) const;

  /// What an operation that was started has left when it has ended.
  struct Ending {
    CallResult call;
    initiator::Reply io;
    runtime::TimePoint at;
  };
  struct Started {
    std::string host;
    decltype(StartStep::what) what;
    HostSide::CallId call{};
    runtime::TimePoint begun;
    Place place;
    std::string id;              // of the case that says that nobody awaited it
    bool is_checked = true;      // that it is awaited, by the loader
    bool was_looked_at = false;  // `ends: no`
    std::shared_ptr<Ending> ending = std::make_shared<Ending>();
  };

  const Stage& stage_;
  ScenarioReport& report_;
  Variables variables_;
  std::map<std::string, std::string> target_of_session_;  // session variable to target id
  std::map<std::string, std::string> host_of_session_;    // session variable to host id
  std::map<std::string, Started> started_;
  std::size_t step_number_ = 0;
  std::map<std::string, Seen> seen_;  // by the last call or command, for scripts
  std::string script_part_;           // of a case's id, while a script runs
  std::map<std::uint32_t, std::uint64_t> calls_of_line_;
  std::size_t sessions_of_scripts_ = 0;
  bool has_judged_ = false;     // there was a case, wanted or not
  bool is_broken_off_ = false;  // a call ran into a guard
  Place place_;
  std::string host_;                            // of this step
  std::map<std::string, std::uint64_t> marks_;  // names to the wire's entries
  std::uint64_t wire_before_step_ = 0;          // of the last one that did something
};

/// What is expected of a step that does not say: success.
std::vector<ExpectRow> rows_or_success(const std::vector<ExpectRow>& rows, const Place& place,
                                       bool scsi_good);

}  // namespace lunsim::scenarios
