#include "scenarios/engine/api_table.hpp"

#include <array>
#include <map>

#include "initiator/api/signatures.hpp"

#include "scenarios/engine/net_table.hpp"

namespace lunsim::scenarios {
namespace {

using ShapeKind = Shape::Kind;

const Shape kNumber{.kind = ShapeKind::number,
                    .names = Names::none,
                    .fields = {},
                    .element = nullptr,
                    .is_buffer = false};
const Shape kReturn{.kind = ShapeKind::number,
                    .names = Names::return_code,
                    .fields = {},
                    .element = nullptr,
                    .is_buffer = false};
const Shape kStatus{.kind = ShapeKind::number,
                    .names = Names::scsi_status,
                    .fields = {},
                    .element = nullptr,
                    .is_buffer = false};
const Shape kSenseKey{.kind = ShapeKind::number,
                      .names = Names::sense_key,
                      .fields = {},
                      .element = nullptr,
                      .is_buffer = false};
const Shape kAscPair{.kind = ShapeKind::number,
                     .names = Names::asc_pair,
                     .fields = {},
                     .element = nullptr,
                     .is_buffer = false};
const Shape kYesNo{.kind = ShapeKind::number,
                   .names = Names::yes_no,
                   .fields = {},
                   .element = nullptr,
                   .is_buffer = false};
const Shape kText{.kind = ShapeKind::text,
                  .names = Names::none,
                  .fields = {},
                  .element = nullptr,
                  .is_buffer = false};
const Shape kBytes{.kind = ShapeKind::bytes,
                   .names = Names::none,
                   .fields = {},
                   .element = nullptr,
                   .is_buffer = true};

Shape record(std::vector<std::pair<std::string, const Shape*>> fields, bool is_buffer = false) {
  return {.kind = ShapeKind::record,
          .names = Names::none,
          .fields = std::move(fields),
          .element = nullptr,
          .is_buffer = is_buffer};
}
Shape list(const Shape* element, bool is_buffer = false) {
  return {.kind = ShapeKind::list,
          .names = Names::none,
          .fields = {},
          .element = element,
          .is_buffer = is_buffer};
}

const Shape kDuration{.kind = ShapeKind::number,
                      .names = Names::duration,
                      .fields = {},
                      .element = nullptr,
                      .is_buffer = false};
const Shape kNumberList = list(&kNumber);
const Shape kTextBuffer = list(&kText, true);
const Shape kUniqueId = record({{"AdapterUnique", &kNumber}, {"AdapterSpecific", &kNumber}}, true);
const Shape kSense = record({{"key", &kSenseKey},
                             {"asc", &kNumber},
                             {"ascq", &kNumber},
                             {"code", &kAscPair},
                             {"descriptor", &kYesNo},
                             {"deferred", &kYesNo},
                             {"information", &kNumber}},
                            true);
const Shape kCapacity = record({{"last_lba", &kNumber}, {"block", &kNumber}}, true);
const Shape kReportLuns = record({{"luns", &kNumberList}, {"list_bytes", &kNumber}}, true);
const Shape kInquiry = record({{"type", &kNumber},
                               {"qualifier", &kNumber},
                               {"version", &kNumber},
                               {"vendor", &kText},
                               {"product", &kText},
                               {"revision", &kText},
                               {"page", &kNumber},
                               {"page_bytes", &kNumber},
                               {"pages", &kNumberList},
                               {"serial", &kText}},
                              true);
const Shape kConnection = record({{"ConnectionId", &kUniqueId},
                                  {"InitiatorAddress", &kText},
                                  {"TargetAddress", &kText},
                                  {"InitiatorSocket", &kNumber},
                                  {"TargetSocket", &kNumber},
                                  {"CID", &kNumber}});
const Shape kConnections = list(&kConnection);
const Shape kSession = record({{"SessionId", &kUniqueId},
                               {"InitiatorName", &kText},
                               {"TargetNodeName", &kText},
                               {"TargetName", &kText},
                               {"ISID", &kBytes},
                               {"TSID", &kBytes},
                               {"ConnectionCount", &kNumber},
                               {"Connections", &kConnections}});
const Shape kSessions = list(&kSession, true);
const Shape kMappedLun = record({{"OSLUN", &kNumber}, {"TargetLUN", &kNumber}});
const Shape kMappedLuns = list(&kMappedLun);
const Shape kMapping = record({{"InitiatorName", &kText},
                               {"TargetName", &kText},
                               {"OSDeviceName", &kText},
                               {"SessionId", &kUniqueId},
                               {"OSBusNumber", &kNumber},
                               {"OSTargetNumber", &kNumber},
                               {"LUNCount", &kNumber},
                               {"LUNList", &kMappedLuns}});
const Shape kMappings = list(&kMapping, true);
const Shape kScsiAddress = record(
    {{"PortNumber", &kNumber}, {"PathId", &kNumber}, {"TargetId", &kNumber}, {"Lun", &kNumber}});
const Shape kDevice = record({{"InitiatorName", &kText},
                              {"TargetName", &kText},
                              {"ScsiAddress", &kScsiAddress},
                              {"DeviceInterfaceName", &kText},
                              {"LegacyName", &kText}});
const Shape kDevices = list(&kDevice, true);
const Shape kPortalInfo = record({{"InitiatorName", &kText},
                                  {"InitiatorPortNumber", &kNumber},
                                  {"SymbolicName", &kText},
                                  {"Address", &kText},
                                  {"Socket", &kNumber}});
const Shape kPortalList = list(&kPortalInfo, true);
const Shape kTargetPortal =
    record({{"SymbolicName", &kText}, {"Address", &kText}, {"Socket", &kNumber}});
const Shape kTargetPortals = list(&kTargetPortal, true);
const Shape kPersistentLogin = record({{"TargetName", &kText},
                                       {"IsInformationalSession", &kYesNo},
                                       {"InitiatorInstance", &kText},
                                       {"InitiatorPortNumber", &kNumber}});
const Shape kPersistentLogins = list(&kPersistentLogin, true);
const Shape kName{.kind = ShapeKind::text,
                  .names = Names::none,
                  .fields = {},
                  .element = nullptr,
                  .is_buffer = true};
const Shape kVersion = record(
    {{"MajorVersion", &kNumber}, {"MinorVersion", &kNumber}, {"BuildNumber", &kNumber}}, true);
const Shape kIo = record({{"return", &kReturn},
                          {"answered", &kYesNo},
                          {"status", &kStatus},
                          {"sense", &kSense},
                          {"data", &kBytes},
                          {"data_bytes", &kNumber},
                          {"underflow", &kNumber},
                          {"overflow", &kNumber}});

constexpr std::uint64_t kAnyPort = 0xFFFF'FFFF;
constexpr std::uint64_t kRoomy = 65536;

Parameter in(std::string name, ParameterKind kind, std::uint64_t initial = 0) {
  return {
      .name = std::move(name), .kind = kind, .size_of = {}, .initial = initial, .seen = nullptr};
}
Parameter out(std::string name, ParameterKind kind, const Shape& seen, std::uint64_t initial = 0) {
  return {.name = std::move(name), .kind = kind, .size_of = {}, .initial = initial, .seen = &seen};
}
Parameter buffer(std::string name, std::string size_of, const Shape& seen) {
  return {.name = std::move(name),
          .kind = ParameterKind::buffer_out,
          .size_of = std::move(size_of),
          .initial = 0,
          .seen = &seen};
}

constexpr std::uint64_t kUnset = 0xA5A5'A5A5;

using PK = ParameterKind;

using FieldKind = api::Kind;

/// What comes out of a buffer, by its function.
const Shape& shape_of_buffer(std::string_view function, std::string_view parameter) {
  static const std::map<std::string_view, const Shape*> kShapes{
      {"GetIScsiSessionList", &kSessions},
      {"ReportActiveIScsiTargetMappings", &kMappings},
      {"SendScsiReportLuns", &kReportLuns},
      {"SendScsiReadCapacity", &kCapacity},
      {"SendScsiInquiry", &kInquiry},
      {"GetDevicesForIScsiSession", &kDevices},
      {"ReportIScsiSendTargetPortals", &kPortalList},
      {"ReportIScsiTargetPortals", &kTargetPortals},
      {"ReportIScsiPersistentLogins", &kPersistentLogins},
  };
  if (parameter == "SenseBuffer") return kSense;
  if (parameter == "Buffer" && function != "GetIScsiTargetInformation") return kTextBuffer;
  const auto found = kShapes.find(function);
  return found == kShapes.end() ? kBytes : *found->second;
}

std::uint64_t initial_size(const api::Signature& signature, std::string_view parameter) {
  if (parameter == "SenseSize") return 18;
  if (signature.ansi_unit_bytes == 1 && signature.wide_unit_bytes == 2) return 4096;
  // Elements: so many as fit where bytes are roomy.
  return signature.wide_unit_bytes > 2 ? kRoomy / signature.wide_unit_bytes : kRoomy;
}

Parameter parameter_of(const api::Signature& signature, const api::SignatureParameter& one) {
  const std::string name(one.name);
  switch (one.kind) {
    case FieldKind::byte_value:
      return in(name, PK::byte_value);
    case FieldKind::long_value:
      return in(name, PK::long_value, name == "InitiatorPortNumber" ? kAnyPort : 0);
    case FieldKind::long_long_value:
      return in(name, PK::long_long_value);
    case FieldKind::text:
      return in(name, PK::text);
    case FieldKind::bytes: {
      Parameter bytes = in(name, PK::key_bytes);
      bytes.size_of = one.size_of;
      return bytes;
    }
    case FieldKind::session:
    case FieldKind::connection:
      return in(name, PK::session_in);
    case FieldKind::portal:
      return in(name, PK::portal);
    case FieldKind::portal_group:
      return in(name, PK::portal_group);
    case FieldKind::login_options:
      return in(name, PK::login_options);
    case FieldKind::portal_group_tag:
      return in(name, PK::word_in);
    case FieldKind::mapping:
    case FieldKind::reserved:
      return in(name, PK::null_in);
    case FieldKind::ike:
      return in(name, PK::ike);
    case FieldKind::byte_out:
      return out(name, PK::byte_out, kStatus, 0xA5);
    case FieldKind::count_out:
      return out(name, PK::long_out, kNumber, kUnset);
    case FieldKind::size:
      return out(name, PK::size_in_out, kNumber, initial_size(signature, one.name));
    case FieldKind::buffer: {
      Parameter list =
          buffer(name, std::string(one.size_of), shape_of_buffer(signature.name, name));
      list.ansi_unit = name == "SenseBuffer" ? 1 : signature.ansi_unit_bytes;
      list.wide_unit = name == "SenseBuffer" ? 1 : signature.wide_unit_bytes;
      return list;
    }
    case FieldKind::id_out:
      return out(name, PK::id_out, kUniqueId);
    case FieldKind::name_out:
      return out(name, PK::fixed_out, kName);
    case FieldKind::version_out:
      return out(name, PK::fixed_out, kVersion);
  }
  return in(name, PK::null_in);
}

std::vector<Function> make_functions() {
  std::vector<Function> all;
  for (const api::Signature& signature : api::signatures()) {
    Function function{std::string(signature.name), signature.has_forms, {}};
    for (const api::SignatureParameter& one : signature.parameters)
      function.parameters.push_back(parameter_of(signature, one));
    all.push_back(std::move(function));
  }
  return all;
}

const std::array<std::string, 3> kPortalFields{"SymbolicName", "Address", "Socket"};
const std::array<std::string, 5> kIkeFields{"AuthMethod", "SecurityFlags", "IdType", "Id", "Key"};
const std::array<std::string, 13> kLoginOptionFields{"Version",
                                                     "InformationSpecified",
                                                     "LoginFlags",
                                                     "AuthType",
                                                     "HeaderDigest",
                                                     "DataDigest",
                                                     "MaximumConnections",
                                                     "DefaultTime2Wait",
                                                     "DefaultTime2Retain",
                                                     "UsernameLength",
                                                     "PasswordLength",
                                                     "Username",
                                                     "Password"};

}  // namespace

const Parameter* Function::find(std::string_view parameter) const {
  for (const Parameter& candidate : parameters)
    if (candidate.name == parameter) return &candidate;
  return nullptr;
}

std::span<const Function> functions() {
  static const std::vector<Function> kFunctions = make_functions();
  return kFunctions;
}

const Function* function_named(std::string_view name, bool& ansi) {
  ansi = false;
  for (const Function& function : functions()) {
    if (name == function.name) return &function;
    if (!function.has_forms || name.size() != function.name.size() + 1) continue;
    const char form = name.back();
    if (name.substr(0, name.size() - 1) != function.name || (form != 'A' && form != 'W')) continue;
    ansi = form == 'A';
    return &function;
  }
  for (const NetFunction& one : net_functions())
    if (name == one.function.name) return &one.function;
  return nullptr;
}

std::span<const std::string> portal_fields() { return kPortalFields; }
std::span<const std::string> login_option_fields() { return kLoginOptionFields; }
std::span<const std::string> ike_fields() { return kIkeFields; }
const Shape& return_shape() { return kReturn; }
const Shape& plain_number_shape() { return kNumber; }
const Shape& duration_shape() { return kDuration; }
const Shape& io_shape() { return kIo; }

}  // namespace lunsim::scenarios
