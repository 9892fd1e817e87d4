// What an honest target answers in full feature phase, for the bodies that judge an initiator.
// RFC 7143 §11
#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "conformance/harness/initiator_context.hpp"

namespace lunsim::conform {

using pdu::Opcode;

namespace {

constexpr std::uint32_t kWriteBytesMax = 16u << 20;
constexpr std::uint32_t kDataInBytesMax = 65536;
constexpr std::size_t kHeldMax = 256;

PlayedUnit::Cdb cdb_of(const RawPdu& command) {
  PlayedUnit::Cdb out{};
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<std::uint8_t>(command.bhs[32 + i]);
  return out;
}

std::uint32_t expected_bytes(const RawPdu& command) {
  return static_cast<std::uint32_t>(command.get("Expected Data Transfer Length"));
}

std::uint32_t peers_segment_bytes(const InitiatorLine& line) {
  const std::string text = value_of(line.offers, "MaxRecvDataSegmentLength").value_or("8192");
  std::uint32_t number = 8192;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return std::clamp(number, 512u, kDataInBytesMax);
}

void set_residual(RawPdu& out, std::uint64_t expected, std::uint64_t real) {
  if (real < expected) out.set("U", 1).set("Residual Count", expected - real);
  if (real > expected) out.set("O", 1).set("Residual Count", real - expected);
}

}  // namespace

InitiatorContext::Wanted is_opcode(Opcode opcode) {
  return [opcode](const RawPdu& pdu) { return pdu.opcode() == opcode; };
}

InitiatorContext::Wanted is_read(std::uint32_t bytes_min) {
  return [bytes_min](const RawPdu& pdu) {
    return pdu.opcode() == Opcode::scsi_command && pdu.get("R") == 1 &&
           expected_bytes(pdu) >= bytes_min;
  };
}

InitiatorContext::Wanted is_write(std::uint32_t bytes_min) {
  return [bytes_min](const RawPdu& pdu) {
    return pdu.opcode() == Opcode::scsi_command && pdu.get("W") == 1 &&
           expected_bytes(pdu) >= bytes_min;
  };
}

RawPdu scsi_response(const InitiatorLine& line, const RawPdu& command, std::uint8_t status,
                     const std::vector<std::byte>& sense) {
  RawPdu out = line.reply(command, Opcode::scsi_response);
  out.set("Status", status);
  if (sense.empty()) return out;
  std::vector<std::byte> data{std::byte{0}, static_cast<std::byte>(sense.size())};
  data.insert(data.end(), sense.begin(), sense.end());
  return out.with_data(std::move(data));
}

RawPdu data_in(const InitiatorLine& line, const RawPdu& command, std::uint32_t offset,
               std::vector<std::byte> data, std::uint32_t data_sn, bool is_last) {
  RawPdu out = line.reply(command, Opcode::data_in);
  out.set("F", is_last ? 1 : 0).set("Target Transfer Tag", kReservedTag);
  out.set("DataSN", data_sn).set("Buffer Offset", offset);
  return out.with_data(std::move(data));
}

RawPdu r2t(const InitiatorLine& line, const RawPdu& command, std::uint32_t transfer_tag,
           std::uint32_t sn, std::uint32_t offset, std::uint32_t bytes) {
  RawPdu out = line.reply(command, Opcode::r2t);
  out.set("LUN", command.get("LUN")).set("Target Transfer Tag", transfer_tag);
  return out.set("R2TSN", sn)
      .set("Buffer Offset", offset)
      .set("Desired Data Transfer Length", bytes);
}

RawPdu nop_in(std::uint32_t transfer_tag) {
  RawPdu out(Opcode::nop_in);
  return out.set("F", 1)
      .set("Initiator Task Tag", kReservedTag)
      .set("Target Transfer Tag", transfer_tag);
}

RawPdu async_message(std::uint8_t event, std::uint16_t parameter1, std::uint16_t parameter2,
                     std::uint16_t parameter3) {
  RawPdu out(Opcode::async_message);
  out.set("F", 1).set("Initiator Task Tag", kReservedTag).set("AsyncEvent", event);
  return out.set("Parameter1", parameter1)
      .set("Parameter2", parameter2)
      .set("Parameter3", parameter3);
}

void InitiatorContext::serve(InitiatorLine& line, const Seen& seen) {
  if (seen.kind != Seen::Kind::pdu) return;
  const RawPdu& pdu = seen.pdu;
  switch (pdu.opcode()) {
    case Opcode::scsi_command:
      return serve_command(line, pdu);
    case Opcode::data_out:
      return serve_data_out(line, pdu);
    case Opcode::nop_out: {
      if (pdu.get("Initiator Task Tag") == kReservedTag) return;
      RawPdu answer = line.reply(pdu, Opcode::nop_in);
      answer.set("Target Transfer Tag", kReservedTag).with_data(pdu.data);
      return line.issue(std::move(answer));
    }
    case Opcode::text_request:
      return serve_text(line, pdu);
    case Opcode::task_management_request:
      line.writes.erase(static_cast<std::uint32_t>(pdu.get("Referenced Task Tag")));
      return line.issue(line.reply(pdu, Opcode::task_management_response));
    case Opcode::logout_request:
      line.issue(line.reply(pdu, Opcode::logout_response));
      line.full_feature = false;
      return;
    default:
      return;
  }
}

void InitiatorContext::serve_command(InitiatorLine& line, const RawPdu& command) {
  const PlayedUnit::Answer answer = unit_.answer(cdb_of(command), command.get("LUN"));
  const std::uint32_t expected = expected_bytes(command);
  if (answer.takes_data && answer.status == 0 && command.get("W") == 1 &&
      expected <= kWriteBytesMax) {
    const auto tag = static_cast<std::uint32_t>(command.get("Initiator Task Tag"));
    WriteInProgress& write = line.writes[tag];
    write.command = command;
    write.data.resize(expected);
    const std::size_t now = std::min<std::size_t>(command.data.size(), expected);
    std::copy_n(command.data.begin(), now, write.data.begin());
    write.received_bytes = write.asked_bytes = static_cast<std::uint32_t>(now);
    return go_on_with_write(line, write, command.get("F") == 1);
  }
  const auto bytes = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(command.get("R") == 1 ? expected : 0, answer.data_in.size()));
  const std::uint32_t step = peers_segment_bytes(line);
  std::uint32_t sn = 0;
  for (std::uint32_t at = 0; at < bytes; at += step) {
    const std::uint32_t some = std::min(step, bytes - at);
    const auto begin = answer.data_in.begin() + at;
    line.issue(data_in(line, command, at, {begin, begin + some}, sn++, at + some == bytes));
  }
  RawPdu response = scsi_response(line, command, answer.status, answer.sense);
  response.set("ExpDataSN", sn);
  if (answer.status == 0)
    set_residual(response, expected, command.get("W") == 1 ? answer.bytes : answer.data_in.size());
  line.issue(std::move(response));
}

void InitiatorContext::serve_data_out(InitiatorLine& line, const RawPdu& data) {
  const auto found = line.writes.find(static_cast<std::uint32_t>(data.get("Initiator Task Tag")));
  if (found == line.writes.end()) return;
  WriteInProgress& write = found->second;
  const std::uint64_t at = data.get("Buffer Offset");
  if (at < write.data.size()) {
    const std::size_t some = std::min<std::size_t>(data.data.size(), write.data.size() - at);
    std::copy_n(data.data.begin(), some, write.data.begin() + static_cast<std::ptrdiff_t>(at));
    write.received_bytes += static_cast<std::uint32_t>(some);
  }
  go_on_with_write(line, write, data.get("F") == 1);
}

void InitiatorContext::go_on_with_write(InitiatorLine& line, WriteInProgress& write,
                                        bool burst_is_over) {
  if (!burst_is_over) return;
  const auto whole = static_cast<std::uint32_t>(write.data.size());
  if (write.received_bytes >= whole) {
    const PlayedUnit::Answer where = unit_.answer(cdb_of(write.command), write.command.get("LUN"));
    const std::size_t some = std::min<std::size_t>(where.bytes, write.data.size());
    unit_.write(where.at_byte, std::span(write.data).first(some));
    RawPdu response = scsi_response(line, write.command, 0);
    set_residual(response, whole, where.bytes);
    line.issue(std::move(response));
    line.writes.erase(static_cast<std::uint32_t>(write.command.get("Initiator Task Tag")));
    return;
  }
  const auto burst = static_cast<std::uint32_t>(line.number_of("MaxBurstLength", 262144));
  const std::uint32_t some = std::min(burst, whole - write.received_bytes);
  line.issue(r2t(line, write.command, line.next_transfer_tag(), write.r2t_sn++,
                 write.received_bytes, some));
  write.asked_bytes = write.received_bytes + some;
}

void InitiatorContext::serve_text(InitiatorLine& line, const RawPdu& request) {
  Pairs out;
  for (const auto& [key, value] : request.pairs()) {
    if (key != "SendTargets") {
      out.emplace_back(key, "NotUnderstood");
    } else {
      out.emplace_back("TargetName", target().name);
      out.emplace_back("TargetAddress", runtime::to_string(portal_) + ",1");
    }
  }
  RawPdu answer = line.reply(request, Opcode::text_response);
  answer.set("Target Transfer Tag", kReservedTag);
  if (!out.empty()) answer.with_text(out);
  line.issue(std::move(answer));
}

Seen InitiatorContext::next_reply(InitiatorLine& line, runtime::Duration within) {
  // Nobody has asked for a held command's data yet: what comes of it is unsolicited.
  const auto is_of_held = [this](const RawPdu& data) {
    if (data.get("Target Transfer Tag") != kReservedTag) return false;
    return std::any_of(held_.begin(), held_.end(), [&](const Seen& one) {
      return one.get("Initiator Task Tag") == data.get("Initiator Task Tag");
    });
  };
  while (held_.size() < kHeldMax) {
    Seen seen = line.next(within);
    const bool is_data = seen.is(Opcode::data_out);
    if (seen.is(Opcode::scsi_command) || (is_data && is_of_held(seen.pdu))) {
      held_.push_back(std::move(seen));
      continue;
    }
    const auto tag = seen.kind == Seen::Kind::pdu ? seen.get("Initiator Task Tag") : kReservedTag;
    const bool is_of_another = is_data && line.writes.contains(static_cast<std::uint32_t>(tag));
    const bool is_ping = seen.is(Opcode::nop_out) && tag != kReservedTag;
    if (!is_of_another && !is_ping) return seen;
    serve(line, seen);
  }
  return {.kind = Seen::Kind::silence, .frame = around_.exchange.last_frame(), .peer = "initiator"};
}

void InitiatorContext::serve_held(InitiatorLine& line) {
  const std::vector<Seen> held = std::exchange(held_, {});
  for (const Seen& one : held) serve(line, one);
}

void InitiatorContext::gather(InitiatorLine& line) {
  for (Seen seen = next_reply(line, patience() / 10); seen.kind == Seen::Kind::pdu;
       seen = next_reply(line, patience() / 10))
    serve(line, seen);
}

Seen InitiatorContext::serve_until(InitiatorLine& line, const Wanted& wanted) {
  while (true) {
    Seen seen = line.next();
    if (seen.kind != Seen::Kind::pdu || wanted(seen.pdu)) return seen;
    serve(line, seen);
    if (seen.is(Opcode::login_request)) return seen;
  }
}

Seen InitiatorContext::serve_until(InitiatorLine& line, const Wanted& wanted,
                                   std::string_view what) {
  Seen seen = serve_until(line, wanted);
  if (seen.kind == Seen::Kind::pdu && wanted(seen.pdu)) return seen;
  unsupported(fmt::format("the driver's initiator never {} ({})", what, describe(seen)));
}

Seen InitiatorContext::serve_all(InitiatorLine& line, runtime::Duration quiet) {
  while (true) {
    Seen seen = line.next(quiet);
    if (seen.kind != Seen::Kind::pdu) return seen;
    serve(line, seen);
  }
}

}  // namespace lunsim::conform
