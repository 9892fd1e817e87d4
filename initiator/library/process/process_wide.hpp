// What a loaded library has once in its process, in one of two forms: its own, or one at a host of
// the environment. Made at the first call, kept until exit, unloading or fork.
#pragma once

#include <pthread.h>

#include <memory>
#include <mutex>

namespace lunsim::initiator {

template <class Direct, class Remote>
struct ProcessWide {
  std::mutex mutex;
  std::unique_ptr<Direct> direct;
  std::unique_ptr<Remote> remote;
  bool is_over = false;

  /// Never destroyed: other threads may still be inside a call when the process ends.
  static ProcessWide& one() {
    static auto* const kept = new ProcessWide;
    return *kept;
  }
  bool is_made() const { return direct || remote; }
  /// Once, when the library is loaded. A child begins with nothing, and leaves alone what it had:
  /// threads stayed in the parent, and taking connections down would be heard there.
  static void forget_in_children() {
    pthread_atfork([] { one().mutex.lock(); }, [] { one().mutex.unlock(); },
                   [] {
                     static_cast<void>(one().direct.release());
                     static_cast<void>(one().remote.release());
                     one().mutex.unlock();
                   });
  }
};

}  // namespace lunsim::initiator
