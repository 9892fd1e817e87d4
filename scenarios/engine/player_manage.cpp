// Task management functions of a scenario: no API call stands for them, so they go to the host
// itself, past whatever decorates it.                                            RFC 7143 §11.5
#include <fmt/format.h>

#include "initiator/host/direct_host.hpp"
#include "scenarios/engine/player.hpp"

namespace lunsim::scenarios {
namespace {

constexpr runtime::Duration kAnswerBound = std::chrono::minutes{2};

std::map<std::string, Seen> observe(const initiator::Reply& reply) {
  std::map<std::string, Seen> out;
  out.emplace("return", Seen::of_number(reply.code, Names::return_code));
  const auto* done = std::get_if<initiator::ManagementReply>(&reply.data);
  const bool answered = done != nullptr && done->answered;
  out.emplace("answered", Seen::of_number(answered ? 1 : 0, Names::yes_no));
  out.emplace("response", answered ? Seen::of_number(done->response, Names::tmf_response)
                                   : Seen::absent_because("the target did not answer"));
  return out;
}

}  // namespace

void Player::play(const ManageStep& step) {
  initiator::ManageTask request;
  if (!session_id_of(step.session, request.session))
    return add(inconclusive(step_id(), fmt::format("there is no session {} here", step.session)));
  request.function = step.function;
  request.lun = step.lun;
  initiator::DirectHost& host = stage_.hosts.direct(host_);
  const initiator::OperationId operation = host.start_management(request);
  stage_.hosts.run_until([&] { return host.poll(operation); }, stage_.world.now() + kAnswerBound);
  seen_ = observe(host.take(operation));
  const std::vector<ExpectRow> rows = rows_or_success(step.rows, place_, false);
  RowJudge judge(rows, variables_, row_predicate());
  add(judge.judge({seen_, {}, 1, {}}, step_id(), place_));
  report_never_hit(judge, rows);
}

}  // namespace lunsim::scenarios
