// The story for knobs of the fake SMB server: what its client makes of them is not judged, only
// that the wire shows it. See knob_stories.cpp.
#include "scenarios/engine/knob_stories.hpp"

#include <string>

namespace lunsim::scenarios {
namespace {

constexpr std::string_view kSessionStories = R"(language: 1
scenario: sessions of three clients are listed in pages, shown and ended
hosts:
  pc:
    own_server: files
    smb: {files: {user: admin, password: Passw0rd}}
servers:
  files:
    name: FAKESRV
    users: [{name: admin, password: Passw0rd, administrator: yes}]
    sessions:
      - {client: WS1, user: alice, opens: 1, time: 90 s, idle: 5 s}
      - {client: WS2, user: bob, time: 10 min, idle: 1 min}
      - {client: WS3, user: carol}
    @server_faults
steps:
  - set: {ready: 1}
  - call: NetSessionEnum
    with: {level: 10, prefmaxlen: 60}
    expect: {return: any}
  - call: NetSessionEnum
    with: {level: 10, resume_handle: 1}
    expect: {return: any}
  - call: NetSessionGetInfo
    with: {UncClientName: '\\WS2', username: bob, level: 2}
    expect: {return: any}
  - call: NetSessionDel
    with: {UncClientName: '\\WS3'}
    expect: {return: any}
  - call: NetSessionEnum
    with: {level: 502}
    expect: {return: any}
)";

}  // namespace

std::string_view smb_story(std::string_view name) {
  static const std::string kSigned = [] {
    std::string story(kSessionStories);
    constexpr std::string_view kLogin = "password: Passw0rd}}";
    story.replace(story.find(kLogin), kLogin.size(), "password: Passw0rd, rpc: sign}}");
    return story;
  }();
  if (name == "sessions, signed inside RPC") return kSigned;
  return name == "sessions" ? kSessionStories : "";
}

}  // namespace lunsim::scenarios
