// Cuts what a connection brings into PDUs, as they came, and counts the bytes before each: the same
// for who judges a target and who plays one.                                       RFC 7143 §11.2
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "conformance/harness/exchange.hpp"
#include "conformance/harness/raw_end.hpp"
#include "protocol/iscsi/pdu/framer.hpp"

namespace lunsim::conform {

class PduCutter {
 public:
  /// `peer`: whom it comes from, a literal.
  explicit PduCutter(std::string_view peer);

  void set_digests(bool header, bool data) { framer_.set_digests(header, data); }
  /// The next PDU, or bytes that are none; nothing while it is not whole, or behind bytes that
  /// left no way to find the next. `keep` is told of it before line.taken_bytes counts it.
  std::optional<Seen> take(RawEnd::Line& line, const std::function<void(Seen&)>& keep);

 private:
  Seen seen_of(const pdu::Framer::Step& step);

  std::string_view peer_;
  pdu::Framer framer_;
  std::uint64_t begun_bytes_ = 0;  // of the next PDU, taken already
  bool is_lost_ = false;
};

}  // namespace lunsim::conform
