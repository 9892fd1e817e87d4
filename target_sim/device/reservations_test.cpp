#include <boost/test/unit_test.hpp>

#include "protocol/bytes/big_endian.hpp"
#include "target_sim/device/test_disk.hpp"

using namespace lunsim;
using namespace lunsim::target_sim;

namespace {

constexpr std::string_view kRead = "28 00 00 00 00 00 00 00 01 00";
constexpr std::string_view kWrite = "2a 00 00 00 00 00 00 00 01 00";
constexpr std::string_view kReady = "00 00 00 00 00 00";

struct TwoHosts {
  TestDisk disk;
  NexusId a = disk.nexus;
  NexusId b = disk.quiet_nexus("iqn.b,i,0x2");
  NexusId c = disk.quiet_nexus("iqn.c,i,0x3");

  std::string run(NexusId by, std::string_view cdb, std::span<const std::byte> data = {}) {
    return disk.run_as(by, 0, hex(cdb), data).error();
  }
  /// PERSISTENT RESERVE OUT.
  std::string out(NexusId by, unsigned action, unsigned type, std::uint64_t key,
                  std::uint64_t action_key = 0, unsigned flags = 0) {
    std::vector<std::byte> list(24);
    bytes::store_be64(&list[0], key);
    bytes::store_be64(&list[8], action_key);
    list[20] = static_cast<std::byte>(flags);
    auto cdb = hex("5f 00 00 00 00 00 00 00 18 00");
    cdb[1] = static_cast<std::byte>(action);
    cdb[2] = static_cast<std::byte>(type);
    return disk.run_as(by, 0, cdb, list).error();
  }
  std::vector<std::byte> in(unsigned action) {
    auto cdb = hex("5e 00 00 00 00 00 00 10 00 00");
    cdb[1] = static_cast<std::byte>(action);
    return disk.run_as(a, 0, cdb).data;
  }
  void register_all() {
    out(a, 0, 0, 0, 0xA);
    out(b, 0, 0, 0, 0xB);
  }
};
const std::vector<std::byte> kBlock(512);

}  // namespace

BOOST_AUTO_TEST_SUITE(reserve_and_release)

BOOST_AUTO_TEST_CASE(a_reserved_unit_refuses_the_others, *boost::unit_test::label("spc2-5.5.1")) {
  TwoHosts hosts;
  BOOST_TEST(hosts.run(hosts.a, "16 00 00 00 00 00") == "GOOD");
  BOOST_TEST(hosts.run(hosts.a, "16 00 00 00 00 00") == "GOOD");
  BOOST_TEST(hosts.run(hosts.b, "16 00 00 00 00 00") == "RESERVATION CONFLICT");
  for (const std::string_view cdb :
       {kRead, kReady, std::string_view{"5e 00 00 00 00 00 00 00 10 00"}})
    BOOST_TEST(hosts.run(hosts.b, cdb) == "RESERVATION CONFLICT");
  BOOST_TEST(hosts.run(hosts.b, kWrite, kBlock) == "RESERVATION CONFLICT");
  BOOST_TEST(hosts.run(hosts.b, "12 00 00 00 24 00") == "GOOD");
  BOOST_TEST(hosts.run(hosts.b, "25 00 00 00 00 00 00 00 00 00") == "GOOD");
  BOOST_TEST(hosts.run(hosts.b, "17 00 00 00 00 00") == "GOOD");
  BOOST_TEST(hosts.run(hosts.b, kReady) == "RESERVATION CONFLICT");
  BOOST_TEST(hosts.run(hosts.a, "17 00 00 00 00 00") == "GOOD");
  BOOST_TEST(hosts.run(hosts.b, kReady) == "GOOD");
}

BOOST_AUTO_TEST_CASE(a_lost_nexus_and_a_reset_release) {
  TwoHosts hosts;
  hosts.run(hosts.a, "16 00 00 00 00 00");
  hosts.disk.inventory.close_nexus(hosts.a);
  BOOST_TEST(hosts.run(hosts.b, kReady) == "GOOD");
  hosts.run(hosts.b, "16 00 00 00 00 00");
  hosts.disk.inventory.reset_unit(0, hosts.c);
  BOOST_TEST(hosts.run(hosts.c, kReady) == "GOOD");
}

BOOST_AUTO_TEST_CASE(with_persistent_registrations_it_is_a_conflict) {
  TwoHosts hosts;
  hosts.register_all();
  BOOST_TEST(hosts.run(hosts.a, "16 00 00 00 00 00") == "RESERVATION CONFLICT");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(persistent_reservations)

// By hand from the layouts of PERSISTENT RESERVE IN parameter data (SPC-4 §6.15).
BOOST_AUTO_TEST_CASE(keys_and_reservation_are_told, *boost::unit_test::label("spc4-6.15")) {
  TwoHosts hosts;
  BOOST_TEST((hosts.in(0) == hex("00 00 00 00 00 00 00 00")));
  hosts.register_all();
  BOOST_TEST((hosts.in(0) == hex("00 00 00 02 00 00 00 10 000000000000000a 000000000000000b")));
  BOOST_TEST((hosts.in(1) == hex("00 00 00 02 00 00 00 00")));
  BOOST_TEST(hosts.out(hosts.a, 1, 5, 0xA) == "GOOD");
  BOOST_TEST((hosts.in(1) == hex("00 00 00 02 00 00 00 10 000000000000000a 00000000 00 05 0000")));
  BOOST_TEST((hosts.in(2) == hex("00 08 01 80 ea 01 00 00")));
}

BOOST_AUTO_TEST_CASE(full_status_names_the_initiator_ports,
                     *boost::unit_test::label("spc4-6.15.5")) {
  TwoHosts hosts;
  hosts.register_all();
  hosts.out(hosts.a, 1, 1, 0xA);
  BOOST_TEST((hosts.in(3) ==
              hex("00 00 00 02 00 00 00 60"
                  "000000000000000a 00000000 01 01 00000000 0001 00000018"
                  "45 00 00 14 69 71 6e 2e 61 2c 69 2c 30 78 31 00 00 00 00 00 00 00 00 00"
                  "000000000000000b 00000000 00 00 00000000 0001 00000018"
                  "45 00 00 14 69 71 6e 2e 62 2c 69 2c 30 78 32 00 00 00 00 00 00 00 00 00")));
}

BOOST_AUTO_TEST_CASE(only_the_right_key_opens) {
  TwoHosts hosts;
  BOOST_TEST(hosts.out(hosts.a, 0, 0, 0x99, 0xA) == "RESERVATION CONFLICT");
  BOOST_TEST(hosts.out(hosts.a, 1, 1, 0xA) == "RESERVATION CONFLICT");
  BOOST_TEST(hosts.out(hosts.a, 6, 0, 0x99, 0xA) == "GOOD");
  BOOST_TEST(hosts.out(hosts.a, 0, 0, 0x99, 0xAA) == "RESERVATION CONFLICT");
  BOOST_TEST(hosts.out(hosts.a, 0, 0, 0xA, 0xAA) == "GOOD");
  BOOST_TEST(hosts.out(hosts.a, 1, 1, 0xA) == "RESERVATION CONFLICT");
  BOOST_TEST(hosts.out(hosts.a, 1, 1, 0xAA) == "GOOD");
  BOOST_TEST(hosts.out(hosts.a, 1, 1, 0xAA) == "GOOD");
  BOOST_TEST(hosts.out(hosts.a, 1, 3, 0xAA) == "RESERVATION CONFLICT");
}

BOOST_AUTO_TEST_CASE(each_type_lets_through_what_it_says, *boost::unit_test::label("spc4-5.13.1")) {
  // Type; may the registered read and write; may a stranger read and write.
  struct Row {
    unsigned type;
    bool read, write, stranger_reads, stranger_writes;
  };
  for (const Row& row : {Row{1, true, false, true, false}, Row{3, false, false, false, false},
                         Row{5, true, true, true, false}, Row{6, true, true, false, false},
                         Row{7, true, true, true, false}, Row{8, true, true, false, false}}) {
    BOOST_TEST_CONTEXT("type " << row.type) {
      TwoHosts hosts;
      hosts.register_all();
      BOOST_TEST(hosts.out(hosts.a, 1, row.type, 0xA) == "GOOD");
      const auto is_good = [&](NexusId by, std::string_view cdb) {
        return hosts.run(by, cdb, kBlock) == "GOOD";
      };
      BOOST_TEST(is_good(hosts.a, kWrite));
      BOOST_TEST(is_good(hosts.b, kRead) == row.read);
      BOOST_TEST(is_good(hosts.b, kWrite) == row.write);
      BOOST_TEST(is_good(hosts.c, kRead) == row.stranger_reads);
      BOOST_TEST(is_good(hosts.c, kWrite) == row.stranger_writes);
      BOOST_TEST(is_good(hosts.c, kReady));
      BOOST_TEST(is_good(hosts.c, "1b 00 00 00 01 00"));
      BOOST_TEST(!is_good(hosts.c, "1b 00 00 00 00 00"));
    }
  }
}

BOOST_AUTO_TEST_CASE(release_wants_the_same_type_and_tells_the_registered) {
  TwoHosts hosts;
  hosts.register_all();
  hosts.out(hosts.a, 1, 5, 0xA);
  BOOST_TEST(hosts.out(hosts.b, 2, 5, 0xB) == "GOOD");
  BOOST_TEST(hosts.out(hosts.a, 2, 1, 0xA) == "ILLEGAL REQUEST 26/04");
  BOOST_TEST(hosts.run(hosts.c, kWrite, kBlock) == "RESERVATION CONFLICT");
  BOOST_TEST(hosts.out(hosts.a, 2, 5, 0xA) == "GOOD");
  BOOST_TEST(hosts.run(hosts.b, kReady) == "UNIT ATTENTION 2a/04");
  BOOST_TEST(hosts.run(hosts.a, kReady) == "GOOD");
  BOOST_TEST(hosts.run(hosts.c, kWrite, kBlock) == "GOOD");
}

BOOST_AUTO_TEST_CASE(the_holder_that_unregisters_releases) {
  TwoHosts hosts;
  hosts.register_all();
  hosts.out(hosts.a, 1, 3, 0xA);
  BOOST_TEST(hosts.out(hosts.a, 0, 0, 0xA, 0) == "GOOD");
  BOOST_TEST(hosts.run(hosts.c, kWrite, kBlock) == "GOOD");
  hosts.out(hosts.b, 1, 7, 0xB);
  hosts.out(hosts.a, 0, 0, 0, 0xA);
  hosts.out(hosts.b, 0, 0, 0xB, 0);
  BOOST_TEST(hosts.run(hosts.c, kWrite, kBlock) == "RESERVATION CONFLICT");
  hosts.out(hosts.a, 0, 0, 0xA, 0);
  BOOST_TEST(hosts.run(hosts.c, kWrite, kBlock) == "GOOD");
}

BOOST_AUTO_TEST_CASE(preempt_takes_over_and_tells_who_lost) {
  TwoHosts hosts;
  hosts.register_all();
  hosts.out(hosts.a, 1, 3, 0xA);
  BOOST_TEST(hosts.out(hosts.b, 4, 5, 0xB, 0xC) == "RESERVATION CONFLICT");
  BOOST_TEST(hosts.out(hosts.b, 4, 5, 0xB, 0) == "ILLEGAL REQUEST 26/00");
  BOOST_TEST(hosts.out(hosts.b, 4, 5, 0xB, 0xA) == "GOOD");
  BOOST_TEST(hosts.run(hosts.a, kReady) == "UNIT ATTENTION 2a/05");
  BOOST_TEST(hosts.run(hosts.a, kWrite, kBlock) == "RESERVATION CONFLICT");
  BOOST_TEST((hosts.in(1) == hex("00 00 00 03 00 00 00 10 000000000000000b 00000000 00 05 0000")));
}

BOOST_AUTO_TEST_CASE(preempt_of_all_registrants_with_key_0) {
  TwoHosts hosts;
  hosts.register_all();
  hosts.out(hosts.a, 1, 8, 0xA);
  BOOST_TEST(hosts.out(hosts.b, 5, 1, 0xB, 0) == "GOOD");
  BOOST_TEST((hosts.in(0) == hex("00 00 00 03 00 00 00 08 000000000000000b")) == false);
  BOOST_TEST(hosts.run(hosts.a, "5e 00 00 00 00 00 00 00 10 00") == "GOOD");
  BOOST_TEST((hosts.in(0) == hex("00 00 00 03 00 00 00 08 000000000000000b")));
}

BOOST_AUTO_TEST_CASE(clear_forgets_everything) {
  TwoHosts hosts;
  hosts.register_all();
  hosts.out(hosts.a, 1, 3, 0xA);
  BOOST_TEST(hosts.out(hosts.c, 3, 0, 0) == "RESERVATION CONFLICT");
  BOOST_TEST(hosts.out(hosts.b, 3, 0, 0xB) == "GOOD");
  BOOST_TEST(hosts.run(hosts.a, kReady) == "UNIT ATTENTION 2a/03");
  BOOST_TEST((hosts.in(0) == hex("00 00 00 03 00 00 00 00")));
  BOOST_TEST(hosts.run(hosts.c, kWrite, kBlock) == "GOOD");
}

BOOST_AUTO_TEST_CASE(a_power_cycle_keeps_what_persists_and_nothing_else) {
  for (const bool persists : {false, true}) {
    TwoHosts hosts;
    hosts.out(hosts.a, 0, 0, 0, 0xA, persists ? 1 : 0);
    hosts.out(hosts.a, 1, 3, 0xA);
    BOOST_TEST(std::to_integer<unsigned>(hosts.in(2).at(3)) == (persists ? 0x81u : 0x80u));
    hosts.disk.inventory.lose_power();
    BOOST_TEST(hosts.run(hosts.b, kReady) == "UNIT ATTENTION 29/00");
    BOOST_TEST(hosts.run(hosts.b, kWrite, kBlock) == (persists ? "RESERVATION CONFLICT" : "GOOD"));
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_refused) {
  TwoHosts hosts;
  BOOST_TEST(hosts.out(hosts.a, 7, 0, 0, 0xA) == "ILLEGAL REQUEST 24/00");
  BOOST_TEST(hosts.out(hosts.a, 0, 0, 0, 0xA, 0x08) == "ILLEGAL REQUEST 26/00");
  BOOST_TEST(hosts.out(hosts.a, 0, 0, 0, 0xA, 0x04) == "ILLEGAL REQUEST 26/00");
  hosts.out(hosts.a, 0, 0, 0, 0xA);
  BOOST_TEST(hosts.out(hosts.a, 1, 2, 0xA) == "ILLEGAL REQUEST 24/00");
  BOOST_TEST(hosts.out(hosts.a, 1, 0x11, 0xA) == "ILLEGAL REQUEST 24/00");
  BOOST_TEST(hosts.run(hosts.a, "5f 00 00 00 00 00 00 00 10 00") == "ILLEGAL REQUEST 1a/00");
  BOOST_TEST(hosts.run(hosts.a, "5e 04 00 00 00 00 00 00 10 00") == "ILLEGAL REQUEST 24/00");
}

BOOST_AUTO_TEST_SUITE_END()
