// Structures that several functions hand out, filled from the host's values: portals, mappings,
// login options. Passwords are never among them (LTPX-R6).
#pragma once

#include "initiator/api/encoding.hpp"
#include "initiator/api/output_image.hpp"
#include "initiator/host/host.hpp"

namespace lunsim::api {

inline ISCSI_UNIQUE_SESSION_ID unique_id(const initiator::UniqueId& id) {
  return {id.adapter_unique, id.adapter_specific};
}

/// Into any structure with the members of a portal.
template <class E, class Structure>
void fill_portal(Structure& out, const initiator::Portal& portal) {
  fill_text(out.SymbolicName, make_text<E>(portal.symbolic_name));
  fill_text(out.Address, make_text<E>(portal.address));
  out.Socket = portal.port;
}

/// `user_name`: where its bytes will stand; null for none.
inline void fill_login_options(ISCSI_LOGIN_OPTIONS& out, const initiator::LoginOptions& options,
                               unsigned char* user_name) {
  const auto put = [&](ULONG bit, auto& field, const std::optional<std::uint32_t>& value) {
    if (!value) return;
    out.InformationSpecified |= bit;
    field = static_cast<std::remove_reference_t<decltype(field)>>(*value);
  };
  out.Version = options.version;
  out.LoginFlags = options.login_flags;
  put(ISCSI_LOGIN_OPTIONS_AUTH_TYPE, out.AuthType, options.auth_type);
  put(ISCSI_LOGIN_OPTIONS_HEADER_DIGEST, out.HeaderDigest, options.header_digest);
  put(ISCSI_LOGIN_OPTIONS_DATA_DIGEST, out.DataDigest, options.data_digest);
  put(ISCSI_LOGIN_OPTIONS_MAXIMUM_CONNECTIONS, out.MaximumConnections, options.maximum_connections);
  put(ISCSI_LOGIN_OPTIONS_DEFAULT_TIME_2_WAIT, out.DefaultTime2Wait, options.default_time2wait_s);
  put(ISCSI_LOGIN_OPTIONS_DEFAULT_TIME_2_RETAIN, out.DefaultTime2Retain,
      options.default_time2retain_s);
  if (!options.username) return;
  out.InformationSpecified |= ISCSI_LOGIN_OPTIONS_USERNAME;
  out.UsernameLength = static_cast<ULONG>(options.username->size());
  out.Username = user_name;
}

/// A mapping whose units stand at `luns` (RATM-R13, R14).
template <class E>
void put_mapping(OutputImage& image, std::size_t offset, std::size_t luns,
                 const initiator::MappingInfo& mapping) {
  image.put<typename E::TargetMapping>(offset, [&](auto& out) {
    fill_text(out.InitiatorName, make_text<E>(mapping.initiator_name));
    fill_text(out.TargetName, make_text<E>(mapping.target_name));
    fill_text(out.OSDeviceName, make_text<E>(mapping.os_device_name));
    out.SessionId = unique_id(mapping.session);
    out.OSBusNumber = mapping.os_bus;
    out.OSTargetNumber = mapping.os_target;
    out.LUNCount = static_cast<ULONG>(mapping.luns.size());
    if (!mapping.luns.empty()) out.LUNList = image.address_of<SCSI_LUN_LIST>(luns);
  });
}

/// TargetLUN is the plain number, or the eight bytes as one (RATM-R21).
inline void put_luns(OutputImage& image, std::size_t offset, const initiator::MappingInfo& mapping,
                     bool raw) {
  for (const initiator::MappedLun& lun : mapping.luns) {
    image.put<SCSI_LUN_LIST>(offset, [&](SCSI_LUN_LIST& out) {
      out.OSLUN = lun.os_lun;
      out.TargetLUN = raw ? lun.target_lun_raw : lun.target_lun;
    });
    offset += sizeof(SCSI_LUN_LIST);
  }
}

}  // namespace lunsim::api
