#include "conformance/api_cases/stage.hpp"

#include <cstddef>

namespace lunsim::conformance {
namespace {

using Wide = WideForm;
using Ansi = AnsiForm;
using K = api::Kind;

constexpr ULONG kConnections = 4;

/// A key for `mark`; what it points to is the frame's.
IKE_AUTHENTICATION_INFORMATION ike_of(Frame& frame, const std::string& mark) {
  const std::string key = "the key of the group";
  IKE_AUTHENTICATION_INFORMATION info{};
  info.AuthMethod = IKE_AUTHENTICATION_PRESHARED_KEY_METHOD;
  info.PsKey.SecurityFlags = ISCSI_SECURITY_FLAG_VALID | ISCSI_SECURITY_FLAG_MAIN_MODE_ENABLED;
  info.PsKey.IdType = ID_FQDN;
  info.PsKey.Id = static_cast<PUCHAR>(frame.keep(mark));
  info.PsKey.IdLengthInBytes = static_cast<ULONG>(mark.size());
  info.PsKey.Key = static_cast<PUCHAR>(frame.keep(key));
  info.PsKey.KeyLengthInBytes = static_cast<ULONG>(key.size());
  return info;
}

/// A secret or key of a length that its function takes.
std::string secret_of(std::string_view function) {
  return function == "SetIScsiInitiatorRADIUSSharedSecret" ? "0123456789abcdef012345"
                                                           : "0123456789ab";
}

std::string first_instance(Bench& bench) {
  ULONG size = 1024;
  CallerBuffer buffer(size);
  if (bench.api.ReportIScsiInitiatorListA(&size, buffer.as<CHAR>()) != ERROR_SUCCESS) return {};
  const auto names = buffer.texts_at<CHAR>(0);
  return names.empty() ? std::string() : names.front();
}

}  // namespace

Stage::Stage(Bench& bench) : bench_(bench), instance_(first_instance(bench)) {
  const Functions& api = bench.api;
  session_ = log_in(bench, kConnections);
  auto portal = portal_at<Wide>(bench, bench.portal);
  const ISDSC_STATUS more = api.AddIScsiConnectionW(&session_.id, nullptr, kAnyPort, &portal, 0,
                                                    nullptr, 0, nullptr, &connection_);
  add_portal(bench, bench.other_portal);
  const ISDSC_STATUS stored = store_login(bench, bench.target);
  bind_device();
  api.AddISNSServerA(Text<Ansi>(bench.isns_server).get());
  const ISDSC_STATUS radius = api.AddRadiusServerA(Text<Ansi>("10.0.0.30").get());
  const ISDSC_STATUS known = know_static_target("an alias", {bench.portal, bench.other_portal});
  Frame key = frame(*api::signature_of("SetIScsiIKEInfo"), true);
  is_whole_ = key.call(api) == ERROR_SUCCESS && session_.code == ERROR_SUCCESS &&
              more == ERROR_SUCCESS && stored == ERROR_SUCCESS && radius == ERROR_SUCCESS &&
              known == ERROR_SUCCESS && !instance_.empty() && !free_device_.empty();
}

ISDSC_STATUS Stage::know_static_target(const std::string& alias,
                                       const std::vector<std::string>& addresses) const {
  constexpr std::size_t kPortals = offsetof(ISCSI_TARGET_PORTAL_GROUPA, Portals);
  std::vector<unsigned char> group(sizeof(ISCSI_TARGET_PORTAL_GROUPA) +
                                   addresses.size() * sizeof(ISCSI_TARGET_PORTALA));
  const auto count = static_cast<ULONG>(addresses.size());
  std::memcpy(group.data() + offsetof(ISCSI_TARGET_PORTAL_GROUPA, Count), &count, sizeof count);
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const auto portal = portal_at<Ansi>(bench_, addresses[i]);
    std::memcpy(group.data() + kPortals + i * sizeof portal, &portal, sizeof portal);
  }
  return bench_.api.AddIScsiStaticTargetA(
      Text<Ansi>(static_target()).get(), Text<Ansi>(alias).get(), 0, 0, nullptr, nullptr,
      reinterpret_cast<PISCSI_TARGET_PORTAL_GROUPA>(group.data()));
}

void Stage::log_out_others() const {
  ULONG size = kRoomyBytes, count = 0;
  CallerBuffer buffer(size);
  bench_.api.GetIScsiSessionListA(&size, &count, buffer.as<ISCSI_SESSION_INFOA>());
  for (ULONG i = 0; i < count; ++i) {
    auto id = buffer.at<ISCSI_SESSION_INFOA>(i * sizeof(ISCSI_SESSION_INFOA)).SessionId;
    if (std::memcmp(&id, &session_.id, sizeof id) != 0) bench_.api.LogoutIScsiTarget(&id);
  }
}

void Stage::bind_device() {
  ULONG count = 4;
  CallerBuffer buffer(count * sizeof(ISCSI_DEVICE_ON_SESSIONA));
  const auto name_at = [&](std::size_t i) {
    return conformance::text_of(
        buffer.at<ISCSI_DEVICE_ON_SESSIONA>(i * sizeof(ISCSI_DEVICE_ON_SESSIONA))
            .DeviceInterfaceName);
  };
  const ISDSC_STATUS code = bench_.api.GetDevicesForIScsiSessionA(
      &session_.id, &count, buffer.as<ISCSI_DEVICE_ON_SESSIONA>());
  if (code != ERROR_SUCCESS || count < 2) return;
  bound_device_ = name_at(0);
  free_device_ = name_at(1);
  bench_.api.AddPersistentIScsiDeviceA(Text<Ansi>(bound_device_).get());
}

Frame Stage::frame(const api::Signature& signature, bool ansi) const {
  Frame frame(signature, ansi);
  for (std::size_t at = 0; at < signature.parameters.size(); ++at) put(frame, at);
  return frame;
}

std::string Stage::text_of(std::string_view function, std::string_view parameter) const {
  if (parameter == "InitiatorInstance" || parameter == "InitiatorName") return instance_;
  if (parameter == "TargetAlias") return "an alias";
  if (parameter == "DiscoveryMechanism") return "Static";
  if (parameter == "InitiatorNodeName") return "iqn.2026-11.org.lunsim:renamed";
  if (parameter == "DestinationAddress") return "10.0.0.1";
  if (parameter == "OuterModeAddress") return "10.0.0.2";
  if (parameter == "DevicePath")
    return function == "AddPersistentIScsiDevice" ? free_device_ : bound_device_;
  if (parameter == "Address")
    return function.find("ISNS") != std::string_view::npos ? bench_.isns_server : "10.0.0.30";
  if (function == "LoginIScsiTarget") return bench_.other_target;
  const bool is_static = function.ends_with("StaticTarget") ||
                         function == "GetIScsiTargetInformation" ||
                         function == "ReportIScsiTargetPortals";
  return is_static ? static_target() : bench_.target;
}

std::string Stage::portal_of(std::string_view function) const {
  if (function == "LoginIScsiTarget") return bench_.other_portal;
  if (function == "AddIScsiSendTargetPortal") return bench_.empty_portal;
  return bench_.portal;
}

template <class F>
void Stage::put_form(Frame& frame, std::size_t at) const {
  const std::string_view function = frame.signature().name;
  const K kind = frame.signature().parameters[at].kind;
  const auto portal = portal_at<F>(bench_, portal_of(function));
  if (kind == K::portal && function == "RemoveIScsiPersistentTarget")
    return frame.put(at, typename F::Portal{});  // the login was stored for any
  if (kind == K::portal) return frame.put(at, portal);
  if (kind == K::mapping) {
    typename F::Mapping mapping{};
    mapping.OSTargetNumber = 9;
    return frame.put(at, mapping);
  }
  typename F::PortalGroup group{};
  group.Count = 1;
  group.Portals[0] = portal;
  frame.put(at, group);
}

void Stage::put(Frame& frame, std::size_t at) const {
  const api::SignatureParameter& parameter = frame.signature().parameters[at];
  const std::string_view function = frame.signature().name;
  const std::size_t width = frame.is_ansi() ? sizeof(CHAR) : sizeof(WCHAR);
  switch (parameter.kind) {
    case K::byte_value:
    case K::long_long_value:
      return frame.put_number(at, 0);
    case K::long_value:
      if (parameter.name == "InitiatorPortNumber") return frame.put_number(at, kAnyPort);
      if (parameter.name == "InfoClass") return frame.put_number(at, TargetAlias);
      if (parameter.name == "TargetFlags") return frame.put_number(at, 0);
      return frame.put_number(at, secret_of(function).size());
    case K::text:
      return frame.put_text(at, text_of(function, parameter.name));
    case K::bytes:
      return frame.put_bytes(at, secret_of(function).data(), secret_of(function).size());
    case K::session:
      return frame.put(at, session_.id);
    case K::connection:
      return frame.put(at, connection_);
    case K::portal:
    case K::portal_group:
    case K::mapping:
      return frame.is_ansi() ? put_form<Ansi>(frame, at) : put_form<Wide>(frame, at);
    case K::login_options:
      return frame.put(at, ISCSI_LOGIN_OPTIONS{});
    case K::portal_group_tag:
      return frame.put(at, USHORT{1});
    case K::reserved:
      return frame.put(at, ULONG{0});
    case K::ike:
      return frame.put(at, ike_of(frame, bench_.mark));
    case K::byte_out:
      return frame.put_room(at, 1);
    case K::count_out:
      return frame.put(at, kNoSize);
    case K::size: {
      const bool is_sense = parameter.name == "SenseSize";
      const std::size_t unit =
          frame.is_ansi() ? frame.signature().ansi_unit_bytes : frame.signature().wide_unit_bytes;
      return frame.put(at, is_sense ? ULONG{18} : static_cast<ULONG>(kRoomyBytes / unit));
    }
    case K::buffer:
      return frame.put_room(at, parameter.name == "SenseBuffer" ? 18 : kRoomyBytes);
    case K::id_out:
      return frame.put_room(at, sizeof(ISCSI_UNIQUE_SESSION_ID));
    case K::name_out:
      return frame.put_room(at, (MAX_ISCSI_NAME_LEN + 1) * width);
    case K::version_out:
      return frame.put_room(at, sizeof(ISCSI_VERSION_INFO));
  }
}

}  // namespace lunsim::conformance
