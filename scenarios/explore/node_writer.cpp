#include "scenarios/explore/node_writer.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace lunsim::explore {
namespace {

using scenarios::Node;

constexpr std::size_t kLineMax = 96;

/// Whether a plain scalar would be read as something else, inside of brackets too.
bool needs_quotes(const std::string& text) {
  constexpr std::string_view kNowhere = ",[]{}\"\n\t\\";
  constexpr std::string_view kNotFirst = "-?:&*!|>'%@`# ";
  if (text.empty() || kNotFirst.find(text.front()) != std::string_view::npos) return true;
  if (text.back() == ' ' || text.back() == ':') return true;
  if (text.find_first_of(kNowhere) != std::string::npos) return true;
  return text.find(": ") != std::string::npos || text.find(" #") != std::string::npos;
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (code < 0x20) {
      out += fmt::format("\\x{:02x}", code);
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string scalar_text(const Node& node) {
  return node.quoted || needs_quotes(node.text) ? quoted(node.text) : node.text;
}
std::string key_text(const std::string& key) { return needs_quotes(key) ? quoted(key) : key; }

std::string on_one_line(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return "null";
    case Node::Kind::scalar:
      return scalar_text(node);
    case Node::Kind::list: {
      std::string out;
      for (const Node& item : node.items) out += (out.empty() ? "" : ", ") + on_one_line(item);
      return "[" + out + "]";
    }
    case Node::Kind::map: {
      std::string out;
      for (std::size_t i = 0; i < node.items.size(); ++i)
        out += (i == 0 ? "" : ", ") + key_text(node.keys[i]) + ": " + on_one_line(node.items[i]);
      return "{" + out + "}";
    }
  }
  return {};
}

bool fits(const Node& node, std::size_t column) {
  return column + on_one_line(node).size() <= kLineMax;
}

void write_map(const Node& map, std::size_t indent, std::string& out);

void write_list(const Node& list, std::size_t indent, std::string& out) {
  for (const Node& item : list.items) {
    out += std::string(indent, ' ') + "- ";
    // A step reads better without braces around it.
    const bool is_single = item.is_map() && item.items.size() == 1;
    if (is_single && fits(item, indent + 2)) {
      out += key_text(item.keys[0]) + ": " + on_one_line(item.items[0]) + '\n';
    } else if (!item.is_map() || fits(item, indent + 2)) {
      out += on_one_line(item) + '\n';
    } else {
      std::string block;
      write_map(item, indent + 2, block);
      out += block.substr(indent + 2);
    }
  }
}

void write_map(const Node& map, std::size_t indent, std::string& out) {
  for (std::size_t i = 0; i < map.items.size(); ++i) {
    const Node& value = map.items[i];
    const std::string head = std::string(indent, ' ') + key_text(map.keys[i]) + ":";
    const bool is_steps = value.is_list() && map.keys[i] == "steps" && !value.items.empty();
    if (!is_steps && (fits(value, head.size() + 1) || value.items.empty())) {
      out += head + ' ' + on_one_line(value) + '\n';
    } else if (value.is_list()) {
      out += head + '\n';
      write_list(value, indent + 2, out);
    } else {
      out += head + '\n';
      write_map(value, indent + 2, out);
    }
  }
}

}  // namespace

std::string to_yaml(const Node& root) {
  std::string out;
  write_map(root, 0, out);
  return out;
}

}  // namespace lunsim::explore
