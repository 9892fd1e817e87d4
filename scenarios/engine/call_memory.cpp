#include "scenarios/engine/call_memory.hpp"

#include <algorithm>

#include "runtime/memory/guarded_buffer.hpp"

namespace lunsim::scenarios {
namespace {

thread_local CallMemory::Misdeed this_threads_misdeed;

}  // namespace

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

void CallMemory::set_misdeed(Misdeed misdeed) { this_threads_misdeed = std::move(misdeed); }

void CallMemory::misbehave() const {
  if (!this_threads_misdeed) return;
  for (const auto& piece : pieces_)
    this_threads_misdeed(piece->name(), piece->data(), piece->size());
}

std::string CallMemory::guard(const std::function<void()>& call) {
  const runtime::GuardOutcome outcome = runtime::call_guarded(call);
  return outcome.faulted ? outcome.text : std::string{};
}

}  // namespace lunsim::scenarios
