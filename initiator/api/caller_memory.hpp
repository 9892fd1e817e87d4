// The caller's memory, byte by byte: nothing there has to be aligned, so nothing is dereferenced as
// what it is declared to be. Not for our own values.
#pragma once

#include <cstddef>
#include <cstring>
#include <type_traits>

namespace lunsim::api {

template <class T>
T load(const T* from) {
  static_assert(std::is_trivially_copyable_v<T>);
  T value;
  std::memcpy(&value, static_cast<const void*>(from), sizeof(T));
  return value;
}

/// A member by its offset, as a type of the same size: enumerations of callers may hold any number.
template <class T>
T load_at(const void* from, std::size_t offset) {
  T value;
  std::memcpy(&value, static_cast<const std::byte*>(from) + offset, sizeof(T));
  return value;
}

template <class T>
void store(T* to, const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  std::memcpy(static_cast<void*>(to), &value, sizeof(T));
}

}  // namespace lunsim::api
