// Text keys from a peer: the parser, and a negotiator of either role that meets them in each phase.
// Byte 0 of the input: 1 initiator, 2 discovery, 4 digests wished for, 8 full feature phase; the
// rest are logical segments, divided by FFh.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/require.hpp"
#include "protocol/iscsi/negotiation/key_registry.hpp"
#include "protocol/iscsi/negotiation/negotiator.hpp"
#include "protocol/iscsi/negotiation/text_segment.hpp"
#include "protocol/iscsi/negotiation/text_transfer.hpp"

namespace {

namespace negotiation = lunsim::negotiation;
using lunsim::fuzz::require;
using negotiation::Negotiator;
using negotiation::Phase;

constexpr char kDivider = '\xFF';

void check_pairs(std::string_view segment) {
  const auto pairs = negotiation::parse_text(segment);
  if (!pairs) {
    require(!pairs.error().reason.empty(), "a refusal has a reason");
    require(pairs.error().byte_offset <= segment.size(), "a refusal has a place");
    return;
  }
  require(pairs->size() <= negotiation::kPairsMax, "pairs are bounded");
  negotiation::TextBuilder builder;
  for (const auto& pair : *pairs) builder.add(pair.key, pair.value);
  require(builder.text() == segment, "what was parsed is written as it stood");
}

void check_splitting(std::string_view segment) {
  negotiation::TextSplitter splitter;
  negotiation::TextAssembler assembler;
  splitter.load(std::string(segment));
  while (splitter.has_more()) {
    const auto part = splitter.next(7);
    require(part.text.size() <= 7, "a part is no larger than asked for");
    const auto progress = assembler.append(part.text, part.continues);
    if (progress == negotiation::TextAssembler::Progress::too_long) return;
    require((progress == negotiation::TextAssembler::Progress::more) == part.continues,
            "C says whether more follows");
  }
  if (!segment.empty() && segment.size() <= negotiation::kLogicalTextBytesMax)
    require(assembler.text() == segment, "parts make up the whole");
}

Negotiator::Setup setup_of(std::uint8_t options) {
  Negotiator::Setup setup;
  setup.role = (options & 1) != 0 ? negotiation::Role::initiator : negotiation::Role::target;
  setup.discovery = (options & 2) != 0;
  setup.wishes.header_digest_crc32c = setup.wishes.data_digest_crc32c = (options & 4) != 0;
  setup.wishes.offer_protocol_level = (options & 4) != 0;
  return setup;
}

void check_agreement(const Negotiator& negotiator) {
  const auto& session = negotiator.session();
  require(session.max_burst_bytes >= 512 && session.max_burst_bytes <= 0xFF'FFFF,
          "MaxBurstLength is in its range");
  require(session.first_burst_bytes <= session.max_burst_bytes || session.initial_r2t,
          "unsolicited data fits a burst");
  require(session.max_outstanding_r2t >= 1, "MaxOutstandingR2T is in its range");
  require(session.error_recovery_level <= 2, "ErrorRecoveryLevel is in its range");
  require(negotiator.connection().peers_max_recv_data_segment_bytes >= 512,
          "a declared limit is in its range");
}

class Conversation {
 public:
  explicit Conversation(std::uint8_t options) : negotiator_(setup_of(options)) {
    negotiator_.enter((options & 8) != 0 ? Phase::full_feature : Phase::operational);
    negotiation::TextBuilder offers;
    if ((options & 1) != 0) negotiator_.offer_everything(offers);
  }
  /// False when the peer has broken the rules.
  bool hear(std::string_view segment) {
    const auto pairs = negotiation::parse_text(segment);
    if (!pairs) return false;
    negotiation::TextBuilder answers;
    if (!negotiator_.handle(*pairs, answers)) return false;
    require(answers.text().size() <= 2 * segment.size() + 4096,
            "answers are bounded by what was asked");
    if (!negotiator_.awaits_answers() && negotiator_.settle()) check_agreement(negotiator_);
    return true;
  }

 private:
  Negotiator negotiator_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  std::string text;
  for (std::size_t i = 1; i < size; ++i) text.push_back(static_cast<char>(data[i]));
  Conversation conversation(data[0]);
  bool hears = true;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(kDivider, at), text.size());
    const std::string_view segment = std::string_view(text).substr(at, end - at);
    check_pairs(segment);
    check_splitting(segment);
    hears = hears && conversation.hear(segment);
    at = end + 1;
  }
  return 0;
}
