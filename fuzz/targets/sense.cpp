// Sense data from a target: decoding and describing any bytes must end, and what was understood
// must survive being written again in the format that can carry all of it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "fuzz/require.hpp"
#include "protocol/scsi/cdb.hpp"
#include "protocol/scsi/sense.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace scsi = lunsim::scsi;
  using lunsim::fuzz::require;
  constexpr std::size_t kHeadBytes = 8;
  const auto bytes = std::as_bytes(std::span(data, size));
  require(!scsi::describe_sense(bytes).empty(), "any sense is described");
  require(!scsi::describe_cdb(bytes).empty(), "any CDB is described");

  const auto sense = scsi::decode_sense(bytes);
  if (!sense) {
    require(!sense.error().reason.empty(), "a refusal has a reason");
    // A field of the fixed head that is missing has its place all the same.
    require(sense.error().byte_offset <= std::max(bytes.size(), kHeadBytes),
            "a refusal has a place");
    return 0;
  }
  require(!scsi::summary(*sense).empty(), "any sense has a summary");
  const auto again = scsi::encode_sense(*sense, scsi::SenseFormat::descriptor);
  const auto twice = scsi::decode_sense(again);
  require(twice.has_value(), "what we write, we read");
  require(scsi::encode_sense(*twice, scsi::SenseFormat::descriptor) == again,
          "the second writing is as the first");
  return 0;
}
