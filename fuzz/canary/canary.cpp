// A target with one known defect: it promises that no input begins with a tweet. Shows that a
// replay can fail.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::string_view kTweet = "tweet";
  bool is_tweet = size >= kTweet.size();
  for (std::size_t i = 0; is_tweet && i < kTweet.size(); ++i)
    is_tweet = data[i] == static_cast<std::uint8_t>(kTweet[i]);
  lunsim::fuzz::require(!is_tweet, "no input begins with a tweet");
  return 0;
}
