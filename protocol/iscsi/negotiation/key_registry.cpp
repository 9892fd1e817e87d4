#include "protocol/iscsi/negotiation/key_registry.hpp"

#include <array>

namespace lunsim::negotiation {
namespace {

constexpr std::uint32_t kSegmentBytesMax = 0xFF'FFFF;   // 2^24 - 1
constexpr std::uint32_t kHexOf1024Bytes = 2 + 2 * 1024;
constexpr std::uint32_t kHexOf65536Bytes = 2 + 2 * 65536;

using enum Irrelevance;

constexpr KeyRule negotiated(Key key, std::string_view name, std::string_view section,
                             ValueKind kind, ResultFunction function,
                             std::string_view default_value, Irrelevance irrelevance) {
  return {.key = key,
          .name = name,
          .section = section,
          .use = Use::leading_only,
          .kind = kind,
          .function = function,
          .default_value = default_value,
          .irrelevance = irrelevance};
}

constexpr KeyRule boolean(Key key, std::string_view name, std::string_view section,
                          ResultFunction function) {
  return negotiated(key, name, section, ValueKind::boolean, function, "Yes", in_discovery);
}

constexpr KeyRule number(Key key, std::string_view name, std::string_view section,
                         ResultFunction function, std::uint32_t minimum, std::uint32_t maximum,
                         std::string_view default_value, Irrelevance irrelevance) {
  KeyRule rule =
      negotiated(key, name, section, ValueKind::number, function, default_value, irrelevance);
  rule.minimum = minimum;
  rule.maximum = maximum;
  return rule;
}

constexpr KeyRule digest(Key key, std::string_view name) {
  KeyRule rule = negotiated(key, name, "RFC 7143 §13.1", ValueKind::list,
                            ResultFunction::first_of_list, "None", never);
  rule.use = Use::initialize_only;
  rule.scope = Scope::connection;
  return rule;
}

constexpr KeyRule declared(Key key, std::string_view name, std::string_view section, Use use,
                           Senders senders, ValueKind kind) {
  return {.key = key,
          .name = name,
          .section = section,
          .use = use,
          .senders = senders,
          .any_stage = true,
          .kind = kind,
          .function = ResultFunction::declared,
          .default_value = {}};
}

constexpr KeyRule marker(Key key, std::string_view name, ResultFunction function) {
  return negotiated(key, name, "RFC 7143 §13.25", ValueKind::text, function, "", never);
}

constexpr KeyRule security(Key key, std::string_view name, std::string_view section,
                           Senders senders, ValueKind kind) {
  return {.key = key,
          .name = name,
          .section = section,
          .use = Use::initialize_only,
          .senders = senders,
          .scope = Scope::connection,
          .security = true,
          .kind = kind,
          .function = ResultFunction::security_step,
          .default_value = {},
          .value_bytes_max = kind == ValueKind::binary ? kHexOf1024Bytes : 255};
}

constexpr KeyRule with_tag_range(KeyRule rule) {
  rule.maximum = 65535;
  return rule;
}
constexpr KeyRule repeatable(KeyRule rule) {
  rule.repeatable = true;
  return rule;
}
constexpr KeyRule receive_limit() {
  KeyRule rule = declared(Key::max_recv_data_segment_length, "MaxRecvDataSegmentLength",
                          "RFC 7143 §13.12", Use::all, Senders::both, ValueKind::number);
  rule.any_stage = false;
  rule.scope = Scope::connection;
  rule.minimum = 512;
  rule.maximum = kSegmentBytesMax;
  rule.default_value = "8192";
  return rule;
}
constexpr KeyRule send_targets() {
  KeyRule rule = declared(Key::send_targets, "SendTargets", "RFC 7143 §13.3",
                          Use::full_feature_phase_only, Senders::initiator, ValueKind::text);
  rule.any_stage = false;
  rule.function = ResultFunction::command;
  return rule;
}
constexpr KeyRule session_type() {
  KeyRule rule = declared(Key::session_type, "SessionType", "RFC 7143 §13.21", Use::leading_only,
                          Senders::initiator, ValueKind::text);
  rule.default_value = "Normal";
  return rule;
}
constexpr KeyRule node_architecture() {
  KeyRule rule = declared(Key::node_architecture, "X#NodeArchitecture", "RFC 7143 §13.26",
                          Use::leading_only, Senders::both, ValueKind::list);
  rule.any_stage = false;
  rule.default_value = "None";
  return rule;
}
constexpr KeyRule task_reporting() {
  return negotiated(Key::task_reporting, "TaskReporting", "RFC 7143 §13.23", ValueKind::list,
                    ResultFunction::first_of_list, "RFC3720", in_discovery);
}
constexpr KeyRule auth_method() {
  return security(Key::auth_method, "AuthMethod", "RFC 7143 §12.1", Senders::both, ValueKind::list);
}
constexpr KeyRule kerberos(Key key, std::string_view name, Senders senders) {
  KeyRule rule = security(key, name, "RFC 7143 §12.1.1", senders, ValueKind::binary);
  rule.value_bytes_max = kHexOf65536Bytes;
  return rule;
}
constexpr KeyRule srp(Key key, std::string_view name, Senders senders, ValueKind kind) {
  return security(key, name, "RFC 7143 §12.1.2", senders, kind);
}
constexpr KeyRule chap(Key key, std::string_view name, ValueKind kind) {
  return security(key, name, "RFC 7143 §12.1.3", Senders::both, kind);
}

using ResultFunction::logical_and, ResultFunction::logical_or, ResultFunction::minimum,
    ResultFunction::maximum, ResultFunction::obsolete_marker, ResultFunction::obsolete_interval;

constexpr std::array<KeyRule, kKeyCount> kRules{{
    digest(Key::header_digest, "HeaderDigest"),
    digest(Key::data_digest, "DataDigest"),
    number(Key::max_connections, "MaxConnections", "RFC 7143 §13.2", minimum, 1, 65535, "1",
           in_discovery),
    send_targets(),
    declared(Key::target_name, "TargetName", "RFC 7143 §13.4", Use::initialize_only, Senders::both,
             ValueKind::name),
    declared(Key::initiator_name, "InitiatorName", "RFC 7143 §13.5", Use::initialize_only,
             Senders::initiator, ValueKind::name),
    declared(Key::target_alias, "TargetAlias", "RFC 7143 §13.6", Use::all, Senders::target,
             ValueKind::local_name),
    declared(Key::initiator_alias, "InitiatorAlias", "RFC 7143 §13.7", Use::all, Senders::initiator,
             ValueKind::local_name),
    repeatable(declared(Key::target_address, "TargetAddress", "RFC 7143 §13.8", Use::all,
                        Senders::target, ValueKind::text)),
    with_tag_range(declared(Key::target_portal_group_tag, "TargetPortalGroupTag", "RFC 7143 §13.9",
                            Use::initialize_only, Senders::target, ValueKind::number)),
    boolean(Key::initial_r2t, "InitialR2T", "RFC 7143 §13.10", logical_or),
    boolean(Key::immediate_data, "ImmediateData", "RFC 7143 §13.11", logical_and),
    receive_limit(),
    number(Key::max_burst_length, "MaxBurstLength", "RFC 7143 §13.13", minimum, 512,
           kSegmentBytesMax, "262144", in_discovery),
    number(Key::first_burst_length, "FirstBurstLength", "RFC 7143 §13.14", minimum, 512,
           kSegmentBytesMax, "65536", in_discovery_or_without_unsolicited_data),
    number(Key::default_time2wait, "DefaultTime2Wait", "RFC 7143 §13.15", maximum, 0, 3600, "2",
           never),
    number(Key::default_time2retain, "DefaultTime2Retain", "RFC 7143 §13.16", minimum, 0, 3600,
           "20", never),
    number(Key::max_outstanding_r2t, "MaxOutstandingR2T", "RFC 7143 §13.17", minimum, 1, 65535, "1",
           in_discovery),
    boolean(Key::data_pdu_in_order, "DataPDUInOrder", "RFC 7143 §13.18", logical_or),
    boolean(Key::data_sequence_in_order, "DataSequenceInOrder", "RFC 7143 §13.19", logical_or),
    number(Key::error_recovery_level, "ErrorRecoveryLevel", "RFC 7143 §13.20", minimum, 0, 2, "0",
           never),
    session_type(),
    task_reporting(),
    number(Key::iscsi_protocol_level, "iSCSIProtocolLevel", "RFC 7144 §7.1.1", minimum, 0, 31, "1",
           in_discovery),
    node_architecture(),
    marker(Key::of_marker, "OFMarker", obsolete_marker),
    marker(Key::if_marker, "IFMarker", obsolete_marker),
    marker(Key::of_mark_int, "OFMarkInt", obsolete_interval),
    marker(Key::if_mark_int, "IFMarkInt", obsolete_interval),
    auth_method(),
    chap(Key::chap_a, "CHAP_A", ValueKind::list),
    chap(Key::chap_i, "CHAP_I", ValueKind::number),
    chap(Key::chap_c, "CHAP_C", ValueKind::binary),
    chap(Key::chap_n, "CHAP_N", ValueKind::text),
    chap(Key::chap_r, "CHAP_R", ValueKind::binary),
    kerberos(Key::krb_ap_req, "KRB_AP_REQ", Senders::initiator),
    kerberos(Key::krb_ap_rep, "KRB_AP_REP", Senders::target),
    srp(Key::srp_u, "SRP_U", Senders::initiator, ValueKind::text),
    srp(Key::target_auth, "TargetAuth", Senders::initiator, ValueKind::boolean),
    srp(Key::srp_group, "SRP_GROUP", Senders::both, ValueKind::list),
    srp(Key::srp_s, "SRP_s", Senders::target, ValueKind::binary),
    srp(Key::srp_a, "SRP_A", Senders::initiator, ValueKind::binary),
    srp(Key::srp_b, "SRP_B", Senders::target, ValueKind::binary),
    srp(Key::srp_m, "SRP_M", Senders::initiator, ValueKind::binary),
    srp(Key::srp_hm, "SRP_HM", Senders::target, ValueKind::binary),
}};

constexpr bool is_in_order_of_keys() {
  for (std::size_t i = 0; i < kRules.size(); ++i) {
    if (static_cast<std::size_t>(kRules[i].key) != i) return false;
  }
  return true;
}
static_assert(is_in_order_of_keys());

}  // namespace

std::span<const KeyRule> all_rules() { return kRules; }

const KeyRule& rule_of(Key key) { return kRules[static_cast<std::size_t>(key)]; }

const KeyRule* find_rule(std::string_view name) {
  for (const KeyRule& rule : kRules) {
    if (rule.name == name) return &rule;
  }
  return nullptr;
}

std::string_view name_of(Key key) { return rule_of(key).name; }

}  // namespace lunsim::negotiation
