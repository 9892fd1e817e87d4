// The box of Lua scripts on any source: whatever it is, it ends within its budget and memory, the
// same twice, and a failure names itself. Then the matcher on its own: input before the first zero
// byte is a pattern, the rest what it is matched against. scenarios/lua/README.md
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/require.hpp"
#include "scenarios/lua/pattern.hpp"
#include "scenarios/lua/sandbox.hpp"

namespace {

using lunsim::fuzz::require;
using lunsim::lua::Pattern;
using lunsim::lua::PatternMatch;
using lunsim::lua::Sandbox;

lunsim::lua::Limits small() {
  lunsim::lua::Limits limits;
  limits.instructions_max = 100'000;
  limits.memory_bytes_max = 1u << 20;
  limits.allocation_bytes_max = 256u << 10;
  limits.text_bytes_max = 64u << 10;
  return limits;
}

std::string outcome(std::string_view source) {
  Sandbox sandbox(1, small());
  const Sandbox::Step step = sandbox.run(source, "fuzz.lua");
  require(sandbox.memory_bytes() <= small().memory_bytes_max, "memory is bounded");
  require(step.kind != Sandbox::Step::Kind::request, "nobody offered a request");
  std::string out;
  for (const lunsim::lua::Value& value : step.values) out += to_source(value) + "\n";
  if (step.kind == Sandbox::Step::Kind::failed) {
    require(!step.failure.message.empty(), "a failure says what failed");
    out += step.failure.message;
  }
  return out;
}

void match(std::string_view input) {
  const std::size_t zero = std::min(input.find('\0'), input.size());
  const std::string_view subject = input.substr(std::min(zero + 1, input.size()));
  const Pattern pattern(input.substr(0, zero));
  std::int64_t steps = 100'000;
  const PatternMatch found = pattern.search(subject, 0, steps);
  require(pattern.error().empty() || found.how == PatternMatch::End::failed,
          "a malformed pattern matches nothing");
  require((found.how == PatternMatch::End::out_of_steps) == (steps < 0),
          "the match ends when the steps do");
  if (found.how != PatternMatch::End::matched) return;
  require(found.begin <= found.end && found.end <= subject.size(), "a match lies in the subject");
  for (std::size_t i = 0; i < found.capture_count; ++i)
    require(
        found.captures[i].begin <= found.captures[i].end && found.captures[i].end <= subject.size(),
        "a capture lies in the subject");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  require(outcome(input) == outcome(input), "the same source ends the same way twice");
  match(input);
  return 0;
}
