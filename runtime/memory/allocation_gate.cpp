#include "runtime/memory/allocation_gate.hpp"

#include <cstdlib>
#include <new>

// The sanitizers bring their own.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define LUNSIM_KEEP_OPERATOR_NEW
#endif
#endif
#else
#define LUNSIM_KEEP_OPERATOR_NEW
#endif

namespace {

struct Gate {
  std::uint64_t allocations = 0;
  bool is_on = false;
  std::uint64_t passed = 0;  // while it was on
  std::uint64_t fails_at = 0;
};
thread_local Gate gate;

}  // namespace

#ifndef LUNSIM_KEEP_OPERATOR_NEW
namespace {

void* allocate(std::size_t bytes) {
  ++gate.allocations;
  if (gate.is_on && ++gate.passed == gate.fails_at) throw std::bad_alloc{};
  if (void* memory = std::malloc(bytes > 0 ? bytes : 1)) return memory;
  throw std::bad_alloc{};
}

}  // namespace

void* operator new(std::size_t bytes) { return allocate(bytes); }
void* operator new[](std::size_t bytes) { return allocate(bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
#endif

namespace lunsim::runtime {

bool has_allocation_gate() {
#ifdef LUNSIM_KEEP_OPERATOR_NEW
  return false;
#else
  return true;
#endif
}

std::uint64_t allocations_so_far() { return gate.allocations; }

void fail_allocation(std::uint64_t nth) {
  gate.passed = 0;
  gate.fails_at = nth;
}
std::uint64_t gated_allocations() { return gate.passed; }
bool is_gate_on() { return gate.is_on; }

GateScope::GateScope(bool on) : before_(gate.is_on) { gate.is_on = on; }
GateScope::~GateScope() { gate.is_on = before_; }

}  // namespace lunsim::runtime
