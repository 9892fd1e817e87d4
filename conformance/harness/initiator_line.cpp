#include "conformance/harness/initiator_line.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace lunsim::conform {
namespace {

using pdu::Opcode;

/// R2T, pings and Data-In without status only tell the next StatSN.           §11.7.5, §11.8.3,
/// §11.19.2
bool carries_status(const RawPdu& pdu) {
  const Opcode opcode = pdu.opcode();
  if (opcode == Opcode::r2t) return false;
  if (opcode == Opcode::data_in) return pdu.get("S") == 1;
  if (opcode == Opcode::nop_in) return pdu.get("Initiator Task Tag") != kReservedTag;
  return true;
}

}  // namespace

InitiatorLine::InitiatorLine(Connection::Surroundings& around, runtime::ConnectionId id,
                             std::uint32_t number)
    : around_(around), id_(id), number_(number), cutter_("initiator") {
  around_.exchange.add({.at = around_.world.now(),
                        .connection = number_,
                        .kind = Frame::Kind::opened,
                        .text = "connected"});
  around_.exchange.wires[number_] = {around_.end.line(id_).opener, false,
                                     around_.end.line(id_).listener_port};
}

bool InitiatorLine::is_open() const { return around_.end.line(id_).phase == RawEnd::Phase::open; }

std::uint64_t InitiatorLine::number_of(std::string_view key, std::uint64_t otherwise) const {
  const std::string text = value_of(results, key).value_or("");
  std::uint64_t number = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && at == text.data() + text.size() ? number : otherwise;
}

void InitiatorLine::send(const RawPdu& pdu) {
  around_.exchange.add({.at = around_.world.now(),
                        .connection = number_,
                        .from_us = true,
                        .kind = Frame::Kind::pdu,
                        .pdu = pdu,
                        .wire_offset = around_.end.line(id_).said_bytes});
  around_.end.send(id_, wire_bytes(pdu, header_digest, data_digest));
  around_.world.wake(around_.end);
}

void InitiatorLine::send_bytes(std::span<const std::byte> bytes, std::string_view what) {
  std::vector<std::byte> copy(bytes.begin(), bytes.end());
  around_.exchange.add({.at = around_.world.now(),
                        .connection = number_,
                        .from_us = true,
                        .kind = Frame::Kind::bytes,
                        .bytes = copy,
                        .text = fmt::format("({} bytes: {})", bytes.size(), what),
                        .wire_offset = around_.end.line(id_).said_bytes});
  around_.end.send(id_, std::move(copy));
  around_.world.wake(around_.end);
}

RawPdu InitiatorLine::reply(const RawPdu& request, Opcode opcode) const {
  RawPdu out(opcode);
  if (opcode != Opcode::login_response) out.set("F", 1);
  out.set("Initiator Task Tag", request.get("Initiator Task Tag"));
  return out;
}

RawPdu& InitiatorLine::stamp(RawPdu& pdu) {
  const bool is_reserved = pdu.opcode() == Opcode::data_in && !carries_status(pdu);
  if (!is_reserved) pdu.set("StatSN", stat_sn);
  if (carries_status(pdu)) ++stat_sn;
  return pdu.set("ExpCmdSN", exp_cmd_sn).set("MaxCmdSN", exp_cmd_sn + window - 1);
}

void InitiatorLine::issue(RawPdu pdu) { send(stamp(pdu)); }

void InitiatorLine::close(bool reset) {
  const auto sent = [&] { return around_.end.line(id_).unsent_bytes == 0 || !is_open(); };
  if (!reset) around_.world.run_until(sent, around_.world.now() + around_.patience);
  around_.exchange.add({.at = around_.world.now(),
                        .connection = number_,
                        .from_us = true,
                        .kind = Frame::Kind::closed,
                        .text = reset ? "reset" : "closed"});
  around_.end.close(id_, reset);
  around_.world.wake(around_.end);
  full_feature = false;
}

void InitiatorLine::half_close() {
  around_.end.half_close(id_);
  around_.world.wake(around_.end);
}

void InitiatorLine::use_digests(bool header, bool data) {
  header_digest = header;
  data_digest = data;
  cutter_.set_digests(header, data);
}

bool InitiatorLine::has_news() const {
  const RawEnd::Line& line = around_.end.line(id_);
  return !line.received.empty() || line.phase == RawEnd::Phase::closed;
}

void InitiatorLine::wait(runtime::Duration time) {
  around_.world.run_until([] { return false; },
                          std::min(around_.world.now() + time, around_.deadline));
}

Seen InitiatorLine::next(runtime::Duration within) {
  const runtime::TimePoint until = around_.world.now() + within;
  while (true) {
    if (std::optional<Seen> seen = take()) return *seen;
    if (around_.end.line(id_).phase == RawEnd::Phase::closed) return over();
    const runtime::TimePoint now = around_.world.now();
    if (now >= around_.deadline) throw Connection::WatchdogBites{};
    if (now >= until)
      return {
          .kind = Seen::Kind::silence, .frame = around_.exchange.last_frame(), .peer = "initiator"};
    around_.world.run_until([&] { return has_news(); }, std::min(until, around_.deadline));
  }
}

std::optional<Seen> InitiatorLine::take() {
  RawEnd::Line& line = around_.end.line(id_);
  auto seen = cutter_.take(line, [&](Seen& one) {
    if (one.kind == Seen::Kind::pdu) keep_numbers(one.pdu);
    one.frame = around_.exchange.add({.at = around_.world.now(),
                                      .connection = number_,
                                      .kind = Frame::Kind::pdu,
                                      .pdu = one.pdu,
                                      .text = one.detail,
                                      .wire_offset = line.taken_bytes});
  });
  around_.world.wake(around_.end);
  return seen;
}

void InitiatorLine::keep_numbers(const RawPdu& pdu) {
  if (!takes_cmd_sn(pdu.opcode()) && pdu.opcode() != Opcode::login_request) return;
  const auto cmd_sn = static_cast<std::uint32_t>(pdu.get("CmdSN"));
  if (pdu.opcode() == Opcode::login_request) {
    exp_cmd_sn = cmd_sn;
  } else if (!pdu::is_immediate(pdu::BhsView{pdu.bhs}) && cmd_sn == exp_cmd_sn) {
    ++exp_cmd_sn;
  }
}

Seen InitiatorLine::over() {
  const runtime::CloseReason reason = around_.end.line(id_).reason;
  Seen seen{
      .kind = Seen::Kind::closed, .detail = std::string(describe(reason)), .peer = "initiator"};
  if (reason == runtime::CloseReason::reset) seen.kind = Seen::Kind::reset;
  full_feature = false;
  seen.frame = around_.exchange.add({.at = around_.world.now(),
                                     .connection = number_,
                                     .kind = Frame::Kind::closed,
                                     .text = seen.detail});
  return seen;
}

}  // namespace lunsim::conform
