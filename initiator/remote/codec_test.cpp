// Requests and replies there and back with every field set, and what happens to bytes that nobody
// wrote.
#include <boost/test/unit_test.hpp>

#include "initiator/host/request_names.hpp"
#include "initiator/remote/codec.hpp"
#include "initiator/remote/fields.hpp"

using namespace lunsim;
using namespace lunsim::initiator;

namespace {

std::vector<std::byte> some_bytes(std::size_t count) {
  std::vector<std::byte> made(count);
  for (std::size_t i = 0; i < count; ++i) made[i] = static_cast<std::byte>(0xF0 + i);
  return made;
}

/// Gives every field a value of its own, as an archive that reads from nowhere.
class Filler {
 public:
  template <class... Values>
  void operator()(Values&... values) {
    (fill(values), ...);
  }

 private:
  void fill(bool& value) { value = true; }
  template <remote::Number T>
  void fill(T& value) {
    value = static_cast<T>(0x8182'8384'8586'8788 + ++last_);
  }
  void fill(std::string& text) { text = std::string("\xC3\xA9\0", 3) + std::to_string(++last_); }
  void fill(std::vector<std::byte>& data) { data = some_bytes(++last_ % 7 + 1); }
  template <std::size_t kSize>
  void fill(std::array<std::uint8_t, kSize>& data) {
    for (std::uint8_t& one : data) fill(one);
  }
  template <class T>
  void fill(std::optional<T>& value) {
    fill(value.emplace());
  }
  template <class T>
  void fill(std::vector<T>& list) {
    list.resize(2);
    for (T& one : list) fill(one);
  }
  void fill(std::monostate&) {}
  template <class T>
  requires std::is_class_v<T>
  void fill(T& value) { fields(*this, value); }

  std::uint64_t last_ = 0;
};

/// Each alternative of a variant as it is by default and with everything filled.
template <class Variant, std::size_t kIndex = 0>
void add_each(std::vector<Variant>& to) {
  if constexpr (kIndex < std::variant_size_v<Variant>) {
    using Kind = std::variant_alternative_t<kIndex, Variant>;
    Kind filled{};
    Filler filler;
    filler(filled);
    to.emplace_back(std::in_place_index<kIndex>);
    to.emplace_back(std::in_place_index<kIndex>, std::move(filled));
    add_each<Variant, kIndex + 1>(to);
  }
}

std::vector<Request> every_request() {
  std::vector<Request> all;
  add_each(all);
  return all;
}

std::vector<Reply> every_reply() {
  std::vector<decltype(Reply::data)> data;
  add_each(data);
  std::vector<Reply> all;
  for (auto& one : data) all.push_back({0xEFFF0024, std::move(one)});
  return all;
}

/// Everything that is shorter, longer or has one bit turned over: refused, or a value that is
/// written as it was read.
template <class Decode>
void attack(const std::vector<std::byte>& bytes, const Decode& decode) {
  const auto holds = [&](const std::vector<std::byte>& attacked) {
    const auto value = decode(attacked);
    return !value || remote::encode(*value) == attacked;
  };
  for (std::size_t cut = 0; cut < bytes.size(); ++cut)
    BOOST_TEST((!decode(std::span(bytes).first(cut))));
  auto longer = bytes;
  longer.push_back(std::byte{0});
  BOOST_TEST((!decode(longer)));
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    auto turned = bytes;
    turned[bit / 8] ^= static_cast<std::byte>(1u << bit % 8);
    BOOST_TEST(holds(turned));
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(remote_codec)

BOOST_AUTO_TEST_CASE(every_request_comes_back_as_it_was) {
  for (const Request& request : every_request()) {
    BOOST_TEST_CONTEXT("request " << request.index() << " " << function_of(request)) {
      const auto back = remote::decode_request(remote::encode(request));
      BOOST_TEST_REQUIRE((back.has_value()));
      BOOST_TEST((*back == request));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_request_keeps_its_values) {
  LoginTarget login;
  login.target_name = "iqn.2026-01.com.example:\xC3\xA9";
  login.informational = true;
  login.initiator_instance = "instance";
  login.portal = Portal{"array", "10.0.0.10", 3261};
  login.options.emplace().password = std::string("with\0a NUL", 10);
  const auto back = remote::decode_request(remote::encode(Request{login}));
  BOOST_TEST_REQUIRE((back.has_value()));
  BOOST_TEST((std::get<LoginTarget>(*back) == login));
}

BOOST_AUTO_TEST_CASE(every_reply_comes_back_as_it_was) {
  for (const Reply& reply : every_reply()) {
    BOOST_TEST_CONTEXT("reply " << reply.data.index()) {
      const auto back = remote::decode_reply(remote::encode(reply));
      BOOST_TEST_REQUIRE((back.has_value()));
      BOOST_TEST((*back == reply));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_bytes_are_little_endian_and_counted) {
  const auto bytes = remote::encode(Request{LogoutTarget{{0x0102, 0x0304}}});
  const std::vector<unsigned> wanted{4, 0, 2, 1, 0, 0, 0, 0, 0, 0, 4, 3, 0, 0, 0, 0, 0, 0};
  BOOST_TEST_REQUIRE(bytes.size() == wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i)
    BOOST_TEST(std::to_integer<unsigned>(bytes[i]) == wanted[i]);
}

BOOST_AUTO_TEST_CASE(bytes_that_nobody_wrote_are_refused) {
  for (const Request& request : every_request())
    attack(remote::encode(request), remote::decode_request);
  for (const Reply& reply : every_reply()) attack(remote::encode(reply), remote::decode_reply);
  attack(remote::encode(Host::Profile{}), remote::decode_profile);
}

BOOST_AUTO_TEST_CASE(a_count_beyond_the_bytes_costs_nothing) {
  // A reply with 2^32-1 sessions and none of them.
  std::vector<std::byte> bytes(4);  // code
  for (const unsigned octet : {4u, 0u, 255u, 255u, 255u, 255u})
    bytes.push_back(static_cast<std::byte>(octet));
  BOOST_TEST((!remote::decode_reply(bytes)));
}

BOOST_AUTO_TEST_SUITE_END()
