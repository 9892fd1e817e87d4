// Memory that a call is made with: every piece ends at a guard page, so that one byte written past
// it is caught on the spot, and is checked afterwards for bytes written before it. Lives as long as
// the call.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace lunsim::runtime {
class GuardedBuffer;
}

namespace lunsim::scenarios {

class CallMemory {
 public:
  CallMemory();
  ~CallMemory();
  /// A piece of its own that begins as `content`; of 0 bytes, an address that nothing may be
  /// written to.
  std::byte* place(const std::string& name, std::span<const std::byte> content);
  /// Empty if nothing was written before a piece; else which.
  std::string check() const;
  /// Makes a call; what it did if it ran into a guard (it is broken off then), else nothing.
  static std::string guard(const std::function<void()>& call);

  /// A callee that does what none should, for tests of the judge: it is shown each piece right
  /// after the real call, under the same guard. For this thread; empty ends it.
  using Misdeed = std::function<void(const std::string& name, std::byte* data, std::size_t bytes)>;
  static void set_misdeed(Misdeed misdeed);
  void misbehave() const;

 private:
  std::vector<std::unique_ptr<runtime::GuardedBuffer>> pieces_;
};

}  // namespace lunsim::scenarios
