#include "initiator/session/text_exchange.hpp"

#include <utility>

namespace lunsim::initiator {

bool TextExchange::ask(std::string text) {
  if (questions_.size() >= kQuestionsMax) return false;
  questions_.push_back(std::move(text));
  return true;
}

bool TextExchange::wants_to_send() const { return tag_ ? must_ask_on_ : !questions_.empty(); }

TextExchange::Request TextExchange::next(InitiatorTaskTag fresh_tag, runtime::TimePoint deadline) {
  Request made;
  made.request.final = true;
  if (tag_) {
    must_ask_on_ = false;
    made.request.target_transfer_tag = target_transfer_tag_;
    made.request.lun = lun_;
  } else {
    tag_ = fresh_tag;
    deadline_ = deadline;
    rounds_ = 0;
    made.text = std::move(questions_.front());
    questions_.pop_front();
  }
  made.request.initiator_task_tag = *tag_;
  return made;
}

TextExchange::Progress TextExchange::handle_response(const pdu::TextResponse& response,
                                                     std::string_view data) {
  if (answer_.size() + data.size() > bytes_max_) return Progress::failed;
  answer_.append(data);
  if (response.final) return response.continues ? Progress::failed : Progress::finished;
  if (response.target_transfer_tag == kReservedTargetTransferTag || ++rounds_ >= kRoundsMax)
    return Progress::failed;
  must_ask_on_ = true;
  target_transfer_tag_ = response.target_transfer_tag;
  lun_ = response.lun;
  return Progress::continues;
}

std::string TextExchange::take_answer() {
  tag_.reset();
  must_ask_on_ = false;
  return std::exchange(answer_, {});
}

std::optional<runtime::TimePoint> TextExchange::deadline() const {
  if (!tag_) return std::nullopt;
  return deadline_;
}

void TextExchange::clear() {
  questions_.clear();
  take_answer();
}

}  // namespace lunsim::initiator
