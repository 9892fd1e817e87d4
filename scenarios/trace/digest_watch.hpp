// Reads along while two sides log in, to know which digests their connection has afterwards. Judges
// nothing: what a negotiation should have come to is not asked here.   RFC 7143 §6.3, §13.1
#pragma once

#include <string>

#include "protocol/iscsi/pdu/bhs.hpp"
#include "scenarios/trace/pdu_stream.hpp"

namespace lunsim::scenarios {

class DigestWatch {
 public:
  /// Bytes of a login PDU's data segment that it wants to see whole.
  static constexpr std::size_t kLoginBytesMax = 64 * 1024;

  /// Any PDU of the connection, in the order of the wire. True if the full feature phase begins
  /// behind this one.
  bool see(bool from_initiator, const StreamPart& part);
  bool header_digest() const { return header_.is_crc32c; }
  bool data_digest() const { return data_.is_crc32c; }

 private:
  struct Key {
    bool named_by[2] = {};   // 0 the target, 1 the initiator
    bool is_crc32c = false;  // the answer to an offer
    void see(bool from_initiator, std::string_view value);
  };
  void read(bool from_initiator, const StreamPart& part, bool continues);

  std::string text_[2];  // of PDUs with C, until the one without
  Key header_, data_;
};

}  // namespace lunsim::scenarios
