#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstdlib>
#include <mutex>
#include <system_error>
#include <utility>

#include "runtime/memory/buffer_registry.hpp"

namespace lunsim::runtime {
namespace {

constexpr std::size_t kStackBytes = std::size_t{64} * 1024;

// The innermost guarded call of a thread. The handler only writes here and jumps.
struct Landing {
  sigjmp_buf place;
  void* volatile address = nullptr;
  Landing* outer = nullptr;
};
thread_local Landing* innermost = nullptr;

void land(int signal_number, siginfo_t* info, void*) {
  Landing* landing = innermost;
  if (landing == nullptr) {
    // Not a guarded thread: the fault happens again on return, and then as if we had never been
    // here.
    struct sigaction standard {};
    standard.sa_handler = SIG_DFL;
    ::sigaction(signal_number, &standard, nullptr);
    return;
  }
  landing->address = info->si_addr;
  siglongjmp(landing->place, 1);
}

// Handlers belong to the whole process: the first guarded call of all threads installs them, the
// last one to end puts back what was there.
class SharedHandlers {
 public:
  void enter() {
    const std::lock_guard lock(mutex_);
    if (calls_++ > 0) return;
    struct sigaction action {};
    action.sa_sigaction = land;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    ::sigaction(SIGSEGV, &action, &old_segv_);
    ::sigaction(SIGBUS, &action, &old_bus_);
  }
  void leave() {
    const std::lock_guard lock(mutex_);
    if (--calls_ > 0) return;
    ::sigaction(SIGSEGV, &old_segv_, nullptr);
    ::sigaction(SIGBUS, &old_bus_, nullptr);
  }

 private:
  std::mutex mutex_;
  std::size_t calls_ = 0;
  struct sigaction old_segv_ {};
  struct sigaction old_bus_ {};
};
SharedHandlers shared_handlers;

// Stacks for handlers, kept by the thread: a scenario makes thousands of guarded calls, and mapping
// memory costs more than most of them.
class SpareStacks {
 public:
  ~SpareStacks() {
    if (kept_ != nullptr) ::munmap(kept_, kStackBytes);
  }
  void* take() {
    if (kept_ != nullptr) return std::exchange(kept_, nullptr);
    void* stack =
        ::mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (stack == MAP_FAILED) throw std::system_error(errno, std::system_category(), "mmap");
    return stack;
  }
  void give_back(void* stack) {
    if (kept_ == nullptr)
      kept_ = stack;
    else
      ::munmap(stack, kStackBytes);
  }

 private:
  void* kept_ = nullptr;
};
thread_local SpareStacks spare_stacks;

// The handlers and this thread's stack for them, for as long as a guarded call lasts.
class Handlers {
 public:
  Handlers() : stack_(spare_stacks.take()) {
    stack_t alternate{};
    alternate.ss_sp = stack_;
    alternate.ss_size = kStackBytes;
    ::sigaltstack(&alternate, &old_stack_);
    shared_handlers.enter();
  }
  ~Handlers() {
    shared_handlers.leave();
    ::sigaltstack(&old_stack_, nullptr);
    spare_stacks.give_back(stack_);
  }
  Handlers(const Handlers&) = delete;
  Handlers& operator=(const Handlers&) = delete;

 private:
  void* stack_ = nullptr;
  stack_t old_stack_{};
};

std::string bytes_text(std::ptrdiff_t count) {
  return std::to_string(count) + (count == 1 ? " byte" : " bytes");
}

GuardOutcome describe_fault(const void* address) {
  GuardOutcome outcome;
  outcome.faulted = true;
  outcome.address = reinterpret_cast<std::uintptr_t>(address);
  const GuardedBuffer* buffer = guarded_buffer_near(address);
  if (buffer == nullptr) {
    outcome.text = "touched memory that is not there, outside of every guarded buffer";
    return outcome;
  }
  outcome.buffer = buffer->name();
  outcome.offset = *buffer->offset_of(address);
  const auto size = static_cast<std::ptrdiff_t>(buffer->size());
  outcome.overrun = outcome.offset >= size;
  outcome.underrun = outcome.offset < 0;
  const std::string whose = " of " + buffer->name() + " (" + bytes_text(size) + ")";
  if (outcome.overrun) {
    outcome.text = "touched " + bytes_text(outcome.offset - size + 1) + " past the end" + whose;
  } else if (outcome.underrun) {
    outcome.text = "touched " + bytes_text(-outcome.offset) + " before the begin" + whose;
  } else {
    outcome.text = "faulted inside" + whose.substr(3);
  }
  return outcome;
}

// Apart, so that no local of the caller's lives across the jump.
bool run_until_fault(const std::function<void()>& call, Landing& landing) {
  if (sigsetjmp(landing.place, 1) != 0) return false;
  call();
  return true;
}

}  // namespace

GuardOutcome call_guarded(const std::function<void()>& call) {
  const Handlers handlers;
  Landing landing;
  landing.outer = innermost;
  innermost = &landing;
  struct Restore {
    Landing* outer;
    ~Restore() { innermost = outer; }
  } const restore{landing.outer};
  if (run_until_fault(call, landing)) return {};
  return describe_fault(landing.address);
}

}  // namespace lunsim::runtime
