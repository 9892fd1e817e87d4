#include "initiator/host/random_isid.hpp"

#include <span>

namespace lunsim::initiator {

pdu::Isid random_isid(runtime::Entropy& entropy) {
  constexpr std::byte kRandomType{0x80};
  pdu::Isid isid;
  isid.bytes[0] = kRandomType;
  entropy.fill(std::span(isid.bytes).subspan(1, 3));
  return isid;
}

}  // namespace lunsim::initiator
