#include "scenarios/trace/digest_watch.hpp"

#include "protocol/iscsi/negotiation/text_segment.hpp"
#include "protocol/iscsi/pdu/login_response.hpp"

namespace lunsim::scenarios {
namespace {

constexpr std::byte kTransit{0x80}, kContinue{0x40};
bool has(std::byte byte, std::byte flag) { return (byte & flag) != std::byte{0}; }

}  // namespace

void DigestWatch::Key::see(bool from_initiator, std::string_view value) {
  named_by[from_initiator] = true;
  if (named_by[!from_initiator]) is_crc32c = value == "CRC32C";
}

bool DigestWatch::see(bool from_initiator, const StreamPart& part) {
  if (!part.is_pdu) return false;
  const auto wanted = from_initiator ? pdu::Opcode::login_request : pdu::Opcode::login_response;
  if (part.opcode() != wanted) return false;
  read(from_initiator, part, has(part.bhs[1], kContinue));
  if (from_initiator) return false;
  const bool success = part.bhs[36] == std::byte{0};
  const bool to_full_feature = (part.bhs[1] & std::byte{3}) == std::byte{3};
  return success && to_full_feature && has(part.bhs[1], kTransit);
}

void DigestWatch::read(bool from_initiator, const StreamPart& part, bool continues) {
  std::string& text = text_[from_initiator];
  if (text.size() + part.data.size() <= kLoginBytesMax)
    text.append(reinterpret_cast<const char*>(part.data.data()), part.data.size());
  if (continues) return;
  if (const auto pairs = negotiation::parse_text(text)) {
    for (const negotiation::TextPair& pair : *pairs) {
      if (pair.key == "HeaderDigest") header_.see(from_initiator, pair.value);
      if (pair.key == "DataDigest") data_.see(from_initiator, pair.value);
    }
  }
  text.clear();
}

}  // namespace lunsim::scenarios
