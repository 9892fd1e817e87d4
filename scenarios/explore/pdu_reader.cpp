#include "scenarios/explore/pdu_reader.hpp"

#include <string_view>

#include "protocol/iscsi/pdu/login_request.hpp"
#include "protocol/iscsi/pdu/login_response.hpp"

namespace lunsim::explore {
namespace {

bool has_pair(const pdu::PduView& pdu, std::string_view pair) {
  const std::string_view text{reinterpret_cast<const char*>(pdu.data.data()), pdu.data.size()};
  const std::size_t at = text.find(pair);
  return at != std::string_view::npos && (at == 0 || text[at - 1] == '\0') &&
         (at + pair.size() == text.size() || text[at + pair.size()] == '\0');
}

}  // namespace

PduReader::PduReader()
    : requests_({.data_segment_bytes_max = pdu::kDataSegmentBytesMax}),
      responses_({.data_segment_bytes_max = pdu::kDataSegmentBytesMax}) {}

void PduReader::read(bool is_request, std::span<const std::byte> bytes,
                     const std::function<void(const pdu::PduView&, std::size_t used)>& found) {
  using Kind = pdu::Framer::Kind;
  pdu::Framer& framer = is_request ? requests_ : responses_;
  const std::size_t size = bytes.size();
  while (is_readable_) {
    const pdu::Framer::Step step = framer.next(bytes);
    if (step.kind == Kind::need_more) return;
    if (step.kind == Kind::header_digest_error || step.kind == Kind::violation)
      is_readable_ = false;
    if (step.kind != Kind::pdu && step.kind != Kind::data_digest_error) continue;
    found(step.pdu, size - bytes.size());
    if (!is_request) follow_login(step.pdu);
  }
}

void PduReader::follow_login(const pdu::PduView& pdu) {
  if (pdu::opcode_of(pdu.bhs) != pdu::Opcode::login_response) return;
  header_digest_ |= has_pair(pdu, "HeaderDigest=CRC32C");
  data_digest_ |= has_pair(pdu, "DataDigest=CRC32C");
  const auto response = pdu::decode_login_response(pdu);
  const bool is_last =
      response && response->transit && response->next_stage == pdu::Stage::full_feature_phase;
  if (!is_last) return;
  in_full_feature_phase_ = true;
  requests_.set_digests(header_digest_, data_digest_);
  responses_.set_digests(header_digest_, data_digest_);
}

}  // namespace lunsim::explore
