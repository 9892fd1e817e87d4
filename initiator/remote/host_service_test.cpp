// A caller and a service, byte by byte where it matters: who is let in, what is answered, and what
// becomes of callers who talk nonsense, out of turn, not at all, or vanish.
#include <boost/test/unit_test.hpp>
#include <set>

#include "initiator/host/status_code.hpp"
#include "initiator/remote/caller.hpp"
#include "initiator/remote/codec.hpp"
#include "initiator/remote/host_service.hpp"

using namespace lunsim;
using namespace lunsim::initiator;
using namespace lunsim::initiator::remote;

namespace {

constexpr runtime::TimePoint kStart{0};

/// Answers every request with its number; holds those that a test wants to see running.
class CountingHost final : public Host {
 public:
  OperationId start(Request) override {
    const OperationId id{++started};
    running.insert(id);
    return id;
  }
  bool poll(OperationId) override { return !holds; }
  Reply take(OperationId id) override {
    BOOST_TEST(running.erase(id) == 1u);
    return {static_cast<StatusCode>(id), {}};
  }
  Reply call(Request request) override { return take(start(std::move(request))); }
  const Profile& profile() const override { return profile_in_use; }

  std::uint64_t started = 0;
  bool holds = false;
  std::set<OperationId> running;
  Profile profile_in_use{.raw_lun_numbers = true, .sense_cap_18 = false};
};

/// Carries bytes between a service and callers without a world.
struct Wire {
  CountingHost host;
  HostService service;
  std::uint32_t next = runtime::kAcceptedConnectionBit;
  std::map<runtime::ConnectionId, std::vector<std::byte>> received;
  std::set<runtime::ConnectionId> reset, closed;

  explicit Wire(ServiceHooks hooks = {}, ServiceLimits limits = {})
      : service(host, "secret", std::move(hooks), limits) {}

  runtime::ConnectionId open() {
    const runtime::ConnectionId id{next++};
    service.handle_connected(id, {"127.0.0.1", 50000}, {"127.0.0.1", 1}, kStart);
    received[id];
    turn();
    return id;
  }
  void say(runtime::ConnectionId id, std::span<const std::byte> bytes) {
    service.handle_bytes(id, bytes, kStart);
    turn();
  }
  /// `step` bytes leave at a time.
  void turn(std::size_t step = 1000) {
    for (bool any = true; any;) {
      any = service.has_work() && service.serve();
      while (const auto action = service.poll_action()) {
        const auto& close = std::get<runtime::Close>(*action);
        (close.reset ? reset : closed).insert(close.connection);
        service.handle_released(close.connection, kStart);
        any = true;
      }
      while (const auto transmit = service.poll_transmit(kStart)) {
        any = true;
        auto left = transmit->slices.front();
        while (!left.empty()) {
          const std::size_t some = std::min(step, left.size());
          auto& to = received[transmit->connection];
          to.insert(to.end(), left.begin(), left.begin() + static_cast<std::ptrdiff_t>(some));
          left = left.subspan(some);
          service.handle_transmitted(transmit->connection, some, kStart);
        }
      }
    }
  }
};

class WireStream final : public runtime::Stream {
 public:
  explicit WireStream(Wire& wire) : wire_(wire), id_(wire.open()) {}
  ~WireStream() override {
    wire_.service.handle_closed(id_, runtime::CloseReason::finished, kStart);
    wire_.turn();
  }
  bool send(std::span<const std::byte> bytes) override {
    for (const std::byte& one : bytes) wire_.say(id_, std::span(&one, 1));
    return true;
  }
  std::size_t receive(std::span<std::byte> into) override {
    auto& from = wire_.received[id_];
    if (from.empty()) return 0;
    into[0] = from.front();
    from.erase(from.begin());
    return 1;
  }
  bool is_readable() override { return !wire_.received[id_].empty(); }
  void limit_silence(std::chrono::seconds) override {}

 private:
  Wire& wire_;
  runtime::ConnectionId id_;
};

std::vector<std::byte> hello_frame(const std::string& token = "secret",
                                   std::uint16_t version = kProtocolVersion) {
  return encode_frame(FrameKind::hello, encode_hello({version, token}));
}
std::vector<std::byte> request_frame() {
  return encode_frame(FrameKind::request, encode(Request{ListSessions{}}));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(host_service)

BOOST_AUTO_TEST_CASE(a_caller_with_the_token_is_answered_byte_by_byte) {
  Wire wire;
  Caller caller(std::make_unique<WireStream>(wire), "secret");
  BOOST_TEST(caller.code() == 0u);
  BOOST_TEST(caller.profile().raw_lun_numbers);
  BOOST_TEST(!caller.profile().sense_cap_18);
  for (StatusCode number = 1; number <= 3; ++number) {
    BOOST_TEST(caller.send(ListSessions{}));
    BOOST_TEST(caller.has_reply());
    BOOST_TEST(caller.receive().code == number);
  }
  BOOST_TEST(wire.host.running.empty());
}

BOOST_AUTO_TEST_CASE(a_wrong_token_is_refused_and_nothing_is_asked) {
  for (const std::string token : {"", "secre", "secret ", "Secret", "secretsecret"}) {
    Wire wire;
    Caller caller(std::make_unique<WireStream>(wire), token);
    BOOST_TEST(caller.code() == status_code::kAccessDenied);
    BOOST_TEST(!caller.send(ListSessions{}));
    BOOST_TEST(wire.host.started == 0u);
    BOOST_TEST(wire.closed.size() == 1u);
  }
}

BOOST_AUTO_TEST_CASE(a_standard_user_is_told_and_changes_nothing) {
  Wire wire;
  wire.service.set_standard_token("everybody");
  Caller standard(std::make_unique<WireStream>(wire), "everybody");
  BOOST_TEST(standard.code() == 0u);
  for (const Request& request :
       {Request{LogoutTarget{}}, Request{SendScsi{}}, Request{ReportTargets{true}},
        Request{LoginTarget{}}, Request{SetChapSecret{}}, Request{GetIkeInfo{}}}) {
    BOOST_TEST(standard.send(request));
    BOOST_TEST(standard.receive().code == status_code::kAccessDenied);
  }
  BOOST_TEST(wire.host.started == 0u);
  StatusCode told = 0;
  for (const Request& request :
       {Request{ListSessions{}}, Request{ReportTargets{false}}, Request{ListMappings{}}}) {
    BOOST_TEST(standard.send(request));
    BOOST_TEST(standard.receive().code == ++told);
  }
  BOOST_TEST((standard.control(ServiceVerb::ask) == true));
  for (const ServiceVerb verb : {ServiceVerb::stop, ServiceVerb::start}) {
    const auto refused = standard.control(verb);
    BOOST_TEST_REQUIRE(!refused.has_value());
    BOOST_TEST(refused.error() == status_code::kAccessDenied);
  }
  BOOST_TEST((standard.control(ServiceVerb::ask) == true));
  Caller administrator(std::make_unique<WireStream>(wire), "secret");
  BOOST_TEST(administrator.send(LogoutTarget{}));
  BOOST_TEST(administrator.receive().code == ++told);
}

BOOST_AUTO_TEST_CASE(without_standard_users_an_empty_token_is_nobodys) {
  Wire wire;
  Caller caller(std::make_unique<WireStream>(wire), "");
  BOOST_TEST(caller.code() == status_code::kAccessDenied);
}

BOOST_AUTO_TEST_CASE(another_version_is_told_so) {
  Wire wire;
  const auto id = wire.open();
  wire.say(id, hello_frame("secret", kProtocolVersion + 1));
  FrameReader reader(1000);
  reader.append(wire.received[id]);
  const auto frame = reader.take();
  BOOST_TEST_REQUIRE((frame.has_value()));
  BOOST_TEST((frame->kind == FrameKind::refused));
  BOOST_TEST((decode_refused(frame->body) == Refusal::other_version));
}

BOOST_AUTO_TEST_CASE(nobody_there_is_a_service_that_does_not_run) {
  Caller caller(nullptr, "secret");
  BOOST_TEST(caller.code() == status_code::kServiceNotRunning);
  BOOST_TEST(caller.receive().code == status_code::kServiceNotRunning);
}

BOOST_AUTO_TEST_CASE(nonsense_costs_its_own_connection_only) {
  Wire wire;
  Caller good(std::make_unique<WireStream>(wire), "secret");
  const auto bytes = [](std::initializer_list<unsigned> octets) {
    std::vector<std::byte> made;
    for (const unsigned octet : octets) made.push_back(static_cast<std::byte>(octet));
    return made;
  };
  const std::vector<std::vector<std::byte>> nonsense{
      bytes({0, 0, 0, 0}),          // an empty frame
      bytes({255, 255, 255, 255}),  // the longest
      bytes({1, 0, 0, 0, 0}),       // no kind
      bytes({1, 0, 0, 0, 99}),      // no known kind
      bytes({'G', 'E', 'T', ' ', '/'}),
      request_frame(),  // before hello
      encode_frame(FrameKind::welcome, {}),
  };
  for (const auto& one : nonsense) {
    const auto id = wire.open();
    wire.say(id, one);
    BOOST_TEST(wire.reset.contains(id));
  }
  const std::vector<std::vector<std::byte>> after_hello{
      hello_frame(),                               // again
      encode_frame(FrameKind::request, {}),        // no request
      encode_frame(FrameKind::service, {}),        // no verb
      encode_frame(FrameKind::reply, bytes({0})),  // not a caller's
      bytes({1, 0, 16, 0}),                        // more than kRequestBytesMax
  };
  for (const auto& one : after_hello) {
    const auto id = wire.open();
    wire.say(id, hello_frame());
    wire.say(id, one);
    BOOST_TEST(wire.reset.contains(id));
  }
  BOOST_TEST(wire.host.started == 0u);
  BOOST_TEST(good.send(ListSessions{}));
  BOOST_TEST(good.receive().code == 1u);
  BOOST_TEST(wire.service.connections() == 1u);
}

BOOST_AUTO_TEST_CASE(who_vanishes_in_the_middle_of_a_call_is_cleaned_up) {
  Wire wire;
  Caller good(std::make_unique<WireStream>(wire), "secret");
  wire.host.holds = true;
  {
    Caller gone(std::make_unique<WireStream>(wire), "secret");
    BOOST_TEST(gone.send(ListSessions{}));
    BOOST_TEST(!gone.has_reply());
    BOOST_TEST(wire.service.operations() == 1u);
  }
  BOOST_TEST(wire.host.running.empty());
  BOOST_TEST(wire.service.connections() == 1u);
  wire.host.holds = false;
  BOOST_TEST(good.send(ListSessions{}));
  BOOST_TEST(good.receive().code == 2u);
}

BOOST_AUTO_TEST_CASE(who_talks_while_a_call_runs_is_reset) {
  Wire wire;
  wire.host.holds = true;
  const auto id = wire.open();
  wire.say(id, hello_frame());
  wire.say(id, request_frame());
  wire.say(id, request_frame());
  BOOST_TEST(wire.reset.contains(id));
  BOOST_TEST(wire.host.running.empty());
}

BOOST_AUTO_TEST_CASE(a_stopped_service_says_so_and_running_calls_end) {
  Wire wire;
  Caller caller(std::make_unique<WireStream>(wire), "secret");
  Caller operator_of_it(std::make_unique<WireStream>(wire), "secret");
  wire.host.holds = true;
  BOOST_TEST(caller.send(ListSessions{}));
  BOOST_TEST((operator_of_it.control(ServiceVerb::ask) == true));
  BOOST_TEST((operator_of_it.control(ServiceVerb::stop) == false));
  BOOST_TEST(caller.receive().code == status_code::kServiceNotRunning);
  BOOST_TEST(wire.host.running.empty());
  wire.host.holds = false;
  BOOST_TEST(caller.send(ListSessions{}));
  BOOST_TEST(caller.receive().code == status_code::kServiceNotRunning);
  BOOST_TEST(wire.host.started == 1u);
  BOOST_TEST((operator_of_it.control(ServiceVerb::start) == true));
  BOOST_TEST(caller.send(ListSessions{}));
  BOOST_TEST(caller.receive().code == 2u);
}

BOOST_AUTO_TEST_CASE(silence_before_hello_ends_and_after_it_does_not) {
  Wire wire;
  const auto silent = wire.open(), admitted = wire.open();
  wire.say(admitted, hello_frame());
  const auto due = wire.service.poll_timeout();
  BOOST_TEST_REQUIRE((due.has_value()));
  wire.service.handle_timeout(*due);
  wire.turn();
  BOOST_TEST(wire.reset.contains(silent));
  BOOST_TEST(!wire.reset.contains(admitted));
  BOOST_TEST((!wire.service.poll_timeout().has_value()));
}

BOOST_AUTO_TEST_CASE(one_caller_too_many_is_told_so) {
  Wire wire({}, {.connections_max = 1});
  Caller first(std::make_unique<WireStream>(wire), "secret");
  Caller second(std::make_unique<WireStream>(wire), "secret");
  BOOST_TEST(first.code() == 0u);
  BOOST_TEST(second.code() == status_code::kNoSystemResources);
  BOOST_TEST(first.send(ListSessions{}));
  BOOST_TEST(first.receive().code == 1u);
}

BOOST_AUTO_TEST_CASE(strangers_keep_nobody_out_and_the_oldest_makes_room) {
  Wire wire({}, {.connections_max = 1, .strangers_max = 3});
  std::vector<runtime::ConnectionId> silent;
  for (int i = 0; i < 300; ++i) silent.push_back(wire.open());
  for (std::size_t i = 0; i < silent.size(); ++i)
    BOOST_TEST(wire.reset.contains(silent[i]) == (i + 3 < silent.size()));
  BOOST_TEST(wire.service.connections() == 3u);
  Caller caller(std::make_unique<WireStream>(wire), "secret");
  BOOST_TEST(caller.code() == 0u);
  for (int i = 0; i < 10; ++i) wire.open();
  BOOST_TEST(caller.send(ListSessions{}));
  BOOST_TEST(caller.receive().code == 1u);
}

BOOST_AUTO_TEST_CASE(hooks_see_every_request_and_may_change_its_reply) {
  std::size_t starts = 0;
  Wire wire({.starts =
                 [&](const Request& request) {
                   BOOST_TEST((std::holds_alternative<ListSessions>(request)));
                   ++starts;
                 },
             .ended = [](const Request&, Reply& reply) { reply.code += 100; }});
  Caller caller(std::make_unique<WireStream>(wire), "secret");
  BOOST_TEST(caller.send(ListSessions{}));
  BOOST_TEST(caller.receive().code == 101u);
  BOOST_TEST(starts == 1u);
}

/// Answers a call of a Net function with its opnum, when it is told to.
struct CannedNetCalls final : NetCalls {
  std::uint64_t start(NetCall call) override {
    calls.push_back(std::move(call));
    return calls.size();
  }
  bool poll(std::uint64_t) override { return !holds; }
  NetReply take(std::uint64_t id) override {
    ++taken;
    return {0, {static_cast<std::byte>(calls[id - 1].opnum)}};
  }
  std::vector<NetCall> calls;
  bool holds = false;
  int taken = 0;
};

const NetCall kNetCall{u"\\\\SRV", 12, {std::byte{1}, std::byte{2}}};

BOOST_AUTO_TEST_CASE(a_net_call_goes_to_whoever_makes_them) {
  Wire wire;
  CannedNetCalls net;
  wire.service.set_net_calls(&net);
  const auto id = wire.open();
  wire.say(id, encode_frame(FrameKind::hello, encode_hello({kProtocolVersion, "secret"})));
  wire.received[id].clear();
  wire.say(id, encode_frame(FrameKind::net_call, encode(kNetCall)));
  BOOST_REQUIRE(net.calls.size() == 1u);
  BOOST_TEST((net.calls[0].server == u"\\\\SRV" && net.calls[0].opnum == 12));
  FrameReader in(kReplyBytesMax);
  in.append(wire.received[id]);
  const auto frame = in.take();
  BOOST_REQUIRE(frame.has_value());
  const auto reply = decode_net_reply(frame->body);
  BOOST_REQUIRE(reply.has_value());
  BOOST_TEST((reply->code == 0u && reply->stub == std::vector<std::byte>{std::byte{12}}));
}

BOOST_AUTO_TEST_CASE(a_net_call_that_nobody_waits_for_is_given_up) {
  Wire wire;
  CannedNetCalls net;
  net.holds = true;
  wire.service.set_net_calls(&net);
  const auto id = wire.open();
  wire.say(id, encode_frame(FrameKind::hello, encode_hello({kProtocolVersion, "secret"})));
  wire.say(id, encode_frame(FrameKind::net_call, encode(kNetCall)));
  BOOST_TEST(wire.service.operations() == 1u);
  wire.service.handle_closed(id, runtime::CloseReason::finished, kStart);
  wire.turn();
  BOOST_TEST(net.taken == 1);
}

BOOST_AUTO_TEST_CASE(without_servers_or_a_service_the_workstation_is_not_started) {
  for (const bool is_stopped : {false, true}) {
    Wire wire;
    CannedNetCalls net;
    if (is_stopped) {
      wire.service.set_net_calls(&net);
      wire.service.set_running(false);
    }
    const auto id = wire.open();
    wire.say(id, encode_frame(FrameKind::hello, encode_hello({kProtocolVersion, "secret"})));
    wire.received[id].clear();
    wire.say(id, encode_frame(FrameKind::net_call, encode(kNetCall)));
    FrameReader in(kReplyBytesMax);
    in.append(wire.received[id]);
    const auto frame = in.take();
    BOOST_REQUIRE(frame.has_value());
    BOOST_TEST(decode_net_reply(frame->body)->code == 2138u);
    BOOST_TEST(net.calls.empty());
  }
}

BOOST_AUTO_TEST_CASE(any_cut_of_a_net_call_is_refused) {
  const auto whole = encode(kNetCall);
  for (std::size_t size = 0; size < whole.size(); ++size)
    BOOST_TEST(!decode_net_call(std::span(whole).first(size)).has_value());
  auto longer = whole;
  longer.push_back(std::byte{0});
  BOOST_TEST(!decode_net_call(longer).has_value());
  const auto back = decode_net_call(encode(NetCall{{}, 13, {}}));
  BOOST_TEST((back && !back->server && back->opnum == 13));
}

BOOST_AUTO_TEST_SUITE_END()
