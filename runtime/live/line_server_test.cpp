#include "runtime/live/line_server.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>
#include <vector>

#include "runtime/live/live_world.hpp"

namespace lunsim::runtime {
namespace {

using boost::asio::ip::tcp;

/// A blocking peer in the same thread: what it writes fits into the kernel's buffers.
struct Peer {
  explicit Peer(const Endpoint& to) : socket(io) {
    socket.connect({boost::asio::ip::make_address(to.address), to.port});
  }
  void write(std::string_view text) {
    boost::system::error_code ignored;
    boost::asio::write(socket, boost::asio::buffer(text.data(), text.size()), ignored);
  }
  /// What has come by now.
  std::string read_some() {
    std::string out(65536, '\0');
    boost::system::error_code error;
    socket.non_blocking(true);
    const std::size_t count = socket.read_some(boost::asio::buffer(out), error);
    is_closed = is_closed || (error && error != boost::asio::error::would_block);
    out.resize(count);
    return out;
  }
  boost::asio::io_context io;
  tcp::socket socket;
  bool is_closed = false;
};

struct Fixture {
  explicit Fixture(LineLimits limits = {}) : server(world, {"127.0.0.1", 0}, limits) {}
  bool turn_until(const std::function<bool()>& done) {
    return world.run_until(done, world.now() + std::chrono::seconds(5));
  }
  void settle() {
    world.run_until([] { return false; }, world.now() + std::chrono::milliseconds(50));
  }
  Line next_line() {
    BOOST_REQUIRE(turn_until([&] { return server.has_lines(); }));
    return *server.poll_line();
  }
  /// Turns until the peer has read this much, or is closed.
  std::string read(Peer& peer, std::size_t bytes) {
    std::string got;
    turn_until([&] {
      for (std::string more = peer.read_some(); !more.empty(); more = peer.read_some()) got += more;
      return got.size() >= bytes || peer.is_closed;
    });
    return got;
  }
  LiveWorld world;
  LineServer server;
};

BOOST_AUTO_TEST_SUITE(line_server)

BOOST_AUTO_TEST_CASE(lines_come_whole_however_they_were_sent_and_answers_go_back) {
  Fixture f;
  Peer peer(f.server.endpoint());
  peer.write("half a ");
  f.settle();
  BOOST_TEST(!f.server.has_lines());
  peer.write("line\r\nand another\n\n");
  const Line first = f.next_line();
  BOOST_TEST(first.text == "half a line");
  BOOST_TEST(f.next_line().text == "and another");
  BOOST_TEST(f.next_line().text == "");
  f.server.send(first.client, "answer");
  BOOST_TEST(f.read(peer, 7) == "answer\n");
}

BOOST_AUTO_TEST_CASE(a_line_of_the_limit_is_taken_and_one_byte_more_is_not) {
  Fixture f({.line_bytes_max = 100});
  Peer good(f.server.endpoint());
  good.write(std::string(100, 'x') + "\r\n");
  BOOST_TEST(f.next_line().text.size() == 100u);
  Peer bad(f.server.endpoint());
  bad.write(std::string(101, 'x') + "\nnever seen\n");
  const Line line = f.next_line();
  BOOST_TEST(line.too_long);
  f.server.send(line.client, "too long");
  f.server.finish(line.client);
  BOOST_TEST(f.read(bad, 1000) == "too long\n");
  BOOST_TEST(bad.is_closed);
  BOOST_TEST(!f.server.has_lines());
}

BOOST_AUTO_TEST_CASE(a_flood_of_lines_waits_in_the_kernel_and_none_is_lost) {
  Fixture f({.waiting_lines_max = 4});
  Peer peer(f.server.endpoint());
  std::string flood;
  for (int i = 0; i < 5000; ++i) flood += std::to_string(i) + "\n";
  peer.write(flood);
  f.settle();
  int held = 0;
  while (auto line = f.server.poll_line()) BOOST_REQUIRE(line->text == std::to_string(held++));
  BOOST_TEST(held < 5000);   // what one chunk holds; the rest was not read
  for (int i = held; i < 5000; ++i) BOOST_REQUIRE(f.next_line().text == std::to_string(i));
}

BOOST_AUTO_TEST_CASE(a_client_that_does_not_read_its_answers_is_not_read_from) {
  Fixture f({.waiting_answer_bytes_max = 1000});
  Peer peer(f.server.endpoint());
  peer.write("1\n");
  const Line line = f.next_line();
  // More than the kernel takes of it.
  f.server.send(line.client, std::string(std::size_t{32} << 20, 'a'));
  peer.write("2\n");
  f.settle();
  // The read that was under way may still have brought one line; no further one comes.
  while (f.server.poll_line()) {
  }
  peer.write("3\n");
  f.settle();
  BOOST_TEST(!f.server.has_lines());
  f.read(peer, (std::size_t{32} << 20) + 1);
  BOOST_TEST(f.next_line().text == "3");
}

BOOST_AUTO_TEST_CASE(more_clients_than_allowed_are_told_and_closed) {
  Fixture f({.clients_max = 2});
  Peer one(f.server.endpoint()), two(f.server.endpoint());
  BOOST_REQUIRE(f.turn_until([&] { return f.server.clients() == 2; }));
  Peer three(f.server.endpoint());
  BOOST_TEST(f.read(three, 1000).find("too many clients") != std::string::npos);
  BOOST_TEST(three.is_closed);
  one.socket.close();
  BOOST_REQUIRE(f.turn_until([&] { return f.server.clients() == 1; }));
  Peer four(f.server.endpoint());
  four.write("x\n");
  BOOST_TEST(f.next_line().text == "x");
}

BOOST_AUTO_TEST_CASE(who_is_not_admitted_in_time_is_closed) {
  Fixture f({.admission_time = std::chrono::milliseconds(100)});
  Peer stranger(f.server.endpoint()), guest(f.server.endpoint());
  guest.write("let me in\n");
  f.server.admit(f.next_line().client);
  BOOST_TEST(f.turn_until([&] { return f.server.clients() == 1; }));
  f.read(stranger, 1);
  BOOST_TEST(stranger.is_closed);
  guest.write("still here\n");
  BOOST_TEST(f.next_line().text == "still here");
}

BOOST_AUTO_TEST_CASE(clients_are_asked_in_turn) {
  Fixture f;
  Peer chatty(f.server.endpoint());
  chatty.write("a\nb\nc\n");
  BOOST_REQUIRE(f.turn_until([&] { return f.server.has_lines(); }));
  Peer quiet(f.server.endpoint());
  quiet.write("q\n");
  f.settle();
  const std::string first = f.next_line().text, second = f.next_line().text;
  BOOST_TEST(((first == "q") != (second == "q")));
}

BOOST_AUTO_TEST_CASE(what_was_asked_before_the_end_of_the_stream_is_answered) {
  Fixture f;
  Peer peer(f.server.endpoint());
  peer.write("question\nhalf");
  peer.socket.shutdown(tcp::socket::shutdown_send);
  f.settle();
  const Line line = f.next_line();
  BOOST_TEST(line.text == "question");
  f.server.send(line.client, "answer");
  BOOST_TEST(f.read(peer, 1000) == "answer\n");
  BOOST_TEST(f.turn_until([&] { return f.server.clients() == 0; }));
  f.server.send(line.client, "to nobody");   // is no mistake
}

BOOST_AUTO_TEST_CASE(only_loopback_is_listened_at_and_a_taken_port_is_named) {
  LiveWorld world;
  BOOST_CHECK_THROW(LineServer(world, {"0.0.0.0", 0}), std::system_error);
  const LineServer first(world, {"127.0.0.1", 0});
  try {
    const LineServer second(world, first.endpoint());
    BOOST_ERROR("two servers on one port");
  } catch (const std::system_error& error) {
    BOOST_TEST(std::string(error.what()).find(to_string(first.endpoint())) != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(a_server_may_go_while_its_clients_are_there) {
  LiveWorld world;
  auto server = std::make_unique<LineServer>(world, Endpoint{"127.0.0.1", 0});
  Peer peer(server->endpoint());
  peer.write("x\n");
  world.run_until([&] { return server->has_lines(); }, world.now() + std::chrono::seconds(5));
  server.reset();
  world.run_until([] { return false; }, world.now() + std::chrono::milliseconds(20));
  peer.read_some();
  BOOST_TEST(peer.is_closed);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace lunsim::runtime
