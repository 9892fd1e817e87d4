// The few functions of kernel32 that programs beside the iSCSI and LAN Manager ones use.
#include <ctime>
#include <strings.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "initiator/api/include/lunsim_windows_types.h"
#include "initiator/windows_kit/code_points.hpp"
#include "initiator/windows_kit/wide_functions.hpp"

namespace {

using namespace lunsim::windows_kit;
using UINT = unsigned;

constexpr DWORD kNotEnoughMemory = 8, kInvalidParameter = 87, kInsufficientBuffer = 122,
                kNoUnicodeTranslation = 1113;
constexpr DWORD kZeroed = 8;     // HEAP_ZERO_MEMORY
constexpr UINT kLocalZero = 64;  // LMEM_ZEROINIT

void* allocate(std::size_t bytes, bool zeroed) {
  const std::size_t some = bytes > 0 ? bytes : 1;
  void* memory = zeroed ? std::calloc(some, 1) : std::malloc(some);
  if (memory == nullptr) errno = static_cast<int>(kNotEnoughMemory);
  return memory;
}

timespec now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time;
}

/// -1: up to and with the NUL. Returns 0, and the last error says why, for what cannot be.
template <class To, class From>
int convert(bool strict, const From* from, int from_count, To* to, int room) {
  const auto fail = [](DWORD why) { return errno = static_cast<int>(why), 0; };
  if (from == nullptr || from_count == 0 || from_count < -1 || room < 0 ||
      (to == nullptr && room != 0))
    return fail(kInvalidParameter);
  std::size_t count = static_cast<std::size_t>(from_count);
  if (from_count == -1) {
    for (count = 0; from[count] != 0;) ++count;
    ++count;
  }
  const From* const end = from + count;
  int written = 0;
  while (from != end) {
    const CodePoint one = first_of(from, end);
    if (strict && !one.is_valid) return fail(kNoUnicodeTranslation);
    To units[4];
    const std::size_t more = write(one.value, units);
    if (room != 0 && written + static_cast<int>(more) > room) return fail(kInsufficientBuffer);
    if (room != 0) std::memcpy(to + written, units, more * sizeof(To));
    written += static_cast<int>(more);
    from += one.units;
  }
  return written;
}

}  // namespace

extern "C" {

DWORD GetLastError() { return static_cast<DWORD>(errno); }
void SetLastError(DWORD code) { errno = static_cast<int>(code); }

void Sleep(DWORD milliseconds) {
  timespec left{milliseconds / 1000, static_cast<long>(milliseconds % 1000) * 1'000'000};
  while (nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
}
ULONGLONG GetTickCount64() {
  const timespec time = now();
  return static_cast<ULONGLONG>(time.tv_sec) * 1000 +
         static_cast<ULONGLONG>(time.tv_nsec) / 1'000'000;
}
DWORD GetTickCount() { return static_cast<DWORD>(GetTickCount64()); }
DWORD GetCurrentProcessId() { return static_cast<DWORD>(getpid()); }

void* GetProcessHeap() {
  static char heap;
  return &heap;
}
void* HeapAlloc(void*, DWORD flags, std::size_t bytes) {
  return allocate(bytes, (flags & kZeroed) != 0);
}
int HeapFree(void*, DWORD, void* memory) {
  std::free(memory);
  return TRUE;
}
void* LocalAlloc(UINT flags, std::size_t bytes) {
  return allocate(bytes, (flags & kLocalZero) != 0);
}
void* LocalFree(void* memory) {
  std::free(memory);
  return nullptr;
}
void* GlobalAlloc(UINT flags, std::size_t bytes) { return LocalAlloc(flags, bytes); }
void* GlobalFree(void* memory) { return LocalFree(memory); }

int MultiByteToWideChar(UINT, DWORD flags, const char* from, int from_bytes, char16_t* to,
                        int to_units) {
  return convert((flags & 8) != 0, from, from_bytes, to, to_units);
}
int WideCharToMultiByte(UINT, DWORD flags, const char16_t* from, int from_units, char* to,
                        int to_bytes, const char*, int* used_default) {
  if (used_default != nullptr) *used_default = FALSE;
  return convert((flags & 0x80) != 0, from, from_units, to, to_bytes);
}
int lstrlenA(const char* text) { return text == nullptr ? 0 : static_cast<int>(std::strlen(text)); }
int lstrlenW(const char16_t* text) {
  return text == nullptr ? 0 : static_cast<int>(lunsim_kit_wcslen(text));
}
int lstrcmpiA(const char* a, const char* b) { return strcasecmp(a, b); }
int lstrcmpiW(const char16_t* a, const char16_t* b) { return lunsim_kit__wcsicmp(a, b); }

}  // extern "C"
