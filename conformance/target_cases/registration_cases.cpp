// PERSISTENT RESERVE IN and OUT: who is registered, and what is refused.
// SPC-4 §5.13, §6.15, §6.16
#include <fmt/format.h>

#include "conformance/target_cases/case_list.hpp"
#include "conformance/target_cases/reservation_steps.hpp"

namespace lunsim::conform {
namespace {

constexpr std::uint16_t kListLengthError = 0x1A00;
const std::string kOfIn = "SPC-4 PERSISTENT RESERVE IN", kOfOut = "SPC-4 PERSISTENT RESERVE OUT";

void add_keys(CaseList& cases) {
  add_reserving(
      cases, "registered_key_is_read", kOfIn, "READ KEYS has each key that is registered.",
      "A key is registered; READ KEYS: ADDITIONAL LENGTH is eight "
      "for each key.",
      [](CaseContext& c) {
        Connection& one = c.session();
        c.settle(one);
        register_ours(c, one);
        const ScsiAnswer keys = question(c, one, kReadKeys);
        c.check(keys.number(4, 4) % 8 == 0 && keys.number(4, 4) + 8 == keys.data.size(),
                "ADDITIONAL LENGTH is not that of the keys", shown(keys));
        c.check(is_among_keys(keys, kReservationKey), "the key is not among them", shown(keys));
      })
      .mutant("forgets_registered_keys", "has another key", puts(kIn, 8, "6c 75 6e 73 69 6d 37 37"))
      .mutant("miscounts_registered_keys", "tells a length that is none of keys",
              puts(kIn, 4, "00 00 00 09"));
  add_reserving(cases, "generation_counts_registrations", kOfIn,
                "PRGENERATION goes up by one with each REGISTER, and not with RESERVE.",
                "PRGENERATION before and behind a REGISTER, and behind a RESERVE.",
                [](CaseContext& c) {
                  const TwoPorts two = two_ports(c);
                  const auto before = question(c, *two.a, kReadKeys).number(0, 4);
                  const ScsiAnswer done =
                      reserve_out(c, *two.b, kRegister, 0, 0, kOtherReservationKey);
                  c.expect(done.end, {good()}, "REGISTER");
                  const ScsiAnswer behind = question(c, *two.a, kReadKeys);
                  c.check(behind.number(0, 4) == ((before + 1) & 0xFFFF'FFFFu),
                          "PRGENERATION is not one more", shown(behind));
                  reserve(c, *two.a, kWriteExclusive);
                  const ScsiAnswer reserved = question(c, *two.a, kReadKeys);
                  c.check(reserved.number(0, 4) == behind.number(0, 4), "RESERVE counts, too",
                          shown(reserved));
                })
      .mutant("generation_stands_still", "does not count", puts(kIn, 0, "00 00 00 05"));
  add_reserving(cases, "read_keys_keeps_to_its_allocation_length", kOfIn,
                "READ KEYS sends no more than the allocation length, and "
                "ADDITIONAL LENGTH tells "
                "of all keys.",
                "READ KEYS with an allocation length of 8 and of 0.",
                [](CaseContext& c) {
                  Connection& one = c.session();
                  c.settle(one);
                  register_ours(c, one);
                  const ScsiAnswer head = question(c, one, kReadKeys, 8);
                  c.check(head.data.size() == 8, "there are not eight bytes", shown(head));
                  c.check(head.number(4, 4) >= 8, "ADDITIONAL LENGTH tells of no key", shown(head));
                  const ScsiAnswer none = question(c, one, kReadKeys, 0);
                  c.check(none.data.empty(), "data comes for nothing", shown(none));
                })
      .mutant("additional_length_is_cut_with_the_keys", "tells of what fits only",
              puts(kIn, 4, "00 00 00 00"));
  add_reserving(
      cases, "full_status_names_the_holder", kOfIn,
      "READ FULL STATUS has each key, and says whose the reservation is.",
      "A registration that holds a reservation; READ FULL STATUS.",
      [](CaseContext& c) {
        Connection& one = c.session();
        c.settle(one);
        register_ours(c, one);
        reserve(c, one, kExclusiveAccess);
        const ScsiAnswer status = reserve_in(c, one, kReadFullStatus);
        const auto sense = status.sense();
        if (sense && sense->key == kIllegalRequest) c.unsupported("READ FULL STATUS is refused");
        c.expect(status.end, {good()}, "READ FULL STATUS");
        c.check(status.number(8, 8) == kReservationKey, "it is another key", shown(status));
        c.check((status.byte(20) & 1) != 0, "R_HOLDER is not set", shown(status));
        c.check(status.byte(21) == kExclusiveAccess, "it is another scope or type", shown(status));
      })
      .mutant("full_status_without_a_holder", "sets no R_HOLDER", puts(kIn, 20, "00 00"));
}

void add_registering(CaseList& cases) {
  add_reserving(cases, "registration_with_a_wrong_key_is_a_conflict", kOfOut,
                "REGISTER with another RESERVATION KEY than the registered one "
                "is a conflict.",
                "A key is registered; REGISTER with another one: RESERVATION "
                "CONFLICT, and the key "
                "stays.",
                [](CaseContext& c) {
                  Connection& one = c.session();
                  c.settle(one);
                  register_ours(c, one);
                  const ScsiAnswer done =
                      reserve_out(c, one, kRegister, 0, kNobodysKey, kOtherReservationKey);
                  c.expect(done.end, {conflict()}, "REGISTER");
                  const ScsiAnswer keys = question(c, one, kReadKeys);
                  c.check(is_among_keys(keys, kReservationKey), "the key has gone", shown(keys));
                })
      .mutant("registers_with_any_key", "does not look at the key",
              on_command("PERSISTENT RESERVE OUT, nth: 2", "{status: GOOD}"));
  add_reserving(cases, "who_is_not_registered_has_a_conflict", kOfOut,
                "RESERVE by an initiator port that is not registered is a conflict.",
                "RESERVE, RELEASE, CLEAR and PREEMPT without a registration.",
                [](CaseContext& c) {
                  const TwoPorts two = two_ports(c);
                  for (const ReserveAction action : {kReserve, kRelease, kClear, kPreempt}) {
                    const std::uint8_t type = action == kClear ? 0 : kWriteExclusive;
                    const ScsiAnswer done =
                        reserve_out(c, *two.b, action, type, kNobodysKey, kReservationKey);
                    c.expect(done.end, {conflict()}, fmt::format("service action {}", action));
                  }
                  const ScsiAnswer keys = question(c, *two.a, kReadKeys);
                  c.check(is_among_keys(keys, kReservationKey), "the other registration has gone",
                          shown(keys));
                })
      .mutant("strangers_may_reserve", "reserves for anybody",
              on_command("PERSISTENT RESERVE OUT, nth: 2", "{status: GOOD}"))
      .mutant("strangers_may_preempt", "preempts for anybody",
              on_command("PERSISTENT RESERVE OUT, nth: 5", "{status: GOOD}"));
  add_reserving(
      cases, "key_of_zero_ends_a_registration", kOfOut,
      "REGISTER with a SERVICE ACTION RESERVATION KEY of 0 ends the "
      "registration, and "
      "with it the reservation that it holds.",
      "A reservation; REGISTER with 0: neither key nor reservation is left.",
      [](CaseContext& c) {
        Connection& one = c.session();
        c.settle(one);
        register_ours(c, one);
        reserve(c, one, kExclusiveAccess);
        c.expect(reserve_out(c, one, kRegister, 0, kReservationKey, 0).end, {good()}, "REGISTER");
        const ScsiAnswer keys = question(c, one, kReadKeys);
        c.check(!is_among_keys(keys, kReservationKey), "the key is still there", shown(keys));
        const ScsiAnswer held = question(c, one, kReadReservation);
        c.check(held.number(4, 4) == 0, "the reservation is still there", shown(held));
      })
      .mutant("keeps_ended_registrations", "says so and does nothing",
              on_command("PERSISTENT RESERVE OUT, nth: 3", "{status: GOOD}"));
}

void add_refused_reserving(CaseList& cases) {
  add_reserving(cases, "unknown_service_action_is_refused", "SPC-4 Service action",
                "Service actions that are not there are refused.",
                "PERSISTENT RESERVE OUT and IN with service action 1Fh.",
                [](CaseContext& c) {
                  Connection& one = c.session();
                  c.settle(one);
                  register_ours(c, one);
                  const auto out = give(c, one, {kReserveOut, 0x1F, 0, 0, 0, 0, 0, 0, 24, 0},
                                        reserve_list(kReservationKey, 0));
                  c.expect(out.end, {condition(kIllegalRequest, {kInvalidField, kInvalidOpcode})},
                           "PERSISTENT RESERVE OUT");
                  const auto in = ask(c, one, {kReserveIn, 0x1F, 0, 0, 0, 0, 0, 1, 0, 0}, 256);
                  c.expect(in.end, {condition(kIllegalRequest, {kInvalidField, kInvalidOpcode})},
                           "PERSISTENT RESERVE IN");
                })
      .mutant("takes_any_reserve_out", "does nothing for an unknown one",
              on_command("PERSISTENT RESERVE OUT, nth: 2", "{status: GOOD}"))
      .mutant("takes_any_reserve_in", "does nothing for an unknown one",
              on_command("PERSISTENT RESERVE IN, nth: 2", "{status: GOOD}"));
  add_reserving(cases, "list_of_another_length_is_refused", kOfOut,
                "A PARAMETER LIST LENGTH other than 24 is refused where only keys are "
                "given.",
                "REGISTER AND IGNORE EXISTING KEY with 8 bytes.",
                [](CaseContext& c) {
                  Connection& one = c.session();
                  c.settle(one);
                  register_ours(c, one);
                  const auto done =
                      give(c, one, {kReserveOut, kRegisterAndIgnore, 0, 0, 0, 0, 0, 0, 8, 0},
                           std::vector<std::byte>(8));
                  c.expect(done.end, {condition(kIllegalRequest, {kListLengthError}),
                                      condition(kIllegalRequest, {kInvalidField})
                                          .loosely("PARAMETER LIST LENGTH ERROR says it better")});
                })
      .mutant("takes_lists_of_any_length", "takes it",
              on_command("PERSISTENT RESERVE OUT, nth: 2", "{status: GOOD}"));
  add_reserving(
      cases, "reserved_type_is_refused", "SPC-4 Reserved fields",
      "A reserved TYPE and a reserved SCOPE are refused.", "RESERVE with type 2, and with scope 1.",
      [](CaseContext& c) {
        Connection& one = c.session();
        c.settle(one);
        register_ours(c, one);
        for (const int type : {0x02, 0x11}) {
          const ScsiAnswer done =
              reserve_out(c, one, kReserve, static_cast<std::uint8_t>(type), kReservationKey, 0);
          c.expect(done.end, {condition(kIllegalRequest)},
                   fmt::format("SCOPE and TYPE {:02X}h", type));
        }
      })
      .mutant("reserves_by_any_type", "takes it for one that there is",
              on_command("PERSISTENT RESERVE OUT, nth: 2", "{status: GOOD}"))
      .mutant("reserves_by_any_scope", "takes it for the unit",
              on_command("PERSISTENT RESERVE OUT, nth: 3", "{status: GOOD}"));
}

}  // namespace

void add_registration_cases(CaseList& cases) {
  add_keys(cases);
  add_registering(cases);
  add_refused_reserving(cases);
}

}  // namespace lunsim::conform
