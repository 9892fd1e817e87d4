#include "conformance/target_cases/reservation_steps.hpp"

#include <fmt/format.h>

#include "protocol/bytes/big_endian.hpp"

namespace lunsim::conform {

using pdu::Opcode;

namespace {

constexpr std::uint64_t kConflict = 0x18;  // status

}  // namespace

std::vector<std::byte> reserve_list(std::uint64_t key, std::uint64_t action_key) {
  std::vector<std::byte> list(24);
  bytes::store_be64(&list[0], key);
  bytes::store_be64(&list[8], action_key);
  return list;
}

Cdb reserve_out_cdb(ReserveAction action, std::uint8_t type) {
  return {kReserveOut, action, type, 0, 0, 0, 0, 0, 24, 0};
}

ScsiAnswer reserve_out(CaseContext& c, Connection& one, ReserveAction action, std::uint8_t type,
                       std::uint64_t key, std::uint64_t action_key) {
  return give(c, one, reserve_out_cdb(action, type), reserve_list(key, action_key));
}

void register_ours(CaseContext& c, Connection& one) {
  const ScsiAnswer done = reserve_out(c, one, kRegisterAndIgnore, 0, 0, kReservationKey);
  want_offered(c, done, "PERSISTENT RESERVE OUT");
  c.expect(done.end, {good()}, "REGISTER AND IGNORE EXISTING KEY");
}

ScsiAnswer reserve_in(CaseContext& c, Connection& one, ReserveQuestion question,
                      std::uint16_t allocation_length) {
  const auto high = static_cast<std::uint8_t>(allocation_length >> 8);
  const auto low = static_cast<std::uint8_t>(allocation_length & 0xFF);
  return ask(c, one, {kReserveIn, question, 0, 0, 0, 0, 0, high, low, 0}, allocation_length);
}

namespace {

void want_nobody_else(CaseContext& c) {
  Connection& one = c.session();
  c.settle(one);
  const ScsiAnswer keys = reserve_in(c, one, kReadKeys);
  want_offered(c, keys, "PERSISTENT RESERVE IN");
  for (std::size_t at = 8; at + 8 <= keys.data.size(); at += 8)
    if (!is_key_of_cases(keys.number(at, 8)))
      c.unsupported("somebody else is registered with the unit");
}

void clean(CaseContext& c) {
  Connection& one = c.session();
  c.settle(one);
  take_back_reservations(c, one);
}

}  // namespace

void with_registrations(CaseContext& c, const std::function<void()>& body) {
  want_nobody_else(c);
  try {
    body();
  } catch (const Decision&) {
    try {
      clean(c);
    } catch (const Decision&) {  // the first is what is told
    }
    throw;
  }
  clean(c);
}

Outcome conflict() { return pdu_of(Opcode::scsi_response, {{"Status", kConflict}}); }

TwoPorts two_ports(CaseContext& c, bool both_register) {
  TwoPorts out{&c.session(), &c.session()};
  c.settle(*out.a);
  c.settle(*out.b);
  register_ours(c, *out.a);
  if (both_register) {
    const ScsiAnswer done = reserve_out(c, *out.b, kRegister, 0, 0, kOtherReservationKey);
    c.expect(done.end, {good()}, "REGISTER");
  }
  return out;
}

void reserve(CaseContext& c, Connection& one, std::uint8_t type) {
  const ScsiAnswer done = reserve_out(c, one, kReserve, type, kReservationKey, 0);
  const auto sense = done.sense();
  if (sense && sense->key == kIllegalRequest && sense->code == kInvalidField)
    c.unsupported(fmt::format("it has no reservations of type {}", type));
  c.expect(done.end, {good()}, fmt::format("RESERVE with type {}", type));
}

bool is_among_keys(const ScsiAnswer& keys, std::uint64_t key) {
  for (std::size_t at = 8; at + 8 <= keys.data.size(); at += 8)
    if (keys.number(at, 8) == key) return true;
  return false;
}

const Seen& shown(const ScsiAnswer& answer) {
  return answer.data_pdus.empty() ? answer.end : answer.data_pdus.front();
}

ScsiAnswer question(CaseContext& c, Connection& one, ReserveQuestion what,
                    std::uint16_t allocation_length) {
  ScsiAnswer answer = reserve_in(c, one, what, allocation_length);
  c.expect(answer.end, {good()}, "PERSISTENT RESERVE IN");
  return answer;
}

NewCase add_reserving(CaseList& cases, std::string id, std::string requirement, std::string purpose,
                      std::string observed, std::function<void(CaseContext&)> body) {
  NewCase one = add(cases, "scsi/persistent_reserve/" + std::move(id));
  one.requirements({std::move(requirement)})
      .purpose(std::move(purpose))
      .observed(std::move(observed))
      .needs({Need::login, Need::lun, Need::reset_allowed, Need::scratch_lun})
      .seconds(4)
      .body([body = std::move(body)](CaseContext& c) { with_registrations(c, [&] { body(c); }); });
  cases.back().writes = true;
  return one;
}

ScsiAnswer read_one(CaseContext& c, Connection& one) {
  return ask(c, one, read_cdb(10, c.target().first_lba, 1), c.profile().block_bytes);
}

ScsiAnswer write_one(CaseContext& c, Connection& one) {
  return give(c, one, write_cdb(10, c.target().first_lba, 1),
              pattern(c.profile().block_bytes, 0x61));
}

}  // namespace lunsim::conform
