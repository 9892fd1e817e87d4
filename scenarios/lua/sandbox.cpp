#include "scenarios/lua/sandbox.hpp"

#include <new>

#include <fmt/format.h>

#include "scenarios/lua/state.hpp"

namespace lunsim::lua {
namespace {

/// "stories/a.lua" is "a.lua" to Lua: what scripts see of their place must not depend on folders,
/// and long names would be cut.
std::string chunk_name_of(const std::string& file) {
  constexpr std::size_t kNameMax = 50;
  const std::size_t slash = file.rfind('/');
  std::string name = slash == std::string::npos ? file : file.substr(slash + 1);
  if (name.size() > kNameMax) name.resize(kNameMax);
  return name;
}

std::vector<Value> take_values(lua_State* thread, int count) {
  std::vector<Value> out;
  for (int i = -count; i < 0; ++i) out.push_back(value_at(thread, i));
  lua_pop(thread, count);
  return out;
}

std::vector<Value> arguments_of(lua_State* lua) {
  std::vector<Value> out;
  for (int i = 1; i <= lua_gettop(lua); ++i) out.push_back(value_at(lua, i));
  return out;
}

int push_all(lua_State* lua, const std::vector<Value>& values) {
  luaL_checkstack(lua, static_cast<int>(values.size()), "values");
  for (const Value& value : values) push(lua, value);
  return static_cast<int>(values.size());
}

int after_request(lua_State* lua, int, lua_KContext) {
  State& state = state_of(lua);
  if (state.request_error) {
    const std::string reason = *state.request_error;
    state.request_error.reset();
    if (state.request_error_is_mistake) end_by_mistake(lua, reason);
    raise(lua, reason);
  }
  return lua_gettop(lua);
}

/// Upvalue: which function of the program.
int call_host(lua_State* lua) {
  State& state = state_of(lua);
  const auto number = static_cast<std::size_t>(lua_tointeger(lua, lua_upvalueindex(1)));
  const HostFunction& function = state.functions[number];
  Call call{function.name, arguments_of(lua), place_of(lua)};
  if (function.handler) {
    charge(lua, 10);
    std::string reason;
    bool is_mistake = false;
    try {
      return push_all(lua, function.handler(call));
    } catch (const CallError& error) {
      reason = error.what();
      is_mistake = dynamic_cast<const Mistake*>(&error) != nullptr;
    }
    if (is_mistake) end_by_mistake(lua, reason);
    raise(lua, reason);
  }
  charge(lua, kRequestInstructions);
  if (lua_isyieldable(lua) == 0)
    raise(lua, fmt::format("{} cannot wait here, inside a function that the library calls",
                           function.name));
  state.request = std::move(call);
  lua_settop(lua, 0);
  return lua_yieldk(lua, 0, 0, after_request);
}

Trouble trouble_of(const State& state, int status, std::string_view message) {
  if (state.ended) return *state.ended;
  if (status == LUA_ERRSYNTAX) return Trouble::syntax;
  if (message.find("stack overflow") != std::string_view::npos ||
      message.find("recursion: ") != std::string_view::npos)
    return Trouble::recursion;
  if (message.find("memory: ") != std::string_view::npos) return Trouble::memory;
  if (message.find("sandbox: ") != std::string_view::npos) return Trouble::sandbox;
  return Trouble::runtime;
}

/// "a.lua:3: what" with the file's path for its name, and the line apart.
void name_place(const State& state, Failure& failure) {
  for (const auto& [name, path] : state.files) {
    const std::string& message = failure.message;
    if (!message.starts_with(name + ":")) continue;
    const std::size_t digits = name.size() + 1;
    std::size_t end = digits;
    while (end < message.size() && message[end] >= '0' && message[end] <= '9') ++end;
    if (end == digits || end >= message.size() || message[end] != ':') continue;
    failure.line = static_cast<std::uint32_t>(std::stoul(message.substr(digits, end - digits)));
    failure.message = path + message.substr(name.size());
    return;
  }
}

/// The error at the top of a coroutine that it ended.
Failure failure_of(lua_State* thread, int status) {
  State& state = state_of(thread);
  if (status == LUA_ERRMEM && !state.ended) state.ended = Trouble::memory;
  Failure failure;
  const int type = lua_type(thread, -1);
  if (status == LUA_ERRMEM) {
    failure.message = fmt::format("memory: more than {} bytes", state.limits.memory_bytes_max);
  } else if (type == LUA_TSTRING || type == LUA_TNUMBER) {
    failure.message = lua_tostring(thread, -1);
  } else {
    failure.message = fmt::format("an error that is a {} and no text", luaL_typename(thread, -1));
  }
  failure.trouble = trouble_of(state, status, failure.message);
  name_place(state, failure);
  if (failure.line == 0 && status != LUA_ERRSYNTAX) {
    // A dead coroutine still knows where it was.
    failure.message = where(thread) + failure.message;
    name_place(state, failure);
  }
  return failure;
}

Sandbox::Step failed(Failure failure) {
  Sandbox::Step step;
  step.kind = Sandbox::Step::Kind::failed;
  step.failure = std::move(failure);
  return step;
}

lua_State* thread_in(State& state, ThreadId id) {
  lua_rawgeti(state.main, LUA_REGISTRYINDEX, static_cast<int>(id));
  lua_State* thread = lua_tothread(state.main, -1);
  lua_pop(state.main, 1);
  return thread;
}

}  // namespace

std::string_view describe(Trouble trouble) {
  switch (trouble) {
    case Trouble::syntax:
      return "syntax";
    case Trouble::runtime:
      return "runtime";
    case Trouble::budget:
      return "budget";
    case Trouble::memory:
      return "memory";
    case Trouble::recursion:
      return "recursion";
    case Trouble::sandbox:
      return "sandbox";
    case Trouble::mistake:
      return "mistake";
  }
  return "runtime";
}

struct Sandbox::Parts {
  State state;

  /// Runs `work` where errors of Lua are caught; false with the error at the top.
  template <class Work>
  int guarded(Work work) {
    lua_State* lua = state.main;
    const auto body = [](lua_State* l) -> int {
      (*static_cast<Work*>(lua_touserdata(l, 1)))(l);
      return 0;
    };
    lua_pushcfunction(lua, body);
    lua_pushlightuserdata(lua, &work);
    return lua_pcall(lua, 1, 0, 0);
  }
  void must(int status) {
    if (status == LUA_OK) return;
    const std::string reason =
        lua_isstring(state.main, -1) != 0 ? lua_tostring(state.main, -1) : "an error without text";
    lua_pop(state.main, 1);
    throw std::runtime_error("Lua: " + reason);
  }
  Step resume(lua_State* thread, int arguments);
  Step resume_to_end(lua_State* thread, int arguments);
};

Sandbox::Sandbox(std::uint64_t seed, const Limits& limits) : parts_(std::make_unique<Parts>()) {
  State& state = parts_->state;
  state.limits = limits;
  state.steps_left = limits.instructions_max;
  state.main = lua_newstate(allocate, &state);
  if (state.main == nullptr) throw std::bad_alloc();
  *static_cast<State**>(lua_getextraspace(state.main)) = &state;
  parts_->must(parts_->guarded([](lua_State* lua) {
    open_base(lua);
    open_coroutine(lua);
    open_string(lua);
    open_table(lua);
    open_math(lua);
    open_utf8(lua);
  }));
  this->seed(seed);
}

Sandbox::~Sandbox() { lua_close(parts_->state.main); }

void Sandbox::offer(const std::string& name, Handler handler) {
  State& state = parts_->state;
  const auto number = static_cast<lua_Integer>(state.functions.size());
  state.functions.push_back({name, std::move(handler)});
  parts_->must(parts_->guarded([&](lua_State* lua) {
    lua_pushglobaltable(lua);
    const std::size_t dot = name.find('.');
    if (dot != std::string::npos) {
      const std::string table = name.substr(0, dot);
      lua_pushlstring(lua, table.data(), table.size());
      if (lua_rawget(lua, -2) != LUA_TTABLE) {
        lua_newtable(lua);
        lua_pushlstring(lua, table.data(), table.size());
        lua_pushvalue(lua, -2);
        lua_rawset(lua, -5);
      }
    }
    lua_pushinteger(lua, number);
    lua_pushcclosure(lua, call_host, 1);
    lua_setfield(lua, -2, name.c_str() + (dot == std::string::npos ? 0 : dot + 1));
  }));
}

void Sandbox::offer_request(const std::string& name) { offer(name, {}); }

void Sandbox::set_global(const std::string& name, const Value& value) {
  parts_->must(parts_->guarded([&](lua_State* lua) {
    lua_pushglobaltable(lua);
    lua_pushlstring(lua, name.data(), name.size());
    push(lua, value);
    lua_rawset(lua, -3);
  }));
}

void Sandbox::set_printer(std::function<void(const Call&, const std::string&)> printer) {
  parts_->state.printer = std::move(printer);
}
void Sandbox::set_suggester(Suggester suggester) { parts_->state.suggester = std::move(suggester); }

void Sandbox::seed(std::uint64_t seed) {
  parts_->state.seed = seed;
  parts_->must(parts_->guarded([seed](lua_State* lua) {
    lua_getglobal(lua, "math");
    lua_getfield(lua, -1, "randomseed");
    lua_pushinteger(lua, static_cast<lua_Integer>(seed));
    lua_pushinteger(lua, 0x6C756E73696D);  // apart from other users of the same seed
    lua_call(lua, 2, 0);
  }));
}

void Sandbox::refill() {
  State& state = parts_->state;
  state.ended.reset();
  state.hook_is_tight = false;
  state.steps_left = state.limits.instructions_max;
  lua_gc(state.main, LUA_GCCOLLECT);
}

std::int64_t Sandbox::instructions_left() const { return parts_->state.steps_left; }
std::size_t Sandbox::memory_bytes() const { return parts_->state.memory_bytes; }

Sandbox::Step Sandbox::compile(std::string_view source, const std::string& file,
                               std::uint32_t first_line, Value& function) {
  State& state = parts_->state;
  if (source.size() > state.limits.source_bytes_max)
    return failed({Trouble::memory, fmt::format("{}: memory: a script has at most {} bytes", file,
                                                state.limits.source_bytes_max)});
  const std::string name = chunk_name_of(file);
  state.files[name] = file;
  std::string text(first_line > 0 ? first_line - 1 : 0, '\n');
  text += source;
  const int status = parts_->guarded([&](lua_State* lua) {
    if (luaL_loadbufferx(lua, text.data(), text.size(), ("@" + name).c_str(), "t") != LUA_OK)
      lua_error(lua);
    function = value_at(lua, -1);
  });
  if (status == LUA_OK) return {};
  // A syntax error is raised again, and comes as any other.
  Failure failure = failure_of(state.main, status);
  if (failure.trouble == Trouble::runtime) failure.trouble = Trouble::syntax;
  lua_pop(state.main, 1);
  return failed(std::move(failure));
}

Sandbox::Step Sandbox::load(std::string_view source, const std::string& file,
                            std::uint32_t first_line, ThreadId& thread) {
  Value function;
  Step step = compile(source, file, first_line, function);
  if (step.kind == Step::Kind::failed) return step;
  thread = thread_of(function);
  luaL_unref(parts_->state.main, LUA_REGISTRYINDEX, static_cast<int>(function.integer));
  return step;
}

ThreadId Sandbox::thread_of(const Value& function) {
  int reference = LUA_NOREF;
  parts_->must(parts_->guarded([&](lua_State* lua) {
    lua_State* made = lua_newthread(lua);
    prepare_thread(made);
    push(made, function);
    reference = luaL_ref(lua, LUA_REGISTRYINDEX);
  }));
  return ThreadId{reference};
}

/// What a mistake has ended is this script; those after it have made none.
Sandbox::Step Sandbox::Parts::resume(lua_State* thread, int arguments) {
  Step step = resume_to_end(thread, arguments);
  if (state.ended == Trouble::mistake) state.ended.reset();
  return step;
}

Sandbox::Step Sandbox::Parts::resume_to_end(lua_State* thread, int arguments) {
  state.request.reset();
  if (state.ended) lua_sethook(thread, budget_hook, LUA_MASKCOUNT, 1);
  int results = 0;
  const int status = resume_thread(state.main, thread, arguments, &results);
  Step step;
  if (status == LUA_YIELD && state.request) {
    step.kind = Step::Kind::request;
    step.request = std::move(*state.request);
    state.request.reset();
    lua_pop(thread, results);
    return step;
  }
  if (status == LUA_YIELD) {
    lua_pop(thread, results);
    return failed({Trouble::runtime, "coroutine.yield outside of a coroutine of the script's own"});
  }
  if (status != LUA_OK) return failed(failure_of(thread, status));
  // Copying can fail as well, and must not do so unprotected.
  const int copied = guarded([&](lua_State*) { step.values = take_values(thread, results); });
  if (copied == LUA_OK) return step;
  Failure failure = failure_of(state.main, copied);
  lua_pop(state.main, 1);
  return failed(std::move(failure));
}

Sandbox::Step Sandbox::resume(ThreadId id, const std::vector<Value>& values) {
  lua_State* thread = thread_in(parts_->state, id);
  const int status = parts_->guarded([&](lua_State*) { push_all(thread, values); });
  if (status != LUA_OK) {
    Failure failure = failure_of(parts_->state.main, status);
    lua_pop(parts_->state.main, 1);
    return failed(std::move(failure));
  }
  return parts_->resume(thread, static_cast<int>(values.size()));
}

Sandbox::Step Sandbox::resume_with_error(ThreadId id, const std::string& reason) {
  parts_->state.request_error = reason;
  parts_->state.request_error_is_mistake = false;
  return parts_->resume(thread_in(parts_->state, id), 0);
}

Sandbox::Step Sandbox::resume_with_mistake(ThreadId id, const std::string& reason) {
  parts_->state.request_error = reason;
  parts_->state.request_error_is_mistake = true;
  return parts_->resume(thread_in(parts_->state, id), 0);
}

void Sandbox::drop(ThreadId thread) {
  luaL_unref(parts_->state.main, LUA_REGISTRYINDEX, static_cast<int>(thread));
}

namespace {

Sandbox::Step without_requests(Sandbox::Step step) {
  if (step.kind != Sandbox::Step::Kind::request) return step;
  return failed({Trouble::runtime,
                 fmt::format("{}:{}: {} cannot wait here", step.request.place.file,
                             step.request.place.line, step.request.function),
                 step.request.place.line});
}

}  // namespace

Sandbox::Step Sandbox::run(std::string_view source, const std::string& file,
                           std::uint32_t first_line) {
  ThreadId thread{};
  Step step = load(source, file, first_line, thread);
  if (step.kind == Step::Kind::failed) return step;
  step = without_requests(resume(thread));
  drop(thread);
  return step;
}

Sandbox::Step Sandbox::call(const Value& function, const std::vector<Value>& arguments) {
  if (function.kind != Value::Kind::function)
    return failed({Trouble::runtime, "this is no function of a script"});
  const ThreadId thread = thread_of(function);
  Step step = without_requests(resume(thread, arguments));
  drop(thread);
  return step;
}

}  // namespace lunsim::lua
