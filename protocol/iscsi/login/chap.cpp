#include "protocol/iscsi/login/chap.hpp"

#include <algorithm>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "protocol/iscsi/negotiation/value.hpp"

namespace lunsim::login {
namespace {

const EVP_MD* digest_of(ChapAlgorithm algorithm) {
  switch (algorithm) {
    case ChapAlgorithm::md5:
      return EVP_md5();
    case ChapAlgorithm::sha1:
      return EVP_sha1();
    case ChapAlgorithm::sha256:
      return EVP_sha256();
    case ChapAlgorithm::sha3_256:
      return EVP_sha3_256();
  }
  return nullptr;
}

}  // namespace

std::size_t digest_bytes(ChapAlgorithm algorithm) {
  switch (algorithm) {
    case ChapAlgorithm::md5:
      return 16;
    case ChapAlgorithm::sha1:
      return 20;
    case ChapAlgorithm::sha256:
    case ChapAlgorithm::sha3_256:
      return 32;
  }
  return 0;
}

std::optional<std::vector<std::byte>> chap_response(ChapAlgorithm algorithm,
                                                    std::uint8_t identifier,
                                                    std::string_view secret,
                                                    std::span<const std::byte> challenge) {
  std::vector<std::byte> input;
  input.reserve(1 + secret.size() + challenge.size());
  input.push_back(std::byte{identifier});
  const auto secret_bytes = std::as_bytes(std::span(secret));
  input.insert(input.end(), secret_bytes.begin(), secret_bytes.end());
  input.insert(input.end(), challenge.begin(), challenge.end());

  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  const EVP_MD* const type = digest_of(algorithm);
  const bool done = type != nullptr && EVP_Digest(input.data(), input.size(), digest.data(), &size,
                                                  type, nullptr) == 1;
  OPENSSL_cleanse(input.data(), input.size());
  if (!done || size != digest_bytes(algorithm)) return std::nullopt;
  const auto bytes = std::as_bytes(std::span(digest)).first(size);
  return std::vector<std::byte>(bytes.begin(), bytes.end());
}

bool is_equal_in_constant_time(std::span<const std::byte> a, std::span<const std::byte> b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::optional<ChapAlgorithm> choose_algorithm(std::string_view list,
                                              std::span<const ChapAlgorithm> acceptable) {
  for (const std::string_view item : negotiation::split_list(list)) {
    const auto number = negotiation::parse_number(item);
    if (!number) continue;
    const auto found = std::find_if(
        acceptable.begin(), acceptable.end(),
        [&](ChapAlgorithm algorithm) { return static_cast<std::uint64_t>(algorithm) == *number; });
    if (found != acceptable.end() && digest_of(*found) != nullptr) return *found;
  }
  return std::nullopt;
}

std::string list_of(std::span<const ChapAlgorithm> algorithms) {
  std::string list;
  for (const ChapAlgorithm algorithm : algorithms) {
    if (!list.empty()) list += ',';
    list += std::to_string(static_cast<unsigned>(algorithm));
  }
  return list;
}

std::optional<std::uint8_t> parse_identifier(std::string_view value) {
  const auto number = negotiation::parse_number(value);
  if (!number || *number > 255) return std::nullopt;
  return static_cast<std::uint8_t>(*number);
}

ChapChallenge draw_challenge(ChapAlgorithm algorithm, const FillRandom& fill_random,
                             std::size_t challenge_bytes) {
  ChapChallenge challenge;
  std::array<std::byte, 1> identifier{};
  fill_random(identifier);
  challenge.identifier = std::to_integer<std::uint8_t>(identifier[0]);
  challenge.bytes.resize(challenge_bytes != 0 ? challenge_bytes : digest_bytes(algorithm));
  fill_random(challenge.bytes);
  return challenge;
}

}  // namespace lunsim::login
