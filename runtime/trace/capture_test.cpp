#include "runtime/trace/capture.hpp"

#include <boost/test/unit_test.hpp>
#include <array>
#include <cstdlib>
#include <fstream>

#include "runtime/trace/ip_packet.hpp"

using namespace lunsim::runtime;

namespace {

std::vector<std::byte> hex(std::string_view text) {
  const auto digit = [](char c) {
    return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
  };
  std::vector<std::byte> bytes;
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == ' ') continue;
    bytes.push_back(static_cast<std::byte>((digit(text[i]) << 4) | digit(text[i + 1])));
    ++i;
  }
  return bytes;
}

std::uint32_t u32_le(std::span<const std::byte> bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;)
    value = (value << 8) | std::to_integer<std::uint32_t>(bytes[at + i]);
  return value;
}

// A reader of its own: the blocks of a little-endian pcapng file, lengths checked on both sides.
struct Block {
  std::uint32_t type = 0;
  std::vector<std::byte> body;
};
std::vector<Block> blocks_of(std::span<const std::byte> file) {
  std::vector<Block> blocks;
  while (!file.empty()) {
    BOOST_TEST_REQUIRE(file.size() >= 12u);
    const std::uint32_t size = u32_le(file, 4);
    BOOST_TEST_REQUIRE(size % 4 == 0u);
    BOOST_TEST_REQUIRE(file.size() >= size);
    BOOST_TEST(u32_le(file, size - 4) == size);
    const auto body = file.subspan(8, size - 12);
    blocks.push_back({u32_le(file, 0), {body.begin(), body.end()}});
    file = file.subspan(size);
  }
  return blocks;
}

struct Recorded {
  std::vector<std::byte> file;
  PcapngWriter::Sink sink() {
    return [this](std::span<const std::byte> bytes) {
      file.insert(file.end(), bytes.begin(), bytes.end());
    };
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(capture)

// RFC 1071 §3: the sum of 0001 f203 f4f5 f6f7 is ddf2.
BOOST_AUTO_TEST_CASE(the_checksum_is_that_of_rfc_1071) {
  BOOST_TEST(finish_checksum(add_to_checksum(0, hex("0001f203f4f5f6f7"))) == 0xffff - 0xddf2);
}

// The packets' checksums verify by the receiver's rule: summed with the checksum in place, all
// ones.
BOOST_AUTO_TEST_CASE(ip_and_tcp_checksums_verify_for_even_and_odd_payloads) {
  for (const std::size_t size : {0u, 1u, 2u, 49u}) {
    const std::vector<std::byte> payload(size, std::byte{0xa5});
    TcpSegment tcp;
    tcp.from = ip_address_of("10.0.0.1");
    tcp.to = ip_address_of("10.0.0.10");
    tcp.from_port = 49152;
    tcp.to_port = 3260;
    tcp.sequence = 0x01020304;
    tcp.flags = kTcpAck;
    tcp.payload = payload;
    const auto packet = ip_packet(tcp);
    BOOST_TEST(packet.size() == 40 + size);
    BOOST_TEST(finish_checksum(add_to_checksum(0, std::span(packet).first(20))) == 0);
    std::vector<std::byte> covered(packet.begin() + 12, packet.begin() + 20);
    const std::uint32_t tcp_size = static_cast<std::uint32_t>(20 + size);
    for (const unsigned b : {0u, 6u, tcp_size >> 8, tcp_size & 0xff}) {
      covered.push_back(static_cast<std::byte>(b));
    }
    covered.insert(covered.end(), packet.begin() + 20, packet.end());
    BOOST_TEST(finish_checksum(add_to_checksum(0, covered)) == 0);
  }
}

// draft-ietf-opsawg-pcapng sections 4.1 and 4.2, put together by hand.
BOOST_AUTO_TEST_CASE(the_head_of_the_file_is_a_section_and_a_raw_ip_interface_in_nanoseconds) {
  Recorded recorded;
  CaptureOptions options;
  options.application = "abcde";
  options.interface = "if";
  PcapngWriter writer(recorded.sink(), options);
  const auto expected =
      hex("0a0d0d0a 2c000000 4d3c2b1a 0100 0000 ffffffffffffffff"
          "0400 0500 6162636465000000 00000000 2c000000"
          "01000000 28000000 6500 0000 00000000 0200 0200 69660000 0900 0100 09000000 00000000 "
          "28000000");
  BOOST_TEST((recorded.file == expected));
}

// RFC 791 §3.1 and RFC 9293 §3.1, put together by hand: SYN from 10.0.0.1:49152 to 10.0.0.10:3260.
BOOST_AUTO_TEST_CASE(the_first_packet_is_a_syn_at_its_time) {
  Recorded recorded;
  CaptureOptions options;
  options.epoch_s = 1;
  PcapngWriter writer(recorded.sink(), options);
  writer.opened(1, {"10.0.0.1", 49152}, {"10.0.0.10", 3260}, {7});
  writer.finish();
  const auto blocks = blocks_of(recorded.file);
  BOOST_TEST_REQUIRE(blocks.size() == 5u);
  const auto& syn = blocks[2].body;
  BOOST_TEST(blocks[2].type == 6u);
  BOOST_TEST(u32_le(syn, 4) == 0u);
  BOOST_TEST(u32_le(syn, 8) == 1'000'000'007u);
  BOOST_TEST(u32_le(syn, 12) == 48u);
  std::vector<std::byte> packet(syn.begin() + 20, syn.begin() + 68);
  packet[36] = packet[37] = std::byte{0};  // the TCP checksum is judged above
  // 4500 + 0030 + 0001 + 4000 + 4006 + 0a00 + 0001 + 0a00 + 000a = 0xd942; the checksum is its
  // complement.
  const auto expected =
      hex("4500 0030 0001 4000 4006 26bd 0a000001 0a00000a"
          "c000 0cbc 000103e8 00000000 7002 ffff 0000 0000 0204fde8 0103030e");
  BOOST_TEST((packet == expected));
}

BOOST_AUTO_TEST_CASE(a_large_chunk_is_cut_into_segments_with_running_sequence_numbers) {
  Recorded recorded;
  CaptureOptions options;
  options.segment_bytes_max = 1460;
  PcapngWriter writer(recorded.sink(), options);
  writer.opened(1, {"10.0.0.1", 49152}, {"10.0.0.10", 3260}, {});
  writer.carried(1, true, std::vector<std::byte>(4000), {});
  writer.finish();
  const auto blocks = blocks_of(recorded.file);
  BOOST_TEST_REQUIRE(blocks.size() == 2u + 3u + 3u);
  std::uint32_t expected = 0x000103e8 + 1;
  for (std::size_t i = 5; i < 8; ++i) {
    const auto& body = blocks[i].body;
    std::uint32_t sequence = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      sequence = (sequence << 8) | std::to_integer<std::uint32_t>(body[20 + 24 + k]);
    }
    BOOST_TEST(sequence == expected);
    expected += u32_le(body, 12) - 40;
  }
  BOOST_TEST(expected == 0x000103e8 + 4001);
}

BOOST_AUTO_TEST_CASE(a_comment_goes_to_the_last_packet) {
  Recorded recorded;
  PcapngWriter writer(recorded.sink());
  writer.opened(1, {"a", 1}, {"b", 2}, {});
  writer.comment("verdict: pass");
  writer.carried(1, true, std::vector<std::byte>(1), {});
  writer.finish();
  const auto blocks = blocks_of(recorded.file);
  BOOST_TEST_REQUIRE(blocks.size() == 6u);
  const auto& last = blocks[4].body;
  BOOST_TEST(u32_le(last, 20 + 40) == ((13u << 16) | 1u));
  BOOST_TEST(std::to_integer<char>(last[20 + 40 + 4]) == 'v');
}

BOOST_AUTO_TEST_CASE(endpoints_can_be_shown_as_others) {
  Recorded recorded;
  CaptureOptions options;
  options.shown_as = [](const Endpoint& endpoint) {
    return endpoint.address == "127.0.0.1" ? Endpoint{"10.0.0.10", 3260} : endpoint;
  };
  PcapngWriter writer(recorded.sink(), options);
  writer.opened(1, {"10.0.0.1", 5}, {"127.0.0.1", 40000}, {});
  writer.finish();
  const auto blocks = blocks_of(recorded.file);
  const auto& syn = blocks.at(2).body;
  BOOST_TEST((std::vector(syn.begin() + 36, syn.begin() + 40) == hex("0a00000a")));
  BOOST_TEST((std::vector(syn.begin() + 42, syn.begin() + 44) == hex("0cbc")));
}

// Written only if asked for: LUNSIM_CAPTURE_SAMPLE=x.pcapng, then tshark -r x.pcapng.
BOOST_AUTO_TEST_CASE(a_sample_can_be_kept_for_other_readers) {
  Recorded recorded;
  {
    PcapngWriter writer(recorded.sink());
    writer.opened(1, {"10.0.0.1", 49152}, {"10.0.0.10", 3260}, {1000});
    writer.opened(2, {"host.example", 49153}, {"fd00::10", 3260}, {2000});
    for (const std::uint32_t number : {1u, 2u}) {
      std::vector<std::byte> nop(48);
      nop[0] = std::byte{0x40};
      nop[1] = std::byte{0x80};
      for (int i = 16; i < 24; ++i) nop[static_cast<std::size_t>(i)] = std::byte{0xff};
      nop[19] = std::byte{1};
      writer.carried(number, true, nop, {3000});
      nop[0] = std::byte{0x20};
      writer.carried(number, false, nop, {4000});
      std::vector<std::byte> many;
      for (int i = 0; i < 5000; ++i) many.insert(many.end(), nop.begin(), nop.end());
      writer.carried(number, false, many, {4500});
    }
    writer.closed(1, true, false, {5000});
    writer.closed(2, false, true, {6000});
    writer.comment("the end");
  }
  BOOST_TEST(blocks_of(recorded.file).size() > 20u);
  if (const char* path = std::getenv("LUNSIM_CAPTURE_SAMPLE")) {
    std::ofstream file(path, std::ios::binary);
    for (const std::byte b : recorded.file) file.put(std::to_integer<char>(b));
  }
}

BOOST_AUTO_TEST_CASE(a_byte_leads_to_its_packet) {
  CapturePlaces places;
  PcapngWriter writer([](std::span<const std::byte>) {},
                      {.segment_bytes_max = 4, .places = &places});
  const Endpoint opener{"10.0.0.1", 50000}, listener{"10.0.0.2", 3260};
  const std::array<std::byte, 6> six{};
  writer.opened(1, opener, listener, {});                 // packets 1 to 3
  writer.carried(1, true, six, {});                       // 4: bytes 0 to 3, 5: bytes 4 and 5
  writer.carried(1, false, std::span(six).first(1), {});  // 6
  writer.carried(1, true, std::span(six).first(2), {});   // 7: bytes 6 and 7
  BOOST_TEST(places.packet_with(opener, true, 0) == 4u);
  BOOST_TEST(places.packet_with(opener, true, 3) == 4u);
  BOOST_TEST(places.packet_with(opener, true, 4) == 5u);
  BOOST_TEST(places.packet_with(opener, false, 0) == 6u);
  BOOST_TEST(places.packet_with(opener, true, 7) == 7u);
  BOOST_TEST(places.packet_with(opener, true, 8) == 0u);    // not there yet
  BOOST_TEST(places.packet_with(listener, true, 0) == 0u);  // nobody opened from there
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(ip_address)

BOOST_AUTO_TEST_CASE(ipv4_and_ipv6_text_is_read) {
  BOOST_TEST((ip_address_of("192.0.2.33").bytes == std::array<std::uint8_t, 16>{192, 0, 2, 33}));
  const auto read = parse_ip_address("2001:db8::8:800:200c:417a");  // RFC 4291 §2.2
  BOOST_TEST_REQUIRE(read.has_value());
  const std::array<std::uint8_t, 16> expected{0x20, 0x01, 0x0d, 0xb8, 0,    0,    0,    0,
                                              0,    8,    8,    0,    0x20, 0x0c, 0x41, 0x7a};
  BOOST_TEST(read->bytes == expected, boost::test_tools::per_element());
  BOOST_TEST((parse_ip_address("2001:DB8:0:0:8:800:200C:417A") == read));
  BOOST_TEST((parse_ip_address("::13.1.68.3")->bytes[12] == 13));
  BOOST_TEST((parse_ip_address("::")->bytes == std::array<std::uint8_t, 16>{}));
  BOOST_TEST((parse_ip_address("fe80::1%eth0") == parse_ip_address("fe80::1")));
}

BOOST_AUTO_TEST_CASE(other_text_is_no_address) {
  for (const char* text :
       {"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1..2.3", ":::", "1::2::3", "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9", "12345::", "g::", "1:2:3:4:5:6:7:8::", "::1.2.3", "1:"}) {
    BOOST_TEST(!parse_ip_address(text).has_value(), text);
  }
}

BOOST_AUTO_TEST_CASE(a_name_has_the_same_address_in_every_run) {
  const IpAddress made_up = ip_address_of("array");
  BOOST_TEST((made_up == ip_address_of("array")));
  BOOST_TEST((made_up != ip_address_of("host")));
  BOOST_TEST(made_up.bytes[0] == 10);
  BOOST_TEST(made_up.bytes[1] >= 128);
}

BOOST_AUTO_TEST_SUITE_END()
