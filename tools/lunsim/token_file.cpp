#include "tools/lunsim/token_file.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <random>

#include <fmt/format.h>

namespace lunsim::tools {
namespace {

constexpr int kTokenWords = 8;

std::string draw_token() {
  std::random_device device;
  std::string token;
  for (int i = 0; i < kTokenWords; ++i) token += fmt::format("{:08x}", device());
  return token;
}

bool is_token(std::string_view line) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  return line.size() == 8 * kTokenWords &&
         line.find_first_not_of(kDigits) == std::string_view::npos;
}

}  // namespace

TokenFile::TokenFile(const std::string& path)
    : token_(draw_token()), file_(path, token_, S_IRUSR | S_IWUSR, is_token) {}

}  // namespace lunsim::tools
