#include <boost/test/unit_test.hpp>

#include "target_sim/device/test_disk.hpp"

using namespace lunsim;
using namespace lunsim::target_sim;
using scsi::BlockCommand;
using scsi::BlockOperation;

namespace {

scsi::Command command(BlockOperation operation, unsigned form, std::uint64_t lba,
                      std::uint32_t blocks, unsigned byte_check = 0) {
  BlockCommand what;
  what.operation = operation;
  what.form = static_cast<std::uint8_t>(form);
  what.lba = lba;
  what.blocks = blocks;
  what.byte_check = static_cast<std::uint8_t>(byte_check);
  return make_block_command(what, 512);
}

constexpr std::uint64_t kBlocks = (64u << 20) / 512;

}  // namespace

BOOST_AUTO_TEST_SUITE(block_commands)

BOOST_AUTO_TEST_CASE(what_every_form_writes_every_form_reads) {
  TestDisk disk;
  unsigned seed = 0;
  for (const unsigned write_form : {6u, 10u, 12u, 16u}) {
    const auto data = pattern(3 * 512, ++seed);
    const Outcome written = disk.run(command(BlockOperation::write, write_form, 100, 3), data);
    BOOST_TEST(written.is_good());
    BOOST_TEST(written.data_out_wanted == 3 * 512u);
    for (const unsigned read_form : {6u, 10u, 12u, 16u}) {
      const Outcome read = disk.run(command(BlockOperation::read, read_form, 100, 3));
      BOOST_TEST(read.is_good());
      BOOST_TEST(read.data_in_wanted == 3 * 512u);
      BOOST_TEST((read.data == data));
    }
  }
}

BOOST_AUTO_TEST_CASE(six_byte_forms_mean_256_blocks_by_zero) {
  TestDisk disk;
  BOOST_TEST(disk.run("08 00 00 00 00 00").data.size() == 256 * 512u);
  BOOST_TEST(disk.run("0a 00 00 00 00 00", pattern(256 * 512, 1)).data_out_wanted == 256 * 512u);
}

BOOST_AUTO_TEST_CASE(zero_blocks_move_nothing_and_are_fine) {
  TestDisk disk;
  for (const unsigned form : {10u, 12u, 16u}) {
    for (const auto operation : {BlockOperation::read, BlockOperation::write,
                                 BlockOperation::write_and_verify, BlockOperation::verify}) {
      const Outcome outcome = disk.run(command(operation, form, 5, 0));
      BOOST_TEST(outcome.is_good());
      BOOST_TEST(outcome.data.empty());
      BOOST_TEST(outcome.data_out_wanted == 0u);
      BOOST_TEST(disk.run(command(operation, form, kBlocks, 0)).error() == "ILLEGAL REQUEST 21/00");
    }
  }
}

BOOST_AUTO_TEST_CASE(the_last_block_is_there_and_the_next_is_not) {
  TestDisk disk;
  for (const unsigned form : {6u, 10u, 12u, 16u}) {
    for (const auto operation : {BlockOperation::read, BlockOperation::write,
                                 BlockOperation::write_and_verify, BlockOperation::verify}) {
      if (form == 6 && operation != BlockOperation::read && operation != BlockOperation::write) {
        continue;
      }
      BOOST_TEST(disk.run(command(operation, form, kBlocks - 1, 1), pattern(512, 0)).is_good());
      const Outcome beyond = disk.run(command(operation, form, kBlocks - 1, 2));
      BOOST_TEST(beyond.error() == "ILLEGAL REQUEST 21/00");
      BOOST_TEST(beyond.sense().information.value() == kBlocks);
      const Outcome after = disk.run(command(operation, form, kBlocks, 1));
      BOOST_TEST(after.error() == "ILLEGAL REQUEST 21/00");
      BOOST_TEST(after.sense().information.value() == kBlocks);
    }
  }
}

BOOST_AUTO_TEST_CASE(addresses_near_the_end_of_64_bits_do_not_wrap) {
  TestDisk disk;
  BOOST_TEST(disk.run("88 00 ff ff ff ff ff ff ff ff 00 00 00 02 00 00").error() ==
             "ILLEGAL REQUEST 21/00");
  BOOST_TEST(disk.run("91 00 ff ff ff ff ff ff ff ff 00 00 00 02 00 00").error() ==
             "ILLEGAL REQUEST 21/00");
}

BOOST_AUTO_TEST_CASE(a_transfer_beyond_the_told_maximum_is_an_invalid_field) {
  TestDisk disk({.capacity_bytes = std::uint64_t{5} << 40});
  const std::uint32_t most = (64u << 20) / 512;
  BOOST_TEST(disk.run(command(BlockOperation::read, 16, 0, most)).is_good());
  const Outcome more = disk.run(command(BlockOperation::read, 16, 0, most + 1));
  BOOST_TEST(more.error() == "ILLEGAL REQUEST 24/00");
  BOOST_TEST((more.sense().key_specific == scsi::field_pointer(true, 10)));
  BOOST_TEST(disk.run("88 00 00 00 00 00 00 00 00 00 ff ff ff ff 00 00").error() ==
             "ILLEGAL REQUEST 24/00");
}

BOOST_AUTO_TEST_CASE(protection_is_refused) {
  TestDisk disk;
  for (unsigned protect = 1; protect < 8; ++protect) {
    for (const auto operation : {BlockOperation::read, BlockOperation::write,
                                 BlockOperation::write_and_verify, BlockOperation::verify}) {
      BlockCommand what;
      what.operation = operation;
      what.blocks = 1;
      what.protect = static_cast<std::uint8_t>(protect);
      const Outcome outcome = disk.run(make_block_command(what, 512));
      BOOST_TEST(outcome.error() == "ILLEGAL REQUEST 24/00");
      BOOST_TEST((outcome.sense().key_specific == scsi::field_pointer(true, 1, std::uint8_t{7})));
    }
  }
}

BOOST_AUTO_TEST_CASE(dpo_and_fua_are_accepted) {
  TestDisk disk;
  BOOST_TEST(disk.run("28 18 00 00 00 00 00 00 01 00").is_good());
  BOOST_TEST(disk.run("2a 18 00 00 00 00 00 00 01 00", pattern(512, 1)).is_good());
}

BOOST_AUTO_TEST_CASE(a_protected_unit_is_not_written) {
  TestDisk disk({.read_only = true});
  for (const std::string_view cdb :
       {"0a 00 00 00 01 00", "2a 00 00 00 00 00 00 00 01 00", "2e 00 00 00 00 00 00 00 01 00"}) {
    const Outcome outcome = disk.run(cdb);
    BOOST_TEST(!outcome.was_prepared);
    BOOST_TEST(outcome.error() == "DATA PROTECT 27/00");
  }
  BOOST_TEST(disk.run("28 00 00 00 00 00 00 00 01 00").is_good());
}

BOOST_AUTO_TEST_CASE(less_data_than_the_cdb_says_writes_whole_blocks_only) {
  TestDisk disk;
  disk.run(command(BlockOperation::write, 10, 0, 3), pattern(3 * 512, 1));
  const auto old = pattern(3 * 512, 1);
  const auto fresh = pattern(512 + 200, 2);
  BOOST_TEST(disk.run(command(BlockOperation::write, 10, 0, 3), fresh).is_good());
  const auto now = disk.run(command(BlockOperation::read, 10, 0, 3)).data;
  BOOST_TEST(std::equal(now.begin(), now.begin() + 512, fresh.begin()));
  BOOST_TEST(std::equal(now.begin() + 512, now.end(), old.begin() + 512));
}

BOOST_AUTO_TEST_CASE(more_data_than_the_cdb_says_is_left_out) {
  TestDisk disk;
  BOOST_TEST(disk.run(command(BlockOperation::write, 10, 0, 1), pattern(1024, 3)).is_good());
  const auto second = disk.run(command(BlockOperation::read, 10, 1, 1)).data;
  BOOST_TEST((second == std::vector<std::byte>(512)));
}

BOOST_AUTO_TEST_CASE(verify_compares_block_for_block) {
  TestDisk disk;
  const auto data = pattern(200 * 512, 4);
  disk.run(command(BlockOperation::write, 10, 50, 200), data);
  for (const unsigned form : {10u, 12u, 16u}) {
    BOOST_TEST(disk.run(command(BlockOperation::verify, form, 50, 200)).is_good());
    const Outcome same = disk.run(command(BlockOperation::verify, form, 50, 200, 1), data);
    BOOST_TEST(same.data_out_wanted == data.size());
    BOOST_TEST(same.is_good());
    auto changed = data;
    changed[70'001] ^= std::byte{1};
    const Outcome other = disk.run(command(BlockOperation::verify, form, 50, 200, 1), changed);
    BOOST_TEST(other.was_prepared);
    BOOST_TEST(other.error() == "MISCOMPARE 1d/00");
    BOOST_TEST(other.sense().information.value() == 70'001u);
  }
}

BOOST_AUTO_TEST_CASE(verify_compares_one_block_with_many) {
  TestDisk disk;
  const auto block = pattern(512, 9);
  for (std::uint64_t lba = 10; lba < 14; ++lba) {
    disk.run(command(BlockOperation::write, 10, lba, 1), block);
  }
  const Outcome same = disk.run(command(BlockOperation::verify, 10, 10, 4, 3), block);
  BOOST_TEST(same.data_out_wanted == 512u);
  BOOST_TEST(same.is_good());
  const Outcome other = disk.run(command(BlockOperation::verify, 10, 10, 5, 3), block);
  BOOST_TEST(other.error() == "MISCOMPARE 1d/00");
  BOOST_TEST(other.sense().information.value() == 4 * 512u);
}

BOOST_AUTO_TEST_CASE(undefined_bytchk_is_refused) {
  TestDisk disk;
  BOOST_TEST(disk.run("2f 04 00 00 00 00 00 00 01 00").error() == "ILLEGAL REQUEST 24/00");
  BOOST_TEST(disk.run("2e 04 00 00 00 00 00 00 01 00").error() == "ILLEGAL REQUEST 24/00");
  BOOST_TEST(disk.run("2e 06 00 00 00 00 00 00 01 00").error() == "ILLEGAL REQUEST 24/00");
}

BOOST_AUTO_TEST_CASE(write_and_verify_writes) {
  TestDisk disk;
  for (const unsigned form : {10u, 12u, 16u}) {
    for (const unsigned byte_check : {0u, 1u}) {
      const auto data = pattern(1024, form + byte_check);
      BOOST_TEST(disk.run(command(BlockOperation::write_and_verify, form, 8, 2, byte_check), data)
                     .is_good());
      BOOST_TEST((disk.run(command(BlockOperation::read, 10, 8, 2)).data == data));
    }
  }
}

BOOST_AUTO_TEST_CASE(synchronize_cache_looks_at_its_range) {
  TestDisk disk;
  BOOST_TEST(disk.run("35 00 00 00 00 00 00 00 00 00").is_good());
  BOOST_TEST(disk.run("35 02 00 00 00 01 00 00 10 00").is_good());
  BOOST_TEST(disk.run("91 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00").is_good());
  BOOST_TEST(disk.run("35 00 00 02 00 00 00 00 00 00").error() == "ILLEGAL REQUEST 21/00");
  BOOST_TEST(disk.run("91 00 00 00 00 00 00 01 ff ff 00 00 00 02 00 00").error() ==
             "ILLEGAL REQUEST 21/00");
}

BOOST_AUTO_TEST_CASE(a_unit_that_shrinks_or_goes_between_check_and_run_is_noticed) {
  for (const bool goes : {false, true}) {
    TestDisk disk;
    Task& task = disk.task;
    task.nexus = disk.nexus;
    const scsi::Command write = command(BlockOperation::write, 10, kBlocks - 1, 1);
    std::copy(write.bytes.begin(), write.bytes.end(), task.cdb.begin());
    BOOST_REQUIRE(disk.inventory.prepare(task, 0));
    task.data_out = pattern(512, 1);
    if (goes) {
      disk.inventory.remove_unit(0);
    } else {
      disk.inventory.resize_unit(0, 1 << 20);
    }
    BOOST_TEST(disk.inventory.submit(task, 0));
    BOOST_TEST((task.status == scsi::Status::check_condition));
    const auto sense = scsi::decode_sense(task.sense.view()).value();
    BOOST_TEST(int{sense.code.asc} == (goes ? 0x25 : 0x21));
  }
}

BOOST_AUTO_TEST_CASE(what_is_being_read_stays_readable_when_its_unit_goes) {
  TestDisk disk;
  const auto data = pattern(4096, 7);
  disk.run(command(BlockOperation::write, 10, 0, 8), data);
  Task& task = disk.task;
  task.clear();
  task.nexus = disk.nexus;
  const scsi::Command read = command(BlockOperation::read, 10, 0, 8);
  std::copy(read.bytes.begin(), read.bytes.end(), task.cdb.begin());
  BOOST_REQUIRE(disk.inventory.prepare(task, 0));
  BOOST_REQUIRE(disk.inventory.submit(task, 0));
  disk.inventory.remove_unit(0);
  BOOST_REQUIRE(task.data_in.size() == 1u);
  BOOST_TEST(std::equal(data.begin(), data.end(), task.data_in[0].bytes.begin()));
  task.data_in[0].pin->unpin();
}

BOOST_AUTO_TEST_CASE(blocks_of_4096_bytes_and_the_null_store) {
  TestDisk disk({.capacity_bytes = 1 << 20, .block_bytes = 4096, .store = StoreKind::null});
  BOOST_TEST(disk.run("28 00 00 00 00 fe 00 00 02 00").data.size() == 8192u);
  BOOST_TEST(disk.run("28 00 00 00 00 ff 00 00 02 00").error() == "ILLEGAL REQUEST 21/00");
  BOOST_TEST(disk.run("2a 00 00 00 00 00 00 00 01 00", pattern(4096, 1)).is_good());
  BOOST_TEST((disk.run("28 00 00 00 00 00 00 00 01 00").data == std::vector<std::byte>(4096)));
}

BOOST_AUTO_TEST_SUITE_END()
