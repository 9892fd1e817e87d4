// The arithmetic of CHAP: algorithms, the digest over identifier, secret and challenge, and the
// comparison. Not the exchange (target_authentication.hpp, initiator_authentication.hpp). RFC 1994
// §4.1, RFC 7143 §12.1.3.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/iscsi/login/login.hpp"

namespace lunsim::login {

inline constexpr std::size_t kChapBytesMax = 1024;  // of CHAP_C and CHAP_R, decoded

/// 16, 20, 32 or 32.
std::size_t digest_bytes(ChapAlgorithm algorithm);

/// Shape    the challenge and the identifier that the other side sent, the secret that proves us
/// Returns  digest(identifier | secret | challenge); nothing if the algorithm is not available in
///          this process
std::optional<std::vector<std::byte>> chap_response(ChapAlgorithm algorithm,
                                                    std::uint8_t identifier,
                                                    std::string_view secret,
                                                    std::span<const std::byte> challenge);

/// In a time that depends on the sizes only. False if the sizes differ.
bool is_equal_in_constant_time(std::span<const std::byte> a, std::span<const std::byte> b);

/// The first number of the list that is acceptable and available; items that are not numbers are
/// passed over, as values that an acceptor does not understand. §6.2.1.
std::optional<ChapAlgorithm> choose_algorithm(std::string_view list,
                                              std::span<const ChapAlgorithm> acceptable);
/// "7,5".
std::string list_of(std::span<const ChapAlgorithm> algorithms);

/// CHAP_I: a number of one byte.
std::optional<std::uint8_t> parse_identifier(std::string_view value);

/// An identifier and a challenge as long as the digest.
struct ChapChallenge {
  std::uint8_t identifier = 0;
  std::vector<std::byte> bytes;
};
ChapChallenge draw_challenge(ChapAlgorithm algorithm, const FillRandom& fill_random,
                             std::size_t challenge_bytes = 0);

}  // namespace lunsim::login
