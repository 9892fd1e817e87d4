#include "initiator/smb_client/smb_client.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

#include "initiator/smb_client/net_calls.hpp"
#include "initiator/smb_client/world_network.hpp"
#include "runtime/simulated/simulated_world.hpp"
#include "target_sim/smb_server/smb_server.hpp"

using namespace lunsim;
using namespace lunsim::smb_client;
using runtime::Endpoint;
using smb::Dialect;

namespace {

const Endpoint kServer{"10.0.0.10", 445};

smb_server::ServerConfig server_config() {
  smb_server::ServerConfig made;
  made.users = {{"admin", "secret", true},
                {"alice", "other", false},
                {"gone", "x", false, smb::NtStatus::account_disabled}};
  made.sessions = {{"WS1", "alice", 3, 7200, 60, 0, "Windows"}, {"WS2", "bob", 1, 100, 1, 1, ""}};
  made.access = *smb_server::access_profile("windows-2019");
  return made;
}

ClientConfig client_config(std::string user = "admin", std::string password = "secret") {
  ClientConfig made;
  made.server = kServer;
  made.user = std::move(user);
  made.password = std::move(password);
  return made;
}

using rpc::srvsvc::EnumRequest;
using rpc::srvsvc::Opnum;
using SessionList = RecordList<rpc::srvsvc::SessionInfo>;

EnumRequest at_level(std::uint32_t level) {
  EnumRequest request;
  request.qualifiers.resize(2);
  request.level = level;
  return request;
}

/// Our client and our server in one simulated world; what the world does to the bytes is an
/// argument.
struct Story {
  explicit Story(ClientConfig client = client_config(),
                 smb_server::ServerConfig server = server_config(),
                 runtime::SimulatedOptions options = {}, std::uint64_t seed = 1)
      : world(seed, options), server_(std::move(server), world.entropy("server")) {
    world.attach(server_, kServer.address, std::span(&kServer, 1));
    network.emplace(world, "10.0.0.1");
    network->add_server(u"\\\\fakesrv", std::move(client));
  }
  SessionList enumerate(const EnumRequest& request = at_level(10)) {
    last = network->call(u"FAKESRV", 12, encode(Opnum::session_enum, request));
    return record_list<rpc::srvsvc::SessionInfo>(last, request.level);
  }
  const SmbClient& client() { return *network->client(u"fakesrv"); }

  runtime::SimulatedWorld world;
  smb_server::SmbServer server_;
  std::optional<WorldNetwork> network;
  Outcome last;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(smb_client_engine)

BOOST_AUTO_TEST_CASE(every_dialect_signed_and_encrypted_enumerates_sessions) {
  for (const Dialect dialect : {Dialect::smb_2_0_2, Dialect::smb_2_1, Dialect::smb_3_0,
                                Dialect::smb_3_0_2, Dialect::smb_3_1_1}) {
    for (const Encryption encryption : {Encryption::if_asked, Encryption::required}) {
      if (encryption == Encryption::required && dialect < Dialect::smb_3_0) continue;
      ClientConfig config = client_config();
      config.dialects = {dialect};
      config.encryption = encryption;
      Story story(config);
      const auto list = story.enumerate();
      BOOST_TEST(describe(story.last) == "answered");
      BOOST_TEST(list.entries.size() == 3u);
      BOOST_TEST((story.client().dialect() == dialect));
      BOOST_TEST(story.client().is_encrypted() == (encryption == Encryption::required));
    }
  }
}

BOOST_AUTO_TEST_CASE(every_cipher_and_every_signing_algorithm_is_spoken) {
  for (const smb::Cipher cipher : {smb::Cipher::aes128_ccm, smb::Cipher::aes128_gcm,
                                   smb::Cipher::aes256_ccm, smb::Cipher::aes256_gcm}) {
    ClientConfig config = client_config();
    config.ciphers = {cipher};
    config.encryption = Encryption::required;
    BOOST_TEST(Story(config).enumerate().code == 0u);
  }
  for (const auto algorithm : {smb::SigningAlgorithm::hmac_sha256, smb::SigningAlgorithm::aes_cmac,
                               smb::SigningAlgorithm::aes_gmac}) {
    ClientConfig config = client_config();
    config.signing_algorithms = {algorithm};
    BOOST_TEST(Story(config).enumerate().code == 0u);
  }
}

BOOST_AUTO_TEST_CASE(a_login_inside_rpc_names_signs_or_seals) {
  smb_server::ServerConfig server = server_config();
  const smb_server::DeclaredSession many = server.sessions[1];
  server.sessions.resize(100, many);
  for (const rpc::AuthLevel level : {rpc::AuthLevel::connect, rpc::AuthLevel::call,
                                     rpc::AuthLevel::integrity, rpc::AuthLevel::privacy}) {
    ClientConfig config = client_config();
    config.rpc_login = level;
    config.writes_and_reads = level == rpc::AuthLevel::call;
    Story story(config, server);
    for (int call = 0; call < 2; ++call) {
      const auto list = story.enumerate(at_level(502));
      BOOST_TEST(describe(story.last) == "answered");
      BOOST_TEST(list.entries.size() == 101u);
    }
  }
  server.allows_anonymous = true;
  server.access.session_names = smb_server::Caller::anonymous;
  ClientConfig nobody = client_config("", "");
  nobody.rpc_login = rpc::AuthLevel::privacy;
  Story story(nobody, server);
  BOOST_TEST(story.enumerate().entries.size() == 101u);
}

BOOST_AUTO_TEST_CASE(what_is_sealed_inside_rpc_is_not_to_be_read_on_the_way) {
  struct Listener final : runtime::Observer {
    void opened(std::uint32_t, const Endpoint&, const Endpoint&, runtime::TimePoint) override {}
    void carried(std::uint32_t, bool, std::span<const std::byte> bytes,
                 runtime::TimePoint) override {
      all.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    void closed(std::uint32_t, bool, bool, runtime::TimePoint) override {}
    std::string all;
  };
  using namespace std::string_literals;
  for (const bool is_sealed : {false, true}) {
    ClientConfig config = client_config();
    config.rpc_login = is_sealed ? rpc::AuthLevel::privacy : rpc::AuthLevel::integrity;
    Listener listener;  // the world tells it of its end, too
    Story story(config);
    story.world.observe(listener);
    BOOST_TEST(story.enumerate().entries.size() == 3u);
    BOOST_TEST((listener.all.find("W\0S\0002\0"s) == std::string::npos) == is_sealed);
  }
}

BOOST_AUTO_TEST_CASE(only_who_seals_asks_for_sealing) {
  // smbd seals for nobody who has not asked: NTLMSSP_NEGOTIATE_SEAL in the first message.
  for (const auto level : {rpc::AuthLevel::integrity, rpc::AuthLevel::privacy}) {
    RpcCaller caller(RpcLogin(level, smb::Initiator({}, {}, 0)));
    const auto bind = caller.bind();
    const auto token = smb::spnego::decode_init(rpc::decode_auth(bind).value()->value).value();
    const auto message = smb::ntlm::decode_negotiate(token.mech_token.value()).value();
    BOOST_TEST(((message.flags & smb::ntlm::kNegotiateSeal) != 0) ==
               (level == rpc::AuthLevel::privacy));
  }
}

BOOST_AUTO_TEST_CASE(a_bind_that_is_refused_is_told_by_its_reason) {
  // What a PipeEnd says to a login that it does not know, or cannot check.
  const auto status_for = [](std::uint16_t reason) {
    RpcCaller caller;
    (void)caller.bind();
    caller.take(rpc::encode_bind_nak(reason, 1));
    const auto progress = caller.advance();
    BOOST_REQUIRE(progress.has_value());
    BOOST_TEST((*progress == RpcCaller::Progress::faulted));
    Outcome outcome;
    outcome.kind = Outcome::Kind::faulted;
    outcome.fault_status = caller.fault_status();
    return win32_code(outcome);
  };
  BOOST_TEST(status_for(rpc::kNakAuthenticationType) == 1747u);
  BOOST_TEST(status_for(rpc::kNakInvalidChecksum) == 5u);
  BOOST_TEST(status_for(rpc::kNakNotSpecified) == 1727u);
}

BOOST_AUTO_TEST_CASE(a_server_that_answers_the_login_inside_rpc_by_nothing_is_not_believed) {
  smb::Credentials who;
  who.user = u"admin";
  RpcCaller caller(RpcLogin(rpc::AuthLevel::integrity, smb::Initiator(who, {}, 0)));
  const auto bind = caller.bind();
  BOOST_TEST(rpc::decode_auth(bind).value().has_value());
  rpc::BindAck ack;
  ack.results = {{rpc::ContextResult::acceptance, 0, rpc::ndr32()}};
  caller.take(rpc::encode(ack, 1));
  BOOST_TEST(!caller.advance().has_value());
}

BOOST_AUTO_TEST_CASE(other_ways_to_the_same_end) {
  ClientConfig config = client_config();
  config.begins_with_smb1 = true;
  config.writes_and_reads = true;
  Story story(config);
  BOOST_TEST(story.enumerate().entries.size() == 3u);
  BOOST_TEST((story.client().dialect() == Dialect::smb_3_1_1));
}

BOOST_AUTO_TEST_CASE(segments_of_one_byte_make_no_difference) {
  runtime::SimulatedOptions options;
  options.segments = runtime::SegmentPolicy::random;
  options.segment_bytes_max = 3;
  smb_server::ServerConfig server = server_config();
  const smb_server::DeclaredSession many = server.sessions[1];
  server.sessions.resize(200, many);
  Story story(client_config(), server, options);
  const auto list = story.enumerate(at_level(502));
  BOOST_TEST(list.code == 0u);
  BOOST_TEST(list.entries.size() == 201u);
  BOOST_TEST((list.entries[0].cltype_name == u"Windows"));
}

BOOST_AUTO_TEST_CASE(a_connection_serves_many_calls_and_its_session_is_among_them) {
  Story story;
  BOOST_TEST(story.enumerate().entries.size() == 3u);
  const auto list = story.enumerate(at_level(1));
  BOOST_REQUIRE(list.entries.size() == 3u);
  BOOST_TEST((list.entries[2].username == u"admin"));
  BOOST_TEST(list.entries[2].num_opens == 1u);
  BOOST_TEST(story.server_.connections() == 1u);
  story.network.reset();
  story.world.run_until([&] { return story.server_.connections() == 0; },
                        story.world.now() + std::chrono::seconds(1));
  BOOST_TEST(story.server_.connections() == 0u);
  BOOST_TEST(story.server_.sessions().all().size() == 2u);
}

BOOST_AUTO_TEST_CASE(what_the_server_refuses_comes_as_a_windows_code) {
  const auto code = [](ClientConfig config) { return Story(std::move(config)).enumerate().code; };
  BOOST_TEST(code(client_config("admin", "wrong")) == 1326u);
  BOOST_TEST(code(client_config("nobody", "")) == 1326u);
  BOOST_TEST(code(client_config("gone", "x")) == 1331u);
  BOOST_TEST(code(client_config("alice", "other")) == 5u);
  ClientConfig elsewhere = client_config();
  elsewhere.server.port = 446;
  BOOST_TEST(code(elsewhere) == 53u);
  Story story;
  story.last = story.network->call(u"unknown", 12, {});
  BOOST_TEST(win32_code(story.last) == 53u);
  story.last = story.network->call(u"fakesrv", 99, {});
  BOOST_TEST(win32_code(story.last) == 1745u);
  // A fault ends neither the pipe nor the connection.
  BOOST_TEST(story.enumerate().code == 0u);
}

BOOST_AUTO_TEST_CASE(anonymous_and_guest_come_in_where_they_may) {
  smb_server::ServerConfig server = server_config();
  server.allows_anonymous = true;
  server.unknown_users_are_guests = true;
  server.access.session_names = smb_server::Caller::anonymous;
  for (const char* user : {"", "nobody"}) {
    Story story(client_config(user, ""), server);
    BOOST_TEST(story.enumerate().code == 0u);
    ClientConfig encrypted = client_config(user, "");
    encrypted.encryption = Encryption::required;
    BOOST_TEST(Story(encrypted, server).enumerate().code == 50u);
  }
}

BOOST_AUTO_TEST_CASE(a_session_that_was_deleted_is_noticed_and_a_new_one_made) {
  Story story;
  BOOST_TEST(story.enumerate().code == 0u);
  const auto stub = encode(rpc::srvsvc::SessionDelRequest{{}, u"\\\\10.0.0.1", {}});
  BOOST_TEST(status_code(story.network->call(u"fakesrv", 13, stub)) == 0u);
  BOOST_TEST(story.enumerate().code == 64u);
  BOOST_TEST(story.enumerate().code == 0u);
}

BOOST_AUTO_TEST_CASE(an_address_that_is_silent_is_given_up_in_time) {
  ClientConfig config = client_config();
  config.answer_timeout = std::chrono::seconds(5);
  Story story(config);
  story.world.black_hole(kServer.address);
  const auto begun = story.world.now();
  BOOST_TEST(story.enumerate().code == 121u);
  BOOST_TEST((story.world.now() - begun == std::chrono::seconds(5)));
}

/// Counts what crosses.
struct Counter final : runtime::Observer {
  void opened(std::uint32_t, const Endpoint&, const Endpoint&, runtime::TimePoint) override {}
  void carried(std::uint32_t, bool from_opener, std::span<const std::byte> bytes,
               runtime::TimePoint) override {
    sent[from_opener ? 0 : 1] += bytes.size();
  }
  void closed(std::uint32_t, bool, bool, runtime::TimePoint) override {}
  std::size_t sent[2] = {};
};

/// Plays the story with one byte of one direction spoiled, or the stream cut there.
std::uint32_t code_with(bool from_client, std::size_t at, bool cuts, ClientConfig config) {
  config.answer_timeout = std::chrono::seconds(2);
  Story story(std::move(config));
  story.world.set_filter_factory(
      [&](std::uint32_t, bool from_opener, const Endpoint&, const Endpoint&) {
        runtime::FilterChain filters;
        if (from_opener == from_client)
          filters.add(cuts ? runtime::cut_filter(at, runtime::StreamEnd::reset)
                           : runtime::corrupt_filter(at, std::byte{0x10}));
        return filters;
      });
  return story.enumerate().code;
}

// 3.1.1 protects every byte: the negotiation and the login by the hash that the keys are made of,
// the rest by signatures or by the cipher.
BOOST_AUTO_TEST_CASE(no_byte_can_be_changed_on_the_way_and_every_cut_is_an_end) {
  for (const Encryption encryption : {Encryption::if_asked, Encryption::required}) {
    ClientConfig config = client_config();
    config.dialects = {Dialect::smb_3_1_1};
    config.encryption = encryption;
    Counter counter;
    Story story(config);
    story.world.observe(counter);
    BOOST_REQUIRE(story.enumerate().code == 0u);
    for (const bool from_client : {true, false}) {
      const std::size_t bytes = counter.sent[from_client ? 0 : 1];
      BOOST_REQUIRE(bytes > 1000u);
      for (std::size_t at = 0; at < bytes; at += 5) {
        BOOST_TEST(code_with(from_client, at, false, config) != 0u,
                   (from_client ? "client's byte " : "server's byte ") << at);
        if (at % 3 == 0) BOOST_TEST(code_with(from_client, at, true, config) == 64u);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_same_seed_says_the_same) {
  const auto spoken = [](std::uint64_t seed) {
    Story story(client_config(), server_config(), {}, seed);
    (void)story.enumerate();
    return story.world.now().since_start_ns;
  };
  BOOST_TEST(spoken(3) == spoken(3));
}

BOOST_AUTO_TEST_SUITE_END()
