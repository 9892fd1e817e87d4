// Text Requests in full feature phase, one at a time: sends the question, asks on while the target
// has more, and stops at a bound. Not login negotiation, and it does not know what the text means.
// RFC 7143 §7.12, §11.10, §11.11
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "protocol/iscsi/pdu/text_request.hpp"
#include "protocol/iscsi/pdu/text_response.hpp"
#include "runtime/ports/time_point.hpp"

namespace lunsim::initiator {

class TextExchange {
 public:
  static constexpr std::size_t kQuestionsMax = 16;
  static constexpr std::uint32_t kRoundsMax = 4096;

  explicit TextExchange(std::uint32_t bytes_max) : bytes_max_(bytes_max) {}

  /// Queues a question ("SendTargets=All" and its NUL). False if too many wait.
  bool ask(std::string text);
  /// True if a request should leave: take it with next().
  bool wants_to_send() const;
  struct Request {
    pdu::TextRequest request;  // CmdSN and ExpStatSN are the caller's to fill
    std::string text;
  };
  /// `fresh_tag` and `deadline` are used if this begins an exchange; begins() says so.
  Request next(InitiatorTaskTag fresh_tag, runtime::TimePoint deadline);
  bool begins() const { return !tag_; }

  bool is_ours(InitiatorTaskTag tag) const { return tag_ == tag; }
  enum class Progress : std::uint8_t { continues, finished, failed };
  /// After finished and failed: take_answer(), then the next question may go.
  Progress handle_response(const pdu::TextResponse& response, std::string_view data);
  /// Everything that came. Ends the exchange.
  std::string take_answer();

  /// Questions that are open: the one in progress and those that wait.
  std::size_t open_questions() const { return questions_.size() + (tag_ ? 1 : 0); }
  std::optional<runtime::TimePoint> deadline() const;
  void clear();

 private:
  std::uint32_t bytes_max_;
  std::deque<std::string> questions_;    // that wait
  std::optional<InitiatorTaskTag> tag_;  // of the exchange in progress
  bool must_ask_on_ = false;
  TargetTransferTag target_transfer_tag_ = kReservedTargetTransferTag;
  LunField lun_;
  std::uint32_t rounds_ = 0;
  runtime::TimePoint deadline_;
  std::string answer_;
};

}  // namespace lunsim::initiator
