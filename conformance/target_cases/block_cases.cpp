// READ, WRITE and their relatives at the edges of the unit, and the commands that hosts use if a
// unit offers them.                                                            SBC-3 §5
#include <algorithm>

#include <fmt/format.h>

#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"
#include "conformance/target_cases/scsi_tables.hpp"

namespace lunsim::conform {
namespace {

const Outcome& beyond_the_end() {
  static const Outcome outcome = condition(kIllegalRequest, {kOutOfRange});
  return outcome;
}

/// READ(6) cannot reach beyond 2^21 blocks.
void want_reachable(CaseContext& c, int form, std::uint64_t lba) {
  const std::uint64_t last = form == 6 ? 0x1F'FFFF : form == 16 ? ~std::uint64_t{0} : 0xFFFF'FFFF;
  if (lba > last) c.unsupported(fmt::format("READ({}) does not reach the end of the unit", form));
}

using Blocks = std::pair<std::uint64_t, std::uint32_t>;  // LBA and number

void add_read(CaseList& cases, int form, const std::string& what, const std::string& purpose,
              std::function<Blocks(std::uint64_t last)> where, const std::vector<Outcome>& legal,
              const std::string& strikes, const std::string& is_wrong_in) {
  const std::string command = fmt::format("READ({})", form);
  add(cases, fmt::format("scsi/read{}/{}", form, what))
      .requirements({"SBC-3 " + command})
      .purpose(purpose)
      .observed(command + " there.")
      .needs({Need::login, Need::lun})
      .mutant(fmt::format("read{}_{}", form, what), is_wrong_in, on_command(command, strikes))
      .body([form, where = std::move(where), legal, command](CaseContext& c) {
        Connection& one = c.session();
        const auto [lba, blocks] = where(last_block(c, one));
        want_reachable(c, form, lba);
        const std::uint32_t bytes = blocks * c.profile().block_bytes;
        const ScsiAnswer answer = ask(c, one, read_cdb(form, lba, blocks), bytes);
        want_offered(c, answer, command);
        c.expect(answer.end, legal);
        if (answer.status() == 0)
          c.check(answer.data.size() == bytes, fmt::format("{} bytes came", answer.data.size()),
                  answer.end);
      });
}

void add_reads(CaseList& cases) {
  const std::string broken =
      "{status: CHECK CONDITION, sense: {key: MEDIUM ERROR, code: UNRECOVERED READ ERROR}}";
  for (const int form : {6, 10, 12, 16}) {
    add_read(
        cases, form, "last_block_is_there", "The block that the capacity ends with is there.",
        [](std::uint64_t last) {
          return Blocks{last, 1};
        },
        {good()}, broken, "cannot read its last block");
    add_read(
        cases, form, "first_block_is_there", "Block 0 is there.",
        [](std::uint64_t) {
          return Blocks{0, 1};
        },
        {good()}, "{data: {cut: 100}}", "sends less than it was asked for");
    add_read(
        cases, form, "beyond_the_end_is_refused",
        "A READ of the block behind the last is out of range.",
        [](std::uint64_t last) {
          return Blocks{last + 1, 1};
        },
        {beyond_the_end()}, "{status: GOOD}", "answers for blocks that are not there");
    add_read(
        cases, form, "across_the_end_is_refused",
        "A READ that begins within the unit and ends beyond it is out of range.",
        [](std::uint64_t last) {
          return Blocks{last, 2};
        },
        {beyond_the_end()}, "{status: GOOD}", "sends what there is");
    if (form == 6) continue;  // no blocks are 256 there
    add_read(
        cases, form, "of_no_blocks_is_no_error", "A READ of no blocks ends in GOOD.",
        [](std::uint64_t) {
          return Blocks{0, 0};
        },
        {good()}, "{answer: never}", "never answers a READ of no blocks");
  }
  add_read(
      cases, 16, "far_beyond_the_end_is_refused", "An LBA of 2^63 is out of range.",
      [](std::uint64_t) {
        return Blocks{std::uint64_t{1} << 63, 1};
      },
      {beyond_the_end()}, "{status: GOOD}", "takes the LBA modulo something");
}

NewCase add_write(CaseList& cases, std::string id, std::string requirement, std::string purpose,
                  std::string observed) {
  return add(cases, std::move(id))
      .requirements({std::move(requirement)})
      .purpose(std::move(purpose))
      .observed(std::move(observed))
      .needs({Need::login, Need::lun})
      .writes();
}

void expect_content(CaseContext& c, Connection& one, std::uint64_t lba,
                    const std::vector<std::byte>& wanted, std::string_view about) {
  const auto bytes = static_cast<std::uint32_t>(wanted.size());
  const ScsiAnswer back = ask(c, one, read_cdb(10, lba, bytes / c.profile().block_bytes), bytes);
  c.expect(back.end, {good()}, about);
  expect_data(c, back, wanted, about);
}

void add_writes(CaseList& cases) {
  for (const int form : {6, 10, 12, 16}) {
    const std::string command = fmt::format("WRITE({})", form);
    add_write(cases, fmt::format("scsi/write{}/what_is_written_can_be_read", form),
              fmt::format("SBC-3 WRITE({})", form), "What a WRITE took is what a READ sends.",
              command + " of two blocks, and READ(10).")
        .mutant(fmt::format("write{}_is_lost", form), "answers GOOD and writes nothing",
                on_command(command, "{apply: never}"))
        .mutant(fmt::format("write{}_is_torn", form), "writes the first block only",
                on_command(command, "{torn: {after_blocks: 1}}"))
        .body([form, command](CaseContext& c) {
          Connection& one = c.session();
          const std::uint64_t lba = c.target().first_lba;
          want_reachable(c, form, lba);
          const auto seed = static_cast<std::uint8_t>(form * 16 + 1);
          const auto data = pattern(std::size_t{2} * c.profile().block_bytes, seed);
          const ScsiAnswer written = give(c, one, write_cdb(form, lba, 2), data);
          want_offered(c, written, command);
          c.expect(written.end, {good()});
          expect_content(c, one, lba, data, "what was written");
        });
    add_write(cases, fmt::format("scsi/write{}/beyond_the_end_is_refused", form),
              fmt::format("SBC-3 WRITE({})", form),
              "A WRITE behind the last block is out of range.", command + " of that block.")
        .mutant(fmt::format("write{}_beyond_the_end", form), "takes it",
                on_command(command, "{status: GOOD}"))
        .body([form, command](CaseContext& c) {
          Connection& one = c.session();
          const std::uint64_t lba = last_block(c, one) + 1;
          want_reachable(c, form, lba);
          const ScsiAnswer answer =
              give(c, one, write_cdb(form, lba, 1), pattern(c.profile().block_bytes, 9));
          want_offered(c, answer, command);
          c.expect(answer.end, {beyond_the_end()});
        });
  }
  add_write(cases, "scsi/write10/neighbours_stay_as_they_are", "SBC-3 WRITE(10)",
            "A WRITE changes the blocks that it names and no others.",
            "Three blocks, then the middle one, then all three again.")
      .mutant("write_lands_beside", "writes one block further",
              on_command("WRITE(10), nth: 2", "{misdirect: +1}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        const std::uint64_t lba = c.target().first_lba;
        const std::size_t block = c.profile().block_bytes;
        std::vector<std::byte> all = pattern(3 * block, 0x50);
        c.expect(give(c, one, write_cdb(10, lba, 3), all).end, {good()});
        const std::vector<std::byte> middle = pattern(block, 0xA7);
        c.expect(give(c, one, write_cdb(10, lba + 1, 1), middle).end, {good()});
        std::copy(middle.begin(), middle.end(), all.begin() + static_cast<std::ptrdiff_t>(block));
        expect_content(c, one, lba, all, "the three blocks");
      });
}

/// More than what usually fits into one burst, each block with its number.
void add_long_write(CaseList& cases) {
  add_write(
      cases, "scsi/write10/more_than_64_kib_is_written", "SBC-3 WRITE(10)",
      "A WRITE of 256 KiB is written as a whole, each block where it belongs.",
      "A WRITE(10) of 256 KiB, or of what the scratch range has, with MaxBurstLength=65536, and "
      "READ(10)s of 64 KiB.")
      .possible_problems("A target with a lower MAXIMUM TRANSFER LENGTH refuses the command.")
      .seconds(4)
      .mutant("loses_what_is_beyond_64_kib", "writes something else behind the first 64 KiB",
              fault("receive: Data-Out, fields: {Buffer Offset: 65536..FFFFFFFFh}",
                    "{flip: {at: data+7, bits: FFh}}"))
      .body([](CaseContext& c) {
        Connection& one =
            c.session({.keys = {{"MaxBurstLength", "65536"}, {"FirstBurstLength", "65536"}}});
        const std::uint64_t lba = c.target().first_lba;
        const std::size_t block = c.profile().block_bytes;
        const std::size_t room = (c.target().last_lba - lba + 1) * block;
        const std::size_t bytes = std::min<std::size_t>(room, 262144) / block * block;
        if (bytes <= 65536) c.unsupported("the scratch range has no more than 64 KiB");
        std::vector<std::byte> data = pattern(bytes, 0x43);
        for (std::size_t i = 0; i < bytes / block; ++i) {
          data[i * block] = static_cast<std::byte>(i >> 8);
          data[i * block + 1] = static_cast<std::byte>(i);
        }
        const ScsiAnswer answer =
            give(c, one, write_cdb(10, lba, static_cast<std::uint32_t>(bytes / block)), data);
        const auto sense = answer.sense();
        if (sense && sense->key == kIllegalRequest && sense->code == kInvalidField)
          c.unsupported("it does not take that much in one command");
        c.expect(answer.end, {good()});
        for (std::size_t from = 0; from < bytes; from += 65536) {
          const auto begin = data.begin() + static_cast<std::ptrdiff_t>(from);
          const std::size_t some = std::min<std::size_t>(65536, bytes - from);
          expect_content(c, one, lba + from / block,
                         {begin, begin + static_cast<std::ptrdiff_t>(some)},
                         fmt::format("behind byte {}", from));
        }
      });
}

/// VERIFY(10) with BYTCHK=01b: the data is compared.
void add_verify(CaseList& cases) {
  add_write(cases, "scsi/verify10/bytes_are_compared", "SBC-3 VERIFY(10)",
            "VERIFY(10) with BYTCHK=01b compares: GOOD if the data is there, MISCOMPARE if not.",
            "A WRITE of a block, VERIFY(10) with its data, and with one byte changed.")
      .possible_problems("A unit that does not compare refuses BYTCHK=01b as an invalid field.")
      .mutant("compares_no_bytes", "verifies whatever it is sent", always_good("VERIFY(10)"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        const std::uint64_t lba = c.target().first_lba;
        std::vector<std::byte> data = pattern(c.profile().block_bytes, 0x72);
        c.expect(give(c, one, write_cdb(10, lba, 1), data).end, {good()}, "WRITE(10)");
        Cdb cdb = read_cdb(10, lba, 1);
        cdb[0] = 0x2F;
        cdb[1] = 0x02;
        const ScsiAnswer same = give(c, one, cdb, data);
        want_offered(c, same, "VERIFY(10)");
        const auto sense = same.sense();
        if (sense && sense->key == kIllegalRequest && sense->code == kInvalidField)
          c.unsupported("it refuses BYTCHK=01b");
        c.expect(same.end, {good()}, "with the data that is there");
        data.back() ^= std::byte{1};
        c.expect(give(c, one, cdb, data).end, {condition(kMiscompare, {0x1D00})},
                 "with one byte changed");
      });
}

void add_optional(CaseList& cases) {
  const auto end = [&](std::string id, std::string_view command, std::string purpose, auto cdb,
                       std::vector<Outcome> legal, ScsiMutant mutant) {
    add_end(cases, {.id = std::move(id),
                    .requirement = "SBC-3 " + std::string(command),
                    .purpose = std::move(purpose),
                    .observed = "The command, if it is offered.",
                    .cdb = cdb,
                    .legal = std::move(legal),
                    .mutants = {std::move(mutant)},
                    .is_optional = true});
  };
  const auto synchronize = [](std::uint64_t lba) {
    Cdb cdb = read_cdb(10, lba, 1);
    cdb[0] = 0x35;
    return cdb;
  };
  const std::string failing =
      "{status: CHECK CONDITION, sense: {key: HARDWARE ERROR, code: 4400h}}";
  end("scsi/synchronize_cache/of_everything", "SYNCHRONIZE CACHE(10)",
      "SYNCHRONIZE CACHE(10) of all blocks ends in GOOD.",
      always({0x35, 0, 0, 0, 0, 0, 0, 0, 0, 0}), {good()},
      {"cannot_synchronize", "fails to synchronize", on_command("SYNCHRONIZE CACHE(10)", failing)});
  end("scsi/synchronize_cache/beyond_the_end_is_refused", "SYNCHRONIZE CACHE(10)",
      "SYNCHRONIZE CACHE(10) behind the last block is out of range.",
      [synchronize](CaseContext& c, Connection& one) {
        return synchronize(last_block(c, one) + 1);
      },
      {beyond_the_end()},
      {"synchronizes_anything", "overlooks the range", always_good("SYNCHRONIZE CACHE(10)")});
  end("scsi/verify10/of_the_last_block", "VERIFY(10)", "VERIFY(10) of the last block ends in GOOD.",
      [](CaseContext& c, Connection& one) {
        Cdb cdb = read_cdb(10, last_block(c, one), 1);
        cdb[0] = 0x2F;
        return cdb;
      },
      {good()}, {"cannot_verify", "fails to verify", on_command("VERIFY(10)", failing)});
  end("scsi/verify10/beyond_the_end_is_refused", "VERIFY(10)",
      "VERIFY(10) behind the last block is refused.",
      [](CaseContext& c, Connection& one) {
        Cdb cdb = read_cdb(10, last_block(c, one) + 1, 1);
        cdb[0] = 0x2F;
        return cdb;
      },
      {beyond_the_end()},
      {"verifies_anything", "verifies blocks that are not there", always_good("VERIFY(10)")});
  add_write(cases, "scsi/write_same/fills_the_range", "SBC-3 WRITE SAME(10)",
            "WRITE SAME(10) writes one block to each of the range.", "Four blocks, and a READ.")
      .mutant("write_same_is_lost", "writes nothing",
              on_command("WRITE SAME(10)", "{apply: never}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        const std::uint64_t lba = c.target().first_lba;
        const std::vector<std::byte> block = pattern(c.profile().block_bytes, 0x3B);
        Cdb cdb = write_cdb(10, lba, 4);
        cdb[0] = 0x41;
        const ScsiAnswer answer = give(c, one, cdb, block);
        want_offered(c, answer, "WRITE SAME(10)");
        c.expect(answer.end, {good()});
        std::vector<std::byte> all;
        for (int i = 0; i < 4; ++i) all.insert(all.end(), block.begin(), block.end());
        expect_content(c, one, lba, all, "the range");
      });
  add_write(cases, "scsi/compare_and_write/writes_if_it_compares", "SBC-3 COMPARE AND WRITE",
            "COMPARE AND WRITE writes if the medium is as it should be, and not otherwise.",
            "One that compares, one that does not, and a READ after each.")
      .mutant("compares_nothing", "writes whatever the comparison says",
              on_command("COMPARE AND WRITE, nth: 2", "{status: GOOD}"))
      .mutant("compare_writes_nothing", "answers GOOD and writes nothing",
              on_command("COMPARE AND WRITE", "{apply: never}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        const std::uint64_t lba = c.target().first_lba;
        const std::size_t block = c.profile().block_bytes;
        const std::vector<std::byte> before = pattern(block, 0x11), after = pattern(block, 0x22);
        c.expect(give(c, one, write_cdb(10, lba, 1), before).end, {good()});
        std::vector<std::byte> both = before;
        both.insert(both.end(), after.begin(), after.end());
        Cdb cdb = write_cdb(16, lba, 1);
        cdb[0] = 0x89;
        cdb[10] = cdb[11] = cdb[12] = 0;
        cdb[13] = 1;
        const ScsiAnswer first = give(c, one, cdb, both);
        want_offered(c, first, "COMPARE AND WRITE");
        c.expect(first.end, {good()});
        expect_content(c, one, lba, after, "after the comparison");
        const ScsiAnswer again = give(c, one, cdb, both);
        c.expect(again.end, {condition(kMiscompare, {0x1D00})}, "the second time");
        expect_content(c, one, lba, after, "after the miscompare");
      });
  add_write(cases, "scsi/unmap/unmapped_blocks_read_as_told", "SBC-3 UNMAP",
            "UNMAP ends in GOOD, and blocks read as zeros afterwards if LBPRZ is set.",
            "A WRITE, UNMAP of its blocks, a READ.")
      .level(Level::should)  // what is not unmapped keeps its data
      .mutant("unmap_is_lost", "unmaps nothing", on_command("UNMAP", "{apply: never}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        const std::uint64_t lba = c.target().first_lba;
        const std::size_t block = c.profile().block_bytes;
        const ScsiAnswer told =
            ask(c, one, {0x9E, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0}, 32);
        c.expect(give(c, one, write_cdb(10, lba, 8), pattern(8 * block, 0x61)).end, {good()});
        std::vector<std::byte> list(24);
        list[1] = std::byte{22};
        list[3] = std::byte{16};
        for (std::size_t i = 0; i < 8; ++i)
          list[8 + i] = static_cast<std::byte>(lba >> (8 * (7 - i)) & 0xFF);
        list[19] = std::byte{8};
        const ScsiAnswer answer = give(c, one, {0x42, 0, 0, 0, 0, 0, 0, 0, 24, 0}, list);
        want_offered(c, answer, "UNMAP");
        c.expect(answer.end, {good()});
        if ((told.byte(14) & 0x40) != 0)
          expect_content(c, one, lba, std::vector<std::byte>(8 * block), "unmapped blocks");
      });
}

}  // namespace

void add_block_cases(CaseList& cases) {
  add_reads(cases);
  add_writes(cases);
  add_long_write(cases);
  add_verify(cases);
  add_optional(cases);
}

}  // namespace lunsim::conform
