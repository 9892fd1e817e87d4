#include "tools/probe/library.hpp"

#include <cstring>
#include <type_traits>

#include "tools/probe/guarded.hpp"

#ifdef _WIN32
#include <windows.h>
#else
#include <dlfcn.h>
#endif

namespace lunsim::probe {
namespace {

constexpr std::size_t kAnswersMax = 32;
std::vector<Answer> answers;

template <class T>
void note_number(Answer& answer, T argument) {
  if constexpr (std::is_same_v<T, PULONG>) {
    ULONG number = 0;
    if (argument != nullptr) std::memcpy(&number, argument, sizeof number);
    answer.numbers.push_back(number);
  }
}

void note(Answer answer) {
  if (answers.size() == kAnswersMax) answers.erase(answers.begin());
  answers.push_back(std::move(answer));
}

/// A function, and what it answered.
template <auto kMember, class Pointer>
struct Recorded;
template <auto kMember, class... Arguments>
struct Recorded<kMember, ISDSC_STATUS (*)(Arguments...)> {
  static inline ISDSC_STATUS (*real)(Arguments...) = nullptr;
  static inline const char* name = "";

  static ISDSC_STATUS call(Arguments... arguments) {
    Answer answer;
    answer.function = name;
    // A code that no function has: whoever expects one sees that none came.
    answer.code = 0xFFFFFFFF;
    answer.has_faulted = !run_guarded([&] { answer.code = real(arguments...); });
    (note_number(answer, arguments), ...);
    const ISDSC_STATUS code = answer.code;
    note(std::move(answer));
    return code;
  }
  static ISDSC_STATUS missing(Arguments...) { return ERROR_CALL_NOT_IMPLEMENTED; }
};

#ifdef _WIN32
using Handle = HMODULE;
Handle open_library(const std::string& path) { return LoadLibraryA(path.c_str()); }
std::string why_not() { return "error " + std::to_string(GetLastError()); }
void* find(Handle library, const char* name) {
  return reinterpret_cast<void*>(GetProcAddress(library, name));
}
#else
using Handle = void*;
Handle open_library(const std::string& path) { return dlopen(path.c_str(), RTLD_NOW); }
std::string why_not() { return dlerror(); }
void* find(Handle library, const char* name) { return dlsym(library, name); }
#endif

template <auto kMember>
void load(Library& loaded, Handle library, const char* name) {
  using Pointer = std::remove_reference_t<decltype(loaded.functions.*kMember)>;
  using R = Recorded<kMember, Pointer>;
  R::name = name;
  R::real = reinterpret_cast<Pointer>(find(library, name));
  if (R::real == nullptr) {
    loaded.missing.emplace_back(name);
    R::real = &R::missing;
  }
  loaded.functions.*kMember = &R::call;
}

}  // namespace

std::vector<Answer> take_answers() {
  std::vector<Answer> taken;
  taken.swap(answers);
  return taken;
}

Library load_library(const std::string& path) {
  Library loaded;
  const Handle library = open_library(path);
  if (library == nullptr) {
    loaded.trouble = why_not();
    return loaded;
  }
#define LUNSIM_LOAD(name) load<&conformance::Functions::name>(loaded, library, #name);
  LUNSIM_API_FUNCTIONS(LUNSIM_LOAD)
#undef LUNSIM_LOAD
  return loaded;
}

}  // namespace lunsim::probe
