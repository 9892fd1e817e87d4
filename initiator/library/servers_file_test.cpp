#include "initiator/library/servers_file.hpp"

#include <boost/test/unit_test.hpp>

using namespace lunsim;
using initiator::parse_servers;

BOOST_AUTO_TEST_SUITE(servers_file)

BOOST_AUTO_TEST_CASE(servers_have_names_and_one_of_them_may_be_the_hosts_own) {
  const auto known = parse_servers(R"({"own": "FILESRV", "servers": [
      {"name": "FILESRV", "address": "127.0.0.1:4450", "user": "alice", "domain": "D",
       "password": "secret", "dialects": ["3.0"], "encrypt": true, "rpc": "seal", "timeout_s": 5},
      {"name": "OTHER", "address": "10.0.0.1"}]})",
                                   "");
  BOOST_REQUIRE(known.has_value());
  BOOST_REQUIRE(known->size() == 3u);
  const auto& own = known->at(2);
  BOOST_TEST(own.name.empty());
  BOOST_TEST(own.config.server.port == 4450);
  BOOST_TEST(own.config.user == "alice");
  BOOST_TEST(own.config.password == "secret");
  BOOST_TEST((own.config.encryption == smb_client::Encryption::required));
  BOOST_TEST((own.config.rpc_login == rpc::AuthLevel::privacy));
  BOOST_TEST((known->at(1).config.rpc_login == rpc::AuthLevel::none));
  BOOST_TEST((own.config.answer_timeout == std::chrono::seconds(5)));
  BOOST_TEST(known->at(1).config.server.port == 445);
}

BOOST_AUTO_TEST_CASE(a_mistake_has_its_place_and_a_password_is_never_told) {
  const std::pair<const char*, const char*> mistakes[] = {
      {"{", "not JSON"},
      {"[]", "an object in braces is wanted"},
      {R"({"server": []})", "server: not known here; known are own, servers"},
      {R"({"own": "X"})", "own: no server is called X"},
      {R"({"servers": [{}]})", "servers[0].name: must not be missing or empty"},
      {R"({"servers": [{"name": "A"}]})", "servers[0].address: host or host:port is wanted"},
      {R"({"servers": [{"name": "A", "address": "h", "dialects": ["1.0"]}]})",
       "servers[0].dialects: known are 2.0.2"},
      {R"({"servers": [{"name": "A", "address": "h", "rpc": "signed"}]})",
       "servers[0].rpc: known are connect, sign and seal"},
      {R"({"servers": [{"name": "A", "address": "h", "password_file": "none"}]})",
       "servers[0].password_file: none has no password in its first line"},
      {R"({"servers": [{"name": "A", "address": "h", "password": "geheim", "timeout_s": 0}]})",
       "servers[0].timeout_s: whole seconds"},
      {R"({"servers": [{"name": "X", "address": "h"}, {"name": "\\\\x", "address": "g"}]})",
       "servers[1].name: servers[0] is called so, too"},
  };
  for (const auto& [text, sentence] : mistakes) {
    const auto known = parse_servers(text, "");
    BOOST_REQUIRE(!known.has_value());
    BOOST_TEST(known.error().find(sentence) != std::string::npos, known.error());
    BOOST_TEST(known.error().find("geheim") == std::string::npos);
  }
}

BOOST_AUTO_TEST_SUITE_END()
