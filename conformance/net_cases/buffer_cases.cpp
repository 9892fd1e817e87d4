// The buffers: sizes from 0 up, what they keep, NULL, freed twice, never ours.
#include <cstring>

#include "conformance/net_cases/net_case.hpp"

namespace lunsim::conformance {
namespace {

constexpr DWORD kSizes[] = {1, 2, 7, 8, 15, 16, 17, 100, 4096, 70'000};

DWORD size_of(NetBench& bench, void* buffer) {
  DWORD size = kUnset;
  return bench.api.NetApiBufferSize(buffer, &size) == NERR_Success ? size : kUnset;
}

void allocate(NetBench& bench, Judge& judge) {
  for (const DWORD size : kSizes) {
    void* buffer = nullptr;
    const NET_API_STATUS code = bench.api.NetApiBufferAllocate(size, &buffer);
    judge.expect(code == NERR_Success && buffer != nullptr, "so many bytes can be had",
                 {"NABA-R1"});
    if (buffer == nullptr) continue;
    std::memset(buffer, 0x5a, size);
    judge.expect(size_of(bench, buffer) == size, "and are all there", {"NABA-R1"});
    bench.api.NetApiBufferFree(buffer);
  }
  judge.expect_one_of(bench.api.NetApiBufferAllocate(16, nullptr), {ERROR_INVALID_PARAMETER},
                      "a failure is a system error code", {"NABA-R2"});
  void* nothing = &bench;
  const NET_API_STATUS code = bench.api.NetApiBufferAllocate(0, &nothing);
  judge.expect_one_of(code, {NERR_Success}, "no bytes are no failure", {"NABA-R3"});
  judge.expect(nothing != &bench, "and the pointer is set all the same", {"NABA-R3"});
  bench.api.NetApiBufferFree(nothing);
}

void free_buffers(NetBench& bench, Judge& judge) {
  void* buffer = nullptr;
  bench.api.NetApiBufferAllocate(64, &buffer);
  judge.expect(bench.api.NetApiBufferFree(buffer) == NERR_Success, "a buffer is freed",
               {"NABF-R1", "NABF-R4"});
  judge.expect(size_of(bench, buffer) == kUnset, "and is none any more", {"NABF-R1"});
  judge.expect_one_of(bench.api.NetApiBufferFree(buffer), {ERROR_INVALID_PARAMETER},
                      "freed twice is a system error code, and nothing worse", {"NABF-R3"});
  DWORD never_ours[16] = {};
  judge.expect_one_of(bench.api.NetApiBufferFree(never_ours), {ERROR_INVALID_PARAMETER},
                      "what was never a buffer is one, too", {"NABF-R3"});
  judge.expect_one_of(bench.api.NetApiBufferFree(nullptr), {NERR_Success}, "NULL may be freed",
                      {"NABF-R2"});
  // As an ordinary user: whose buffers they are needs no right.
  Block block = enumerate(bench, bench.as_user, nullptr, nullptr, 10);
  judge.expect(block.has() && bench.api.NetApiBufferFree(block.memory) == NERR_Success,
               "an ordinary user frees what he got, texts and all", {"NABF-R1", "NABF-R4"});
  judge.expect(size_of(bench, block.memory) == kUnset, "in one go", {"NABF-R1"});
  block.memory = nullptr;
}

void reallocate(NetBench& bench, Judge& judge) {
  for (const DWORD size : kSizes) {
    void* buffer = nullptr;
    bench.api.NetApiBufferAllocate(50, &buffer);
    std::memset(buffer, 0x5a, 50);
    void* larger = nullptr;
    const NET_API_STATUS code = bench.api.NetApiBufferReallocate(buffer, size, &larger);
    judge.expect(code == NERR_Success && larger != nullptr && size_of(bench, larger) == size,
                 "a buffer becomes as long as is wanted", {"NABR-R1"});
    if (code != NERR_Success || larger == nullptr) continue;
    const std::vector<unsigned char> kept(size < 50 ? size : 50, 0x5a);
    judge.expect(std::memcmp(larger, kept.data(), kept.size()) == 0, "and keeps what it had",
                 {"NABR-R1"});
    bench.api.NetApiBufferFree(larger);
  }
  void* buffer = nullptr;
  bench.api.NetApiBufferAllocate(8, &buffer);
  judge.expect_one_of(bench.api.NetApiBufferReallocate(buffer, 16, nullptr),
                      {ERROR_INVALID_PARAMETER}, "a failure is a system error code", {"NABR-R2"});
  bench.api.NetApiBufferFree(buffer);
  void* more = nullptr;
  judge.expect_one_of(bench.api.NetApiBufferReallocate(buffer, 16, &more),
                      {ERROR_INVALID_PARAMETER}, "so is a buffer that is gone", {"NABR-R2"});
}

void size(NetBench& bench, Judge& judge) {
  for (const DWORD size : kSizes) {
    void* buffer = nullptr;
    bench.api.NetApiBufferAllocate(size, &buffer);
    judge.expect(size_of(bench, buffer) == size, "the size is the one that was asked for",
                 {"NABS-R1"});
    bench.api.NetApiBufferFree(buffer);
  }
  DWORD size = kUnset;
  judge.expect_one_of(bench.api.NetApiBufferSize(nullptr, &size), {ERROR_INVALID_PARAMETER},
                      "NULL has no size: a system error code", {"NABS-R2"});
  void* buffer = nullptr;
  bench.api.NetApiBufferAllocate(4, &buffer);
  judge.expect_one_of(bench.api.NetApiBufferSize(buffer, nullptr), {ERROR_INVALID_PARAMETER},
                      "a size needs a place", {"NABS-R2"});
  bench.api.NetApiBufferFree(buffer);
  judge.expect_one_of(bench.api.NetApiBufferSize(buffer, &size), {ERROR_INVALID_PARAMETER},
                      "a buffer that is gone has none", {"NABS-R2"});
}

}  // namespace

void add_buffer_cases(std::vector<NetCase>& cases) {
  const std::string file = "conformance/net_cases/buffer_cases.cpp";
  cases.push_back({"buffers are allocated", "NetApiBufferAllocate", file, allocate});
  cases.push_back({"buffers are freed", "NetApiBufferFree", file, free_buffers});
  cases.push_back({"buffers grow and shrink", "NetApiBufferReallocate", file, reallocate});
  cases.push_back({"buffers have a size", "NetApiBufferSize", file, size});
}

}  // namespace lunsim::conformance
