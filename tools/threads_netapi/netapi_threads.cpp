// Every Net function of libnetapi32.so from many threads at once, in an order that chance makes,
// while sessions end underneath (other threads' NetSessionDel) and servers die (whoever runs this
// ends them). A program that knows <lm.h> and nothing else of lunsim; under the thread sanitizer it
// finds what threads share without asking.
//
//   netapi_threads SECONDS THREADS SERVER...
//
// Prints a line for each function: its codes, and how often each. Whatever a call hands out is read
// to its end, must lie inside its block, and is freed, by another thread now and then.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <lm.h>

namespace {

using Clock = std::chrono::steady_clock;
using Text = std::u16string;

/// Blocks that one thread has got and another will free.
class Exchange {
 public:
  /// Takes one in, and hands out another if there are enough.
  LPBYTE swap(LPBYTE block) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(block);
    if (waiting_.size() < kWaitingMin) return nullptr;
    LPBYTE out = waiting_.front();
    waiting_.erase(waiting_.begin());
    return out;
  }
  std::vector<LPBYTE> rest() {
    const std::lock_guard lock(mutex_);
    return std::exchange(waiting_, {});
  }

 private:
  static constexpr std::size_t kWaitingMin = 8;
  std::mutex mutex_;
  std::vector<LPBYTE> waiting_;
};

class Caller {
 public:
  Caller(const std::vector<Text>& servers, Exchange& exchange, unsigned seed)
      : servers_(servers), exchange_(exchange), chance_(seed) {}

  std::size_t pick(std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(chance_);
  }
  template <std::size_t N>
  DWORD one_of(const DWORD (&values)[N]) {
    return values[pick(N)];
  }
  LMSTR server() { return name(servers_[pick(servers_.size())]); }
  /// NULL, or one of a few names.
  LMSTR client() {
    static const Text kClients[] = {u"\\\\WS1", u"\\\\WS2", u"\\\\NOBODY"};
    const std::size_t which = pick(4);
    return which == 3 ? nullptr : name(kClients[which]);
  }
  LMSTR user() {
    static const Text kUsers[] = {u"alice", u"bob", u"nobody"};
    const std::size_t which = pick(4);
    return which == 3 ? nullptr : name(kUsers[which]);
  }

  void count(const char* function, NET_API_STATUS code) { ++codes[{function, code}]; }
  void complain(std::string what) {
    if (complaints.size() < 20) complaints.push_back(std::move(what));
  }

  /// A block with `records` structures of `bytes`, whose texts stand at `texts`; then it is freed.
  void take(const char* function, LPBYTE block, DWORD records, std::size_t bytes,
            std::initializer_list<std::size_t> texts) {
    if (block == nullptr) return;
    DWORD size = 0;
    if (NetApiBufferSize(block, &size) != NERR_Success || size < records * bytes)
      return complain(std::string(function) + ": a block too small for what it holds");
    for (DWORD i = 0; i < records; ++i)
      for (const std::size_t at : texts) read(function, block, size, i * bytes + at);
    if (pick(2) == 0) block = exchange_.swap(block);
    if (block != nullptr && NetApiBufferFree(block) != NERR_Success)
      complain(std::string(function) + ": a block that cannot be freed");
  }

  std::map<std::pair<std::string, NET_API_STATUS>, unsigned long> codes;
  std::vector<std::string> complaints;

 private:
  static LMSTR name(const Text& text) {
    return reinterpret_cast<LMSTR>(const_cast<char16_t*>(text.c_str()));
  }
  void read(const char* function, LPBYTE block, DWORD size, std::size_t at) {
    const char16_t* text = nullptr;
    std::memcpy(&text, block + at, sizeof text);
    if (text == nullptr) return;
    const auto begin = reinterpret_cast<std::uintptr_t>(block);
    const auto where = reinterpret_cast<std::uintptr_t>(text);
    std::uintptr_t end = where;
    while (end + sizeof(char16_t) <= begin + size && end >= begin) {
      if (*reinterpret_cast<const char16_t*>(end) == 0) return;
      end += sizeof(char16_t);
    }
    complain(std::string(function) + ": a text that leaves its block");
  }

  const std::vector<Text>& servers_;
  Exchange& exchange_;
  std::mt19937 chance_;
};

constexpr DWORD kNoFile = 4'000'000'000;  // nobody opens so many
constexpr DWORD kMost[] = {MAX_PREFERRED_LENGTH, 1, 100, 400};

void session_enum(Caller& me) {
  constexpr DWORD kLevels[] = {0, 1, 2, 10, 502, 3};
  const DWORD level = me.one_of(kLevels);
  LPBYTE block = nullptr;
  DWORD read = 0, total = 0, resume = 0;
  const auto code = NetSessionEnum(me.server(), me.client(), me.user(), level, &block,
                                   me.one_of(kMost), &read, &total, &resume);
  me.count("NetSessionEnum", code);
  const std::size_t bytes = level == 0    ? 8
                            : level == 1  ? 32
                            : level == 2  ? 40
                            : level == 10 ? 24
                                          : 48;
  if (level == 0) return me.take("NetSessionEnum", block, read, bytes, {0});
  me.take("NetSessionEnum", block, read, bytes, {0, 8});
}
void session_get_info(Caller& me) {
  LPBYTE block = nullptr;
  me.count("NetSessionGetInfo", NetSessionGetInfo(me.server(), me.client(), me.user(), 10, &block));
  me.take("NetSessionGetInfo", block, 1, sizeof(SESSION_INFO_10), {0, 8});
}
/// Half of them end the sessions of all callers.
void session_del(Caller& me) {
  if (me.pick(8) != 0) return session_get_info(me);
  static Text admin = u"admin";
  const LMSTR user = me.pick(2) == 0 ? reinterpret_cast<LMSTR>(admin.data()) : me.user();
  me.count("NetSessionDel", NetSessionDel(me.server(), nullptr, user));
}
void file_enum(Caller& me) {
  LPBYTE block = nullptr;
  DWORD read = 0, total = 0;
  DWORD_PTR resume = 0;
  const auto code = NetFileEnum(me.server(), nullptr, me.user(), 3, &block, me.one_of(kMost), &read,
                                &total, &resume);
  me.count("NetFileEnum", code);
  me.take("NetFileEnum", block, read, sizeof(FILE_INFO_3), {16, 24});
}
void file_get_info(Caller& me) {
  LPBYTE block = nullptr;
  const DWORD id = static_cast<DWORD>(me.pick(3)) + 6;
  me.count("NetFileGetInfo", NetFileGetInfo(me.server(), id, 3, &block));
  me.take("NetFileGetInfo", block, 1, sizeof(FILE_INFO_3), {16, 24});
}
void file_close(Caller& me) {
  me.count("NetFileClose", NetFileClose(me.server(), static_cast<DWORD>(me.pick(2)) * kNoFile + 8));
}
void connection_enum(Caller& me) {
  static Text share = u"data";
  LPBYTE block = nullptr;
  DWORD read = 0, total = 0;
  const auto code = NetConnectionEnum(me.server(), reinterpret_cast<LMSTR>(share.data()), 1, &block,
                                      me.one_of(kMost), &read, &total, nullptr);
  me.count("NetConnectionEnum", code);
  me.take("NetConnectionEnum", block, read, sizeof(CONNECTION_INFO_1), {24, 32});
}
void share_enum(Caller& me) {
  LPBYTE block = nullptr;
  DWORD read = 0, total = 0, resume = 0;
  const auto code =
      NetShareEnum(me.server(), 502, &block, me.one_of(kMost), &read, &total, &resume);
  me.count("NetShareEnum", code);
  me.take("NetShareEnum", block, read, sizeof(SHARE_INFO_502), {0, 16, 40, 48});
}
void share_get_info(Caller& me) {
  static Text share = u"data";
  LPBYTE block = nullptr;
  me.count("NetShareGetInfo",
           NetShareGetInfo(me.server(), reinterpret_cast<LMSTR>(share.data()), 1, &block));
  me.take("NetShareGetInfo", block, 1, sizeof(SHARE_INFO_1), {0, 16});
}
void server_get_info(Caller& me) {
  LPBYTE block = nullptr;
  me.count("NetServerGetInfo", NetServerGetInfo(me.server(), 101, &block));
  me.take("NetServerGetInfo", block, 1, sizeof(SERVER_INFO_101), {8, 32});
}
void remote_tod(Caller& me) {
  LPBYTE block = nullptr;
  me.count("NetRemoteTOD", NetRemoteTOD(me.server(), &block));
  me.take("NetRemoteTOD", block, 1, sizeof(TIME_OF_DAY_INFO), {});
}
void buffers(Caller& me) {
  LPVOID block = nullptr;
  me.count("NetApiBufferAllocate", NetApiBufferAllocate(static_cast<DWORD>(me.pick(5000)), &block));
  LPVOID other = nullptr;
  const auto code = NetApiBufferReallocate(block, 100, &other);
  me.count("NetApiBufferReallocate", code);
  if (code == NERR_Success) block = other;
  DWORD size = 0;
  me.count("NetApiBufferSize", NetApiBufferSize(block, &size));
  if (size < 100) me.complain("NetApiBufferReallocate gave less than was wanted");
  me.count("NetApiBufferFree", NetApiBufferFree(block));
}

using Call = void (*)(Caller&);
constexpr Call kCalls[] = {session_enum,   session_get_info, session_del,     file_enum,
                           file_get_info,  file_close,       connection_enum, share_enum,
                           share_get_info, server_get_info,  remote_tod,      buffers};

int report(const std::vector<Caller>& callers) {
  std::map<std::string, std::map<NET_API_STATUS, unsigned long>> table;
  unsigned long all = 0;
  for (const Caller& caller : callers)
    for (const auto& [key, times] : caller.codes) {
      table[key.first][key.second] += times;
      all += times;
    }
  for (const auto& [function, codes] : table) {
    std::printf("%s", function.c_str());
    for (const auto& [code, times] : codes)
      std::printf(" %u:%lu", static_cast<unsigned>(code), times);
    std::printf("\n");
  }
  std::printf("%lu calls from %zu threads\n", all, callers.size());
  int wrong = 0;
  for (const Caller& caller : callers)
    for (const std::string& what : caller.complaints) {
      std::printf("wrong: %s\n", what.c_str());
      ++wrong;
    }
  return wrong;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: netapi_threads SECONDS THREADS SERVER...\n");
    return 2;
  }
  const auto until =
      Clock::now() + std::chrono::milliseconds(static_cast<long>(std::atof(argv[1]) * 1000));
  std::vector<Text> servers;
  for (int i = 3; i < argc; ++i) servers.emplace_back(argv[i], argv[i] + std::strlen(argv[i]));
  Exchange exchange;
  std::vector<Caller> callers;
  for (int i = 0; i < std::atoi(argv[2]); ++i)
    callers.emplace_back(servers, exchange, static_cast<unsigned>(i) + 1);
  std::vector<std::thread> running;
  for (Caller& caller : callers)
    running.emplace_back([&caller, until] {
      while (Clock::now() < until) kCalls[caller.pick(std::size(kCalls))](caller);
    });
  for (std::thread& one : running) one.join();
  int wrong = report(callers);
  for (LPBYTE block : exchange.rest()) wrong += NetApiBufferFree(block) != NERR_Success;
  return wrong == 0 ? 0 : 1;
}
