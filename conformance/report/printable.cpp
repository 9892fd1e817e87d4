#include "conformance/report/printable.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace lunsim::conform {

std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = (byte >= 0x20 && byte < 0x7F) || c == '\n' || c == '\t';
    out += is_plain ? std::string(1, c) : fmt::format("\\x{:02X}", byte);
  }
  return out;
}

std::string as_html(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

std::string as_markdown_cell(std::string_view text) {
  std::string out;
  for (const char c : as_html(text)) {
    if (c == '|' || c == '`' || c == '*' || c == '_' || c == '[' || c == '\\') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

Pairs negotiated_keys(const Exchange& exchange) {
  Pairs out;
  for (const Frame& frame : exchange.frames) {
    const bool is_answer = frame.kind == Frame::Kind::pdu && !frame.from_us &&
                           frame.pdu.opcode() == pdu::Opcode::login_response;
    if (!is_answer) continue;
    for (auto& [key, value] : frame.pdu.pairs()) {
      const auto same = [&key](const auto& pair) { return pair.first == key; };
      const auto found = std::find_if(out.begin(), out.end(), same);
      if (found != out.end())
        found->second = value;
      else
        out.emplace_back(key, value);
    }
  }
  return out;
}

std::string seconds_text(std::int64_t duration_ns) {
  return fmt::format("{:.3f} s", double(duration_ns) / 1e9);
}

std::string replay_of(const ConformReport& report, const CaseLine& line) {
  return fmt::format("{} --only {} -v", report.replay, line.about->id);
}

}  // namespace lunsim::conform
