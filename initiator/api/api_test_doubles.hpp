// What the tests of the faces stand on: a host that answers what it was told to, and memory with
// sentinels on both sides that starts at an odd address. For tests only.
#pragma once

#include <algorithm>
#include <cstring>
#include <functional>
#include <vector>

#include "initiator/api/include/iscsidsc.h"
#include "initiator/host/host.hpp"

namespace lunsim::api::testing {

/// Every request goes to `answer`; all are kept. The current host of this thread while it lives.
class FakeHost final : public initiator::Host {
 public:
  explicit FakeHost(std::function<initiator::Reply(const initiator::Request&)> answering)
      : answer(std::move(answering)) {
    initiator::set_current_host(this);
  }
  ~FakeHost() override { initiator::set_current_host(nullptr); }

  initiator::OperationId start(initiator::Request request) override {
    reply_ = call(std::move(request));
    return initiator::OperationId{1};
  }
  bool poll(initiator::OperationId) override { return true; }
  initiator::Reply take(initiator::OperationId) override { return reply_; }
  initiator::Reply call(initiator::Request request) override {
    requests.push_back(std::move(request));
    return answer(requests.back());
  }
  const Profile& profile() const override { return profile_in_use; }

  template <class T>
  const T& last() const {
    return std::get<T>(requests.back());
  }

  std::function<initiator::Reply(const initiator::Request&)> answer;
  std::vector<initiator::Request> requests;
  Profile profile_in_use;

 private:
  initiator::Reply reply_;
};

/// `size` bytes for a caller's buffer, one byte past a word boundary, between sentinels.
class GuardedBytes {
 public:
  static constexpr unsigned char kSentinel = 0xA5;

  explicit GuardedBytes(std::size_t size) : size_(size), bytes_(size + 2 * kGuard + 1, kSentinel) {}

  unsigned char* data() { return bytes_.data() + kGuard + 1; }
  template <class T>
  T* as() {
    return static_cast<T*>(static_cast<void*>(data()));
  }
  std::size_t size() const { return size_; }
  unsigned char operator[](std::size_t i) const { return bytes_[kGuard + 1 + i]; }

  /// Nothing was written from `offset` on, nor anywhere outside.
  bool is_untouched_from(std::size_t offset) const {
    const auto is_sentinel = [](unsigned char b) { return b == kSentinel; };
    const auto begin = bytes_.begin();
    const auto first = begin + static_cast<std::ptrdiff_t>(kGuard + 1);
    return std::all_of(begin, first, is_sentinel) &&
           std::all_of(first + static_cast<std::ptrdiff_t>(offset), bytes_.end(), is_sentinel);
  }
  /// A structure somewhere in it, copied out.
  template <class T>
  T at(std::size_t offset) const {
    T value;
    std::memcpy(&value, bytes_.data() + kGuard + 1 + offset, sizeof(T));
    return value;
  }
  /// The offset of a pointer into it; `size()` or more if it points elsewhere.
  template <class T>
  std::size_t offset_of(const T* pointer) const {
    return reinterpret_cast<std::uintptr_t>(pointer) -
           reinterpret_cast<std::uintptr_t>(bytes_.data() + kGuard + 1);
  }
  /// The text at a pointer into it; a text that does not end inside gives "(outside)".
  template <class Char>
  std::string text_at(const Char* pointer) const {
    std::string text;
    for (std::size_t at = offset_of(pointer); at + sizeof(Char) <= size_; at += sizeof(Char)) {
      const Char c = this->at<Char>(at);
      if (c == 0) return text;
      text.push_back(static_cast<char>(c));
    }
    return "(outside)";
  }

 private:
  static constexpr std::size_t kGuard = 63;
  std::size_t size_;
  std::vector<unsigned char> bytes_;
};

inline std::vector<std::byte> some_bytes(std::size_t count, unsigned first = 1) {
  std::vector<std::byte> bytes(count);
  for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::byte>(first + i);
  return bytes;
}

}  // namespace lunsim::api::testing
