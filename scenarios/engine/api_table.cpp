#include "scenarios/engine/api_table.hpp"

#include <array>

namespace lunsim::scenarios {
namespace {

using Kind = Shape::Kind;

const Shape kNumber{.kind = Kind::number,
                    .names = Names::none,
                    .fields = {},
                    .element = nullptr,
                    .is_buffer = false};
const Shape kReturn{.kind = Kind::number,
                    .names = Names::return_code,
                    .fields = {},
                    .element = nullptr,
                    .is_buffer = false};
const Shape kStatus{.kind = Kind::number,
                    .names = Names::scsi_status,
                    .fields = {},
                    .element = nullptr,
                    .is_buffer = false};
const Shape kSenseKey{.kind = Kind::number,
                      .names = Names::sense_key,
                      .fields = {},
                      .element = nullptr,
                      .is_buffer = false};
const Shape kAscPair{.kind = Kind::number,
                     .names = Names::asc_pair,
                     .fields = {},
                     .element = nullptr,
                     .is_buffer = false};
const Shape kYesNo{.kind = Kind::number,
                   .names = Names::yes_no,
                   .fields = {},
                   .element = nullptr,
                   .is_buffer = false};
const Shape kText{
    .kind = Kind::text, .names = Names::none, .fields = {}, .element = nullptr, .is_buffer = false};
const Shape kBytes{
    .kind = Kind::bytes, .names = Names::none, .fields = {}, .element = nullptr, .is_buffer = true};

Shape record(std::vector<std::pair<std::string, const Shape*>> fields, bool is_buffer = false) {
  return {.kind = Kind::record,
          .names = Names::none,
          .fields = std::move(fields),
          .element = nullptr,
          .is_buffer = is_buffer};
}
Shape list(const Shape* element, bool is_buffer = false) {
  return {.kind = Kind::list,
          .names = Names::none,
          .fields = {},
          .element = element,
          .is_buffer = is_buffer};
}

const Shape kDuration{.kind = Kind::number,
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
  return {.name = std::move(name),
          .kind = kind,
          .size_of = {},
          .initial = initial,
          .seen = nullptr,
          .counts_characters = false};
}
Parameter out(std::string name, ParameterKind kind, const Shape& seen, std::uint64_t initial = 0) {
  return {.name = std::move(name),
          .kind = kind,
          .size_of = {},
          .initial = initial,
          .seen = &seen,
          .counts_characters = false};
}
Parameter buffer(std::string name, std::string size_of, const Shape& seen,
                 bool characters = false) {
  return {.name = std::move(name),
          .kind = ParameterKind::buffer_out,
          .size_of = std::move(size_of),
          .initial = 0,
          .seen = &seen,
          .counts_characters = characters};
}

constexpr std::uint64_t kUnset = 0xA5A5'A5A5;

using PK = ParameterKind;

std::vector<Parameter> scsi_parameters(std::vector<Parameter> first, const Shape& response) {
  first.insert(first.begin(), in("UniqueSessionId", PK::session_in));
  first.push_back(out("ScsiStatus", PK::byte_out, kStatus, 0xA5));
  first.push_back(out("ResponseSize", PK::size_in_out, kNumber, kRoomy));
  first.push_back(buffer("ResponseBuffer", "ResponseSize", response));
  first.push_back(out("SenseSize", PK::size_in_out, kNumber, 18));
  first.push_back(buffer("SenseBuffer", "SenseSize", kSense));
  return first;
}

std::vector<Function> make_functions() {
  std::vector<Function> all;
  all.push_back({"GetIScsiSessionList",
                 true,
                 {out("BufferSize", PK::size_in_out, kNumber, kRoomy),
                  out("SessionCount", PK::long_out, kNumber, kUnset),
                  buffer("SessionInfo", "BufferSize", kSessions)}});
  all.push_back({"ReportActiveIScsiTargetMappings",
                 true,
                 {out("BufferSize", PK::size_in_out, kNumber, kRoomy),
                  out("MappingCount", PK::long_out, kNumber, kUnset),
                  buffer("Mappings", "BufferSize", kMappings)}});
  all.push_back(
      {"ReportIScsiTargets",
       true,
       {in("ForceUpdate", PK::byte_value), out("BufferSize", PK::size_in_out, kNumber, 4096),
        buffer("Buffer", "BufferSize", kTextBuffer, true)}});
  all.push_back(
      {"AddIScsiSendTargetPortal",
       true,
       {in("InitiatorInstance", PK::text), in("InitiatorPortNumber", PK::long_value, kAnyPort),
        in("LoginOptions", PK::login_options), in("SecurityFlags", PK::long_long_value),
        in("Portal", PK::portal)}});
  all.push_back(
      {"LoginIScsiTarget",
       true,
       {in("TargetName", PK::text), in("IsInformationalSession", PK::byte_value),
        in("InitiatorInstance", PK::text), in("InitiatorPortNumber", PK::long_value, kAnyPort),
        in("TargetPortal", PK::portal), in("SecurityFlags", PK::long_long_value),
        in("Mappings", PK::mappings_in), in("LoginOptions", PK::login_options),
        in("KeySize", PK::long_value), in("Key", PK::key_bytes), in("IsPersistent", PK::byte_value),
        out("UniqueSessionId", PK::id_out, kUniqueId),
        out("UniqueConnectionId", PK::id_out, kUniqueId)}});
  all.push_back({"LogoutIScsiTarget", false, {in("UniqueSessionId", PK::session_in)}});
  all.push_back({"SendScsiReportLuns", false, scsi_parameters({}, kReportLuns)});
  all.push_back({"SendScsiReadCapacity", false,
                 scsi_parameters({in("Lun", PK::long_long_value)}, kCapacity)});
  all.push_back({"SendScsiInquiry", false,
                 scsi_parameters({in("Lun", PK::long_long_value), in("EvpdCmddt", PK::byte_value),
                                  in("PageCode", PK::byte_value)},
                                 kInquiry)});
  return all;
}

const std::array<std::string, 3> kPortalFields{"SymbolicName", "Address", "Socket"};
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
  return nullptr;
}

std::span<const std::string> portal_fields() { return kPortalFields; }
std::span<const std::string> login_option_fields() { return kLoginOptionFields; }
const Shape& return_shape() { return kReturn; }
const Shape& plain_number_shape() { return kNumber; }
const Shape& duration_shape() { return kDuration; }
const Shape& io_shape() { return kIo; }

}  // namespace lunsim::scenarios
