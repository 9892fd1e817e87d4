// PERSISTENT RESERVE: who holds the unit, who is kept out, and who takes it
// over. SPC-4 §5.13, §6.15, §6.16
#include <fmt/format.h>

#include "conformance/target_cases/case_list.hpp"
#include "conformance/target_cases/reservation_steps.hpp"

namespace lunsim::conform {
namespace {

constexpr std::uint16_t kRegistrationsPreempted = 0x2A05, kReservationsPreempted = 0x2A03,
                        kReservationsReleased = 0x2A04, kInvalidRelease = 0x2604;
const std::string kOfReading = "SPC-4 PERSISTENT RESERVE IN",
                  kOfTaking = "SPC-4 PERSISTENT RESERVE OUT",
                  kOfConflicts = "SPC-4 Persistent reservations";

/// Who may read and write beside the holder, by type. SPC-4 §5.13.1
struct TypeRow {
  std::uint8_t type;
  std::string name, words;
  bool stranger_reads,
      registered_goes;  // READ without, everything with a registration
};

void judge_access(CaseContext& c, Connection& one, bool reads, bool writes, const char* who) {
  c.expect(write_one(c, one).end, {writes ? good() : conflict()},
           fmt::format("WRITE(10) by {}", who));
  c.expect(read_one(c, one).end, {reads ? good() : conflict()}, fmt::format("READ(10) by {}", who));
}

void add_type(CaseList& cases, const TypeRow& row) {
  add_reserving(
      cases, row.name + "_keeps_others_out", kOfConflicts,
      fmt::format("A reservation of type {} lets others do what that type says.", row.words),
      "WRITE(10), READ(10) and TEST UNIT READY by the holder, by one that is "
      "registered, and by "
      "one that is not.",
      [row](CaseContext& c) {
        const TwoPorts two = two_ports(c, true);
        Connection& stranger = c.session();
        c.settle(stranger);
        reserve(c, *two.a, row.type);
        judge_access(c, *two.a, true, true, "the holder");
        judge_access(c, *two.b, row.registered_goes || row.stranger_reads, row.registered_goes,
                     "one that is registered");
        judge_access(c, stranger, row.stranger_reads, false, "one that is not registered");
        c.expect(ask(c, stranger, {0, 0, 0, 0, 0, 0}, 0).end, {good()}, "TEST UNIT READY");
        c.expect(ask(c, stranger, inquiry_cdb(std::nullopt, 36), 36).end, {good()}, "INQUIRY");
      })
      .mutant(row.name + "_lets_strangers_write", "lets anybody write",
              on_command("WRITE(10), nth: 3", "{status: GOOD}"))
      .mutant(row.name + (row.stranger_reads ? "_lets_nobody_read" : "_lets_strangers_read"),
              row.stranger_reads ? "refuses to read" : "lets anybody read",
              on_command("READ(10), nth: 3",
                         row.stranger_reads ? "{status: RESERVATION CONFLICT}" : "{status: GOOD}"));
}

void add_types(CaseList& cases) {
  for (const TypeRow& row :
       {TypeRow{kWriteExclusive, "write_exclusive", "Write Exclusive", true, false},
        TypeRow{kExclusiveAccess, "exclusive_access", "Exclusive Access", false, false},
        TypeRow{kWriteExclusiveRegistrants, "write_exclusive_registrants_only",
                "Write Exclusive - Registrants Only", true, true},
        TypeRow{kExclusiveAccessRegistrants, "exclusive_access_registrants_only",
                "Exclusive Access - Registrants Only", false, true},
        TypeRow{kWriteExclusiveAll, "write_exclusive_all_registrants",
                "Write Exclusive - All Registrants", true, true},
        TypeRow{kExclusiveAccessAll, "exclusive_access_all_registrants",
                "Exclusive Access - All Registrants", false, true}})
    add_type(cases, row);
}

void add_holding(CaseList& cases) {
  add_reserving(cases, "reservation_is_read", kOfReading,
                "READ RESERVATION has key, scope and type of the reservation, "
                "if there is one.",
                "READ RESERVATION before and behind a RESERVE.",
                [](CaseContext& c) {
                  Connection& one = c.session();
                  c.settle(one);
                  register_ours(c, one);
                  const ScsiAnswer none = question(c, one, kReadReservation);
                  c.check(none.number(4, 4) == 0, "there is a reservation already", shown(none));
                  reserve(c, one, kExclusiveAccess);
                  const ScsiAnswer held = question(c, one, kReadReservation);
                  c.check(held.number(4, 4) == 16, "ADDITIONAL LENGTH is not 16", shown(held));
                  c.check(held.number(8, 8) == kReservationKey, "it is another key", shown(held));
                  c.check(held.byte(21) == kExclusiveAccess, "it is another scope or type",
                          shown(held));
                })
      .mutant("tells_another_type", "tells Write Exclusive",
              on_command("PERSISTENT RESERVE IN, nth: 3", "{data: {put: \"01\", at: 21}}"))
      .mutant("tells_of_no_reservation", "says that there is none",
              on_command("PERSISTENT RESERVE IN, nth: 3", "{data: {put: \"00000000\", at: 4}}"));
  add_reserving(
      cases, "only_one_holds_the_unit", kOfConflicts,
      "RESERVE of a unit that is reserved is a conflict, but for the "
      "holder's own again.",
      "RESERVE by another that is registered, by the holder again, "
      "and with another "
      "type.",
      [](CaseContext& c) {
        const TwoPorts two = two_ports(c, true);
        reserve(c, *two.a, kExclusiveAccess);
        const auto by = [&](Connection& one, std::uint8_t type, std::uint64_t key) {
          return reserve_out(c, one, kReserve, type, key, 0).end;
        };
        c.expect(by(*two.b, kExclusiveAccess, kOtherReservationKey), {conflict()}, "by another");
        c.expect(by(*two.a, kExclusiveAccess, kReservationKey), {good()}, "by the holder again");
        c.expect(by(*two.a, kWriteExclusive, kReservationKey), {conflict()},
                 "by the holder with another type");
      })
      .mutant("two_hold_the_unit", "reserves for another, too",
              on_command("PERSISTENT RESERVE OUT, nth: 4", "{status: GOOD}"))
      .mutant("holder_may_not_ask_again", "refuses the holder",
              on_command("PERSISTENT RESERVE OUT, nth: 5", "{status: RESERVATION CONFLICT}"));
  add_reserving(cases, "only_the_holder_releases", kOfTaking,
                "RELEASE by another that is registered does nothing; one with "
                "another type is "
                "refused; that of the holder lets the others in.",
                "RELEASE by another, by the holder with another type, by the "
                "holder; a WRITE(10) by "
                "the other behind each.",
                [](CaseContext& c) {
                  const TwoPorts two = two_ports(c, true);
                  reserve(c, *two.a, kExclusiveAccess);
                  const auto release = [&](Connection& one, std::uint8_t type, std::uint64_t key) {
                    return reserve_out(c, one, kRelease, type, key, 0).end;
                  };
                  c.expect(release(*two.b, kExclusiveAccess, kOtherReservationKey), {good()},
                           "RELEASE by another");
                  c.expect(write_one(c, *two.b).end, {conflict()}, "behind it");
                  c.expect(release(*two.a, kWriteExclusive, kReservationKey),
                           {condition(kIllegalRequest, {kInvalidRelease})},
                           "RELEASE with another type");
                  c.expect(release(*two.a, kExclusiveAccess, kReservationKey), {good()},
                           "RELEASE by the holder");
                  c.expect(write_one(c, *two.b).end, {good()}, "behind that");
                })
      .mutant("another_releases", "has released for another",
              on_command("WRITE(10), nth: 1", "{status: GOOD}"))
      .mutant("releases_by_any_type", "does not look at the type",
              on_command("PERSISTENT RESERVE OUT, nth: 5", "{status: GOOD}"))
      .mutant("never_releases", "says so and goes on",
              on_command("PERSISTENT RESERVE OUT, nth: 6", "{status: GOOD}"));
  add_reserving(cases, "registered_are_told_of_a_release", kOfTaking,
                "When a reservation for registrants is released, the others "
                "that are registered get "
                "UNIT ATTENTION, RESERVATIONS RELEASED.",
                "RELEASE of a reservation of type Write Exclusive - "
                "Registrants Only; TEST UNIT "
                "READY by the other.",
                [](CaseContext& c) {
                  const TwoPorts two = two_ports(c, true);
                  reserve(c, *two.a, kWriteExclusiveRegistrants);
                  const ScsiAnswer done = reserve_out(
                      c, *two.a, kRelease, kWriteExclusiveRegistrants, kReservationKey, 0);
                  c.expect(done.end, {good()}, "RELEASE");
                  Asked asked;
                  asked.takes_attentions = false;
                  c.expect(ask(c, *two.b, {0, 0, 0, 0, 0, 0}, asked).end,
                           {condition(kUnitAttention, {kReservationsReleased})},
                           "TEST UNIT READY by the other");
                })
      .mutant("tells_of_no_release", "tells nobody",
              on_command("TEST UNIT READY", "{status: GOOD}"));
}

void add_taking(CaseList& cases) {
  add_reserving(
      cases, "preempt_takes_over", kOfTaking,
      "PREEMPT of the holder's key ends its registration and takes the "
      "reservation over; "
      "who lost it gets UNIT ATTENTION, REGISTRATIONS PREEMPTED.",
      "PREEMPT by another that is registered; READ KEYS and READ RESERVATION; "
      "TEST UNIT "
      "READY by who lost it.",
      [](CaseContext& c) {
        const TwoPorts two = two_ports(c, true);
        reserve(c, *two.a, kExclusiveAccess);
        const ScsiAnswer done = reserve_out(c, *two.b, kPreempt, kWriteExclusive,
                                            kOtherReservationKey, kReservationKey);
        c.expect(done.end, {good()}, "PREEMPT");
        const ScsiAnswer keys = question(c, *two.b, kReadKeys);
        c.check(!is_among_keys(keys, kReservationKey) && is_among_keys(keys, kOtherReservationKey),
                "these are not the keys that should be left", shown(keys));
        const ScsiAnswer held = question(c, *two.b, kReadReservation);
        c.check(held.number(8, 8) == kOtherReservationKey && held.byte(21) == kWriteExclusive,
                "it is another reservation", shown(held));
        Asked asked;
        asked.takes_attentions = false;
        c.expect(ask(c, *two.a, {0, 0, 0, 0, 0, 0}, asked).end,
                 {condition(kUnitAttention, {kRegistrationsPreempted})},
                 "TEST UNIT READY by who lost it");
      })
      .mutant("preempts_nobody", "says so and does nothing",
              on_command("PERSISTENT RESERVE OUT, nth: 4", "{status: GOOD}"))
      .mutant("tells_of_no_preempting", "tells nobody",
              on_command("TEST UNIT READY", "{status: GOOD}"));
  add_reserving(cases, "preempt_of_an_unknown_key_is_a_conflict", kOfTaking,
                "PREEMPT of a key that nobody has registered is a conflict.",
                "PREEMPT of such a key.",
                [](CaseContext& c) {
                  Connection& one = c.session();
                  c.settle(one);
                  register_ours(c, one);
                  const ScsiAnswer done =
                      reserve_out(c, one, kPreempt, kWriteExclusive, kReservationKey, kNobodysKey);
                  c.expect(done.end, {conflict()}, "PREEMPT");
                })
      .mutant("preempts_whoever", "says that it is done",
              on_command("PERSISTENT RESERVE OUT, nth: 2", "{status: GOOD}"));
  add_reserving(cases, "clear_ends_all_registrations", kOfTaking,
                "CLEAR ends the reservation and all registrations; the others get UNIT "
                "ATTENTION, "
                "RESERVATIONS PREEMPTED.",
                "CLEAR by one of two that are registered while the other holds the unit.",
                [](CaseContext& c) {
                  const TwoPorts two = two_ports(c, true);
                  reserve(c, *two.a, kExclusiveAccess);
                  c.expect(reserve_out(c, *two.b, kClear, 0, kOtherReservationKey, 0).end, {good()},
                           "CLEAR");
                  const ScsiAnswer keys = question(c, *two.b, kReadKeys);
                  c.check(keys.number(4, 4) == 0, "there are keys left", shown(keys));
                  const ScsiAnswer held = question(c, *two.b, kReadReservation);
                  c.check(held.number(4, 4) == 0, "there is a reservation left", shown(held));
                  Asked asked;
                  asked.takes_attentions = false;
                  c.expect(ask(c, *two.a, {0, 0, 0, 0, 0, 0}, asked).end,
                           {condition(kUnitAttention, {kReservationsPreempted})},
                           "TEST UNIT READY by the other");
                })
      .mutant("clears_nothing", "says so and does nothing",
              on_command("PERSISTENT RESERVE OUT, nth: 4", "{status: GOOD}"))
      .mutant("tells_of_no_clearing", "tells nobody",
              on_command("TEST UNIT READY", "{status: GOOD}"));
}

}  // namespace

void add_reservation_cases(CaseList& cases) {
  add_types(cases);
  add_holding(cases);
  add_taking(cases);
}

}  // namespace lunsim::conform
