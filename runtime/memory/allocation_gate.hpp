// Every `operator new` of a program that uses this: counted per thread, and on demand one of them
// fails. For benchmarks and for tests of what becomes of a call without memory; under sanitizers,
// which bring their own `operator new`, it does nothing and says so.
#pragma once

#include <cstdint>

namespace lunsim::runtime {

/// False under a sanitizer: then nothing is counted and nothing fails.
bool has_allocation_gate();

/// Of this thread, since it began.
std::uint64_t allocations_so_far();

/// Lets the `nth` allocation (from 1) that this thread makes while its gate is on throw
/// std::bad_alloc, once. 0: none; counting starts anew either way.
void fail_allocation(std::uint64_t nth);
/// How many this thread made while its gate was on, since fail_allocation().
std::uint64_t gated_allocations();
bool is_gate_on();

/// This thread's gate is `on` for as long as it lives, then as it was.
class GateScope {
 public:
  explicit GateScope(bool on);
  ~GateScope();
  GateScope(const GateScope&) = delete;
  GateScope& operator=(const GateScope&) = delete;

 private:
  bool before_;
};

}  // namespace lunsim::runtime
