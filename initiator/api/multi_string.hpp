// Lists of texts as the API hands them out: each ended by a NUL and all of them by one more. Sizes
// count characters, both NULs of the end among them (LT-R2, LIL-R2, LISNS-R5).
#pragma once

#include <cstring>

#include "initiator/api/caller_memory.hpp"
#include "initiator/api/encoding.hpp"
#include "initiator/host/host.hpp"

namespace lunsim::api {

/// What an empty list is: the two NULs of its end, or nothing at all, which fits everywhere
/// (LISNS-R6).
enum class EmptyList : bool { is_two_nuls, is_nothing };

template <class E>
std::basic_string<typename E::Char> multi_string(const std::vector<std::string>& texts,
                                                 EmptyList empty) {
  using Char = typename E::Char;
  std::basic_string<Char> list;
  if (texts.empty() && empty == EmptyList::is_nothing) return list;
  for (const std::string& text : texts) {
    list += make_text<E>(text);
    list.push_back(Char{0});
  }
  if (texts.empty()) list.push_back(Char{0});
  list.push_back(Char{0});
  return list;
}

/// Writes the list if it fits, and only then; the size always. A warning comes with a list, an
/// error without one, and then nothing is written (LT-R10, R11).
template <class E>
ISDSC_STATUS deliver_multi_string(const initiator::Reply& reply, ULONG* size,
                                  typename E::Char* buffer, EmptyList empty) {
  const auto* texts = std::get_if<std::vector<std::string>>(&reply.data);
  if (reply.code != ERROR_SUCCESS && texts == nullptr) return reply.code;
  const auto list = multi_string<E>(texts != nullptr ? *texts : std::vector<std::string>{}, empty);
  const ULONG capacity = buffer != nullptr ? load(size) : 0;
  store(size, static_cast<ULONG>(list.size()));
  if (list.size() > capacity) return ERROR_INSUFFICIENT_BUFFER;
  if (!list.empty())
    std::memcpy(static_cast<void*>(buffer), list.data(), list.size() * sizeof(typename E::Char));
  return reply.code;
}

}  // namespace lunsim::api
