// What a case of the Net functions stands on: the functions, and a server under several names, each
// with another login or another policy. A case gets a new one.
#pragma once

#include <functional>
#include <string>

#include "conformance/net_cases/net_functions.hpp"

namespace lunsim::conformance {

/// A session that the servers have, and nobody has made. Times are those of the beginning.
struct KnownSession {
  std::u16string client, user;  // without backslashes
  DWORD opens = 0, time_s = 0, idle_s = 0, flags = 0;
  std::u16string client_type;
};

struct NetBench {
  NetFunctions api;

  std::u16string server = u"\\\\FILESRV";      // administrators see everything; we are one
  std::u16string as_user = u"\\\\ASUSER";      // the same server, as an ordinary user
  std::u16string member = u"\\\\MEMBER";       // ordinary users see details; as one
  std::u16string hardened = u"\\\\HARDENED";   // ordinary users see nothing; as one
  std::u16string nowhere = u"\\\\NOWHERE";     // nobody knows it
  std::u16string absent = u"\\\\NOSUCH";       // a client without a session
  std::u16string stranger = u"nobody-at-all";  // a user without a session

  KnownSession first{u"WS1", u"alice", 3, 7200, 60, SESS_GUEST, u"Windows"};
  KnownSession second{u"WS2", u"bob", 1, 100, 1, SESS_NOENCRYPTION, u""};
  // Twice: the same client and user, an older and a newer session.
  KnownSession older{u"WS3", u"carol", 2, 5000, 5, 0, u"Windows"};
  KnownSession newer{u"WS3", u"carol", 1, 50, 5, 0, u"Windows"};

  /// So many seconds pass.
  std::function<void(DWORD)> wait;
  /// Every call that reaches a server is answered with this code, and nothing is done; 0 ends it.
  std::function<void(DWORD)> answer_with;
};

/// "\\WS1" of "WS1".
inline std::u16string unc(const std::u16string& name) { return u"\\\\" + name; }

}  // namespace lunsim::conformance
