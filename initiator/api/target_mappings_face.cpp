// ReportActiveIScsiTargetMappings: mappings with a constant stride, then their LUN lists (RATM-R13,
// R14).
#include "initiator/api/face.hpp"
#include "initiator/api/last_error.hpp"
#include "initiator/api/structure_image.hpp"

namespace lunsim::api {
namespace {

using initiator::MappingInfo;
using Mappings = std::vector<MappingInfo>;

template <class E>
OutputImage image_of(const Mappings& mappings, void* base, bool raw) {
  OutputImage image(base);
  const std::size_t first = image.reserve<typename E::TargetMapping>(mappings.size());
  for (std::size_t i = 0; i < mappings.size(); ++i) {
    const std::size_t luns = image.reserve<SCSI_LUN_LIST>(mappings[i].luns.size());
    put_luns(image, luns, mappings[i], raw);
    put_mapping<E>(image, first + i * sizeof(typename E::TargetMapping), luns, mappings[i]);
  }
  return image;
}

template <class E>
ISDSC_STATUS list_mappings(ULONG* buffer_size, ULONG* count, typename E::TargetMapping* buffer) {
  if (buffer_size == nullptr || count == nullptr) return ERROR_INVALID_PARAMETER;  // RATM-R12
  return with_host([&](initiator::Host& host) -> ISDSC_STATUS {
    const initiator::Reply reply = host.call(initiator::ListMappings{});
    if (reply.code != ERROR_SUCCESS) return reply.code;
    const auto* found = std::get_if<Mappings>(&reply.data);
    const Mappings mappings = found != nullptr ? *found : Mappings{};
    const initiator::Host::Profile& profile = host.profile();
    const OutputImage image = image_of<E>(mappings, buffer, profile.raw_lun_numbers);
    return deliver_list({buffer_size, count, buffer}, image.bytes(),
                        static_cast<ULONG>(mappings.size()), profile.empty_list_probe_insufficient,
                        sizeof(typename E::TargetMapping));
  });
}

}  // namespace
}  // namespace lunsim::api

extern "C" {

ISDSC_STATUS ISDSC_API ReportActiveIScsiTargetMappingsA(PULONG buffer_size, PULONG mapping_count,
                                                        PISCSI_TARGET_MAPPINGA mappings) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::list_mappings<lunsim::api::Ansi>(buffer_size, mapping_count, mappings);
}

ISDSC_STATUS ISDSC_API ReportActiveIScsiTargetMappingsW(PULONG buffer_size, PULONG mapping_count,
                                                        PISCSI_TARGET_MAPPINGW mappings) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::list_mappings<lunsim::api::Wide>(buffer_size, mapping_count, mappings);
}

}  // extern "C"
