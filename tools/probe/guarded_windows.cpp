#include <windows.h>

#include "tools/probe/guarded.hpp"

namespace lunsim::probe {
namespace {

// Without the tables of longjmp, which would unwind what the fault has broken.
void* before_call[5];
bool is_armed = false;

LONG CALLBACK handle_fault(EXCEPTION_POINTERS* fault) {
  if (!is_armed || fault->ExceptionRecord->ExceptionCode != EXCEPTION_ACCESS_VIOLATION)
    return EXCEPTION_CONTINUE_SEARCH;
  is_armed = false;
  __builtin_longjmp(before_call, 1);
}

}  // namespace

bool run_guarded(const std::function<void()>& call) {
  static PVOID const kHandler = AddVectoredExceptionHandler(1, handle_fault);
  if (kHandler == nullptr || __builtin_setjmp(before_call) != 0) return false;
  is_armed = true;
  call();
  is_armed = false;
  return true;
}

}  // namespace lunsim::probe
