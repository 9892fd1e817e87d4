#include "tools/lunsim/allocation_counter.hpp"

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

thread_local std::uint64_t allocations = 0;

}  // namespace

#ifndef LUNSIM_KEEP_OPERATOR_NEW
namespace {

void* allocate(std::size_t bytes) {
  ++allocations;
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

namespace lunsim::tools {

std::uint64_t allocations_so_far() { return allocations; }

}  // namespace lunsim::tools
