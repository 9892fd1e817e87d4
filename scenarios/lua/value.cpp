#include "scenarios/lua/value.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace lunsim::lua {
namespace {

bool is_name(std::string_view text) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !text.empty() && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (code < 0x20 || code == 0x7F) {
      out += fmt::format("\\x{:02X}", code);
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_source(std::string& out, const Value& value, std::size_t bytes_max) {
  if (out.size() > bytes_max) return;
  if (value.kind == Value::Kind::text) return append_quoted(out, value.text);
  if (value.kind != Value::Kind::table) {
    out += to_text(value);
    return;
  }
  out += '{';
  std::int64_t next = 1;
  for (std::size_t i = 0; i < value.keys.size() && out.size() <= bytes_max; ++i) {
    const Value& key = value.keys[i];
    if (i > 0) out += ", ";
    if (key.kind == Value::Kind::integer && key.integer == next) {
      ++next;
    } else if (key.is_text() && is_name(key.text)) {
      out += key.text + " = ";
    } else {
      out += '[';
      append_source(out, key, bytes_max);
      out += "] = ";
    }
    append_source(out, value.values[i], bytes_max);
  }
  out += '}';
}

}  // namespace

Value Value::of(bool value) {
  Value out;
  out.kind = Kind::boolean;
  out.boolean = value;
  return out;
}
Value Value::of(std::int64_t value) {
  Value out;
  out.kind = Kind::integer;
  out.integer = value;
  return out;
}
Value Value::of(double value) {
  Value out;
  out.kind = Kind::number;
  out.number = value;
  return out;
}
Value Value::of(std::string_view value) {
  Value out;
  out.kind = Kind::text;
  out.text = std::string(value);
  return out;
}
Value Value::table() {
  Value out;
  out.kind = Kind::table;
  return out;
}

bool Value::is_list() const {
  if (kind != Kind::table || keys.empty()) return false;
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (keys[i].kind != Kind::integer || keys[i].integer != static_cast<std::int64_t>(i) + 1)
      return false;
  return true;
}

Value& Value::set(std::string_view key, Value value) {
  keys.push_back(of(key));
  values.push_back(std::move(value));
  return *this;
}
Value& Value::append(Value value) {
  keys.push_back(of(static_cast<std::int64_t>(keys.size()) + 1));
  values.push_back(std::move(value));
  return *this;
}
const Value* Value::find(std::string_view key) const {
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (keys[i].is_text() && keys[i].text == key) return &values[i];
  return nullptr;
}

bool are_equal(const Value& a, const Value& b) {
  const auto is_number = [](const Value& value) {
    return value.kind == Value::Kind::integer || value.kind == Value::Kind::number;
  };
  if (a.kind != b.kind) {
    const auto as_double = [](const Value& value) {
      return value.kind == Value::Kind::integer ? static_cast<double>(value.integer) : value.number;
    };
    return is_number(a) && is_number(b) && as_double(a) == as_double(b);
  }
  if (a.kind != Value::Kind::table)
    return a.boolean == b.boolean && a.integer == b.integer && a.number == b.number &&
           a.text == b.text;
  // Both are in the order of pairs.
  return std::equal(a.keys.begin(), a.keys.end(), b.keys.begin(), b.keys.end(), are_equal) &&
         std::equal(a.values.begin(), a.values.end(), b.values.begin(), b.values.end(), are_equal);
}

std::string to_text(const Value& value) {
  switch (value.kind) {
    case Value::Kind::nil:
      return "nil";
    case Value::Kind::boolean:
      return value.boolean ? "true" : "false";
    case Value::Kind::integer:
      return std::to_string(value.integer);
    case Value::Kind::number: {
      std::string text = fmt::format("{:.14g}", value.number);
      const bool looks_whole = text.find_first_not_of("-0123456789") == std::string::npos;
      return looks_whole ? text + ".0" : text;
    }
    case Value::Kind::text:
      return value.text;
    case Value::Kind::table:
      return "a table";
    case Value::Kind::function:
      return "a function";
  }
  return {};
}

std::string to_source(const Value& value, std::size_t bytes_max) {
  std::string out;
  append_source(out, value, bytes_max);
  if (out.size() > bytes_max) {
    out.resize(bytes_max);
    out += "...";
  }
  return out;
}

}  // namespace lunsim::lua
