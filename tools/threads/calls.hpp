// What a thread of iscsidsc_threads has for itself, and the calls that it can make.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <iscsidsc.h>

namespace lunsim::threads {

using Clock = std::chrono::steady_clock;
constexpr int kTargets = 8;
constexpr const char* kTargetPrefix = "iqn.2026-11.org.lunsim:t";

struct Portal {
  std::string address;
  unsigned short port;
};
struct Tally {
  std::map<ISDSC_STATUS, unsigned long> codes;
  void add(ISDSC_STATUS code) { ++codes[code]; }
};
struct Session {
  ISCSI_UNIQUE_SESSION_ID id;
  ISCSI_UNIQUE_CONNECTION_ID connection;
  int target;  // n of ...:tn
};

/// A thread's own: chance, buffers, and what it has seen.
class Caller {
 public:
  Caller(Portal portal, unsigned seed)
      : portal_(std::move(portal)), chance_(seed), room_(1 << 17) {}

  std::size_t pick(std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(chance_);
  }
  const Portal& portal() const { return portal_; }
  std::string target() { return kTargetPrefix + std::to_string(pick(kTargets)); }
  /// As the library lists them now; empty when it lists none, or says why not.
  std::vector<Session> sessions();
  /// One of them, or one that there is not.
  Session session();
  void* room() { return room_.data(); }
  ULONG room_bytes() const { return static_cast<ULONG>(room_.size()); }
  bool has(const void* at, std::size_t bytes) const;
  void complain(const std::string& what) {
    if (complaints.size() < 20) complaints.push_back(what);
  }

  std::vector<Tally> tally;
  std::vector<std::string> complaints;
  unsigned long capacities_read = 0;

 private:
  Portal portal_;
  std::mt19937 chance_;
  std::vector<std::byte> room_;
};

struct Call {
  const char* name;
  ISDSC_STATUS (*make)(Caller&);
};

/// One for each export.
std::vector<Call> all_calls();
std::vector<Call> single_calls();  // of those, the ones without A and W

}  // namespace lunsim::threads
