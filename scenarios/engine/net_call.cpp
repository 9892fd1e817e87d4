#include "scenarios/engine/net_call.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "initiator/api/include/lmapibuf.h"
#include "initiator/api/net_function.hpp"
#include "protocol/bytes/utf16.hpp"
#include "scenarios/engine/call_memory.hpp"
#include "scenarios/engine/call_thread.hpp"

namespace lunsim::scenarios {
namespace {

/// The block as its caller owns it.
struct Block {
  const unsigned char* begin = nullptr;
  std::size_t bytes = 0;
};

Seen read_text(const Block& block, std::size_t offset) {
  const char16_t* text = nullptr;
  std::memcpy(&text, block.begin + offset, sizeof text);
  if (text == nullptr) return Seen::absent_because("NULL");
  const auto begin = reinterpret_cast<std::uintptr_t>(block.begin);
  const auto at = reinterpret_cast<std::uintptr_t>(text);
  if (at < begin || at >= begin + block.bytes || at % alignof(char16_t) != 0)
    return Seen::absent_because("a pointer that leaves its block");
  std::u16string out;
  for (std::size_t left = (begin + block.bytes - at) / sizeof(char16_t); left > 0; --left) {
    if (*text == 0) return Seen::of_text(bytes::utf8_from_utf16(out).value_or("not UTF-16"));
    out += *text++;
  }
  return Seen::absent_because("a text that does not end in its block");
}

Seen read_structure(const Block& block, std::size_t at, const NetLevel& level) {
  Seen record;
  record.kind = Seen::Kind::record;
  for (const NetField& field : level.fields) {
    if (field.is_text) {
      record.add(std::string(field.name), read_text(block, at + field.offset));
      continue;
    }
    std::uint32_t value = 0;
    std::memcpy(&value, block.begin + at + field.offset, sizeof value);
    record.add(std::string(field.name), Seen::of_number(value));
  }
  return record;
}

class NetCall final : public NetArguments {
 public:
  NetCall(const NetFunction& function, const Arguments& arguments, const Variables& variables,
          Probe* probe)
      : function_(function), arguments_(arguments), variables_(variables), probe_(probe) {}
  ~NetCall() override {
    if (block_ != nullptr) NetApiBufferFree(block_);
  }

  CallResult run() {
    for (const Parameter& parameter : function_.function.parameters) prepare(parameter);
    if (!result_.trouble.empty()) return result_;
    const std::string broken_off = CallMemory::guard([this] {
      if (probe_ != nullptr) probe_->before_call(function_.function);
      // The raw calls of srvsvc are no functions of C: what they lack memory for ends here.
      result_.returned = api::net_function([this] { return function_.invoke(*this); });
      const CallThread* const thread = CallThread::current();
      const bool is_forgotten = thread != nullptr && thread->is_forgotten();
      if (probe_ != nullptr && !is_forgotten)
        probe_->after_call(function_.function, result_.returned);
      memory_.misbehave();
    });
    result_.trouble = broken_off.empty() ? memory_.check() : broken_off;
    result_.wrote_outside = !result_.trouble.empty();
    result_.broken_off = !broken_off.empty();
    if (result_.broken_off) return result_;
    result_.out.emplace("return", Seen::of_number(result_.returned, Names::return_code));
    for (const Parameter& parameter : function_.function.parameters)
      if (parameter.seen != nullptr) observe(parameter);
    return result_;
  }

  char16_t* text(std::string_view parameter) const override {
    return reinterpret_cast<char16_t*>(memory_of(parameter));
  }
  std::uint32_t number(std::string_view parameter) const override {
    const auto found = numbers_.find(parameter);
    return found == numbers_.end() ? 0 : found->second;
  }
  std::uint32_t* number_at(std::string_view parameter) const override {
    return reinterpret_cast<std::uint32_t*>(memory_of(parameter));
  }
  unsigned char** block_at(std::string_view parameter) const override {
    return reinterpret_cast<unsigned char**>(memory_of(parameter));
  }

 private:
  std::byte* memory_of(std::string_view parameter) const {
    const auto found = pieces_.find(parameter);
    return found == pieces_.end() ? nullptr : found->second;
  }
  const Argument* argument_of(const std::string& name) const {
    const auto found = arguments_.find(name);
    return found == arguments_.end() ? nullptr : &found->second;
  }
  std::uint32_t value_for(const Parameter& parameter, const Argument* argument) {
    if (argument == nullptr || argument->kind != Argument::Kind::number)
      return static_cast<std::uint32_t>(parameter.initial);
    const auto value = value_of(argument->number, variables_);
    if (!value) result_.trouble = "$" + argument->number.variable + " has no value here";
    return static_cast<std::uint32_t>(value.value_or(0));
  }
  void place(const std::string& name, const void* content, std::size_t bytes) {
    const auto* begin = static_cast<const std::byte*>(content);
    pieces_[name] = memory_.place(name, std::span(begin, bytes));
  }

  void prepare(const Parameter& parameter) {
    const Argument* argument = argument_of(parameter.name);
    const bool is_null = argument != nullptr && argument->kind == Argument::Kind::null;
    if (is_null && parameter.kind != ParameterKind::long_value) return;
    switch (parameter.kind) {
      case ParameterKind::text: {
        if (argument == nullptr) return;
        const std::u16string wide = bytes::utf16_from_utf8(argument->text).value_or(u"");
        return place(parameter.name, wide.c_str(), (wide.size() + 1) * sizeof(char16_t));
      }
      case ParameterKind::buffer_out: {
        const std::uintptr_t untouched = kUntouched;
        return place(parameter.name, &untouched, sizeof untouched);
      }
      case ParameterKind::long_out: {
        const std::uint32_t value = value_for(parameter, argument);
        before_[parameter.name] = value;
        return place(parameter.name, &value, sizeof value);
      }
      default:
        numbers_[parameter.name] = value_for(parameter, argument);
    }
  }

  void observe(const Parameter& parameter) {
    const std::byte* piece = memory_of(parameter.name);
    Seen seen = Seen::absent_because("NULL was passed");
    if (piece != nullptr && parameter.kind == ParameterKind::buffer_out) {
      seen = observe_block(piece);
    } else if (piece != nullptr) {
      std::uint32_t value = 0;
      std::memcpy(&value, piece, sizeof value);
      seen = Seen::of_number(value);
      seen.has_before = true;
      seen.number_before = before_[parameter.name];
    }
    result_.out.emplace(parameter.name, std::move(seen));
  }

  Seen observe_block(const std::byte* piece) {
    std::uintptr_t at = 0;
    std::memcpy(&at, piece, sizeof at);
    if (at == kUntouched) return Seen::absent_because("the pointer was not touched");
    if (at == 0) return Seen::absent_because("there is no block");
    block_ = reinterpret_cast<void*>(at);
    DWORD bytes = 0;
    NetApiBufferSize(block_, &bytes);
    const Block block{static_cast<const unsigned char*>(block_), bytes};
    const std::uint32_t asked = numbers_.contains("Level") ? number("Level") : number("level");
    const auto level = std::ranges::find(function_.levels, asked, &NetLevel::level);
    if (level == function_.levels.end()) return Seen::absent_because("a level without a layout");
    const std::uint32_t* const counter = number_at(function_.counted_by);
    const bool is_list = !function_.counted_by.empty();
    const std::size_t count = is_list ? (counter == nullptr ? 0 : *counter) : 1;
    if (count > block.bytes / level->bytes)
      return Seen::absent_because(
          fmt::format("{} structures do not fit into a block of {} bytes", count, block.bytes));
    Seen list;
    list.kind = Seen::Kind::list;
    for (std::size_t i = 0; i < count; ++i)
      list.items.push_back(read_structure(block, i * level->bytes, *level));
    return is_list ? list : list.items.front();
  }

  static constexpr std::uintptr_t kUntouched = 0xA5A5'A5A5'A5A5'A5A5;
  const NetFunction& function_;
  const Arguments& arguments_;
  const Variables& variables_;
  Probe* probe_;
  CallMemory memory_;
  std::map<std::string, std::byte*, std::less<>> pieces_;
  std::map<std::string, std::uint32_t, std::less<>> numbers_, before_;
  void* block_ = nullptr;
  CallResult result_;
};

}  // namespace

CallResult call_net_function(const NetFunction& function, const Arguments& arguments,
                             const Variables& variables, Probe* probe) {
  return NetCall(function, arguments, variables, probe).run();
}

}  // namespace lunsim::scenarios
