// SPNEGO's tokens as values: the initiator's first one, the server's hint, and the responses of
// both. DER with definite lengths; nothing nests deeper than the standard's own types.   RFC 4178
// §4.2, MS-SPNG §2.2.1
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/bytes/protocol_error.hpp"
#include "protocol/smb/crypto/digest.hpp"

namespace lunsim::smb::spnego {

/// Content octets of an object identifier.
using Oid = std::vector<std::byte>;
/// 1.3.6.1.4.1.311.2.2.10
const Oid& ntlmssp();

struct NegTokenInit {
  std::vector<Oid> mech_types;            // at most kMechTypesMax
  std::vector<std::byte> mech_type_list;  // DER of all of mech_types: what mechListMIC signs
  std::optional<std::vector<std::byte>> mech_token;
  std::optional<std::vector<std::byte>> mech_list_mic;
};
inline constexpr std::size_t kMechTypesMax = 32;

enum class NegState : std::uint8_t {
  accept_completed = 0,
  accept_incomplete = 1,
  reject = 2,
  request_mic = 3,
};

struct NegTokenResp {
  std::optional<NegState> neg_state;
  std::optional<Oid> supported_mech;
  std::optional<std::vector<std::byte>> response_token;
  std::optional<std::vector<std::byte>> mech_list_mic;
};

/// mech_type_list is made from mech_types; what it holds is not used.
std::vector<std::byte> encode(const NegTokenInit& token);
std::vector<std::byte> encode(const NegTokenResp& token);
/// NegTokenInit2 with NTLMSSP as the only mechanism and the customary hint: what a server puts into
/// its SMB2 NEGOTIATE response.
std::vector<std::byte> encode_hint();
/// DER of a MechTypeList.
std::vector<std::byte> encode_mech_type_list(const std::vector<Oid>& mech_types);

/// Takes NegTokenInit2 as well; its hints are not kept.
Result<NegTokenInit> decode_init(Span raw);
Result<NegTokenResp> decode_resp(Span raw);

}  // namespace lunsim::smb::spnego
