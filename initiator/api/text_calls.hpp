// Calls that many functions are: one text in, or a list of texts out.
#pragma once

#include "initiator/api/arguments.hpp"
#include "initiator/api/face.hpp"
#include "initiator/api/multi_string.hpp"

namespace lunsim::api {

/// A call whose one argument is a text that must be there.
template <class Request, class Char>
ISDSC_STATUS call_with(const Char* text, std::string Request::*field) {
  if (text == nullptr) return ERROR_INVALID_PARAMETER;
  return with_host([&](initiator::Host& host) -> ISDSC_STATUS {
    Request request;
    const ISDSC_STATUS code = read_required_text(text, request.*field);
    return code != ERROR_SUCCESS ? code : host.call(std::move(request)).code;
  });
}

/// A call that hands out a list of texts.
template <class E, class Request>
ISDSC_STATUS list_texts(ULONG* size, typename E::Char* buffer) {
  if (size == nullptr) return ERROR_INVALID_PARAMETER;
  return with_host([&](initiator::Host& host) -> ISDSC_STATUS {
    return deliver_multi_string<E>(host.call(Request{}), size, buffer, EmptyList::is_nothing);
  });
}

}  // namespace lunsim::api
