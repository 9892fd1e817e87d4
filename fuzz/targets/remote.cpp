// What callers and host services send each other: any bytes are decoded or refused, what is
// understood is written again as it was read, and a service outlives whatever a caller says.
#include <cstddef>
#include <cstdint>
#include <span>

#include "fuzz/require.hpp"
#include "initiator/remote/codec.hpp"
#include "initiator/remote/host_service.hpp"

namespace {

using namespace lunsim::initiator;
using lunsim::fuzz::require;

class AnsweringHost final : public Host {
 public:
  OperationId start(Request) override { return OperationId{1}; }
  bool poll(OperationId) override { return true; }
  Reply take(OperationId) override { return {}; }
  Reply call(Request) override { return {}; }
  const Profile& profile() const override { return profile_; }

 private:
  Profile profile_;
};

/// The bytes as a caller's whole life, in one piece or byte by byte.
void talk(std::span<const std::byte> bytes, bool is_split) {
  constexpr lunsim::runtime::ConnectionId kId{lunsim::runtime::kAcceptedConnectionBit};
  constexpr lunsim::runtime::TimePoint kNow{0};
  AnsweringHost host;
  remote::HostService service(host, "t");
  service.handle_connected(kId, {}, {}, kNow);
  const std::size_t step = is_split ? 1 : bytes.size();
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    service.handle_bytes(kId, bytes.subspan(at, step), kNow);
    while (service.has_work() && service.serve()) {
      while (const auto transmit = service.poll_transmit(kNow))
        service.handle_transmitted(transmit->connection, transmit->bytes, kNow);
      while (const auto action = service.poll_action())
        service.handle_released(std::get<lunsim::runtime::Close>(*action).connection, kNow);
    }
  }
  require(service.connections() <= 1, "one connection is one");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  const auto is_same = [&](const std::vector<std::byte>& again) {
    return std::equal(again.begin(), again.end(), bytes.begin(), bytes.end());
  };
  if (const auto request = remote::decode_request(bytes))
    require(is_same(remote::encode(*request)), "a request is written as it was read");
  if (const auto reply = remote::decode_reply(bytes))
    require(is_same(remote::encode(*reply)), "a reply is written as it was read");
  if (const auto profile = remote::decode_profile(bytes))
    require(is_same(remote::encode(*profile)), "a profile is written as it was read");
  talk(bytes, false);
  talk(bytes, true);
  return 0;
}
