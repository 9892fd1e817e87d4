// A case of a Net function, and what cases share: texts as arguments, buffers that free themselves.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "conformance/api_cases/judge.hpp"
#include "conformance/net_cases/net_bench.hpp"

namespace lunsim::conformance {

struct NetCase {
  std::string name, function, file;
  void (*run)(NetBench&, Judge&) = nullptr;
};
const std::vector<NetCase>& net_cases();

void add_buffer_cases(std::vector<NetCase>& cases);
void add_get_info_cases(std::vector<NetCase>& cases);
void add_session_enum_cases(std::vector<NetCase>& cases);
void add_session_del_cases(std::vector<NetCase>& cases);

constexpr DWORD kUnset = 0xA5A5A5A5;

/// A text argument of our own; null stays null.
class Name {
 public:
  Name(std::nullptr_t) {}
  Name(const char16_t* text) : text_(text), is_there_(true) {}
  Name(std::u16string text) : text_(std::move(text)), is_there_(true) {}
  LMSTR get() { return is_there_ ? text_.data() : nullptr; }

 private:
  std::u16string text_;
  bool is_there_ = false;
};

/// What one call gave; freed at the end by the bench's function.
struct Block {
  const NetFunctions* api = nullptr;
  BYTE* memory = nullptr;
  NET_API_STATUS code = 0;
  DWORD read = 0, total = 0;

  explicit Block(const NetFunctions& functions) : api(&functions) {}
  Block(Block&& other) noexcept
      : api(other.api),
        memory(other.memory),
        code(other.code),
        read(other.read),
        total(other.total) {
    other.memory = nullptr;
  }
  Block& operator=(Block&&) = delete;
  ~Block() {
    if (memory != nullptr) api->NetApiBufferFree(memory);
  }
  template <class T>
  const T& at(std::size_t index = 0) const {
    return reinterpret_cast<const T*>(memory)[index];
  }
  bool has() const { return code == NERR_Success && memory != nullptr; }
};

inline std::u16string text_of(LMSTR text) {
  return text == nullptr ? std::u16string() : std::u16string(text);
}

/// NetSessionGetInfo with names that may be null.
Block get_info(NetBench& bench, Name server, Name client, Name user, DWORD level);
/// Everything at once.
Block enumerate(NetBench& bench, Name server, Name client, Name user, DWORD level,
                DWORD prefmaxlen = MAX_PREFERRED_LENGTH, DWORD* resume = nullptr);
NET_API_STATUS del(NetBench& bench, Name server, Name client, Name user);

}  // namespace lunsim::conformance
