// A whole login against either side. Byte 0 of the input: 1 we are the initiator, 2 CHAP, 4 mutual
// CHAP, 8 discovery; then records of [stage byte as in byte 1 of a Login PDU][status class or
// version][length, two bytes][text].
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "fuzz/require.hpp"
#include "protocol/iscsi/login/login.hpp"

namespace {

namespace login = lunsim::login;
namespace pdu = lunsim::pdu;
using lunsim::fuzz::require;

constexpr std::size_t kAnswerBytesMax = 8192;

/// The same "random" bytes in each run, so that a seed can hold the right CHAP response.
void fill_with_ones(std::span<std::byte> out) { std::fill(out.begin(), out.end(), std::byte{1}); }

struct Record {
  std::uint8_t stages = 0, other = 0;
  std::string text;
};

std::optional<Record> next_record(std::span<const std::uint8_t>& input) {
  if (input.size() < 4) return std::nullopt;
  Record record{input[0], input[1], {}};
  const std::size_t length =
      std::min<std::size_t>(std::size_t{input[2]} * 256 + input[3], input.size() - 4);
  for (const std::uint8_t byte : input.subspan(4, length))
    record.text.push_back(static_cast<char>(byte));
  input = input.subspan(4 + length);
  return record;
}

pdu::Stage stage_of(unsigned bits) { return static_cast<pdu::Stage>(bits & 3); }

login::Admission admit(std::uint8_t options, const login::LoginClaim& claim) {
  require(claim.discovery == claim.target_name.empty(), "a normal session names its target");
  login::Admission admission;
  admission.policy.chap_required = (options & 2) != 0;
  if ((options & 2) != 0)
    admission.policy.initiator_must_be = login::Secret{"alice", "secret of alice"};
  if ((options & 4) != 0)
    admission.policy.target_proves_itself = login::Secret{"array", "secret of array"};
  return admission;
}

void attack_target(std::uint8_t options, std::span<const std::uint8_t> input) {
  login::TargetLogin target(
      [options](const login::LoginClaim& claim) { return admit(options, claim); }, fill_with_ones);
  while (const auto record = next_record(input)) {
    pdu::LoginRequest request;
    request.transit = (record->stages & 0x80) != 0;
    request.continues = (record->stages & 0x40) != 0;
    request.current_stage = stage_of(record->stages >> 2u);
    request.next_stage = stage_of(record->stages);
    request.version_min = record->other;
    request.data_segment_bytes = static_cast<std::uint32_t>(record->text.size());
    const auto answer = target.handle_request(request, record->text);
    require(answer.text.size() <= kAnswerBytesMax, "an answer fits a login PDU");
    require(answer.response.status_class == 0 || answer.finished, "a refusal ends the login");
    if (answer.finished) break;
  }
}

login::InitiatorLoginConfig config_of(std::uint8_t options) {
  login::InitiatorLoginConfig config;
  config.initiator_name = "iqn.2026-11.org.lunsim:n1";
  if ((options & 8) == 0) config.target_name = "iqn.2026-11.org.lunsim:array";
  if ((options & 2) != 0) config.chap = login::Secret{"alice", "secret of alice"};
  if ((options & 4) != 0) config.mutual = login::Secret{"array", "secret of array"};
  config.wishes.header_digest_crc32c = true;
  return config;
}

void attack_initiator(std::uint8_t options, std::span<const std::uint8_t> input) {
  login::InitiatorLogin initiator(config_of(options), lunsim::InitiatorTaskTag{1}, fill_with_ones);
  auto request = initiator.start();
  while (const auto record = next_record(input)) {
    require(request.text.size() <= kAnswerBytesMax, "a request fits a login PDU");
    pdu::LoginResponse response;
    response.transit = (record->stages & 0x80) != 0;
    response.continues = (record->stages & 0x40) != 0;
    response.current_stage = stage_of(record->stages >> 2u);
    response.next_stage = stage_of(record->stages);
    response.status_class = record->other;
    response.tsih = 1;
    response.data_segment_bytes = static_cast<std::uint32_t>(record->text.size());
    const auto outcome = initiator.handle_response(response, record->text);
    if (outcome.kind != login::InitiatorLogin::Outcome::Kind::send_next) break;
    request = outcome.next;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const auto input = std::span(data, size).subspan(1);
  if ((data[0] & 1) != 0)
    attack_initiator(data[0], input);
  else
    attack_target(data[0], input);
  return 0;
}
