#include "scenarios/lua/sandbox.hpp"

#include <boost/test/unit_test.hpp>

namespace lunsim::lua {
namespace {

/// What a script returned, as source, or "trouble: message".
std::string result(Sandbox& sandbox, std::string_view source, std::uint32_t first_line = 1) {
  const Sandbox::Step step = sandbox.run(source, "stories/a.lua", first_line);
  if (step.kind == Sandbox::Step::Kind::failed)
    return std::string(describe(step.failure.trouble)) + ": " + step.failure.message;
  std::string out;
  for (const Value& value : step.values) out += (out.empty() ? "" : " ") + to_source(value);
  return out;
}
std::string result(std::string_view source) {
  Sandbox sandbox(1);
  return result(sandbox, source);
}

/// A budget that is spent in a moment.
Limits small() {
  Limits limits;
  limits.instructions_max = 200'000;
  limits.memory_bytes_max = 2u << 20;
  limits.allocation_bytes_max = 1u << 20;
  limits.text_bytes_max = 100'000;
  limits.call_depth_max = 500;
  return limits;
}
std::string small_result(std::string_view source) {
  Sandbox sandbox(1, small());
  return result(sandbox, source);
}

struct SandboxRow {
  const char* source;
  const char* result;
};
void check_sandbox_rows(std::initializer_list<SandboxRow> rows) {
  for (const SandboxRow& row : rows) {
    BOOST_TEST_INFO(row.source);
    BOOST_TEST(result(row.source) == row.result);
  }
}
void check_ends(const char* trouble, std::initializer_list<const char*> sources) {
  for (const char* source : sources) {
    BOOST_TEST_INFO(source);
    const std::string seen = small_result(source);
    BOOST_TEST(seen.starts_with(std::string(trouble) + ": stories/a.lua:"), seen);
    BOOST_TEST(seen.find(std::string(trouble) + ": ", 10) != std::string::npos, seen);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lua_sandbox)

BOOST_AUTO_TEST_CASE(values_cross_in_both_directions) {
  check_sandbox_rows({{"return 1, 2.5, 'x', true, nil", "1 2.5 \"x\" true nil"},
                      {"return {a = 1, 'x', {b = false}}", "{\"x\", {b = false}, a = 1}"},
                      {"return 2^53, 10 // 3, 10 / 2", "9.007199254741e+15 3 5.0"},
                      {"local t = {} t[1.0] = 'a' return t", "{\"a\"}"}});
  Sandbox sandbox(1);
  Value table = Value::table();
  table.set("lun", Value::of(std::int64_t{7})).set("name", Value::of("disk"));
  sandbox.set_global("unit", table);
  BOOST_TEST(result(sandbox, "return unit.lun + 1, unit.name") == "8 \"disk\"");
}

BOOST_AUTO_TEST_CASE(errors_name_file_and_line) {
  check_sandbox_rows(
      {{"\n\nerror('no')", "runtime: stories/a.lua:3: no"},
       {"local x = nil\nreturn x.y",
        "runtime: stories/a.lua:2: attempt to index a nil value (local 'x')"},
       {"error('no', 0)", "runtime: stories/a.lua:1: no"},
       {"\nerror({})", "runtime: stories/a.lua:2: an error that is a table and no text"},
       {"x = = 1", "syntax: stories/a.lua:1: unexpected symbol near '='"},
       {"local function f() string.rep() end\nf()",
        "runtime: stories/a.lua:1: bad argument #1 to 'rep' (string expected, got no value)"}});
  Sandbox sandbox(1);
  BOOST_TEST(result(sandbox, "error('no')", 40) == "runtime: stories/a.lua:40: no");
  BOOST_TEST(result(sandbox, "x = = 1", 40).starts_with("syntax: stories/a.lua:40:"));
}

BOOST_AUTO_TEST_CASE(a_misspelt_global_is_an_error) {
  Sandbox sandbox(1);
  sandbox.set_suggester([](std::string_view word, auto) { return word == "pint" ? "print" : ""; });
  BOOST_TEST(result(sandbox, "pint('x')") ==
             "runtime: stories/a.lua:1: unknown name \"pint\"; did you mean \"print\"?");
  BOOST_TEST(result(sandbox, "zzz()") == "runtime: stories/a.lua:1: unknown name \"zzz\"");
  BOOST_TEST(result(sandbox, "count = 1 return count, rawget(_G, 'zzz')") == "1 nil");
}

BOOST_AUTO_TEST_CASE(what_leads_out_of_the_box_is_not_there) {
  check_ends("sandbox", {"os.execute('true')", "io.open('/etc/passwd')", "require 'io'",
                         "package.loadlib('x', 'y')", "debug.getregistry()", "load('return 1')()",
                         "loadfile('x')", "dofile('x')", "loadstring('x')", "collectgarbage()",
                         "xpcall(print, print)", "warn('@on')", "string.dump(print)",
                         "return ('x').dump(print)", "math.randomseed()",
                         "return string.format('%p', {})", "return string.format('%20p', {})"});
  check_sandbox_rows(
      {{"return getmetatable('')", "\"text\""},
       {"return getmetatable(_G)", "\"globals\""},
       {"return pcall(setmetatable, _G, {})", "false \"cannot change a protected metatable\""},
       {"return rawget(_G, 'os'), rawget(_G, 'io'), rawget(_G, 'debug')", "nil nil nil"},
       {"return rawget(_G, 'package')", "nil"}});
  BOOST_TEST(result(std::string("\x1bLua", 4)).starts_with("syntax: "));
}

BOOST_AUTO_TEST_CASE(finalizers_would_run_without_a_budget_and_are_refused) {
  check_ends("sandbox", {"setmetatable({}, {__gc = function() while true do end end})",
                         "setmetatable({}, {__mode = 'k'})"});
  // One that is added afterwards is none: Lua looks when the metatable is set.
  BOOST_TEST(small_result("local m = {} for i = 1, 50 do setmetatable({}, m) end\n"
                          "m.__gc = function() while true do end end\n"
                          "for i = 1, 1000 do local t = {i} end return 'out'") == "\"out\"");
}

BOOST_AUTO_TEST_CASE(nothing_holds_the_end_of_the_budget_up) {
  check_ends("budget",
             {"while true do end",
              "pcall(function() while true do end end) return 'escaped'",
              "while true do pcall(function() while true do end end) end",
              "local function f() pcall(f) while true do end end f()",
              "return pcall(pcall, function() while true do end end)",
              "local t <close> = setmetatable({}, {__close = function() while true do end end})\n"
              "while true do end",
              "for i = 1, 1e9 do local t <close> = setmetatable({}, {__close = function()\n"
              "pcall(function() while true do end end) end}) end",
              "local co = coroutine.wrap(function() while true do end end) co()",
              "while true do local co = coroutine.wrap(function() end) co() end",
              "while true do coroutine.resume(coroutine.create(function() while true do end end)) "
              "end",
              "local co = coroutine.wrap(function() local t <close> = setmetatable({}, {__close = "
              "function() while true do end end}) while true do end end)\nwhile true do pcall(co) "
              "end",
              "local co = coroutine.create(function() local t <close> = setmetatable({}, {__close "
              "= function() while true do end end}) coroutine.yield() end)\ncoroutine.resume(co)\n"
              "coroutine.close(co) return 'escaped'",
              "setmetatable({}, {__index = function(t, k) return t[k + 1] end})[1] = 1\n"
              "local t = setmetatable({}, {__index = function() while true do end end}) return t.x",
              "table.sort({3, 2, 1}, function() while true do end end)",
              "string.gsub('x', 'x', function() while true do end end)",
              "::again:: goto again",
              "repeat until false",
              "local t = setmetatable({}, {__len = function() return 1 << 60 end})\n"
              "table.insert(t, 1, 0)",
              "table.move({}, 1, 1 << 60, 2)",
              "local t = setmetatable({}, {__len = function() return 1 << 60 end})\n"
              "table.remove(t, 1)",
              "local t = {} for i = 1, 60000 do t[i] = i end\n"
              "while true do table.sort(t) end",
              "local s = string.rep('x', 90000) while true do s:upper() end",
              "local s = string.rep('x', 90000) while true do local c = s .. 'y' end",
              "local s = string.rep('x', 90000) while true do utf8.len(s) end",
              "local t = {} for i = 1, 9000 do t[i] = i end while true do for k in pairs(t) do end "
              "end",
              "while true do pcall(error, 'x') end"});
}

BOOST_AUTO_TEST_CASE(errors_that_are_caught_far_down_are_paid_for) {
  Sandbox sandbox(1);
  const Sandbox::Step step = sandbox.run("local function f() pcall(f) f() end f()", "a.lua");
  BOOST_TEST((step.failure.trouble == Trouble::budget), step.failure.message);
  // Each goes through all calls that it is nested in.
  Sandbox few(1);
  BOOST_TEST((few.run("for i = 1, 20000 do pcall(error, i) end", "a.lua").kind ==
              Sandbox::Step::Kind::finished));
  BOOST_TEST((few.run("for i = 1, 20000 do pcall(error, i) end", "a.lua").failure.trouble ==
              Trouble::budget));
}

BOOST_AUTO_TEST_CASE(patterns_are_paid_for) {
  check_ends("budget", {"string.find(string.rep('a', 3000), '(a*)(a*)(a*)(a*)b')",
                        "string.match(string.rep('a', 3000), string.rep('a-', 50) .. 'b')",
                        "return string.gsub(string.rep('a', 3000), '(a*)(a*)(a*)b', '')",
                        "for x in string.gmatch(string.rep('a', 3000), '(a*)(a*)(a*)b') do end",
                        "pcall(string.find, string.rep('a', 3000), '(a*)(a*)(a*)(a*)b') return 1",
                        "string.find(string.rep('(', 90000), '%b()')\n"
                        "return (string.rep('(', 90000)):gsub('%b()', '')"});
}

BOOST_AUTO_TEST_CASE(a_spent_budget_ends_the_scripts_that_wait_as_well) {
  Sandbox sandbox(1, small());
  ThreadId waiting{};
  sandbox.offer_request("sleep");
  BOOST_TEST((sandbox.load("sleep() return 'went on'", "b.lua", 1, waiting).kind ==
              Sandbox::Step::Kind::finished));
  BOOST_TEST((sandbox.resume(waiting).kind == Sandbox::Step::Kind::request));
  BOOST_TEST(result(sandbox, "while true do end").starts_with("budget: "));
  const Sandbox::Step step = sandbox.resume(waiting);
  BOOST_TEST((step.kind == Sandbox::Step::Kind::failed));
  BOOST_TEST((step.failure.trouble == Trouble::budget));
  sandbox.refill();
  BOOST_TEST(result(sandbox, "return 1") == "1");
}

BOOST_AUTO_TEST_CASE(memory_ends_and_no_pcall_holds_that_up) {
  check_ends(
      "memory",
      {"local t = {} while true do t[#t + 1] = {} end",
       "local s = 'x' while true do s = s .. s end",
       "pcall(function() local t = {} while true do t[#t + 1] = {} end end) return 1",
       "local s, t = string.rep('x', 90000), {}\n"
       "while true do pcall(function() t[#t + 1] = s .. #t end) end",
       "local co = coroutine.wrap(function() local t = {} while true do t[#t+1] = {} end "
       "end) pcall(co) return 1",
       "return string.rep('x', 1 << 40)", "return string.rep('', 5, string.rep('x', 90000))",
       "return table.concat({string.rep('x', 90000), string.rep('y', 90000)})",
       "return string.format('%s%s', string.rep('x', 90000), string.rep('x', 90000))",
       "return (string.rep('x', 90000)):gsub('x', 'yy')", "return string.pack('c50000000', 'x')"});
  Sandbox sandbox(1);
  const Sandbox::Step large = sandbox.run(std::string(2u << 20, ' '), "a.lua");
  BOOST_TEST((large.failure.trouble == Trouble::memory));
}

BOOST_AUTO_TEST_CASE(depth_ends) {
  check_ends("recursion",
             {"local function f() return 1 + f() end f()",
              "local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) "
              "return t[k .. 'x'] end local function f() local x = 1 return f() + 1 "
              "end return f()"});
  // Through the library Lua counts C calls.
  const std::string seen =
      small_result("local function f() return (string.gsub('x', 'x', f)) end return f()");
  BOOST_TEST(seen.find("stack overflow") != std::string::npos, seen);
  BOOST_TEST(seen.starts_with("recursion: stories/a.lua:1:"), seen);
  BOOST_TEST(small_result("local function f(n) if n == 0 then return 'deep' end return "
                          "f(n - 1) end return f(9000)") == "\"deep\"");
}

BOOST_AUTO_TEST_CASE(pairs_and_next_have_an_order) {
  check_sandbox_rows(
      {{"local t = {} for _, k in ipairs{'b', 'a', 3, 'B', 1.5, true, -1, false} do t[k] = 1 end\n"
        "local o = {} for k in pairs(t) do o[#o + 1] = tostring(k) end return table.concat(o, ' ')",
        "\"-1 1.5 3 B a b false true\""},
       {"local t = {x = 1, y = 2, z = 3}\nlocal o = '' local k, v = next(t)\n"
        "while k do o = o .. k .. v k, v = next(t, k) end return o",
        "\"x1y2z3\""},
       {"return next({})", "nil"},
       {"local t = {a = 1, b = 2, c = 3} local o = ''\n"
        "for k in pairs(t) do o = o .. k t.b = nil t[k] = nil end return o",
        "\"ac\""},
       {"local t = {[{}] = 1} for k in pairs(t) do return type(k) end", "\"table\""},
       {"local p = setmetatable({}, {__pairs = function() return function(_, k) if not k then "
        "return 'own' end end end}) for k in pairs(p) do return k end",
        "\"own\""}});
  BOOST_TEST(result("for k in pairs({[{}] = 1, [{}] = 2}) do end").starts_with("sandbox: "));
  BOOST_TEST(result("next({}, 'x')") == "runtime: stories/a.lua:1: invalid key to 'next'");
}

BOOST_AUTO_TEST_CASE(objects_are_shown_without_addresses) {
  check_sandbox_rows(
      {{"return tostring({}), tostring(print), tostring({})",
        "\"table: 1\" \"function: 2\" \"table: 3\""},
       {"local t = {} return tostring(t) == tostring(t)", "true"},
       {"return string.format('%s %s', {}, setmetatable({}, {__tostring = function() return "
        "'me' end}))",
        "\"table: 1 me\""},
       {"return (tostring(coroutine.create(print)))", "\"thread: 1\""}});
}

BOOST_AUTO_TEST_CASE(chance_is_a_function_of_the_seed) {
  const char* source = "return math.random(1 << 40), math.random(), math.random(6)";
  Sandbox first(7), second(7), other(8);
  const std::string drawn = result(first, source);
  BOOST_TEST(drawn == result(second, source));
  BOOST_TEST(drawn != result(other, source));
  BOOST_TEST(drawn != result(first, source));
  first.seed(7);
  BOOST_TEST(drawn == result(first, source));
  BOOST_TEST(result("math.randomseed(5) local a = math.random(1000) math.randomseed(5) return a == "
                    "math.random(1000)") == "true");
}

BOOST_AUTO_TEST_CASE(the_string_library_does_what_the_manual_says) {
  check_sandbox_rows(
      {{"return ('hello'):find('l'), ('hello'):find('l', -1), ('hello'):find('', 9)", "3 nil nil"},
       {"return ('a.b'):find('.', 2, true)", "2 2"},
       {"return ('hello world'):match('(%w+) (%w+)')", "\"hello\" \"world\""},
       {"return ('  x '):match('^%s*(.-)%s*$')", "\"x\""},
       {"return ('key = 5'):match('()=()')", "5 6"},
       {"local o = {} for w in ('one two'):gmatch('%a+') do o[#o + 1] = w end return o",
        "{\"one\", \"two\"}"},
       {"local o = {} for k, v in ('a=1, b=2'):gmatch('(%w+)=(%w+)') do o[k] = v end return o",
        "{a = \"1\", b = \"2\"}"},
       {"local n = 0 for _ in ('abc'):gmatch('') do n = n + 1 end return n", "4"},
       {"local o = '' for a in ('abab'):gmatch('a*') do o = o .. '<' .. a .. '>' end return o",
        "\"<a><a><>\""},
       {"local o = '' for a in ('abc'):gmatch('%w', 2) do o = o .. a end return o", "\"bc\""},
       {"return ('hello world'):gsub('o', '0')", "\"hell0 w0rld\" 2"},
       {"return ('hello'):gsub('', '-')", "\"-h-e-l-l-o-\" 6"},
       {"return ('abc'):gsub('%w', '%0%0', 2)", "\"aabbc\" 2"},
       {"return ('$name is $age'):gsub('%$(%w+)', {name = 'lua', age = 5})", "\"lua is 5\" 2"},
       {"return ('abc'):gsub('b', function(c) return nil end)", "\"abc\" 1"},
       {"return ('abc'):gsub('^a', 'x')", "\"xbc\" 1"},
       {"return ('abc'):gsub('a*', 'x')", "\"xbxcx\" 3"},
       {"return pcall(string.gsub, 'a', 'a', function() return {} end)",
        "false \"a.lua:1: invalid replacement value (a table)\""},
       {"return ('x'):rep(3, ','), ('x'):rep(0), ('x'):rep(-1)", "\"x,x,x\" \"\" \"\""},
       {"return string.format('%5d|%-5s|%05.1f|%x|%q|%%', 42, 'ab', 3.14159, 255, 'a\"b')",
        "\"   42|ab   |003.1|ff|\\\"a\\\\\\\"b\\\"|%\""},
       {"return table.concat({1, 2, 3}, '-'), table.concat({}, 'x'), table.concat({1, 2, 3}, '', "
        "2)",
        "\"1-2-3\" \"\" \"23\""},
       {"local t = {5, 2, 8} table.sort(t) table.insert(t, 1, 0) table.insert(t, 9) return t, "
        "table.remove(t), table.unpack(t, 1, 2)",
        "{0, 2, 5, 8} 9 0 2"},
       {"return utf8.char(228, 8364), utf8.len('äb'), #'äb'", "\"ä€\" 2 3"}});
}

BOOST_AUTO_TEST_CASE(coroutines_of_scripts_are_those_of_the_manual) {
  check_sandbox_rows(
      {{"local co = coroutine.create(function(a, b) local c = coroutine.yield(a + b) return c * 2 "
        "end)\nlocal _, x = coroutine.resume(co, 1, 2) local _, y = coroutine.resume(co, 10)\n"
        "return x, y, coroutine.status(co), coroutine.resume(co)",
        "3 20 \"dead\" false \"cannot resume dead coroutine\""},
       {"local co co = coroutine.wrap(function() return coroutine.resume(coroutine.running()) end) "
        "return co()",
        "false \"cannot resume non-suspended coroutine\""},
       {"local co = coroutine.wrap(function() error('no') end) return pcall(co)",
        "false \"a.lua:1: no\""},
       {"local o = {} for i in coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end "
        "end) do o[#o + 1] = i end return o",
        "{1, 2, 3}"},
       {"local closed = '' local co = coroutine.create(function() local t <close> = setmetatable("
        "{}, {__close = function() closed = 'yes' end}) coroutine.yield() end)\n"
        "coroutine.resume(co) return coroutine.close(co), closed",
        "true \"yes\""},
       {"return pcall(function(...) return select('#', ...), ... end, 1, nil)", "true 2 1 nil"},
       {"return pcall(error, {1})", "false {1}"}});
  BOOST_TEST(result("coroutine.yield(1)") ==
             "runtime: coroutine.yield outside of a coroutine of the script's own");
}

BOOST_AUTO_TEST_CASE(a_request_waits_for_its_answer_through_the_scripts_own_coroutines) {
  Sandbox sandbox(1);
  sandbox.offer_request("read");
  ThreadId thread{};
  sandbox.load(
      "local a = read{lba = 1}\n"
      "local co = coroutine.wrap(function() local b = read{lba = 2} coroutine.yield(b) return "
      "read{lba = 3} end)\n"
      "local ok, d = pcall(function() return read{lba = 4} end)\n"
      "return a .. co() .. co() .. d",
      "a.lua", 1, thread);
  Sandbox::Step step = sandbox.resume(thread);
  std::string asked;
  while (step.kind == Sandbox::Step::Kind::request) {
    asked += step.request.function + to_source(step.request.arguments.at(0)) + "@" +
             std::to_string(step.request.place.line) + " ";
    step = sandbox.resume(thread, {Value::of("<" + std::to_string(step.request.place.line) + ">")});
  }
  BOOST_TEST(asked == "read{lba = 1}@1 read{lba = 4}@3 read{lba = 2}@2 read{lba = 3}@2 ");
  BOOST_REQUIRE((step.kind == Sandbox::Step::Kind::finished));
  BOOST_TEST(to_source(step.values.at(0)) == "\"<1><2><2><3>\"");
}

BOOST_AUTO_TEST_CASE(a_request_can_be_answered_with_an_error_at_its_place) {
  Sandbox sandbox(1);
  sandbox.offer_request("login");
  ThreadId thread{};
  sandbox.load("local ok, why = pcall(login)\nlogin()", "a.lua", 1, thread);
  sandbox.resume(thread);
  BOOST_TEST((sandbox.resume_with_error(thread, "no target").kind == Sandbox::Step::Kind::request));
  const Sandbox::Step step = sandbox.resume_with_error(thread, "no target");
  BOOST_TEST(step.failure.message == "a.lua:2: no target");
  BOOST_TEST(step.failure.line == 2U);
  BOOST_TEST(result(sandbox, "table.sort({1, 2}, function() login() end)")
                 .find("login cannot wait here") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(functions_of_the_program_are_answered_at_once) {
  Sandbox sandbox(1);
  sandbox.offer("wire.count", [](const Call& call) -> std::vector<Value> {
    if (call.arguments.empty()) throw CallError("count needs a name");
    return {Value::of(static_cast<std::int64_t>(call.arguments[0].text.size()))};
  });
  BOOST_TEST(result(sandbox, "return wire.count('abc')") == "3");
  BOOST_TEST(result(sandbox, "\nwire.count()") == "runtime: stories/a.lua:2: count needs a name");
  std::string printed;
  sandbox.set_printer([&](const Call& call, const std::string& line) {
    printed += std::to_string(call.place.line) + ":" + line + "\n";
  });
  result(sandbox, "print(1, 'a', nil)\nprint({})");
  BOOST_TEST(printed == "1:1\ta\tnil\n2:table: 1\n");
}

BOOST_AUTO_TEST_CASE(functions_of_scripts_can_be_called_later) {
  Sandbox sandbox(1);
  const Sandbox::Step step = sandbox.run("return {steps = function(n) return n + 1 end}", "a.lua");
  const Value* steps = step.values.at(0).find("steps");
  BOOST_REQUIRE(steps != nullptr);
  const Sandbox::Step called = sandbox.call(*steps, {Value::of(std::int64_t{41})});
  BOOST_TEST(to_source(called.values.at(0)) == "42");
}

BOOST_AUTO_TEST_CASE(tables_that_lead_back_to_themselves_cannot_leave) {
  const std::string seen = result("local t = {} t.t = t return t");
  BOOST_TEST(seen.find("nested deeper than 32") != std::string::npos, seen);
  BOOST_TEST(result("return {[1.5] = 1}").find("a key here is text") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lunsim::lua
