#include "scenarios/engine/lua_room.hpp"

#include "scenarios/engine/lua_functions.hpp"
#include "scenarios/engine/names.hpp"

namespace lunsim::scenarios {
namespace {

using lua::Sandbox;
using lua::Value;

const Value* follow(const Value& table, const std::vector<Value>& path) {
  const Value* at = &table;
  for (const Value& key : path) {
    const Value* next = nullptr;
    for (std::size_t i = 0; i < at->keys.size(); ++i)
      if (at->keys[i].kind == key.kind && to_text(at->keys[i]) == to_text(key))
        next = &at->values[i];
    if (next == nullptr) return nullptr;
    at = next;
  }
  return at;
}

std::string text_of(const std::vector<std::byte>& bytes, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < std::min(count, bytes.size()); ++i)
    out += static_cast<char>(bytes[i]);
  return out;
}

}  // namespace

LuaRoom::LuaRoom(std::uint64_t seed) : seed_(seed) {}

void LuaRoom::set_printer(std::function<void(const lua::Call&, const std::string&)> printer) {
  printer_ = std::move(printer);
  if (sandbox_) sandbox_->set_printer(printer_);
}

Sandbox& LuaRoom::sandbox() {
  if (sandbox_) return *sandbox_;
  sandbox_.emplace(seed_);
  if (printer_) sandbox_->set_printer(printer_);
  const auto answer = [this](const lua::Call& call) -> std::vector<Value> {
    if (!answer_) throw lua::CallError(call.function + " has nothing to speak of here");
    return answer_(call);
  };
  offer_functions(*sandbox_, answer, given_);
  return *sandbox_;
}

std::optional<Value> LuaRoom::function_of(const LuaScript& script, lua::Failure& failure) {
  if (const auto known = functions_.find(&script); known != functions_.end()) return known->second;
  Value function;
  if (!script.is_whole_file) {
    const Sandbox::Step step =
        sandbox().compile(*script.text, script.file, script.first_line, function);
    failure = step.failure;
    if (step.kind == Sandbox::Step::Kind::failed) return std::nullopt;
  } else {
    auto file = files_.find(script.file);
    if (file == files_.end()) {
      given_.reset();
      sandbox().seed(kLoadSeed);
      const Sandbox::Step step = sandbox().run(*script.text, script.file);
      sandbox().seed(seed_);
      failure = step.failure;
      if (step.kind == Sandbox::Step::Kind::failed) return std::nullopt;
      if (!given_ && !step.values.empty()) given_ = step.values.front();
      file = files_.emplace(script.file, given_.value_or(Value())).first;
    }
    const Value* found = follow(file->second, script.path);
    failure.message = script.file + ": the function is not there any more when the file runs again";
    if (found == nullptr || found->kind != Value::Kind::function) return std::nullopt;
    function = *found;
  }
  functions_.emplace(&script, function);
  return function;
}

Sandbox::Step LuaRoom::call(const LuaScript& script, const std::vector<Value>& arguments,
                            Sandbox::Handler answer) {
  Sandbox::Step step;
  step.kind = Sandbox::Step::Kind::failed;
  const auto function = function_of(script, step.failure);
  if (!function) return step;
  std::swap(answer_, answer);
  step = sandbox().call(*function, arguments);
  std::swap(answer_, answer);
  return step;
}

void LuaRoom::keep(lua::Failure failure) {
  constexpr std::size_t kKeptMax = 20;
  if (failures_.size() < kKeptMax) failures_.push_back(std::move(failure));
}

Value to_lua(const Seen& seen) {
  switch (seen.kind) {
    case Seen::Kind::absent:
      return {};
    case Seen::Kind::number: {
      if (seen.names == Names::yes_no) return Value::of(seen.number != 0);
      const std::string shown = show_number(seen.number, seen.names);
      const bool has_name = seen.names != Names::none && number_named(shown, seen.names);
      return has_name ? Value::of(shown) : Value::of(seen.number);
    }
    case Seen::Kind::text:
      return Value::of(seen.text);
    case Seen::Kind::bytes:
      return Value::of(text_of(seen.bytes, seen.is_buffer ? seen.valid_bytes : seen.bytes.size()));
    case Seen::Kind::record:
    case Seen::Kind::list:
      break;
  }
  Value out = Value::table();
  for (std::size_t i = 0; i < seen.items.size(); ++i) {
    if (seen.kind == Seen::Kind::list) {
      out.append(to_lua(seen.items[i]));
    } else if (Value value = to_lua(seen.items[i]); !value.is_nil()) {
      out.set(seen.field_names[i], std::move(value));
    }
  }
  return out;
}

}  // namespace lunsim::scenarios
