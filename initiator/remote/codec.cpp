#include "initiator/remote/codec.hpp"

#include "initiator/remote/fields.hpp"
#include "initiator/remote/tags.hpp"

namespace lunsim::initiator::remote {
namespace {

template <class Variant>
struct Tags;
template <class... Kinds>
struct Tags<std::variant<Kinds...>> {
  static constexpr bool are_distinct() {
    const std::uint16_t tags[] = {kTag<Kinds>...};
    for (std::size_t i = 0; i < sizeof...(Kinds); ++i) {
      if (tags[i] == 0) return false;
      for (std::size_t j = 0; j < i; ++j)
        if (tags[i] == tags[j]) return false;
    }
    return true;
  }
};
static_assert(Tags<Request>::are_distinct());
static_assert(Tags<decltype(Reply::data)>::are_distinct());

template <class T>
std::vector<std::byte> write(const T& value) {
  std::vector<std::byte> out;
  Writer writer(out);
  writer(value);
  return out;
}

template <class T>
std::optional<T> read(std::span<const std::byte> bytes) {
  T value;
  Reader reader(bytes);
  reader(value);
  if (!reader.is_complete()) return std::nullopt;
  return value;
}

}  // namespace

std::vector<std::byte> encode(const Request& request) { return write(request); }
std::vector<std::byte> encode(const Reply& reply) { return write(reply); }
std::vector<std::byte> encode(const Host::Profile& profile) { return write(profile); }
std::optional<Request> decode_request(std::span<const std::byte> bytes) {
  return read<Request>(bytes);
}
std::optional<Reply> decode_reply(std::span<const std::byte> bytes) { return read<Reply>(bytes); }
std::optional<Host::Profile> decode_profile(std::span<const std::byte> bytes) {
  return read<Host::Profile>(bytes);
}

}  // namespace lunsim::initiator::remote
