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

 private:
  std::vector<std::unique_ptr<runtime::GuardedBuffer>> pieces_;
};

}  // namespace lunsim::scenarios
