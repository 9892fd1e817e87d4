// The string library with a matcher of our own (pattern.hpp), whose steps are paid for, and bounds
// on what rep and format make. string.dump is not there. Differs from the manual in one thing:
// a malformed pattern is an error even where the library's matcher would not have reached it.
#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "scenarios/lua/pattern.hpp"
#include "scenarios/lua/state.hpp"

namespace lunsim::lua {
namespace {

std::string_view text_argument(lua_State* lua, int index) {
  std::size_t bytes = 0;
  const char* text = luaL_checklstring(lua, index, &bytes);
  return {text, bytes};
}

/// Where a search begins, from 0: negative numbers count from the end.
std::size_t begin_argument(lua_State* lua, int index, std::size_t bytes) {
  const lua_Integer at = luaL_optinteger(lua, index, 1);
  const auto size = static_cast<lua_Integer>(bytes);
  if (at > 0) return static_cast<std::size_t>(at - 1);
  if (at == 0 || at < -size) return 0;
  return static_cast<std::size_t>(size + at);
}

void check(lua_State* lua, const Pattern& pattern) {
  if (!pattern.error().empty()) raise(lua, pattern.error());
}

/// Charges what the match took; true if there is one.
bool settle(lua_State* lua, const PatternMatch& match) {
  if (match.how == PatternMatch::End::too_deep) raise(lua, "pattern too complex");
  charge(lua, 1);
  return match.how == PatternMatch::End::matched;
}

void push_capture(lua_State* lua, std::string_view subject, const PatternMatch& match,
                  std::size_t index) {
  const PatternMatch::Capture& capture = match.captures[index];
  if (capture.is_position)
    lua_pushinteger(lua, static_cast<lua_Integer>(capture.begin) + 1);
  else
    lua_pushlstring(lua, subject.data() + capture.begin, capture.end - capture.begin);
}

/// All captures, or the whole match if there are none and it is wanted.
int push_captures(lua_State* lua, std::string_view subject, const PatternMatch& match,
                  bool or_whole) {
  luaL_checkstack(lua, static_cast<int>(match.capture_count) + 4, "captures");
  if (match.capture_count == 0 && or_whole) {
    lua_pushlstring(lua, subject.data() + match.begin, match.end - match.begin);
    return 1;
  }
  for (std::size_t i = 0; i < match.capture_count; ++i) push_capture(lua, subject, match, i);
  return static_cast<int>(match.capture_count);
}

bool is_plain(std::string_view pattern) {
  return pattern.find_first_of("^$*+?.([%-") == std::string_view::npos;
}

int find_plainly(lua_State* lua, std::string_view subject, std::string_view text,
                 std::size_t from) {
  // Worst case of the search: every place is compared to the end.
  charge(lua, static_cast<std::int64_t>((subject.size() - from) * (1 + text.size() / 64) / 16));
  const std::size_t at = subject.find(text, from);
  if (at == std::string_view::npos) {
    lua_pushnil(lua);
    return 1;
  }
  lua_pushinteger(lua, static_cast<lua_Integer>(at) + 1);
  lua_pushinteger(lua, static_cast<lua_Integer>(at + text.size()));
  return 2;
}

int find_or_match(lua_State* lua, bool is_find) {
  const std::string_view subject = text_argument(lua, 1);
  const std::string_view text = text_argument(lua, 2);
  const std::size_t from = begin_argument(lua, 3, subject.size());
  if (from > subject.size()) {
    lua_pushnil(lua);
    return 1;
  }
  if (is_find && (lua_toboolean(lua, 4) != 0 || is_plain(text)))
    return find_plainly(lua, subject, text, from);
  charge(lua, static_cast<std::int64_t>(text.size()));
  const Pattern pattern(text);
  check(lua, pattern);
  const PatternMatch match = pattern.search(subject, from, state_of(lua).steps_left);
  if (!settle(lua, match)) {
    lua_pushnil(lua);
    return 1;
  }
  if (!is_find) return push_captures(lua, subject, match, true);
  lua_pushinteger(lua, static_cast<lua_Integer>(match.begin) + 1);
  lua_pushinteger(lua, static_cast<lua_Integer>(match.end));
  return 2 + push_captures(lua, subject, match, false);
}

int string_find(lua_State* lua) { return find_or_match(lua, true); }
int string_match(lua_State* lua) { return find_or_match(lua, false); }

/// Upvalues: subject, pattern, where to go on (from 0), where the last match ended (-1: nowhere).
int next_of_gmatch(lua_State* lua) {
  const std::string_view subject = text_argument(lua, lua_upvalueindex(1));
  const std::string_view text = text_argument(lua, lua_upvalueindex(2));
  auto from = static_cast<std::size_t>(lua_tointeger(lua, lua_upvalueindex(3)));
  const lua_Integer last_end = lua_tointeger(lua, lua_upvalueindex(4));
  charge(lua, static_cast<std::int64_t>(text.size()));
  const Pattern pattern(text, false);
  check(lua, pattern);
  while (from <= subject.size()) {
    const PatternMatch match = pattern.search(subject, from, state_of(lua).steps_left);
    if (!settle(lua, match)) break;
    if (static_cast<lua_Integer>(match.end) == last_end) {
      // An empty match right behind the last one is no match.
      from = match.begin + 1;
      continue;
    }
    lua_pushinteger(lua, static_cast<lua_Integer>(match.end));
    lua_copy(lua, -1, lua_upvalueindex(3));
    lua_replace(lua, lua_upvalueindex(4));
    return push_captures(lua, subject, match, true);
  }
  lua_pushinteger(lua, static_cast<lua_Integer>(subject.size()) + 1);
  lua_replace(lua, lua_upvalueindex(3));
  lua_pushnil(lua);
  return 1;
}

int string_gmatch(lua_State* lua) {
  const std::string_view subject = text_argument(lua, 1);
  check(lua, Pattern(text_argument(lua, 2), false));
  const std::size_t from = begin_argument(lua, 3, subject.size());
  lua_settop(lua, 2);
  lua_pushinteger(lua, static_cast<lua_Integer>(std::min(from, subject.size() + 1)));
  lua_pushinteger(lua, -1);
  lua_pushcclosure(lua, next_of_gmatch, 4);
  return 1;
}

void check_size(lua_State* lua, std::size_t bytes, const char* what) {
  const std::size_t most = state_of(lua).limits.text_bytes_max;
  if (bytes > most)
    raise(lua, fmt::format("memory: {} would make more than {} bytes of text", what, most));
}

/// Appends what the third argument of gsub makes of one match.
void append_value(lua_State* lua, std::string& out, std::string_view subject,
                  const PatternMatch& match) {
  const std::string_view whole = subject.substr(match.begin, match.end - match.begin);
  const int type = lua_type(lua, 3);
  if (type == LUA_TSTRING || type == LUA_TNUMBER) {
    std::string error;
    if (!append_replacement(out, text_argument(lua, 3), subject, match, error)) raise(lua, error);
    return;
  }
  if (type == LUA_TFUNCTION) {
    lua_pushvalue(lua, 3);
    lua_call(lua, push_captures(lua, subject, match, true), 1);
  } else {
    if (match.capture_count == 0)
      lua_pushlstring(lua, whole.data(), whole.size());
    else
      push_capture(lua, subject, match, 0);
    lua_gettable(lua, 3);
  }
  if (lua_toboolean(lua, -1) == 0) {
    out += whole;
  } else if (lua_isstring(lua, -1) != 0) {
    out += text_argument(lua, -1);
  } else {
    raise(lua, fmt::format("invalid replacement value (a {})", luaL_typename(lua, -1)));
  }
  lua_pop(lua, 1);
}

int string_gsub(lua_State* lua) {
  const std::string_view subject = text_argument(lua, 1);
  const std::string_view text = text_argument(lua, 2);
  const int type = lua_type(lua, 3);
  luaL_argexpected(
      lua,
      type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TFUNCTION || type == LUA_TTABLE, 3,
      "string/function/table");
  const lua_Integer count_max =
      luaL_optinteger(lua, 4, static_cast<lua_Integer>(subject.size()) + 1);
  charge(lua, static_cast<std::int64_t>(text.size() + subject.size() / 16));
  const Pattern pattern(text);
  check(lua, pattern);
  std::string out;
  std::size_t at = 0;
  std::size_t last_end = subject.size() + 1;
  lua_Integer count = 0;
  while (count < count_max) {
    const PatternMatch match = pattern.match_at(subject, at, state_of(lua).steps_left);
    if (settle(lua, match) && match.end != last_end) {
      ++count;
      append_value(lua, out, subject, match);
      at = last_end = match.end;
    } else if (at < subject.size()) {
      out += subject[at++];
    } else {
      break;
    }
    check_size(lua, out.size(), "string.gsub");
    if (pattern.is_anchored()) break;
  }
  if (at < subject.size()) out += subject.substr(at);
  check_size(lua, out.size(), "string.gsub");
  charge(lua, static_cast<std::int64_t>(out.size() / 16));
  lua_pushlstring(lua, out.data(), out.size());
  lua_pushinteger(lua, count);
  return 2;
}

int string_rep(lua_State* lua) {
  const std::string_view text = text_argument(lua, 1);
  const lua_Integer count = luaL_checkinteger(lua, 2);
  std::size_t separator_bytes = 0;
  const char* separator = luaL_optlstring(lua, 3, "", &separator_bytes);
  const std::size_t each = text.size() + separator_bytes;
  if (count <= 0 || each == 0) {
    lua_pushliteral(lua, "");
    return 1;
  }
  const auto times = static_cast<std::size_t>(count);
  const std::size_t most = state_of(lua).limits.text_bytes_max;
  check_size(lua, times > most / each + 1 ? most + 1 : times * each - separator_bytes,
             "string.rep");
  charge(lua, static_cast<std::int64_t>(times * each / 16 + times / 4));
  std::string out;
  out.reserve(times * each);
  for (std::size_t i = 0; i < times; ++i) {
    if (i > 0) out.append(separator, separator_bytes);
    out.append(text);
  }
  lua_pushlstring(lua, out.data(), out.size());
  return 1;
}

/// The letter of each conversion in order; %% is none.
std::string conversions(std::string_view format) {
  std::string letters;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') continue;
    ++i;
    while (i < format.size() &&
           std::string_view("-+ #0123456789.").find(format[i]) != std::string_view::npos)
      ++i;
    if (i < format.size() && format[i] != '%') letters += format[i];
  }
  return letters;
}

/// Upvalue: the library's format, which shows objects by their addresses.
int string_format(lua_State* lua) {
  std::size_t bytes = text_argument(lua, 1).size();
  const std::string letters = conversions(text_argument(lua, 1));
  if (letters.find('p') != std::string::npos)
    raise_sandbox(lua, "string.format has no %p here: addresses differ from run to run");
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const int index = static_cast<int>(i) + 2;
    if (index > lua_gettop(lua)) break;
    const int type = lua_type(lua, index);
    if (letters[i] == 's' && type != LUA_TSTRING && type != LUA_TNUMBER) {
      const std::string shown = text_of(lua, index);
      lua_pushlstring(lua, shown.data(), shown.size());
      lua_replace(lua, index);
    }
    // Quoting can make four bytes of one.
    if (lua_type(lua, index) == LUA_TSTRING)
      bytes += (letters[i] == 'q' ? 4U : 1U) * lua_rawlen(lua, index);
    bytes += 512;
  }
  charge(lua, static_cast<std::int64_t>(bytes / 16));
  if (bytes > state_of(lua).limits.text_bytes_max) check_size(lua, bytes, "string.format");
  return lua_tocfunction(lua, lua_upvalueindex(1))(lua);
}

/// A sixteenth of all text that is given.
std::int64_t cost_of_text(lua_State* lua) {
  std::size_t bytes = 0;
  for (int i = 1; i <= lua_gettop(lua); ++i)
    if (lua_type(lua, i) == LUA_TSTRING) bytes += lua_rawlen(lua, i);
  return static_cast<std::int64_t>(bytes / 16);
}

}  // namespace

void open_string(lua_State* lua) {
  luaL_requiref(lua, LUA_STRLIBNAME, luaopen_string, 1);
  for (const char* name : {"byte", "len", "lower", "pack", "reverse", "sub", "unpack", "upper"})
    charge_before(lua, name, cost_of_text);
  lua_getfield(lua, -1, "format");
  lua_pushcclosure(lua, string_format, 1);
  lua_setfield(lua, -2, "format");
  static constexpr luaL_Reg kOwn[] = {{"find", string_find},     {"match", string_match},
                                      {"gmatch", string_gmatch}, {"gsub", string_gsub},
                                      {"rep", string_rep},       {nullptr, nullptr}};
  luaL_setfuncs(lua, kOwn, 0);
  refuse(lua, "dump", "string.dump");
  // All text shares one metatable: it is not handed out.
  lua_pushliteral(lua, "");
  lua_getmetatable(lua, -1);
  lua_pushliteral(lua, "text");
  lua_setfield(lua, -2, "__metatable");
  lua_pop(lua, 3);
}

void open_utf8(lua_State* lua) {
  luaL_requiref(lua, LUA_UTF8LIBNAME, luaopen_utf8, 1);
  for (const char* name : {"codepoint", "codes", "len", "offset"})
    charge_before(lua, name, cost_of_text);
  lua_pop(lua, 1);
}

}  // namespace lunsim::lua
