#include "protocol/smb/auth/spnego.hpp"

#include <algorithm>

namespace lunsim::smb::spnego {
namespace {

using Raw = std::vector<std::byte>;

constexpr std::uint8_t kSequence = 0x30;
constexpr std::uint8_t kObjectIdentifier = 0x06;
constexpr std::uint8_t kOctetString = 0x04;
constexpr std::uint8_t kEnumerated = 0x0a;
constexpr std::uint8_t kGeneralString = 0x1b;
constexpr std::uint8_t kApplication0 = 0x60;
constexpr std::uint8_t context(int number) { return static_cast<std::uint8_t>(0xa0 + number); }

constexpr std::byte kSpnegoOid[] = {std::byte{0x2b}, std::byte{0x06}, std::byte{0x01},
                                    std::byte{0x05}, std::byte{0x05}, std::byte{0x02}};
constexpr std::byte kNtlmsspOid[] = {
    std::byte{0x2b}, std::byte{0x06}, std::byte{0x01}, std::byte{0x04}, std::byte{0x01},
    std::byte{0x82}, std::byte{0x37}, std::byte{0x02}, std::byte{0x02}, std::byte{0x0a}};

Raw wrap(std::uint8_t tag, Span content) {
  Raw out{std::byte{tag}};
  const std::size_t size = content.size();
  if (size < 0x80) {
    out.push_back(static_cast<std::byte>(size));
  } else {
    int length_bytes = 1;
    while ((size >> (8 * length_bytes)) != 0) ++length_bytes;
    out.push_back(static_cast<std::byte>(0x80 + length_bytes));
    for (int i = length_bytes - 1; i >= 0; --i)
      out.push_back(static_cast<std::byte>((size >> (8 * i)) & 0xff));
  }
  out.insert(out.end(), content.begin(), content.end());
  return out;
}

void append(Raw& out, const Raw& more) { out.insert(out.end(), more.begin(), more.end()); }

struct Element {
  std::uint8_t tag = 0;
  Span content;
  Span whole;
};

/// Takes the first element off `from`; empty if it is cut short, indefinite or longer than 2^24.
std::optional<Element> take(Span& from) {
  if (from.size() < 2) return std::nullopt;
  std::size_t header = 2;
  std::size_t length = static_cast<std::size_t>(from[1]);
  if (length >= 0x80) {
    const std::size_t length_bytes = length - 0x80;
    if (length_bytes == 0 || length_bytes > 3 || from.size() < 2 + length_bytes)
      return std::nullopt;
    length = 0;
    for (std::size_t i = 0; i < length_bytes; ++i)
      length = (length << 8) | static_cast<std::size_t>(from[2 + i]);
    header += length_bytes;
  }
  if (length > from.size() - header) return std::nullopt;
  const Element element{static_cast<std::uint8_t>(from[0]), from.subspan(header, length),
                        from.first(header + length)};
  from = from.subspan(header + length);
  return element;
}

/// The content of the one element with this tag that `in` begins with.
std::optional<Span> inside(Span in, std::uint8_t tag) {
  const auto element = take(in);
  if (!element || element->tag != tag) return std::nullopt;
  return element->content;
}

Raw copy(Span raw) { return {raw.begin(), raw.end()}; }

tl::unexpected<ProtocolError> malformed(Span raw, Span rest) {
  return violation("the SPNEGO token is not well-formed DER", "RFC 4178 4.2",
                   raw.size() - rest.size());
}

bool decode_mech_types(Span content, NegTokenInit& token) {
  token.mech_type_list = copy(content);
  auto list = inside(content, kSequence);
  if (!list) return false;
  while (!list->empty()) {
    const auto oid = take(*list);
    if (!oid || oid->tag != kObjectIdentifier || token.mech_types.size() == kMechTypesMax)
      return false;
    token.mech_types.push_back(copy(oid->content));
  }
  return true;
}

bool take_octets(Span content, std::optional<Raw>& into) {
  const auto octets = inside(content, kOctetString);
  if (!octets) return false;
  into = copy(*octets);
  return true;
}

}  // namespace

const Oid& ntlmssp() {
  static const Oid oid(std::begin(kNtlmsspOid), std::end(kNtlmsspOid));
  return oid;
}

Raw encode_mech_type_list(const std::vector<Oid>& mech_types) {
  Raw list;
  for (const Oid& oid : mech_types) append(list, wrap(kObjectIdentifier, oid));
  return wrap(kSequence, list);
}

Raw encode(const NegTokenInit& token) {
  Raw fields = wrap(context(0), encode_mech_type_list(token.mech_types));
  if (token.mech_token) append(fields, wrap(context(2), wrap(kOctetString, *token.mech_token)));
  if (token.mech_list_mic)
    append(fields, wrap(context(3), wrap(kOctetString, *token.mech_list_mic)));
  Raw inner = wrap(kObjectIdentifier, kSpnegoOid);
  append(inner, wrap(context(0), wrap(kSequence, fields)));
  return wrap(kApplication0, inner);
}

Raw encode_hint() {
  constexpr std::string_view kHint = "not_defined_in_RFC4178@please_ignore";
  const Raw name =
      wrap(context(0), wrap(kGeneralString, std::as_bytes(std::span(kHint.data(), kHint.size()))));
  Raw fields = wrap(context(0), encode_mech_type_list({ntlmssp()}));
  append(fields, wrap(context(3), wrap(kSequence, name)));
  Raw inner = wrap(kObjectIdentifier, kSpnegoOid);
  append(inner, wrap(context(0), wrap(kSequence, fields)));
  return wrap(kApplication0, inner);
}

Raw encode(const NegTokenResp& token) {
  Raw fields;
  if (token.neg_state) {
    const std::byte state[1] = {static_cast<std::byte>(*token.neg_state)};
    append(fields, wrap(context(0), wrap(kEnumerated, state)));
  }
  if (token.supported_mech)
    append(fields, wrap(context(1), wrap(kObjectIdentifier, *token.supported_mech)));
  if (token.response_token)
    append(fields, wrap(context(2), wrap(kOctetString, *token.response_token)));
  if (token.mech_list_mic)
    append(fields, wrap(context(3), wrap(kOctetString, *token.mech_list_mic)));
  return wrap(context(1), wrap(kSequence, fields));
}

Result<NegTokenInit> decode_init(Span raw) {
  auto inner = inside(raw, kApplication0);
  if (!inner) return malformed(raw, raw);
  const auto oid = take(*inner);
  if (!oid || oid->tag != kObjectIdentifier || !std::ranges::equal(oid->content, kSpnegoOid))
    return violation("the token is not SPNEGO's", "RFC 4178 4.2", 0, "thisMech");
  const auto choice = inside(*inner, context(0));
  auto fields = choice ? inside(*choice, kSequence) : std::nullopt;
  if (!fields) return malformed(raw, *inner);
  NegTokenInit token;
  while (!fields->empty()) {
    const auto field = take(*fields);
    bool good = field.has_value();
    if (good && field->tag == context(0)) good = decode_mech_types(field->content, token);
    if (good && field->tag == context(2)) good = take_octets(field->content, token.mech_token);
    // In NegTokenInit2 [3] is negHints, a SEQUENCE, and [4] the MIC: hints are passed over.
    if (good && (field->tag == context(3) || field->tag == context(4))) {
      Span content = field->content;
      if (const auto element = take(content); element && element->tag == kOctetString)
        token.mech_list_mic = copy(element->content);
    }
    if (!good) return malformed(raw, *fields);
  }
  if (token.mech_types.empty())
    return violation("no mechanism is offered", "RFC 4178 4.2.1", 0, "mechTypes");
  return token;
}

Result<NegTokenResp> decode_resp(Span raw) {
  const auto choice = inside(raw, context(1));
  auto fields = choice ? inside(*choice, kSequence) : std::nullopt;
  if (!fields) return malformed(raw, raw);
  NegTokenResp token;
  while (!fields->empty()) {
    const auto field = take(*fields);
    bool good = field.has_value();
    if (good && field->tag == context(0)) {
      const auto state = inside(field->content, kEnumerated);
      good = state && state->size() == 1 && static_cast<int>((*state)[0]) <= 3;
      if (good) token.neg_state = static_cast<NegState>((*state)[0]);
    } else if (good && field->tag == context(1)) {
      const auto oid = inside(field->content, kObjectIdentifier);
      good = oid.has_value();
      if (good) token.supported_mech = copy(*oid);
    } else if (good && field->tag == context(2)) {
      good = take_octets(field->content, token.response_token);
    } else if (good && field->tag == context(3)) {
      good = take_octets(field->content, token.mech_list_mic);
    }
    if (!good) return malformed(raw, *fields);
  }
  return token;
}

}  // namespace lunsim::smb::spnego
