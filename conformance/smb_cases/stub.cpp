#include "conformance/smb_cases/stub.hpp"

namespace lunsim::conformance::srvsvc {
namespace {

constexpr std::uint32_t kReferent = 0x0002'0000;

class Writer {
 public:
  void number(std::uint32_t value) {
    while (out_.size() % 4 != 0) out_.push_back(std::byte{0});
    for (int shift = 0; shift < 32; shift += 8)
      out_.push_back(static_cast<std::byte>(value >> shift));
  }
  /// A unique pointer to a text: its maximum, offset and length, and the characters with their
  /// null.
  void text(const Text& text) {
    number(text ? kReferent : 0);
    if (!text) return;
    const auto length = static_cast<std::uint32_t>(text->size() + 1);
    number(length);
    number(0);
    number(length);
    for (const char16_t unit : *text + u'\0') {
      out_.push_back(static_cast<std::byte>(unit));
      out_.push_back(static_cast<std::byte>(unit >> 8));
    }
  }
  Bytes take() { return std::move(out_); }

 private:
  Bytes out_;
};

class Reader {
 public:
  explicit Reader(std::span<const std::byte> stub) : stub_(stub) {}
  std::uint32_t number() {
    at_ = (at_ + 3) / 4 * 4;
    if (at_ + 4 > stub_.size()) return fail();
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
      value |= std::to_integer<std::uint32_t>(stub_[at_ + i]) << (8 * i);
    at_ += 4;
    return value;
  }
  std::u16string text() {
    number();
    if (number() != 0) fail();
    const std::uint32_t length = number();
    std::u16string text;
    if (length == 0 || length > (stub_.size() - at_) / 2) {
      fail();
      return text;
    }
    for (std::uint32_t i = 0; i + 1 < length; ++i) text.push_back(unit(at_ + 2 * i));
    if (unit(at_ + 2 * std::size_t{length - 1}) != 0) fail();
    at_ += 2 * std::size_t{length};
    return text;
  }
  std::size_t remaining() const { return stub_.size() - at_; }
  bool is_complete() const { return !failed_ && at_ == stub_.size(); }
  bool failed() const { return failed_; }
  std::uint32_t fail() {
    failed_ = true;
    return 0;
  }

 private:
  char16_t unit(std::size_t at) const {
    return static_cast<char16_t>(std::to_integer<unsigned>(stub_[at]) |
                                 std::to_integer<unsigned>(stub_[at + 1]) << 8);
  }
  std::span<const std::byte> stub_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

/// The members of a level, in order: c client, u user, o opens, t time, i idle, f flags, y type, p
/// transport; null for a level that is none.
const char* members(std::uint32_t level) {
  switch (level) {
    case 0:
      return "c";
    case 1:
      return "cuotif";
    case 2:
      return "cuotify";
    case 10:
      return "cuti";
    case 502:
      return "cuotifyp";
    default:
      return nullptr;
  }
}

std::u16string* text_member(Session& session, char member) {
  switch (member) {
    case 'c':
      return &session.client;
    case 'u':
      return &session.user;
    case 'y':
      return &session.client_type;
    case 'p':
      return &session.transport;
    default:
      return nullptr;
  }
}
std::uint32_t* number_member(Session& session, char member) {
  switch (member) {
    case 'o':
      return &session.opens;
    case 't':
      return &session.time_s;
    case 'i':
      return &session.idle_s;
    default:
      return &session.flags;
  }
}

/// The container behind its pointer.
std::vector<Session> read_sessions(Reader& reader, std::string_view row) {
  const std::uint32_t count = reader.number();
  if (reader.number() == 0) {
    if (count != 0) reader.fail();
    return {};
  }
  if (reader.number() != count || count > reader.remaining() / (4 * row.size())) reader.fail();
  if (reader.failed()) return {};
  std::vector<Session> sessions(count);
  std::vector<std::u16string*> pointees;
  for (Session& session : sessions) {
    for (const char member : row) {
      std::u16string* text = text_member(session, member);
      if (text == nullptr)
        *number_member(session, member) = reader.number();
      else if (reader.number() != 0)
        pointees.push_back(text);
    }
  }
  for (std::u16string* text : pointees) *text = reader.text();
  return sessions;
}

}  // namespace

Bytes stub_of(const EnumCall& call) {
  Writer out;
  out.text(call.server);
  out.text(call.client);
  out.text(call.user);
  out.number(call.level);
  out.number(call.level);  // the union's tag
  if (members(call.level) != nullptr) {
    out.number(kReferent);
    out.number(0);  // no entries yet
    out.number(0);
  }
  out.number(call.preferred_bytes);
  out.number(call.resume ? kReferent : 0);
  if (call.resume) out.number(*call.resume);
  return out.take();
}

Bytes del_stub(const Text& client, const Text& user) {
  Writer out;
  out.text({});
  out.text(client);
  out.text(user);
  return out.take();
}

std::optional<EnumAnswer> read_enum(std::span<const std::byte> stub) {
  Reader reader(stub);
  EnumAnswer answer;
  answer.level = reader.number();
  if (reader.number() != answer.level) return std::nullopt;
  if (const char* row = members(answer.level); row != nullptr && reader.number() != 0)
    answer.sessions = read_sessions(reader, row);
  answer.total = reader.number();
  if (reader.number() != 0) answer.resume = reader.number();
  answer.code = reader.number();
  if (!reader.is_complete()) return std::nullopt;
  return answer;
}

std::optional<std::uint32_t> read_code(std::span<const std::byte> stub) {
  Reader reader(stub);
  const std::uint32_t code = reader.number();
  if (!reader.is_complete()) return std::nullopt;
  return code;
}

}  // namespace lunsim::conformance::srvsvc
