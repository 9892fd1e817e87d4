// A caller's buffer as hostile as a caller's buffer can be: it ends exactly where an inaccessible
// page begins, so that the first byte written past the stated size faults on the spot; the page
// before it is inaccessible too, and the bytes between that page and the buffer are canaries.
// call_guarded turns the fault into a report. POSIX only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

namespace lunsim::runtime {

class GuardedBuffer {
 public:
  static constexpr std::byte kFill{0xa5};     // what the buffer holds at first
  static constexpr std::byte kCanary{0xc3};   // what stands before it

  /// A buffer of `size` bytes (0 too). The address of an odd size is odd: callers' buffers need not
  /// be aligned.
  /// Errors   std::system_error if there is no memory
  explicit GuardedBuffer(std::size_t size, std::string name = "buffer");
  ~GuardedBuffer();
  GuardedBuffer(const GuardedBuffer&) = delete;
  GuardedBuffer& operator=(const GuardedBuffer&) = delete;

  std::byte* data() const { return data_; }
  std::size_t size() const { return size_; }
  std::span<std::byte> bytes() const { return {data_, size_}; }
  const std::string& name() const { return name_; }

  /// Puts the fill and the canaries back.
  void refill();
  /// Nothing was written before the buffer.
  bool canary_is_intact() const;
  /// The bytes from `offset` on still hold the fill.
  bool is_untouched_from(std::size_t offset) const;
  /// Offset from data() of an address in this buffer's pages or guards; empty if it is elsewhere.
  std::optional<std::ptrdiff_t> offset_of(const void* address) const;

 private:
  std::string name_;
  std::size_t size_;
  std::size_t mapped_ = 0;
  std::byte* map_ = nullptr;     // guard page, pages, guard page
  std::byte* inside_ = nullptr;  // first accessible byte
  std::byte* data_ = nullptr;
};

/// What became of a guarded call.
struct GuardOutcome {
  bool faulted = false;             // it was broken off by SIGSEGV or SIGBUS
  bool overrun = false;             // the fault lies in or past the guard behind a GuardedBuffer
  bool underrun = false;            // the fault lies in the guard before one
  std::uintptr_t address = 0;       // of the fault
  std::string buffer;               // the name of that buffer
  std::ptrdiff_t offset = 0;        // of the fault from the buffer's first byte; size() is the first byte past it
  /// "wrote or read 1 byte past the end of SenseBuffer (18 bytes)"; empty if nothing happened.
  std::string text;
};

/// Runs `call`; a fault in this thread ends it and is reported. What it held then (locks, memory,
/// destructors) is lost, so end the test soon. Calls may be nested. Exceptions pass.
GuardOutcome call_guarded(const std::function<void()>& call);

}  // namespace lunsim::runtime
