#include "initiator/remote/net_call.hpp"

#include "initiator/remote/archive.hpp"

namespace lunsim::initiator::remote {
namespace {

using Units = std::optional<std::vector<std::byte>>;

Units units_of(const std::optional<std::u16string>& text) {
  if (!text) return {};
  std::vector<std::byte> out;
  bytes::LittleWriter writer(out);
  for (const char16_t unit : *text) writer.u16(unit);
  return out;
}

}  // namespace

std::vector<std::byte> encode(const NetCall& call) {
  std::vector<std::byte> body;
  Writer writer(body);
  writer(units_of(call.server), call.opnum, call.stub);
  return body;
}

std::vector<std::byte> encode(const NetReply& reply) {
  std::vector<std::byte> body;
  Writer writer(body);
  writer(reply.code, reply.stub);
  return body;
}

std::optional<NetCall> decode_net_call(std::span<const std::byte> body) {
  NetCall call;
  Units server;
  Reader reader(body);
  reader(server, call.opnum, call.stub);
  if (!reader.is_complete() || (server && server->size() % 2 != 0)) return std::nullopt;
  if (!server) return call;
  bytes::LittleReader units(*server);
  call.server.emplace();
  while (units.remaining() > 0) call.server->push_back(static_cast<char16_t>(units.u16()));
  return call;
}

std::optional<NetReply> decode_net_reply(std::span<const std::byte> body) {
  NetReply reply;
  Reader reader(body);
  reader(reply.code, reply.stub);
  if (!reader.is_complete()) return std::nullopt;
  return reply;
}

}  // namespace lunsim::initiator::remote
