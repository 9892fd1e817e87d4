#include "target_sim/smb_server/raw_client.hpp"

using namespace lunsim;
using namespace lunsim::smb;
using namespace lunsim::smb_server;
using namespace lunsim::smb_server::raw;
using runtime::ConnectionId;
using runtime::SeededEntropy;

BOOST_AUTO_TEST_SUITE(smb_server_engine)

BOOST_AUTO_TEST_CASE(a_negotiation_byte_by_byte_is_answered_once) {
  Raw client;
  NegotiateRequest request;
  request.dialects = {Dialect::smb_2_0_2, Dialect::smb_3_0};
  const auto bytes = framed(client.message(Command::negotiate, encode(request)));
  for (std::size_t at = 0; at + 1 < bytes.size(); ++at) {
    client.send_bytes(Span(bytes).subspan(at, 1));
    BOOST_TEST(client.receive().empty());
  }
  client.send_bytes(Span(bytes).last(1));
  const auto frames = client.receive();
  BOOST_REQUIRE(frames.size() == 1u);
  BOOST_TEST((decode_negotiate_response(frames[0]).value().dialect == Dialect::smb_3_0));
}

BOOST_AUTO_TEST_CASE(smb1_that_offers_smb2_is_answered_in_smb2) {
  Raw client;
  client.send_bytes(framed(encode_smb1_negotiate()));
  const auto frames = client.receive();
  BOOST_REQUIRE(frames.size() == 1u);
  BOOST_TEST((decode_negotiate_response(frames[0]).value().dialect == Dialect::wildcard));
  client.next_message_id = 1;
  client.negotiate();
}

// MS-SMB2 §3.3.5.4
BOOST_AUTO_TEST_CASE(negotiations_that_cannot_be_are_refused) {
  Raw client;
  NegotiateRequest request;
  BOOST_TEST(to_string(client.status(Command::negotiate, encode(request))) ==
             "STATUS_INVALID_PARAMETER");
  request.dialects = {static_cast<Dialect>(0x0222)};
  BOOST_TEST(to_string(client.status(Command::negotiate, encode(request))) ==
             "STATUS_NOT_SUPPORTED");
  request.dialects = {Dialect::smb_3_1_1};  // without a preauthentication context
  BOOST_TEST(to_string(client.status(Command::negotiate, encode(request))) ==
             "STATUS_INVALID_PARAMETER");
  client.negotiate();
  BOOST_TEST(client.ask(client.message(Command::negotiate, encode(request))).empty());
  BOOST_TEST(client.is_closed);
}

BOOST_AUTO_TEST_CASE(nothing_works_before_its_time) {
  {
    Raw client;  // no negotiation
    BOOST_TEST(client.ask(client.message(Command::echo, encode_empty_body())).empty());
    BOOST_TEST(client.is_closed);
  }
  {
    Raw client;
    BOOST_TEST(client.ask(client.message(Command::cancel, encode_empty_body())).empty());
    BOOST_TEST(client.is_closed);
  }
  Raw client;
  client.negotiate();
  BOOST_TEST(to_string(client.status(Command::echo, encode_empty_body())) == "STATUS_SUCCESS");
  BOOST_TEST(to_string(client.status(Command::create, encode(named(u"srvsvc")))) ==
             "STATUS_USER_SESSION_DELETED");
  BOOST_TEST((client.login(u"admin", u"secret") == NtStatus::success));
  BOOST_TEST(to_string(client.status(Command::create, encode(named(u"srvsvc")))) ==
             "STATUS_NETWORK_NAME_DELETED");
  BOOST_TEST(to_string(client.connect(u"nosuch")) == "STATUS_BAD_NETWORK_NAME");
  BOOST_TEST(to_string(client.connect(u"IPC$")) == "STATUS_SUCCESS");
  BOOST_TEST(to_string(client.status(Command::create, encode(named(u"nopipe")))) ==
             "STATUS_OBJECT_NAME_NOT_FOUND");
  BOOST_TEST(to_string(client.status(Command::create, encode(named(u"srvsvc")))) ==
             "STATUS_SUCCESS");
  BOOST_TEST(to_string(client.status(Command::read, encode(ReadRequest{10, 0, {77, 77}, 0}))) ==
             "STATUS_FILE_CLOSED");
  // FLUSH has the form of CLOSE.
  BOOST_TEST(to_string(client.status(Command::flush, encode(CloseRequest{0, {77, 77}}))) ==
             "STATUS_FILE_CLOSED");
  BOOST_TEST(to_string(client.status(Command::flush, encode(CloseRequest{0, {1, 1}}))) ==
             "STATUS_SUCCESS");
}

BOOST_AUTO_TEST_CASE(a_session_counts_its_opens_and_goes_with_its_connection) {
  Raw client;
  client.negotiate();
  BOOST_REQUIRE(client.login(u"admin", u"secret") == NtStatus::success);
  BOOST_REQUIRE(client.connect(u"IPC$") == NtStatus::success);
  BOOST_REQUIRE(client.status(Command::create, encode(named(u"srvsvc"))) == NtStatus::success);
  BOOST_REQUIRE(client.server.sessions().all().size() == 1u);
  const TableSession& session = client.server.sessions().all().begin()->second;
  BOOST_TEST((session.client == u"10.0.0.1" && session.user == u"admin"));
  BOOST_TEST(session.num_opens == 1u);
  client.server.handle_closed(client.id, runtime::CloseReason::reset, {});
  BOOST_TEST(client.server.sessions().all().empty());
  BOOST_TEST(client.server.connections() == 0u);
}

BOOST_AUTO_TEST_CASE(a_wrong_signature_and_a_missing_one_where_it_must_be_are_refused) {
  ServerConfig made = config();
  made.signing = SigningPolicy::required;
  Raw client(made);
  client.negotiate();
  BOOST_REQUIRE(client.login(u"admin", u"secret") == NtStatus::success);
  const Bytes16 right = *client.key;
  client.key->front() ^= std::byte{1};
  BOOST_TEST(to_string(client.connect(u"IPC$")) == "STATUS_ACCESS_DENIED");
  client.key.reset();
  BOOST_TEST(to_string(client.connect(u"IPC$")) == "STATUS_ACCESS_DENIED");
  client.key = right;
  BOOST_TEST(to_string(client.connect(u"IPC$")) == "STATUS_SUCCESS");
}

BOOST_AUTO_TEST_CASE(logins_fail_as_they_should_and_leave_nothing) {
  for (const auto& [user, password] : {std::pair{u"admin", u"wrong"}, std::pair{u"nobody", u""}}) {
    Raw client;
    client.negotiate();
    BOOST_TEST(to_string(client.login(user, password)) == "STATUS_LOGON_FAILURE");
    BOOST_TEST(client.server.sessions().all().empty());
  }
  Raw client;
  client.negotiate();
  BOOST_TEST(to_string(client.login(u"", u"")) == "STATUS_SUCCESS");
}

// §3.3.5.2.3
BOOST_AUTO_TEST_CASE(a_message_identifier_used_twice_or_never_granted_ends_the_connection) {
  {
    Raw client;
    client.negotiate();
    client.next_message_id = 0;
    BOOST_TEST(client.ask(client.message(Command::echo, encode_empty_body())).empty());
    BOOST_TEST(client.is_closed);
  }
  Raw client;
  client.negotiate();
  client.next_message_id = 5000;
  BOOST_TEST(client.ask(client.message(Command::echo, encode_empty_body())).empty());
  BOOST_TEST(client.is_closed);
}

BOOST_AUTO_TEST_CASE(the_last_message_identifiers_of_all_are_no_way_round_the_window) {
  for (const std::uint8_t charge :
       {std::uint8_t{0}, std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{255}}) {
    Raw client;
    client.negotiate();
    client.next_message_id = 0 - std::uint64_t{std::max<std::uint8_t>(charge, 1)};
    auto echo = client.message(Command::echo, encode_empty_body());
    echo[6] = std::byte{charge};
    BOOST_TEST(client.ask(std::move(echo)).empty());
    BOOST_TEST(client.is_closed);
  }
}

BOOST_AUTO_TEST_CASE(credits_are_granted_up_to_the_bound_and_never_run_dry) {
  Raw client;
  client.negotiate();
  std::uint64_t granted = 8;
  for (int i = 0; i < 2000; ++i) {
    auto raw = client.message(Command::echo, encode_empty_body());
    raw[14] = std::byte{0xff};
    raw[15] = std::byte{0xff};
    const auto answer = client.ask(std::move(raw));
    BOOST_REQUIRE(!answer.empty());
    granted += decode_header(answer).value().credits;
    BOOST_REQUIRE(granted - client.next_message_id <= Connection::kCreditsMax);
    BOOST_REQUIRE(granted > client.next_message_id);
  }
}

BOOST_AUTO_TEST_CASE(a_chain_of_related_messages_uses_the_file_of_the_first) {
  Raw client;
  client.negotiate();
  BOOST_REQUIRE(client.login(u"admin", u"secret") == NtStatus::success);
  BOOST_REQUIRE(client.connect(u"IPC$") == NtStatus::success);
  auto create = client.message(Command::create, encode(named(u"srvsvc")));
  create.resize((create.size() + 7) & ~std::size_t{7});
  create[20] = static_cast<std::byte>(create.size());
  sign(SigningAlgorithm::hmac_sha256, *client.key, create);
  auto close = client.message(Command::close, encode(CloseRequest{0, kPreviousFile}));
  close[16] = std::byte{kFlagRelatedOperations};
  sign(SigningAlgorithm::hmac_sha256, *client.key, close);
  create.insert(create.end(), close.begin(), close.end());
  client.send_bytes(framed(create));
  const auto frames = client.receive();
  BOOST_REQUIRE(frames.size() == 1u);
  const auto links = chain(frames[0], 8).value();
  BOOST_REQUIRE(links.size() == 2u);
  for (const auto& link : links) {
    const Span answer = Span(frames[0]).subspan(link.offset, link.bytes);
    BOOST_TEST(to_string(decode_header(answer).value().status) == "STATUS_SUCCESS");
    BOOST_TEST(is_signature_right(SigningAlgorithm::hmac_sha256, *client.key, answer));
  }
}

// A megabyte is for those who have logged in.
BOOST_AUTO_TEST_CASE(a_frame_before_a_login_is_as_long_as_a_token_and_what_stands_before_it) {
  const auto announce = [](Raw& client, std::size_t size) {
    const std::byte prefix[] = {std::byte{}, static_cast<std::byte>(size >> 16),
                                static_cast<std::byte>((size >> 8) & 0xff),
                                static_cast<std::byte>(size & 0xff)};
    client.send_bytes(prefix);
    (void)client.receive();
  };
  Raw client;
  client.negotiate();
  announce(client, Connection::kFrameBytesBeforeLoginMax);
  BOOST_TEST(!client.is_closed);
  Raw greedy;
  greedy.negotiate();
  announce(greedy, Connection::kFrameBytesBeforeLoginMax + 1);
  BOOST_TEST(greedy.is_closed);
  Raw known;
  known.negotiate();
  BOOST_REQUIRE(known.login(u"admin", u"secret") == NtStatus::success);
  announce(known, Connection::kFrameBytesMax);
  BOOST_TEST(!known.is_closed);
}

BOOST_AUTO_TEST_CASE(half_a_frame_of_nobody_ends_its_connection) {
  const auto left_behind = [](Raw& client) {
    const std::byte half[] = {std::byte{}, std::byte{}, std::byte{}, std::byte{8}, std::byte{}};
    client.send_bytes(half);
    const auto due = client.server.poll_timeout();
    if (due) {
      client.now = *due;
      client.server.handle_timeout(*due);
    }
    (void)client.receive();
    return due;
  };
  Raw nobody;
  nobody.negotiate();
  BOOST_TEST((left_behind(nobody) == TimePoint{} + SmbServer::kHalfFrameMax));
  BOOST_TEST(nobody.is_closed);
  Raw somebody;
  somebody.negotiate();
  BOOST_REQUIRE(somebody.login(u"admin", u"secret") == NtStatus::success);
  BOOST_TEST(!left_behind(somebody).has_value());
}

BOOST_AUTO_TEST_CASE(what_pipes_hold_of_one_connection_is_bounded) {
  Raw client;
  client.negotiate();
  BOOST_REQUIRE(client.login(u"admin", u"secret") == NtStatus::success);
  BOOST_REQUIRE(client.connect(u"IPC$") == NtStatus::success);
  std::size_t opened = 0;
  while (client.status(Command::create, encode(named(u"srvsvc"))) == NtStatus::success) ++opened;
  BOOST_TEST(opened == Connection::kOpensMax);
}

BOOST_AUTO_TEST_CASE(rubbish_ends_its_own_connection_only) {
  SeededEntropy chance(7);
  for (int round = 0; round < 200; ++round) {
    Raw client;
    const ConnectionId other{runtime::kAcceptedConnectionBit + 1};
    client.server.handle_connected(other, {"10.0.0.2", 1}, {"10.0.0.10", 445}, {});
    std::vector<std::byte> rubbish(chance.below(300));
    chance.fill(rubbish);
    if (rubbish.size() > 8 && round % 2 == 0) {
      rubbish[0] = rubbish[1] = rubbish[2] = std::byte{};
      rubbish[3] = static_cast<std::byte>(rubbish.size() - 4);
      if (round % 4 == 0)
        std::ranges::copy(std::as_bytes(std::span("\xfeSMB\x40", 6)), rubbish.begin() + 4);
    }
    client.send_bytes(rubbish);
    (void)client.receive();
    BOOST_TEST(client.server.wants_bytes(other));
  }
}

/// A whole conversation with one byte changed: the server answers or closes, and never more.
BOOST_AUTO_TEST_CASE(no_changed_byte_of_any_message_does_harm) {
  const std::vector<std::vector<std::byte>> bodies = {
      encode(named(u"srvsvc")),
      encode(CloseRequest{0, {1, 1}}),
      encode(ReadRequest{100, 0, {1, 1}, 0}),
      encode(WriteRequest{0, {1, 1}, std::vector<std::byte>(30)}),
      encode(IoctlRequest{kFsctlPipeTransceive, {1, 1}, std::vector<std::byte>(30), 0, 4280, 1}),
      encode_tree_connect_request(u"\\\\s\\IPC$"),
      encode_empty_body(),
      encode_empty_body()};
  const Command commands[] = {Command::create, Command::close,          Command::read,
                              Command::write,  Command::ioctl,          Command::tree_connect,
                              Command::logoff, Command::tree_disconnect};
  for (std::size_t which = 0; which < bodies.size(); ++which) {
    for (std::size_t at = kHeaderBytes; at < kHeaderBytes + bodies[which].size(); ++at) {
      Raw client;
      client.negotiate();
      BOOST_REQUIRE(client.login(u"", u"") == NtStatus::success);
      BOOST_REQUIRE(client.connect(u"IPC$") == NtStatus::success);
      (void)client.ask(client.message(Command::create, encode(named(u"srvsvc"))));
      auto raw = client.message(commands[which], bodies[which]);
      raw[at] ^= std::byte{0xff};
      const auto answer = client.ask(std::move(raw));
      BOOST_TEST((client.is_closed || !answer.empty()));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_same_seed_says_the_same_bytes) {
  const auto spoken = [](std::uint64_t seed) {
    Raw client(config(), seed);
    NegotiateRequest request;
    request.dialects = {Dialect::smb_3_0};
    auto first = client.ask(client.message(Command::negotiate, encode(request)));
    SessionSetupRequest setup;
    setup.security_blob = Initiator({u"a", u"", u"b", u"", u""}, {}, 0).first_token();
    const auto second = client.ask(client.message(Command::session_setup, encode(setup)));
    first.insert(first.end(), second.begin(), second.end());
    return first;
  };
  BOOST_TEST((spoken(1) == spoken(1)));
  BOOST_TEST((spoken(1) != spoken(2)));
}

BOOST_AUTO_TEST_SUITE_END()
