#include "scenarios/trace/smb_text.hpp"

#include <boost/test/unit_test.hpp>

#include "protocol/bytes/little_endian.hpp"

using namespace lunsim;

BOOST_AUTO_TEST_SUITE(smb_text)

namespace {

/// A header and eight bytes of body; MS-SMB2 §2.2.1.2.
std::vector<std::byte> message_of(smb::Command command, bool is_answer, std::uint32_t next) {
  smb::Header header;
  header.command = command;
  header.flags = is_answer ? smb::kFlagServerToRedir : 0;
  header.next_command = next;
  std::vector<std::byte> raw;
  bytes::LittleWriter writer(raw);
  writer.u32(0x424d'53fe);
  writer.u16(64);
  writer.u16(0);
  writer.u32(static_cast<std::uint32_t>(smb::NtStatus::pending));
  writer.u16(static_cast<std::uint16_t>(command));
  writer.u16(1);
  writer.u32(header.flags);
  writer.u32(header.next_command);
  raw.resize(72);
  return raw;
}

std::vector<std::byte> frame_of(const std::vector<std::vector<std::byte>>& messages) {
  std::vector<std::byte> frame(4);
  for (const auto& message : messages) frame.insert(frame.end(), message.begin(), message.end());
  frame[3] = static_cast<std::byte>(frame.size() - 4);
  return frame;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_message_of_a_compound_is_seen) {
  const auto frame = frame_of({message_of(smb::Command::create, true, 72),
                               message_of(smb::Command::ioctl, true, 72),
                               message_of(smb::Command::close, true, 0)});
  const auto seen = scenarios::smb_glances(frame);
  BOOST_REQUIRE(seen.size() == 3u);
  BOOST_TEST((seen[1].command == smb::Command::ioctl));
  BOOST_TEST((seen[2].command == smb::Command::close));
  BOOST_TEST((seen[2].status == smb::NtStatus::pending));
  BOOST_TEST(seen[2].is_answer);
}

BOOST_AUTO_TEST_CASE(an_offset_that_leads_nowhere_ends_the_compound) {
  for (const std::uint32_t next : {0u, 8u, 63u, 72u, 0xffff'fff8u}) {
    const auto seen =
        scenarios::smb_glances(frame_of({message_of(smb::Command::echo, false, next)}));
    BOOST_TEST(seen.size() == 1u, next);
  }
  auto frame = frame_of(
      {message_of(smb::Command::echo, false, 72), message_of(smb::Command::echo, false, 0)});
  frame.resize(4 + 72 + 10);
  BOOST_TEST(scenarios::smb_glances(frame).size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_encrypted_is_only_that) {
  auto frame = frame_of({message_of(smb::Command::create, false, 0)});
  frame[4] = std::byte{0xfd};
  const auto seen = scenarios::smb_glances(frame);
  BOOST_REQUIRE(seen.size() == 1u);
  BOOST_TEST(seen[0].is_encrypted);
  frame[4] = std::byte{0x00};
  BOOST_TEST(scenarios::smb_glances(frame).empty());
}

BOOST_AUTO_TEST_SUITE_END()
