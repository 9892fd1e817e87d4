// The name of a target's port as SCSI tells it, and what PERSISTENT RESERVE keeps of an
// initiator's. RFC 7143 §4.4.2, §4.4.3.2
#include <string>

#include <fmt/format.h>

#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"
#include "conformance/target_cases/reservation_steps.hpp"

namespace lunsim::conform {
namespace {

constexpr std::uint16_t kWholePage = 1024;

constexpr std::size_t kOfThePort = 0x18, kOfTheDevice = 0x28;  // ASSOCIATION, DESIGNATOR TYPE 8h

/// The SCSI name string of the target port or device in page 83h; empty if there is none.
/// SPC-4 §7.8.6.11
std::string name_in(const std::vector<std::byte>& page, std::size_t whose) {
  const auto byte = [&](std::size_t at) { return std::to_integer<std::size_t>(page[at]); };
  for (std::size_t at = 4; at + 4 <= page.size();) {
    const std::size_t bytes = byte(at + 3);
    if (at + 4 + bytes > page.size()) break;
    if ((byte(at + 1) & 0x3F) == whose) {
      std::string name;
      for (std::size_t i = 0; i < bytes; ++i) name += static_cast<char>(byte(at + 4 + i));
      return name;
    }
    at += 4 + bytes;
  }
  return {};
}

void add_port_name(CaseList& cases) {
  add(cases, "rfc7143/4.4.2/port_name_is_that_of_the_standard")
      .requirements({"7143-4.4.2-1", "7143-4.4.2-2", "7143-4.4.2-3"})
      .purpose(
          "The SCSI name string of a target port is the TargetName, \",t,\" and the portal group "
          "tag "
          "as 0x and hexadecimal digits, ended by a null; that of the device is the TargetName.")
      .observed("Page 83h of INQUIRY beside TargetPortalGroupTag of the login.")
      .possible_problems("A target with one SCSI port for several portal groups tells one of them.")
      .needs({Need::login, Need::lun})
      .mutant("port_with_another_name", "begins with another name", puts("INQUIRY", 84, "78"))
      .mutant("port_of_an_initiator", "says i instead of t", puts("INQUIRY", 112, "69"))
      .body([](CaseContext& c) {
        Connection& one = c.connect();
        const LoginResult login = one.login();
        if (!login.ok) c.inconclusive("no login");
        const ScsiAnswer page = ask(c, one, inquiry_cdb(0x83, kWholePage), kWholePage);
        c.check(page.end.kind != Seen::Kind::silence, "INQUIRY is not answered", page.end);
        const std::string device = name_in(page.data, kOfTheDevice);
        c.check(device.empty() || device.substr(0, device.find('\0')) == c.target().name,
                "the name of the device is " + device, page.shown(), "data");
        const std::string name = name_in(page.data, kOfThePort);
        if (name.empty()) c.unsupported("it tells no SCSI name string of its port");
        const std::string begin = c.target().name + ",t,0x";
        const std::string text = name.substr(0, name.find('\0'));
        c.check(name.find('\0') != std::string::npos, "it is not ended by a null", page.shown(),
                "data");
        c.check(text.starts_with(begin), "it is " + text, page.shown(), "data");
        const std::string tag = text.substr(begin.size());
        c.check(tag.size() == 4 && std::stoul("0" + tag, nullptr, 16) ==
                                       login.number("TargetPortalGroupTag", 0x10000),
                "its portal group tag is " + tag, page.shown(), "data");
      });
}

bool has_key(const ScsiAnswer& keys) {
  const std::size_t bytes = keys.number(4, 4);
  for (std::size_t at = 8; at + 8 <= 8 + bytes && at + 8 <= keys.data.size(); at += 8)
    if (keys.number(at, 8) == kReservationKey) return true;
  return false;
}

void add_registration(CaseList& cases) {
  NewCase one = add(cases, "rfc7143/4.4.3.2/registration_outlives_its_session");
  one.requirements({"7143-4.4.3.2-1"})
      .purpose("What PERSISTENT RESERVE OUT has registered does not end with the session.")
      .observed(
          "A key is registered, the connection is reset, a login with the same ISID reads the "
          "keys; "
          "then the key is taken back.")
      .needs({Need::login, Need::lun, Need::reset_allowed})
      .mutant("registration_ends_with_the_session", "has forgotten the key",
              puts("PERSISTENT RESERVE IN", 4, "00 00 00 00 00 00 00 00"))
      .body([](CaseContext& c) {
        Connection& first = c.session();
        c.settle(first);
        const ScsiAnswer done = reserve_out(c, first, kRegisterAndIgnore, 0, 0, kReservationKey);
        want_offered(c, done, "PERSISTENT RESERVE OUT");
        c.expect(done.end, {good()}, "REGISTER AND IGNORE EXISTING KEY");
        LoginPlan plan;
        plan.isid = first.isid;
        first.close(true);
        Connection& again = c.session(plan);
        const ScsiAnswer keys = ask(c, again, {kReserveIn, 0, 0, 0, 0, 0, 0, 1, 0, 0}, 256);
        reserve_out(c, again, kRegisterAndIgnore, 0, 0, 0);
        c.expect(keys.end, {good()}, "READ KEYS");
        c.check(has_key(keys), "the key is not there any more", keys.end);
      });
  one.writes();
}

}  // namespace

void add_port_name_cases(CaseList& cases) {
  add_port_name(cases);
  add_registration(cases);
}

}  // namespace lunsim::conform
