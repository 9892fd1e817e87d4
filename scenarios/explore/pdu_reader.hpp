// Both directions of one connection as PDUs, read along from the bytes: the framers, and which
// digests the login settled. Judges nothing.                                        RFC 7143 §6.3,
// §11.1
#pragma once

#include <functional>
#include <span>

#include "protocol/iscsi/pdu/framer.hpp"

namespace lunsim::explore {

class PduReader {
 public:
  PduReader();
  /// `found` gets every whole PDU and how many bytes of `bytes` were used up by then. After what no
  /// framer can read, nothing more comes.
  void read(bool is_request, std::span<const std::byte> bytes,
            const std::function<void(const pdu::PduView&, std::size_t used)>& found);
  bool is_readable() const { return is_readable_; }
  bool in_full_feature_phase() const { return in_full_feature_phase_; }

 private:
  void follow_login(const pdu::PduView& pdu);

  pdu::Framer requests_, responses_;
  bool is_readable_ = true;
  bool in_full_feature_phase_ = false;
  bool header_digest_ = false, data_digest_ = false;
};

}  // namespace lunsim::explore
