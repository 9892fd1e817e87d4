#include "initiator/remote/state_file.hpp"

#include <string_view>

#include "initiator/remote/configuration_fields.hpp"
#include "protocol/bytes/crc32c.hpp"

namespace lunsim::initiator::remote {
namespace {

constexpr std::string_view kFirstLine = "lunsim host state\n";
constexpr std::uint16_t kStateVersion = 2;
constexpr std::size_t kDigestBytes = 4;

tl::unexpected<std::string> wrong(std::string what) {
  return tl::unexpected<std::string>(std::move(what));
}

}  // namespace

std::vector<std::byte> encode_state(const HostConfiguration& configuration) {
  std::vector<std::byte> out;
  bytes::LittleWriter(out).text(kFirstLine);
  Writer writer(out);
  writer(kStateVersion, configuration);
  const std::uint32_t crc = bytes::crc32c(out);
  writer(crc);
  return out;
}

tl::expected<HostConfiguration, std::string> decode_state(std::span<const std::byte> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (!text.starts_with(kFirstLine)) return wrong("it is no state of a lunsim host");
  const std::size_t head = kFirstLine.size() + sizeof kStateVersion;
  if (bytes.size() < head + kDigestBytes) return wrong("it is cut off");
  const auto summed = bytes.first(bytes.size() - kDigestBytes);
  if (bytes::load_digest(bytes.data() + summed.size()) != bytes::crc32c(summed))
    return wrong("it is damaged: its checksum is wrong");
  Reader version_reader(summed.subspan(kFirstLine.size(), sizeof kStateVersion));
  std::uint16_t version = 0;
  version_reader(version);
  if (version < 1 || version > kStateVersion)
    return wrong("it has version " + std::to_string(version) + ", and this lunsim knows 1 to " +
                 std::to_string(kStateVersion));
  HostConfiguration configuration;
  Reader reader(summed.subspan(head));
  if (version == 1)
    fields_of_version_1(reader, configuration);
  else
    reader(configuration);
  if (!reader.is_complete()) return wrong("it is damaged: its values make no sense");
  return configuration;
}

}  // namespace lunsim::initiator::remote
