// NTLM's negotiate flags by their standard's names.   MS-NLMP §2.2.2.5
#pragma once

#include <cstdint>

namespace lunsim::smb::ntlm {

inline constexpr std::uint32_t kNegotiateUnicode = 0x0000'0001;
inline constexpr std::uint32_t kNegotiateOem = 0x0000'0002;
inline constexpr std::uint32_t kRequestTarget = 0x0000'0004;
inline constexpr std::uint32_t kNegotiateSign = 0x0000'0010;
inline constexpr std::uint32_t kNegotiateSeal = 0x0000'0020;
inline constexpr std::uint32_t kNegotiateNtlm = 0x0000'0200;
inline constexpr std::uint32_t kNegotiateAnonymous = 0x0000'0800;
inline constexpr std::uint32_t kDomainSupplied = 0x0000'1000;
inline constexpr std::uint32_t kWorkstationSupplied = 0x0000'2000;
inline constexpr std::uint32_t kNegotiateAlwaysSign = 0x0000'8000;
inline constexpr std::uint32_t kTargetTypeDomain = 0x0001'0000;
inline constexpr std::uint32_t kTargetTypeServer = 0x0002'0000;
inline constexpr std::uint32_t kExtendedSessionSecurity = 0x0008'0000;
inline constexpr std::uint32_t kNegotiateTargetInfo = 0x0080'0000;
inline constexpr std::uint32_t kNegotiateVersion = 0x0200'0000;
inline constexpr std::uint32_t kNegotiate128 = 0x2000'0000;
inline constexpr std::uint32_t kNegotiateKeyExchange = 0x4000'0000;
inline constexpr std::uint32_t kNegotiate56 = 0x8000'0000;

}  // namespace lunsim::smb::ntlm
