#include <csetjmp>
#include <csignal>

#include "tools/probe/guarded.hpp"

namespace lunsim::probe {
namespace {

sigjmp_buf before_call;

void handle_fault(int) { siglongjmp(before_call, 1); }

}  // namespace

bool run_guarded(const std::function<void()>& call) {
  struct sigaction action {};
  struct sigaction segv {
  }, bus{};
  action.sa_handler = handle_fault;
  action.sa_flags = SA_NODEFER;
  if (sigsetjmp(before_call, 1) != 0) {
    sigaction(SIGSEGV, &segv, nullptr);
    sigaction(SIGBUS, &bus, nullptr);
    return false;
  }
  sigaction(SIGSEGV, &action, &segv);
  sigaction(SIGBUS, &action, &bus);
  call();
  sigaction(SIGSEGV, &segv, nullptr);
  sigaction(SIGBUS, &bus, nullptr);
  return true;
}

}  // namespace lunsim::probe
