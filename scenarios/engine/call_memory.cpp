#include "scenarios/engine/call_memory.hpp"

#include <algorithm>

#include "runtime/memory/guarded_buffer.hpp"

namespace lunsim::scenarios {

CallMemory::CallMemory() = default;
CallMemory::~CallMemory() = default;

std::byte* CallMemory::place(const std::string& name, std::span<const std::byte> content) {
  pieces_.push_back(std::make_unique<runtime::GuardedBuffer>(content.size(), name));
  std::copy(content.begin(), content.end(), pieces_.back()->data());
  return pieces_.back()->data();
}

std::string CallMemory::check() const {
  for (const auto& piece : pieces_)
    if (!piece->canary_is_intact()) return "wrote before the first byte of " + piece->name();
  return {};
}

std::string CallMemory::guard(const std::function<void()>& call) {
  const runtime::GuardOutcome outcome = runtime::call_guarded(call);
  return outcome.faulted ? outcome.text : std::string{};
}

}  // namespace lunsim::scenarios
