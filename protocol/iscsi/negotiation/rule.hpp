// What the standard says about one text key, as data: who may send it and when, what its values
// are, and how an offer and a wish become a result. The table itself is in key_registry.cpp. RFC
// 7143 §13.
#pragma once

#include <cstdint>
#include <string_view>

#include "protocol/iscsi/negotiation/key.hpp"

namespace lunsim::negotiation {

/// When a key may appear.
enum class Use : std::uint8_t {
  initialize_only,           // IO: login of any connection
  leading_only,              // LO: login of a session's first connection
  all,                       // ALL: login and full feature phase
  full_feature_phase_only,   // FFPO
};

enum class Senders : std::uint8_t { initiator, target, both };
enum class Scope : std::uint8_t { connection, session };

enum class ValueKind : std::uint8_t {
  boolean,      // Yes, No
  number,       // decimal or hexadecimal
  list,         // comma-separated in an offer, one of them in an answer
  name,         // iSCSI-name-value
  local_name,   // any UTF-8
  text,
  binary,       // hexadecimal or base64
};

enum class ResultFunction : std::uint8_t {
  declared,            // no answer; the value binds the other side
  logical_and,
  logical_or,
  minimum,
  maximum,
  first_of_list,       // the first of the offer that the acceptor supports
  security_step,       // part of an authentication exchange, which has its own order
  command,             // SendTargets
  obsolete_marker,     // answered No or Reject, never NotUnderstood: §13.25
  obsolete_interval,   // answered Reject: §13.25
};

enum class Irrelevance : std::uint8_t {
  never,
  in_discovery,                               // SessionType=Discovery
  in_discovery_or_without_unsolicited_data,   // ... or InitialR2T=Yes and ImmediateData=No
};

struct KeyRule {
  Key key{};
  std::string_view name;
  std::string_view section;        // a literal: "RFC 7143 §13.13"
  Use use = Use::initialize_only;
  Senders senders = Senders::both;
  Scope scope = Scope::session;
  bool any_stage = false;          // also in SecurityNegotiation
  bool security = false;           // only in SecurityNegotiation
  ValueKind kind = ValueKind::text;
  ResultFunction function = ResultFunction::declared;
  std::uint32_t minimum = 0;       // numbers
  std::uint32_t maximum = 0;
  std::string_view default_value;  // as it would stand on the wire; empty: none
  Irrelevance irrelevance = Irrelevance::never;
  bool repeatable = false;         // may be declared again within one negotiation
  std::uint32_t value_bytes_max = 255;   // as it stands on the wire, §6.1
};

/// True for a key that is offered and answered, false for one that is declared, commanded or an
/// authentication step.
constexpr bool is_negotiated(const KeyRule& rule) {
  return rule.function != ResultFunction::declared &&
         rule.function != ResultFunction::security_step &&
         rule.function != ResultFunction::command;
}

}  // namespace lunsim::negotiation
