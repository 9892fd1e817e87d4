#include "scenarios/engine/api_call.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <functional>
#include <optional>

#include <fmt/format.h>

#include "initiator/api/include/iscsidsc.h"
#include "initiator/api/signatures.hpp"
#include "protocol/bytes/utf16.hpp"
#include "scenarios/engine/api_decode.hpp"
#include "scenarios/engine/call_memory.hpp"
#include "scenarios/engine/call_thread.hpp"
#include "scenarios/engine/net_call.hpp"

namespace lunsim::scenarios {
namespace {

constexpr std::byte kFill{0xA5};
constexpr std::uint64_t kBufferBytesMax = 16u << 20;

/// A parameter as it was passed: a value, or a piece of memory.
struct Passed {
  bool is_value = false;
  std::uint64_t value = 0;
  std::byte* memory = nullptr;  // null: NULL was passed
  std::size_t bytes = 0;
  std::vector<std::byte> before;
};

class OneCall {
 public:
  OneCall(const Function& function, bool ansi, const Arguments& arguments,
          const Variables& variables, const AddressMap& addresses, Probe* probe)
      : function_(function),
        signature_(*api::signature_of(function.name)),
        ansi_(ansi),
        arguments_(arguments),
        variables_(variables),
        addresses_(addresses),
        probe_(probe) {}

  CallResult run() {
    for (const Parameter& parameter : function_.parameters)
      if (parameter.kind != ParameterKind::buffer_out) prepare(parameter);
    for (const Parameter& parameter : function_.parameters)
      if (parameter.kind == ParameterKind::buffer_out) prepare_buffer(parameter);
    if (!result_.trouble.empty()) return result_;
    const std::string broken_off = CallMemory::guard([this] {
      if (probe_ != nullptr) probe_->before_call(function_);
      result_.returned = invoke();
      const CallThread* const thread = CallThread::current();
      const bool is_forgotten = thread != nullptr && thread->is_forgotten();
      if (probe_ != nullptr && !is_forgotten) probe_->after_call(function_, result_.returned);
      memory_.misbehave();
    });
    result_.trouble = broken_off.empty() ? memory_.check() : broken_off;
    result_.wrote_outside = !result_.trouble.empty();
    result_.broken_off = !broken_off.empty();
    if (result_.broken_off) return result_;
    result_.out.emplace("return", Seen::of_number(result_.returned, Names::return_code));
    for (const Parameter& parameter : function_.parameters)
      if (parameter.seen != nullptr) observe(parameter);
    return result_;
  }

 private:
  // --- before ---

  const Argument* argument_of(const std::string& name) const {
    const auto found = arguments_.find(name);
    return found == arguments_.end() ? nullptr : &found->second;
  }
  bool is_null(const std::string& name) const {
    const Argument* argument = argument_of(name);
    return argument != nullptr && argument->kind == Argument::Kind::null;
  }
  std::uint64_t number_of(const Number& number) {
    const auto value = value_of(number, variables_);
    if (!value) result_.trouble = "$" + number.variable + " has no value here";
    return value.value_or(0);
  }
  /// Of a length that is not given: that of the bytes.
  std::uint64_t length_for(const Parameter& parameter) const {
    for (const Parameter& other : function_.parameters) {
      if (other.kind != ParameterKind::key_bytes || other.size_of != parameter.name) continue;
      const Argument* bytes = argument_of(other.name);
      if (bytes != nullptr) return bytes->bytes.size();
    }
    return parameter.initial;
  }
  std::uint64_t initial_of(const Parameter& parameter) {
    const Argument* argument = argument_of(parameter.name);
    if (argument == nullptr) return length_for(parameter);
    return argument != nullptr && argument->kind == Argument::Kind::number
               ? number_of(argument->number)
               : parameter.initial;
  }
  void place(const std::string& name, std::vector<std::byte> content) {
    Passed& passed = passed_[name];
    passed.memory = memory_.place(name, content);
    passed.bytes = content.size();
    passed.before = std::move(content);
  }
  template <class Value>
  static std::vector<std::byte> bytes_of(const Value& value) {
    std::vector<std::byte> out(sizeof(Value));
    std::memcpy(out.data(), &value, sizeof(Value));
    return out;
  }

  void prepare(const Parameter& parameter) {
    const Argument* argument = argument_of(parameter.name);
    Passed& passed = passed_[parameter.name];
    if (is_null(parameter.name)) return;
    switch (parameter.kind) {
      case ParameterKind::byte_value:
      case ParameterKind::long_value:
      case ParameterKind::long_long_value:
        passed.is_value = true;
        passed.value = initial_of(parameter);
        return;
      case ParameterKind::byte_out:
        return place(parameter.name, bytes_of(static_cast<std::uint8_t>(initial_of(parameter))));
      case ParameterKind::long_out:
      case ParameterKind::size_in_out:
        return place(parameter.name, bytes_of(static_cast<std::uint32_t>(initial_of(parameter))));
      case ParameterKind::id_out:
        return place(parameter.name, std::vector<std::byte>(16, kFill));
      case ParameterKind::text:
        if (argument != nullptr) place(parameter.name, encoded(argument->text));
        return;
      case ParameterKind::key_bytes:
        if (argument != nullptr) place(parameter.name, argument->bytes);
        return;
      case ParameterKind::session_in:
        return prepare_session(parameter.name, argument);
      case ParameterKind::portal:
        return prepare_portal(parameter.name, argument);
      case ParameterKind::login_options:
        return prepare_options(parameter.name, argument);
      case ParameterKind::portal_group:
        return prepare_group(parameter.name, argument);
      case ParameterKind::word_in:
        if (argument != nullptr)
          place(parameter.name, bytes_of(static_cast<std::uint16_t>(initial_of(parameter))));
        return;
      case ParameterKind::ike:
        return prepare_ike(parameter.name, argument);
      case ParameterKind::fixed_out:
        return place(parameter.name, std::vector<std::byte>(fixed_bytes(parameter), kFill));
      case ParameterKind::null_in:
      case ParameterKind::buffer_out:
        return;
    }
  }

  void prepare_buffer(const Parameter& parameter) {
    if (is_null(parameter.name)) return;
    const Parameter& size = *function_.find(parameter.size_of);
    std::uint64_t bytes = is_null(size.name) ? 64 : initial_of(size);
    bytes *= unit_of(parameter);
    if (bytes > kBufferBytesMax) {
      result_.trouble = fmt::format("a buffer of {} bytes is beyond what the harness lends", bytes);
      return;
    }
    place(parameter.name, std::vector<std::byte>(bytes, kFill));
  }

  std::vector<std::byte> encoded(const std::string& text) {
    std::vector<std::byte> out;
    if (ansi_) {
      for (const char c : text) out.push_back(static_cast<std::byte>(c));
      out.push_back(std::byte{0});
      return out;
    }
    const auto wide = bytes::utf16_from_utf8(text);
    std::u16string units = wide ? *wide : std::u16string{};
    units += u'\0';
    out.resize(units.size() * sizeof(char16_t));
    std::memcpy(out.data(), units.data(), out.size());
    return out;
  }

  void prepare_session(const std::string& name, const Argument* argument) {
    if (argument == nullptr) return;
    ISCSI_UNIQUE_SESSION_ID id{};
    if (argument->kind == Argument::Kind::session) {
      const auto found = variables_.find(argument->text);
      if (found == variables_.end() || found->second.bytes.size() != sizeof id) {
        result_.trouble =
            fmt::format("there is no session {} here: its login did not succeed", argument->text);
        return;
      }
      std::memcpy(&id, found->second.bytes.data(), sizeof id);
    } else {
      id.AdapterUnique = number_in(*argument, "AdapterUnique", 0);
      id.AdapterSpecific = number_in(*argument, "AdapterSpecific", 0);
    }
    place(name, bytes_of(id));
  }

  const Argument* field_of(const Argument& record, std::string_view field) const {
    for (std::size_t i = 0; i < record.fields.size(); ++i)
      if (record.fields[i] == field) return &record.values[i];
    return nullptr;
  }
  std::uint64_t number_in(const Argument& record, std::string_view field, std::uint64_t otherwise) {
    const Argument* value = field_of(record, field);
    return value == nullptr ? otherwise : number_of(value->number);
  }
  std::string text_in(const Argument& record, std::string_view field) const {
    const Argument* value = field_of(record, field);
    return value == nullptr ? std::string{} : value->text;
  }

  std::size_t unit_of(const Parameter& parameter) const {
    return ansi_ ? parameter.ansi_unit : parameter.wide_unit;
  }
  std::size_t fixed_bytes(const Parameter& parameter) const {
    if (parameter.seen->kind == Shape::Kind::record) return sizeof(ISCSI_VERSION_INFO);
    return (MAX_ISCSI_NAME_LEN + 1) * (ansi_ ? sizeof(CHAR) : sizeof(WCHAR));
  }

  void prepare_portal(const std::string& name, const Argument* argument) {
    if (argument != nullptr) place(name, portal_bytes(*argument));
  }
  void prepare_group(const std::string& name, const Argument* argument) {
    if (argument == nullptr) return;
    std::vector<std::byte> group = bytes_of(static_cast<ULONG>(argument->values.size()));
    group.resize(offsetof(ISCSI_TARGET_PORTAL_GROUPW, Portals));
    for (const Argument& portal : argument->values) {
      const std::vector<std::byte> raw = portal_bytes(portal);
      group.insert(group.end(), raw.begin(), raw.end());
    }
    // A group has room for one portal, whatever its count says.
    const std::size_t least =
        ansi_ ? sizeof(ISCSI_TARGET_PORTAL_GROUPA) : sizeof(ISCSI_TARGET_PORTAL_GROUPW);
    if (group.size() < least) group.resize(least);
    place(name, std::move(group));
  }
  void prepare_ike(const std::string& name, const Argument* argument) {
    if (argument == nullptr) return;
    IKE_AUTHENTICATION_INFORMATION info{};
    info.AuthMethod = static_cast<IKE_AUTHENTICATION_METHOD>(
        number_in(*argument, "AuthMethod", IKE_AUTHENTICATION_PRESHARED_KEY_METHOD));
    info.PsKey.SecurityFlags = number_in(*argument, "SecurityFlags", 0);
    info.PsKey.IdType = static_cast<UCHAR>(number_in(*argument, "IdType", ID_FQDN));
    const auto blob = [&](std::string_view field, PUCHAR& pointer, ULONG& length) {
      std::vector<std::byte> raw;
      for (const char c : text_in(*argument, field)) raw.push_back(static_cast<std::byte>(c));
      length = static_cast<ULONG>(raw.size());
      if (!raw.empty()) pointer = reinterpret_cast<PUCHAR>(memory_.place(std::string(field), raw));
    };
    blob("Id", info.PsKey.Id, info.PsKey.IdLengthInBytes);
    blob("Key", info.PsKey.Key, info.PsKey.KeyLengthInBytes);
    place(name, bytes_of(info));
  }

  std::vector<std::byte> portal_bytes(const Argument& record) {
    const Argument* const argument = &record;
    Address address{text_in(*argument, "Address"),
                    static_cast<std::uint16_t>(number_in(*argument, "Socket", 3260))};
    address = addresses_.really(address);
    const std::size_t width = ansi_ ? 1 : 2;
    std::vector<std::byte> portal(256 * width * 2 + 2, std::byte{0});
    const auto put = [&](const std::string& text, std::size_t at) {
      const std::vector<std::byte> raw = encoded(text);
      std::copy_n(raw.begin(), std::min(raw.size(), 256 * width),
                  portal.begin() + static_cast<std::ptrdiff_t>(at));
    };
    put(text_in(*argument, "SymbolicName"), 0);
    put(address.host, 256 * width);
    std::memcpy(&portal[512 * width], &address.port, 2);
    return portal;
  }

  void prepare_options(const std::string& name, const Argument* argument) {
    if (argument == nullptr) return;
    const Argument& record = *argument;
    ISCSI_LOGIN_OPTIONS options{};
    ULONG specified = 0;
    const auto number = [&](std::string_view field, ULONG bit) {
      if (field_of(record, field) != nullptr) specified |= bit;
      return static_cast<ULONG>(number_in(record, field, 0));
    };
    options.Version = number("Version", 0);
    options.LoginFlags = number("LoginFlags", 0);
    options.AuthType =
        static_cast<ISCSI_AUTH_TYPES>(number("AuthType", ISCSI_LOGIN_OPTIONS_AUTH_TYPE));
    options.HeaderDigest =
        static_cast<ISCSI_DIGEST_TYPES>(number("HeaderDigest", ISCSI_LOGIN_OPTIONS_HEADER_DIGEST));
    options.DataDigest =
        static_cast<ISCSI_DIGEST_TYPES>(number("DataDigest", ISCSI_LOGIN_OPTIONS_DATA_DIGEST));
    options.MaximumConnections =
        number("MaximumConnections", ISCSI_LOGIN_OPTIONS_MAXIMUM_CONNECTIONS);
    options.DefaultTime2Wait = number("DefaultTime2Wait", ISCSI_LOGIN_OPTIONS_DEFAULT_TIME_2_WAIT);
    options.DefaultTime2Retain =
        number("DefaultTime2Retain", ISCSI_LOGIN_OPTIONS_DEFAULT_TIME_2_RETAIN);
    const auto blob = [&](std::string_view field, ULONG bit, PUCHAR& pointer, ULONG& length) {
      const Argument* value = field_of(record, field);
      if (value == nullptr) return;
      specified |= bit;
      if (value->kind == Argument::Kind::null) return;
      std::vector<std::byte> raw;
      for (const char c : value->text) raw.push_back(static_cast<std::byte>(c));
      length = static_cast<ULONG>(raw.size());
      pointer = reinterpret_cast<PUCHAR>(memory_.place(std::string(field), raw));
    };
    blob("Username", ISCSI_LOGIN_OPTIONS_USERNAME, options.Username, options.UsernameLength);
    blob("Password", ISCSI_LOGIN_OPTIONS_PASSWORD, options.Password, options.PasswordLength);
    options.UsernameLength =
        static_cast<ULONG>(number_in(record, "UsernameLength", options.UsernameLength));
    options.PasswordLength =
        static_cast<ULONG>(number_in(record, "PasswordLength", options.PasswordLength));
    options.InformationSpecified =
        static_cast<ULONG>(number_in(record, "InformationSpecified", specified));
    place(name, bytes_of(options));
  }

  // --- the call ---

  /// Allocates nothing: between here and the function's return every allocation is the callee's.
  const Passed& passed(std::string_view name) const {
    static const Passed kNull;
    const auto found = passed_.find(name);
    return found == passed_.end() ? kNull : found->second;
  }
  api::Words words() const {
    api::Words words{};
    for (std::size_t at = 0; at < function_.parameters.size(); ++at) {
      const Passed& one = passed(function_.parameters[at].name);
      words[at] = one.is_value ? one.value : reinterpret_cast<std::uintptr_t>(one.memory);
    }
    return words;
  }
  std::uint32_t invoke() const { return api::call_function(signature_, ansi_, words()); }

  // --- after ---

  std::uint64_t number_at(const std::string& name) {
    const Passed& passed = passed_[name];
    std::uint64_t value = 0;
    if (passed.memory != nullptr)
      std::memcpy(&value, passed.memory, std::min<std::size_t>(passed.bytes, 8));
    return value;
  }

  void observe(const Parameter& parameter) {
    const Passed& passed = passed_[parameter.name];
    Seen seen;
    if (passed.memory == nullptr) {
      seen = Seen::absent_because("NULL was passed");
    } else if (parameter.kind == ParameterKind::buffer_out ||
               parameter.kind == ParameterKind::fixed_out ||
               parameter.kind == ParameterKind::id_out) {
      seen = observe_buffer(parameter, passed);
    } else {
      seen = Seen::of_number(number_at(parameter.name), parameter.seen->names);
      seen.has_before = true;
      std::memcpy(&seen.number_before, passed.before.data(), passed.before.size());
    }
    result_.out.emplace(parameter.name, std::move(seen));
  }

  Seen observe_buffer(const Parameter& parameter, const Passed& passed) {
    const std::span<const std::byte> bytes{passed.memory, passed.bytes};
    if (parameter.kind == ParameterKind::id_out) {
      Seen seen = decode_unique_id(bytes);
      seen.before = passed.before;
      seen.is_buffer = true;
      return seen;
    }
    std::uint64_t valid =
        parameter.kind == ParameterKind::fixed_out ? passed.bytes : number_at(parameter.size_of);
    valid *= unit_of(parameter);
    const Filled filled{bytes, reinterpret_cast<std::uintptr_t>(passed.memory),
                        static_cast<std::size_t>(std::min<std::uint64_t>(valid, bytes.size()))};
    Seen seen = meaning_of(parameter, filled);
    seen.bytes.assign(bytes.begin(), bytes.end());
    seen.before = passed.before;
    seen.is_buffer = true;
    seen.valid_bytes = filled.valid;
    return seen;
  }

  Seen meaning_of(const Parameter& parameter, const Filled& filled) {
    if (parameter.name == "SenseBuffer") {
      if (result_.returned != ISDSC_SCSI_REQUEST_FAILED)
        return Seen::absent_because("no SCSI command failed");
      return decode_sense_data(filled.bytes.first(filled.valid));
    }
    if (result_.returned != 0) return Seen::absent_because("the call failed");
    if (function_.name == "GetIScsiSessionList")
      return decode_sessions(filled, number_at("SessionCount"), ansi_, addresses_);
    if (parameter.name == "Mappings")
      return decode_mappings(filled, number_at("MappingCount"), ansi_);
    if (parameter.seen->kind == Shape::Kind::list && parameter.name == "Buffer")
      return decode_multi_string(filled, ansi_);
    if (function_.name == "SendScsiReportLuns") return decode_report_luns(filled);
    if (function_.name == "SendScsiReadCapacity") return decode_capacity(filled);
    if (function_.name == "SendScsiInquiry")
      return decode_inquiry(filled, (passed_["EvpdCmddt"].value & 1) != 0);
    if (parameter.kind == ParameterKind::fixed_out)
      return parameter.name == "VersionInfo" ? decode_version(filled.bytes)
                                             : decode_name(filled.bytes, ansi_);
    if (parameter.seen->kind == Shape::Kind::bytes)
      return Seen::of_bytes(
          {filled.bytes.begin(), filled.bytes.begin() + static_cast<std::ptrdiff_t>(filled.valid)});
    // Elements are counted by the size itself, the entries of a list in bytes beside it.
    const bool has_count = function_.name == "ReportIScsiPersistentLogins";
    return decode_structures(function_.name, filled,
                             number_at(has_count ? "Count" : parameter.size_of), ansi_, addresses_);
  }

  const Function& function_;
  const api::Signature& signature_;
  bool ansi_;
  const Arguments& arguments_;
  const Variables& variables_;
  const AddressMap& addresses_;
  Probe* probe_;
  CallMemory memory_;
  std::map<std::string, Passed, std::less<>> passed_;
  CallResult result_;
};

}  // namespace

CallResult call_function(const Function& function, bool ansi, const Arguments& arguments,
                         const Variables& variables, const AddressMap& addresses, Probe* probe) {
  if (const NetFunction* net = net_function_of(function))
    return call_net_function(*net, arguments, variables, probe);
  return OneCall(function, ansi, arguments, variables, addresses, probe).run();
}

}  // namespace lunsim::scenarios
