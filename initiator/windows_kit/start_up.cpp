// main for a program that has wmain: its arguments as 16-bit text. In C its name is wmain; in C++
// it has the name of one of its forms, whichever the program wrote.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "initiator/windows_kit/code_points.hpp"

namespace {

using Wmain = int(int, char16_t**, char16_t**);

extern "C" {
Wmain wmain_of_c __asm__("wmain") __attribute__((weak));
Wmain wmain_bare __asm__("_Z5wmainv") __attribute__((weak));
Wmain wmain_short __asm__("_Z5wmainiPPw") __attribute__((weak));
Wmain wmain_short_environment __asm__("_Z5wmainiPPwS0_") __attribute__((weak));
Wmain wmain_char16 __asm__("_Z5wmainiPPDs") __attribute__((weak));
Wmain wmain_char16_environment __asm__("_Z5wmainiPPDsS0_") __attribute__((weak));
}

/// Never freed: the program's, as long as it runs.
void* take(std::size_t bytes) {
  void* memory = std::malloc(bytes);
  if (memory == nullptr) std::abort();
  return memory;
}

char16_t* wide(const char* text) {
  const char* const end = text + std::strlen(text);
  auto* const begin =
      static_cast<char16_t*>(take((static_cast<std::size_t>(end - text) + 1) * sizeof(char16_t)));
  char16_t* to = begin;
  while (text != end) {
    const auto one = lunsim::windows_kit::first_of(text, end);
    to += lunsim::windows_kit::write(one.value, to);
    text += one.units;
  }
  *to = 0;
  return begin;
}

char16_t** wide(char** texts) {
  std::size_t count = 0;
  while (texts[count] != nullptr) ++count;
  auto** const all = static_cast<char16_t**>(take((count + 1) * sizeof(char16_t*)));
  for (std::size_t i = 0; i < count; ++i) all[i] = wide(texts[i]);
  all[count] = nullptr;
  return all;
}

}  // namespace

int main(int argc, char** argv, char** environment) {
  Wmain* const forms[] = {wmain_of_c,   wmain_short, wmain_short_environment,
                          wmain_char16, wmain_bare,  wmain_char16_environment};
  for (Wmain* form : forms)
    if (form != nullptr) return form(argc, wide(argv), wide(environment));
  static const char kNone[] = "this program has neither main nor wmain\n";
  std::fwrite(kNone, 1, sizeof kNone - 1, stderr);
  return EXIT_FAILURE;
}
