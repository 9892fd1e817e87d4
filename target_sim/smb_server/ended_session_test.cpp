// Sessions that end while their client still speaks: by LOGOFF, by NetrSessionDel of itself or of
// somebody else, from outside. In clear, signed and encrypted.
#include "target_sim/smb_server/raw_client.hpp"

using namespace lunsim;
using namespace lunsim::smb;
using namespace lunsim::smb_server;
using namespace lunsim::smb_server::raw;

BOOST_AUTO_TEST_SUITE(sessions_that_end)

namespace {

/// A second message behind the first, in the same frame.
std::vector<std::byte> chained(std::vector<std::byte> first, const std::vector<std::byte>& second) {
  first.resize((first.size() + 7) & ~std::size_t{7});
  first[20] = static_cast<std::byte>(first.size());
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

NtStatus status_of(Span message) { return decode_header(message).value().status; }

struct Encrypted : Raw {
  Encrypted() {
    negotiate(Dialect::smb_3_0);
    BOOST_REQUIRE(login(u"admin", u"secret") == NtStatus::success);
    key.reset();
  }
  std::vector<std::byte> echo() { return message(Command::echo, encode_empty_body()); }
};

}  // namespace

// MS-SMB2 §3.3.5.6, §3.3.4.1.4: the answer still goes under the key of the session that it ended.
// §3.3.5.2.1.1: no key opens what comes then.
BOOST_AUTO_TEST_CASE(an_encrypted_logoff_is_answered_and_what_comes_then_ends_the_connection) {
  Encrypted client;
  const auto answer = client.ask_encrypted(client.message(Command::logoff, encode_empty_body()));
  BOOST_TEST((status_of(answer) == NtStatus::success));
  BOOST_TEST(client.server.sessions().all().empty());
  BOOST_TEST(client.ask_encrypted(client.echo()).empty());
  BOOST_TEST(client.is_closed);
}

BOOST_AUTO_TEST_CASE(an_encrypted_session_that_ends_from_outside_ends_its_connection_only) {
  Encrypted client;
  const ConnectionId other{runtime::kAcceptedConnectionBit + 1};
  client.server.handle_connected(other, {"10.0.0.2", 1}, {"10.0.0.10", 445}, {});
  BOOST_TEST((status_of(client.ask_encrypted(client.echo())) == NtStatus::success));
  BOOST_TEST(client.server.end_sessions(u"", u"admin") == 1u);
  BOOST_TEST(client.ask_encrypted(client.echo()).empty());
  BOOST_TEST(client.is_closed);
  BOOST_TEST(client.server.wants_bytes(other));
}

// §3.3.5.2.9: in clear there is an answer.
BOOST_AUTO_TEST_CASE(what_names_an_ended_session_in_clear_is_told_so) {
  Encrypted client;
  client.server.end_sessions(u"", u"admin");
  BOOST_TEST(to_string(client.status(Command::tree_disconnect, encode_empty_body())) ==
             "STATUS_USER_SESSION_DELETED");
  BOOST_TEST(!client.is_closed);
}

// §3.3.5.2.7.2, §3.3.4.1.4: the frame came under the key, and both answers go under it.
BOOST_AUTO_TEST_CASE(a_chain_goes_on_behind_the_logoff_in_it) {
  Encrypted client;
  const auto logoff = client.message(Command::logoff, encode_empty_body());
  const auto behind = client.message(Command::tree_disconnect, encode_empty_body());
  const auto answer = client.ask_encrypted(chained(logoff, behind));
  const auto links = chain(answer, 8).value();
  BOOST_REQUIRE(links.size() == 2u);
  BOOST_TEST((status_of(answer) == NtStatus::success));
  BOOST_TEST((status_of(Span(answer).subspan(links[1].offset)) == NtStatus::user_session_deleted));
}

BOOST_AUTO_TEST_CASE(a_signed_logoff_is_answered_signed_and_told_of_afterwards) {
  Raw client;
  client.negotiate();
  BOOST_REQUIRE(client.login(u"admin", u"secret") == NtStatus::success);
  const auto answer = client.ask(client.message(Command::logoff, encode_empty_body()));
  BOOST_TEST(is_signature_right(client.signing, *client.key, answer));
  BOOST_TEST(to_string(client.status(Command::logoff, encode_empty_body())) ==
             "STATUS_USER_SESSION_DELETED");
}

// §3.3.5.5.3
BOOST_AUTO_TEST_CASE(who_comes_back_and_names_the_session_that_he_had_has_one) {
  const auto sessions_after = [](const char16_t* user, const char16_t* password) {
    Raw client;
    client.negotiate();
    BOOST_REQUIRE(client.login(u"admin", u"secret") == NtStatus::success);
    client.previous_session_id = std::exchange(client.session_id, 0);
    client.key.reset();
    BOOST_REQUIRE(client.login(user, password) == NtStatus::success);
    return client.server.sessions().all().size();
  };
  BOOST_TEST(sessions_after(u"ADMIN", u"secret") == 1u);
  BOOST_TEST(sessions_after(u"alice", u"other") == 2u);  // of another user: ignored
}

// MS-SRVS §3.1.4.1, §3.1.4.2: what clients have is listed, and goes with its session.
BOOST_AUTO_TEST_CASE(trees_and_pipes_of_a_client_are_listed_while_they_are_there) {
  Raw client;
  client.negotiate();
  BOOST_REQUIRE(client.login(u"admin", u"secret") == NtStatus::success);
  BOOST_REQUIRE(client.connect(u"data") == NtStatus::success);
  BOOST_REQUIRE(client.connect(u"ipc$") == NtStatus::success);
  const SessionTable& lists = client.server.sessions();
  BOOST_REQUIRE(lists.connections().size() == 2u);
  BOOST_TEST((lists.connections().at(1).share == u"data"));
  BOOST_REQUIRE(client.status(Command::create, encode(named(u"srvsvc"))) == NtStatus::success);
  BOOST_TEST((lists.files().at(1).path == u"\\PIPE\\srvsvc"));
  BOOST_TEST((lists.files().at(1).user == u"admin"));
  const ListedConnection& ipc = lists.connections().at(2);
  BOOST_TEST((ipc.share == u"IPC$" && ipc.client == u"10.0.0.1" && ipc.num_opens == 1u));
  BOOST_REQUIRE(client.status(Command::create, encode(named(u"srvsvc"))) == NtStatus::success);
  BOOST_REQUIRE(client.status(Command::close, encode(CloseRequest{0, {1, 1}})) ==
                NtStatus::success);
  BOOST_TEST(lists.files().size() == 1u);
  BOOST_REQUIRE(client.status(Command::tree_disconnect, encode_empty_body()) == NtStatus::success);
  BOOST_TEST(lists.files().empty());
  BOOST_TEST(lists.connections().size() == 1u);
  BOOST_REQUIRE(client.status(Command::logoff, encode_empty_body()) == NtStatus::success);
  BOOST_TEST(lists.connections().empty());
}

BOOST_AUTO_TEST_SUITE_END()
