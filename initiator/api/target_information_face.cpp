// GetIScsiTargetInformation: one class of information, each with a form of its own (GTI-R4 to R15).
// Only success and ERROR_INSUFFICIENT_BUFFER tell a size (GTI-R3).
#include "initiator/api/arguments.hpp"
#include "initiator/api/face.hpp"
#include "initiator/api/last_error.hpp"
#include "initiator/api/multi_string.hpp"
#include "initiator/api/structure_image.hpp"

namespace lunsim::api {
namespace {

using initiator::TargetInformation;

void put_number(OutputImage& image, ULONG number) {
  image.put<ULONG>(image.reserve<ULONG>(1), [&](ULONG& out) { out = number; });
}

/// A count, then groups; each begins at a multiple of four bytes and is as long as its structure
/// with one portal, and a portal for each more (GTI-R12).
template <class E>
void put_groups(OutputImage& image, const std::vector<std::vector<initiator::Portal>>& groups) {
  using Portal = typename E::TargetPortal;
  using Group = typename E::PortalGroup;
  put_number(image, static_cast<ULONG>(groups.size()));
  for (const auto& portals : groups) {
    const std::size_t first = image.reserve<Group>(1);
    const std::size_t more = portals.empty() ? 0 : (portals.size() - 1) * sizeof(Portal);
    image.reserve<std::byte>((sizeof(Group) + more + 3) / 4 * 4 - sizeof(Group));
    image.put<ULONG>(first, [&](ULONG& out) { out = static_cast<ULONG>(portals.size()); });
    for (std::size_t i = 0; i < portals.size(); ++i)
      image.put<Portal>(first + offsetof(Group, Portals) + i * sizeof(Portal),
                        [&](Portal& out) { fill_portal<E>(out, portals[i]); });
  }
}

template <class E>
void put_whole_mapping(OutputImage& image, const initiator::MappingInfo& mapping, bool raw) {
  const std::size_t at = image.reserve<typename E::TargetMapping>(1);
  const std::size_t luns = image.reserve<SCSI_LUN_LIST>(mapping.luns.size());
  put_luns(image, luns, mapping, raw);
  put_mapping<E>(image, at, luns, mapping);
}

void put_options(OutputImage& image, const initiator::LoginOptions& options) {
  const std::size_t at = image.reserve<ISCSI_LOGIN_OPTIONS>(1);
  unsigned char* user_name = image.append_bytes(options.username.value_or(std::string()));
  image.put<ISCSI_LOGIN_OPTIONS>(
      at, [&](ISCSI_LOGIN_OPTIONS& out) { fill_login_options(out, options, user_name); });
}

template <class E>
OutputImage image_of(const TargetInformation& information, void* base, bool raw) {
  OutputImage image(base);
  switch (information.info_class) {
    case ProtocolType:
    case TargetFlags:
      put_number(image, information.number);
      break;
    case TargetAlias:
    case InitiatorName:
      image.append_text(make_text<E>(information.text));
      break;
    case DiscoveryMechanisms:
      image.append_characters(multi_string<E>(information.mechanisms, EmptyList::is_two_nuls));
      break;
    case PortalGroups:
      put_groups<E>(image, information.portal_groups);
      break;
    case PersistentTargetMappings:
      if (information.mapping) put_whole_mapping<E>(image, *information.mapping, raw);
      break;
    default:
      put_options(image, information.options.value_or(initiator::LoginOptions{}));
      break;
  }
  return image;
}

template <class E>
ISDSC_STATUS get_information(const typename E::Char* target_name, const typename E::Char* mechanism,
                             ULONG info_class, ULONG* buffer_size, void* buffer) {
  if (target_name == nullptr || buffer_size == nullptr) return ERROR_INVALID_PARAMETER;
  return with_host([&](initiator::Host& host) -> ISDSC_STATUS {
    initiator::GetTargetInformation request;
    request.info_class = info_class;
    ISDSC_STATUS code = read_required_text(target_name, request.target_name);
    if (code == ERROR_SUCCESS) code = read_optional_text(mechanism, request.discovery_mechanism);
    if (code != ERROR_SUCCESS) return code;
    const initiator::Reply reply = host.call(std::move(request));
    if (reply.code != ERROR_SUCCESS) return reply.code;
    const auto* told = std::get_if<TargetInformation>(&reply.data);
    if (told == nullptr) return ISDSC_NON_SPECIFIC_ERROR;
    const OutputImage image = image_of<E>(*told, buffer, host.profile().raw_lun_numbers);
    return deliver_bytes(image.bytes(), buffer_size, buffer);
  });
}

}  // namespace
}  // namespace lunsim::api

extern "C" {

ISDSC_STATUS ISDSC_API GetIScsiTargetInformationA(PCHAR target_name, PCHAR discovery_mechanism,
                                                  TARGET_INFORMATION_CLASS info_class,
                                                  PULONG buffer_size, PVOID buffer) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::get_information<lunsim::api::Ansi>(
      target_name, discovery_mechanism, lunsim::api::load_at<ULONG>(&info_class, 0), buffer_size,
      buffer);
}

ISDSC_STATUS ISDSC_API GetIScsiTargetInformationW(PWCHAR target_name, PWCHAR discovery_mechanism,
                                                  TARGET_INFORMATION_CLASS info_class,
                                                  PULONG buffer_size, PVOID buffer) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::get_information<lunsim::api::Wide>(
      target_name, discovery_mechanism, lunsim::api::load_at<ULONG>(&info_class, 0), buffer_size,
      buffer);
}

}  // extern "C"
