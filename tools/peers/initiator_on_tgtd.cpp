// lunsim_peer_initiator: our initiator over real TCP against a target that nobody here wrote: log
// in, find the LUNs, write data that no offset repeats, read it back, compare, log out. Says in one
// line what was negotiated.
//
//   lunsim_peer_initiator 127.0.0.1:13260 iqn.2026-01.test:tgt --lun 1 --mib 64 --no-initial-r2t
//
// Exit codes: 0 all as it should be, 1 a check failed, 2 usage, 3 the target cannot be reached or
// refuses the login.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "initiator/session/initiator_session.hpp"
#include "protocol/bytes/big_endian.hpp"
#include "protocol/scsi/lun.hpp"
#include "protocol/scsi/report_luns.hpp"
#include "runtime/live/live_world.hpp"

namespace {

using namespace lunsim;
using initiator::CommandOutcome;
using initiator::ScsiCompletion;
using initiator::ScsiRequest;

constexpr int kFailed = 1, kUsage = 2, kUnreachable = 3;
constexpr std::uint32_t kChunkBytes = 1u << 20;
constexpr std::size_t kDepth = 4;

struct Stop {
  int code = kFailed;
  std::string why;
};

struct Wanted {
  std::string portal, target, chap, mutual;
  std::uint64_t lun = 1;
  std::uint32_t mib = 8, idle_s = 0;
  bool initial_r2t = true, immediate_data = true, header_digest = false, data_digest = false;
  bool discover = false;
  bool logout_may_be_a_close = false;
};

login::Secret secret_of(const std::string& text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) throw Stop{kUsage, "a secret is written name:secret"};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

initiator::SessionConfig config_of(const Wanted& wanted) {
  initiator::SessionConfig config;
  const auto portal = runtime::parse_endpoint(wanted.portal, 3260);
  if (!portal) throw Stop{kUsage, "no address and port: " + wanted.portal};
  config.portal = *portal;
  config.login.initiator_name = "iqn.2026-01.test:lunsim-peer";
  if (!wanted.discover) config.login.target_name = wanted.target;
  config.login.isid.bytes = {std::byte{0x80}, std::byte{0x4C}, std::byte{0x55},
                             std::byte{0x4E}, std::byte{0},    std::byte{1}};
  if (!wanted.chap.empty()) {
    config.login.chap = secret_of(wanted.chap);
    config.login.allow_none = false;
  }
  if (!wanted.mutual.empty()) config.login.mutual = secret_of(wanted.mutual);
  negotiation::Wishes& wishes = config.login.wishes;
  wishes.session.initial_r2t = wanted.initial_r2t;
  wishes.session.immediate_data = wanted.immediate_data;
  wishes.header_digest_crc32c = wanted.header_digest;
  wishes.header_digest_none = !wanted.header_digest;
  wishes.data_digest_crc32c = wanted.data_digest;
  wishes.data_digest_none = !wanted.data_digest;
  return config;
}

/// One byte of the test data: differs with the offset over more than any segment or burst.
std::byte data_at(std::uint64_t offset) {
  const std::uint64_t mixed = (offset / 8 + 1) * 0x9E37'79B9'7F4A'7C15ull;
  return static_cast<std::byte>(mixed >> (8 * (offset % 8)));
}

class PeerRun {
 public:
  explicit PeerRun(const Wanted& wanted)
      : wanted_(wanted),
        world_(live_options()),
        session_(config_of(wanted), world_.entropy("initiator")) {
    world_.attach(session_, "", {});
  }
  ~PeerRun() { world_.detach(session_); }

  void run() {
    log_in();
    if (wanted_.discover) {
      discover();
    } else {
      find_luns();
      test_unit_ready();
      read_capacity();
      write_and_compare();
      stay_idle();
    }
    log_out();
  }

 private:
  static runtime::LiveOptions live_options() {
    runtime::LiveOptions options;
    options.reach_outside = true;
    return options;
  }

  template <class Kind>
  Kind wait_for(const char* what) {
    std::optional<initiator::Event> event;
    world_.run_until([&] { return event.has_value() || (event = session_.poll_event()); },
                     world_.now() + std::chrono::seconds{60});
    if (!event)
      throw Stop{kFailed, wanted_.portal + " has not answered in 60 s: " + std::string(what)};
    if (Kind* right = std::get_if<Kind>(&*event)) return std::move(*right);
    if (const auto* failed = std::get_if<initiator::LoginFailed>(&*event)) refuse(*failed);
    if (const auto* lost = std::get_if<initiator::ConnectionLost>(&*event))
      throw Stop{kFailed,
                 "the connection to " + wanted_.portal + " is lost: " + std::string(lost->why)};
    throw Stop{kFailed, std::string("something else happened: ") + what};
  }

  [[noreturn]] void refuse(const initiator::LoginFailed& failed) const {
    std::string why = "login at " + wanted_.portal + " failed: ";
    why += failed.status.code != 0       ? describe(failed.status)
           : failed.error.reason.empty() ? describe(failed.close_reason)
                                         : failed.error.reason;
    throw Stop{kUnreachable, why};
  }

  void log_in() {
    session_.start(world_.now());
    world_.wake(session_);
    wait_for<initiator::LoggedIn>("login");
    const negotiation::SessionParameters& agreed = session_.login().session_parameters();
    const negotiation::ConnectionParameters& link = session_.login().connection_parameters();
    std::printf(
        "login: InitialR2T=%s ImmediateData=%s FirstBurst=%u MaxBurst=%u segment=%u"
        " HeaderDigest=%s DataDigest=%s\n",
        agreed.initial_r2t ? "Yes" : "No", agreed.immediate_data ? "Yes" : "No",
        agreed.first_burst_bytes, agreed.max_burst_bytes, link.peers_max_recv_data_segment_bytes,
        link.header_digest == negotiation::Digest::crc32c ? "CRC32C" : "None",
        link.data_digest == negotiation::Digest::crc32c ? "CRC32C" : "None");
    if (!wanted_.discover && (agreed.initial_r2t != wanted_.initial_r2t ||
                              agreed.immediate_data != wanted_.immediate_data))
      std::printf("note: the target chose otherwise\n");
  }

  void discover() {
    session_.send_targets("All", world_.now());
    world_.wake(session_);
    const auto found = wait_for<initiator::TargetsDiscovered>("SendTargets");
    if (!found.complete) throw Stop{kFailed, "the list of targets is not sound"};
    bool is_there = false;
    for (const initiator::TargetFound& target : found.targets) {
      std::printf("target: %s (%zu addresses)\n", target.name.c_str(), target.addresses.size());
      is_there = is_there || target.name == wanted_.target;
    }
    if (!is_there) throw Stop{kFailed, "the target is not in the list"};
  }

  ScsiCompletion command(ScsiRequest request, const char* what) {
    request.lun_field = scsi::lun_field(wanted_.lun);
    session_.submit(std::move(request), world_.now());
    world_.wake(session_);
    return good(wait_for<ScsiCompletion>(what), what);
  }

  static ScsiCompletion good(ScsiCompletion done, const char* what) {
    if (done.outcome != CommandOutcome::completed || done.status != 0)
      throw Stop{kFailed, std::string(what) + ": outcome " +
                              std::to_string(static_cast<int>(done.outcome)) + ", status " +
                              std::to_string(done.status)};
    return done;
  }

  static ScsiRequest request_of(std::uint8_t opcode, std::uint32_t data_in_bytes) {
    ScsiRequest request;
    request.cdb[0] = std::byte{opcode};
    request.data_in_bytes = data_in_bytes;
    return request;
  }

  void find_luns() {
    ScsiRequest request = request_of(0xA0, 4096);
    bytes::store_be32(&request.cdb[6], 4096);
    const auto list = scsi::decode_report_luns_data(command(request, "REPORT LUNS").data_in);
    if (!list) throw Stop{kFailed, std::string(list.error().reason)};
    bool is_there = false;
    for (const std::uint64_t field : list->lun_fields)
      is_there = is_there || scsi::plain_lun(field) == wanted_.lun;
    std::printf("luns: %zu\n", list->lun_fields.size());
    if (!is_there) throw Stop{kFailed, "REPORT LUNS does not list the LUN"};
  }

  /// The first command on a fresh nexus may meet a unit attention or two.
  void test_unit_ready() {
    for (int tries = 0; tries < 4; ++tries) {
      ScsiRequest request = request_of(0x00, 0);
      request.lun_field = scsi::lun_field(wanted_.lun);
      session_.submit(std::move(request), world_.now());
      world_.wake(session_);
      if (wait_for<ScsiCompletion>("TEST UNIT READY").status == 0) return;
    }
    throw Stop{kFailed, "the unit does not become ready"};
  }

  void read_capacity() {
    const ScsiCompletion done = command(request_of(0x25, 8), "READ CAPACITY(10)");
    if (done.data_in.size() != 8) throw Stop{kFailed, "READ CAPACITY(10) with a wrong length"};
    blocks_ = std::uint64_t{bytes::load_be32(done.data_in.data())} + 1;
    block_bytes_ = bytes::load_be32(&done.data_in[4]);
    std::printf("capacity: %llu blocks of %u bytes\n", static_cast<unsigned long long>(blocks_),
                block_bytes_);
    if (block_bytes_ == 0 || kChunkBytes % block_bytes_ != 0 ||
        blocks_ * block_bytes_ < std::uint64_t{wanted_.mib} << 20)
      throw Stop{kFailed, "the unit is too small or has odd blocks"};
  }

  ScsiRequest chunk(std::uint8_t opcode, std::uint64_t offset) const {
    ScsiRequest request = request_of(opcode, 0);
    request.lun_field = scsi::lun_field(wanted_.lun);
    bytes::store_be32(&request.cdb[2], static_cast<std::uint32_t>(offset / block_bytes_));
    bytes::store_be16(&request.cdb[7], static_cast<std::uint16_t>(kChunkBytes / block_bytes_));
    return request;
  }

  /// Keeps kDepth chunks in flight; `check` sees each completion with its offset.
  template <class Make, class Check>
  void for_each_chunk(const char* what, Make make, Check check) {
    const std::uint64_t end = std::uint64_t{wanted_.mib} << 20;
    std::vector<std::pair<initiator::CommandHandle, std::uint64_t>> flying;
    for (std::uint64_t next = 0; next < end || !flying.empty();) {
      for (; next < end && flying.size() < kDepth; next += kChunkBytes)
        flying.emplace_back(session_.submit(make(next), world_.now()), next);
      world_.wake(session_);
      const ScsiCompletion done = good(wait_for<ScsiCompletion>(what), what);
      const auto mine = std::find_if(flying.begin(), flying.end(),
                                     [&](const auto& one) { return one.first == done.handle; });
      if (mine == flying.end()) throw Stop{kFailed, "a command ended twice"};
      check(done, mine->second);
      flying.erase(mine);
    }
  }

  void write_and_compare() {
    const auto fill = [](std::uint64_t offset) {
      std::vector<std::byte> data(kChunkBytes);
      for (std::size_t i = 0; i < data.size(); ++i) data[i] = data_at(offset + i);
      return data;
    };
    for_each_chunk(
        "WRITE(10)",
        [&](std::uint64_t offset) {
          ScsiRequest request = chunk(0x2A, offset);
          request.data_out = fill(offset);
          return request;
        },
        [](const ScsiCompletion&, std::uint64_t) {});
    for_each_chunk(
        "READ(10)",
        [&](std::uint64_t offset) {
          ScsiRequest request = chunk(0x28, offset);
          request.data_in_bytes = kChunkBytes;
          return request;
        },
        [&](const ScsiCompletion& done, std::uint64_t offset) {
          if (done.data_in != fill(offset))
            throw Stop{kFailed, "what was read is not what was written"};
        });
    std::printf("compared: %u MiB\n", wanted_.mib);
  }

  /// Long enough for the target's pings, which must be answered.
  void stay_idle() {
    if (wanted_.idle_s == 0) return;
    world_.run_until([] { return false; }, world_.now() + std::chrono::seconds{wanted_.idle_s});
    command(request_of(0x00, 0), "TEST UNIT READY after a pause");
    std::printf("idle: %u s\n", wanted_.idle_s);
  }

  void log_out() {
    session_.logout(world_.now());
    world_.wake(session_);
    const bool answered = wait_for<initiator::LoggedOut>("logout").answered;
    if (!answered && !wanted_.logout_may_be_a_close)
      throw Stop{kFailed, wanted_.portal + " did not answer the logout"};
    std::printf("logout: %s\n", answered ? "answered" : "closed instead of answered");
  }

  Wanted wanted_;
  runtime::LiveWorld world_;
  initiator::InitiatorSession session_;
  std::uint64_t blocks_ = 0;
  std::uint32_t block_bytes_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"our initiator against a target that nobody here wrote"};
  Wanted wanted;
  app.add_option("portal", wanted.portal, "address:port")->required();
  app.add_option("target", wanted.target, "iSCSI name")->required();
  app.add_option("--lun", wanted.lun, "the unit that is written over");
  app.add_option("--mib", wanted.mib, "how much is written, read and compared");
  app.add_option("--idle", wanted.idle_s, "seconds to say nothing before the logout");
  app.add_flag("--initial-r2t,!--no-initial-r2t", wanted.initial_r2t, "what to offer");
  app.add_flag("--immediate-data,!--no-immediate-data", wanted.immediate_data, "what to offer");
  app.add_flag("--header-digest", wanted.header_digest, "insist on CRC32C");
  app.add_flag("--data-digest", wanted.data_digest, "insist on CRC32C");
  app.add_option("--chap", wanted.chap, "name:secret");
  app.add_option("--mutual", wanted.mutual, "name:secret that the target must prove");
  app.add_flag("--logout-may-be-a-close", wanted.logout_may_be_a_close,
               "for a target that is known to close without a Logout Response at times");
  app.add_flag("--discover", wanted.discover, "only a discovery session: is the target listed?");
  // Whoever ends us by a time limit still sees how far we came.
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  try {
    app.parse(argc, argv);
    PeerRun(wanted).run();
    return 0;
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : kUsage;
  } catch (const Stop& stop) {
    std::fprintf(stderr, "lunsim_peer_initiator: %s\n", stop.why.c_str());
    return stop.code;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "lunsim_peer_initiator: %s\n", error.what());
    return kFailed;
  }
}
