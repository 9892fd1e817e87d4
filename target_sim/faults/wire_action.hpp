// What a fault does on the wire, as data: to the PDU that it struck, to the numbers of its
// connection, to the text of a login, or with PDUs of its own. Small parts that can be put
// together; nothing here does anything.                                                       RFC
// 7143 §11
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/iscsi/pdu/tap.hpp"

namespace lunsim::target_sim {

/// A place in a PDU, counted in bytes from where a part of it begins.
struct PduPlace {
  enum class Base : std::uint8_t { header, ahs, header_digest, data, pad, data_digest, end };
  Base base = Base::header;
  std::uint32_t offset_bytes = 0;
};

struct CutPlace {
  PduPlace at;
  pdu::TapVerdict::Cut how = pdu::TapVerdict::Cut::reset;
};

struct FieldChange {
  std::string field;  // the standard's name, as in protocol/iscsi/pdu/fields.hpp
  std::uint64_t value = 0;
  bool add = false;     // to what stands there, modulo the field's width
  std::string of = {};  // and to this field of the PDU that was struck, if it is named
};

struct FlippedBits {
  PduPlace at;  // header, AHS or data
  std::uint8_t mask = 0xFF;
};

struct AddedAhs {
  std::uint16_t length = 0;  // AHSLength as it is told, whatever follows
  std::uint8_t type = 1;
  std::vector<std::byte> bytes;  // from the AHS-specific byte on; padded to whole words
};

/// One edit of the key=value pairs of a Login or Text PDU.                             RFC 7143
/// §6.1
struct TextChange {
  enum class Kind : std::uint8_t {
    set,     // the value of a key that is there
    add,     // a pair more, at the end
    remove,  // all pairs of the key
    repeat,  // the pair once more
    rename,  // `value` is the new key
    encode,  // the same binary value, written as `value` says: hex, HEX, base64, BASE64
  };
  Kind kind = Kind::set;
  std::string key;
  std::string value;
  std::uint32_t letters = 0;  // instead of `value`: one of so many letters
  /// Instead of `value`: what was last received, or sent, for that key on any connection.
  std::string received, sent;
};

/// A PDU that nobody asked for.
struct InjectedPdu {
  bool copy = false;                         // of the PDU that was struck; else of this kind
  pdu::Opcode opcode = pdu::Opcode::nop_in;  // with the connection's numbers as they stand
  std::vector<FieldChange> fields;
  std::vector<std::byte> data;
  bool header_of_struck = false;  // its data is the header that was struck (Reject)
  bool numbered = true;           // takes a StatSN if its kind does: later ones move up by one
  std::int64_t delay_ns = 0;
  std::uint32_t times = 1;
};

/// The PDU waits while others pass.
struct Hold {
  std::int64_t for_ns = 0;
  std::string until;         // that fault has fired (once more)
  std::uint32_t behind = 0;  // so many PDUs of its direction
};

struct Redirect {
  bool permanent = false;
  std::string to;                // TargetAddress value
  std::string target_name = {};  // told as well, if it is not empty: no standard allows it
};

struct WireAction {
  bool mark = false;  // only counts
  bool drop = false;
  std::uint32_t copies = 1;
  std::int64_t hold_ns = 0;  // later PDUs wait behind it
  std::optional<Hold> hold;  // later PDUs pass
  std::optional<CutPlace> cut;

  std::vector<FieldChange> fields;
  std::vector<FlippedBits> flips;
  std::optional<AddedAhs> ahs;
  std::optional<std::uint32_t> data_bytes;     // data is cut or filled up to this, its length told
  std::optional<std::vector<std::byte>> data;  // instead of what is there, its length told
  std::vector<TextChange> text;
  bool spoil_header_digest = false;
  bool spoil_data_digest = false;
  bool misplace_header_digest = false;  // over a range that is not the standard's
  bool misplace_data_digest = false;
  bool omit_padding = false;
  std::uint8_t pad_byte = 0;
  std::uint32_t extra_pad_bytes = 0;

  std::vector<FieldChange> shift;       // this PDU and all later ones of the connection: StatSN
  std::vector<std::string> freeze;      // fields that keep the value of the first match
  std::optional<std::uint32_t> window;  // MaxCmdSN allows so many commands, 0: none

  std::vector<InjectedPdu> before, after;

  std::optional<std::uint16_t> login_status;  // of the (next) Login Response
  std::optional<Redirect> redirect;           // the same with 0101h or 0102h and a TargetAddress
  std::uint32_t hold_transit_rounds = 0;      // the login stays in its stage so many rounds longer
  std::uint32_t split_text_bytes = 0;         // a login's answer comes in pieces of so many bytes

  bool is_nothing() const;
};

}  // namespace lunsim::target_sim
