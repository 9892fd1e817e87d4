// Every function of <iscsidsc.h> from many threads at once, in an order that chance makes, while
// sessions die underneath: by the target's resets, by other threads' logouts, by a service that is
// stopped. A program that knows the header and nothing else of lunsim; under the thread sanitizer
// it finds what threads share without asking.
//
//   iscsidsc_threads ADDRESS PORT [SECONDS [THREADS]]
//
// The portal's targets are ...:t0 to ...:t7; unit 0 of the n-th has n + 1 MiB. Prints a line for
// each function: calls, successes, codes. Threads share nothing here: what they know of sessions,
// the library has told them.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "tools/threads/calls.hpp"

namespace {

using namespace lunsim::threads;

void run_thread(Caller& caller, const std::vector<Call>& calls, Clock::time_point until) {
  caller.tally.resize(calls.size());
  while (Clock::now() < until) {
    const std::size_t at = caller.pick(calls.size());
    caller.tally[at].add(calls[at].make(caller));
  }
}

Tally sum_of(const std::vector<Caller>& callers, std::size_t call) {
  Tally sum;
  for (const Caller& caller : callers)
    for (const auto& [code, times] : caller.tally[call].codes) sum.codes[code] += times;
  return sum;
}

void print(const std::vector<Caller>& callers, const std::vector<Call>& calls) {
  unsigned long all = 0, units = 0;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const Tally sum = sum_of(callers, i);
    std::printf("%s", calls[i].name);
    for (const auto& [code, times] : sum.codes) {
      std::printf(" %08X:%lu", static_cast<unsigned>(code), times);
      all += times;
    }
    std::printf("\n");
  }
  for (const Caller& caller : callers) units += caller.capacities_read;
  std::printf("%lu calls from %zu threads, %lu capacities read\n", all, callers.size(), units);
}

/// What is left after all threads have gone: everything can be logged out.
bool ends_in_order(Caller& caller) {
  for (int i = 0; i < 600; ++i) {
    const auto sessions = caller.sessions();
    if (sessions.empty()) return true;
    for (const Session& session : sessions) {
      ISCSI_UNIQUE_SESSION_ID id = session.id;
      LogoutIScsiTarget(&id);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

int run(const Portal& portal, double seconds, unsigned threads) {
  const std::vector<Call> calls = all_calls();
  std::vector<Caller> callers;
  for (unsigned i = 0; i < threads; ++i) callers.emplace_back(portal, i + 1);
  const auto until = Clock::now() + std::chrono::milliseconds(static_cast<long>(seconds * 1000));
  std::vector<std::thread> running;
  for (Caller& caller : callers)
    running.emplace_back([&caller, &calls, until] { run_thread(caller, calls, until); });
  for (std::thread& one : running) one.join();
  print(callers, calls);
  int wrong = 0;
  for (const Caller& caller : callers) {
    for (const std::string& what : caller.complaints) {
      std::printf("wrong: %s\n", what.c_str());
      ++wrong;
    }
  }
  if (!ends_in_order(callers.front())) {
    std::printf("wrong: sessions are left that nobody can log out\n");
    ++wrong;
  }
  return wrong == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3 || argc > 5) {
    std::fprintf(stderr, "usage: iscsidsc_threads ADDRESS PORT [SECONDS [THREADS]]\n");
    return 2;
  }
  const Portal portal{argv[1], static_cast<unsigned short>(std::atoi(argv[2]))};
  return run(portal, argc > 3 ? std::atof(argv[3]) : 3,
             argc > 4 ? static_cast<unsigned>(std::atoi(argv[4])) : 16);
}
