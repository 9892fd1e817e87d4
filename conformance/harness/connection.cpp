#include "conformance/harness/connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace lunsim::conform {

namespace {

using pdu::Opcode;

}  // namespace

std::uint64_t LoginResult::number(std::string_view key, std::uint64_t otherwise) const {
  const std::string text = value(key);
  std::uint64_t number = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && at == text.data() + text.size() ? number : otherwise;
}

Connection::Connection(Surroundings& around, std::uint32_t number)
    : isid(around.next_isid++), around_(around), number_(number), cutter_("target") {
  next_tag_ = number * 0x100 + 1;
  login_tag_ = next_tag_++;
}

bool Connection::open() {
  id_ = around_.end.open(around_.target.portal);
  around_.world.wake(around_.end);
  const auto stands = [&] { return around_.end.line(id_).phase != RawEnd::Phase::connecting; };
  const runtime::TimePoint until =
      std::min(around_.world.now() + around_.patience * 3, around_.deadline);
  around_.world.run_until(stands, until);
  const bool is_open = around_.end.line(id_).phase == RawEnd::Phase::open;
  around_.exchange.add({.at = around_.world.now(),
                        .connection = number_,
                        .from_us = true,
                        .kind = Frame::Kind::opened,
                        .text = is_open ? "connected" : "no connection"});
  if (is_open)
    around_.exchange.wires[number_] = {around_.end.line(id_).opener, true,
                                       around_.target.portal.port};
  return is_open;
}

bool Connection::is_open() const { return around_.end.line(id_).phase == RawEnd::Phase::open; }

void Connection::send(const RawPdu& pdu) {
  around_.exchange.add({.at = around_.world.now(),
                        .connection = number_,
                        .from_us = true,
                        .kind = Frame::Kind::pdu,
                        .pdu = pdu,
                        .wire_offset = around_.end.line(id_).said_bytes});
  around_.end.send(id_, wire_bytes(pdu, header_digest, data_digest));
  around_.world.wake(around_.end);
}

void Connection::send_bytes(std::span<const std::byte> bytes, std::string_view what) {
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

std::uint32_t Connection::stamp(RawPdu& pdu) {
  const std::uint32_t tag = next_tag();
  pdu.set("Initiator Task Tag", tag);
  if (pdu.has("ExpStatSN")) pdu.set("ExpStatSN", exp_stat_sn);
  if (takes_cmd_sn(pdu.opcode())) {
    pdu.set("CmdSN", cmd_sn);
    if (!pdu::is_immediate(pdu::BhsView{pdu.bhs})) ++cmd_sn;
  }
  return tag;
}

std::uint32_t Connection::issue(RawPdu& pdu) {
  const std::uint32_t tag = stamp(pdu);
  send(pdu);
  return tag;
}

void Connection::close(bool reset) {
  const auto sent = [&] { return around_.end.line(id_).unsent_bytes == 0 || !is_open(); };
  if (!reset) around_.world.run_until(sent, around_.world.now() + around_.patience);
  around_.end.close(id_, reset);
  around_.world.wake(around_.end);
  full_feature = false;
}

void Connection::half_close() {
  around_.end.half_close(id_);
  around_.world.wake(around_.end);
}

void Connection::use_digests(bool header, bool data) {
  header_digest = header;
  data_digest = data;
  cutter_.set_digests(header, data);
}

void Connection::turn(runtime::Duration within, bool until_bytes) {
  if (around_.world.now() >= around_.deadline) throw WatchdogBites{};
  const runtime::TimePoint until = std::min(around_.world.now() + within, around_.deadline);
  const RawEnd::Line& line = around_.end.line(id_);
  around_.world.run_until(
      [&] {
        return until_bytes && (!line.received.empty() || line.phase == RawEnd::Phase::closed);
      },
      until);
}

void Connection::wait(runtime::Duration time) { turn(time, false); }

Seen Connection::next(runtime::Duration within) {
  const runtime::TimePoint until = around_.world.now() + within;
  while (true) {
    if (std::optional<Seen> seen = take()) {
      if (seen->kind == Seen::Kind::pdu && answer_ping(seen->pdu)) continue;
      return *seen;
    }
    if (around_.end.line(id_).phase == RawEnd::Phase::closed) return over();
    const runtime::TimePoint now = around_.world.now();
    if (now >= until)
      return {.kind = Seen::Kind::silence,
              .pdu = {},
              .frame = around_.exchange.last_frame(),
              .detail = {}};
    turn(until - now, true);
  }
}

std::optional<Seen> Connection::take() {
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

void Connection::keep_numbers(const RawPdu& pdu) {
  const Opcode opcode = pdu.opcode();
  if (opcode == Opcode::login_response) tsih = static_cast<std::uint16_t>(pdu.get("TSIH"));
  const bool is_ping = opcode == Opcode::nop_in && pdu.get("Initiator Task Tag") == kReservedTag;
  const bool has_status = opcode != Opcode::r2t && !is_ping &&
                          (opcode != Opcode::data_in || pdu.get("S") == 1) && pdu.has("StatSN");
  if (has_status) exp_stat_sn = static_cast<std::uint32_t>(pdu.get("StatSN")) + 1;
  if (!pdu.has("ExpCmdSN")) return;
  exp_cmd_sn = static_cast<std::uint32_t>(pdu.get("ExpCmdSN"));
  max_cmd_sn = static_cast<std::uint32_t>(pdu.get("MaxCmdSN"));
}

bool Connection::answer_ping(const RawPdu& pdu) {
  if (!full_feature || pdu.opcode() != Opcode::nop_in) return false;
  const std::uint64_t tag = pdu.get("Target Transfer Tag");
  if (pdu.get("Initiator Task Tag") != kReservedTag || tag == kReservedTag) return false;
  RawPdu answer(Opcode::nop_out);
  answer.set("I", 1).set("F", 1).set("Initiator Task Tag", kReservedTag);
  answer.set("Target Transfer Tag", tag).set("CmdSN", cmd_sn).set("ExpStatSN", exp_stat_sn);
  answer.set("LUN", pdu.get("LUN"));
  send(answer);
  return true;
}

Seen Connection::over() {
  const runtime::CloseReason reason = around_.end.line(id_).reason;
  Seen seen{.kind = Seen::Kind::closed, .pdu = {}, .detail = std::string(describe(reason))};
  if (reason == runtime::CloseReason::reset) seen.kind = Seen::Kind::reset;
  const bool never_stood = reason == runtime::CloseReason::refused ||
                           reason == runtime::CloseReason::unreachable ||
                           reason == runtime::CloseReason::timed_out;
  if (never_stood) seen.kind = Seen::Kind::refused;
  full_feature = false;
  seen.frame = around_.exchange.add({.at = around_.world.now(),
                                     .connection = number_,
                                     .kind = Frame::Kind::closed,
                                     .text = seen.detail});
  return seen;
}

Seen Connection::answer_to(std::uint32_t tag, std::vector<Seen>* between) {
  const runtime::TimePoint until = around_.world.now() + around_.patience;
  while (true) {
    const runtime::TimePoint now = around_.world.now();
    Seen seen = next(now < until ? until - now : runtime::Duration{0});
    if (seen.kind != Seen::Kind::pdu || seen.get("Initiator Task Tag") == tag) return seen;
    if (between != nullptr) between->push_back(std::move(seen));
  }
}

void Connection::leave() {
  if (!is_open()) return;
  if (full_feature) {
    RawPdu request(Opcode::logout_request);
    request.set("I", 1).set("F", 1).set("Reason Code", 0);
    const std::uint32_t tag = issue(request);
    const runtime::TimePoint until = around_.world.now() + around_.patience / 3;
    while (around_.world.now() < until && is_open()) {
      const Seen seen = next(until - around_.world.now());
      if (seen.kind != Seen::Kind::pdu || seen.get("Initiator Task Tag") == tag) break;
    }
  }
  around_.end.close(id_, false);
  around_.world.wake(around_.end);
}

}  // namespace lunsim::conform
