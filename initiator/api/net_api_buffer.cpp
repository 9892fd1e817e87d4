// The buffers of the Net functions: a block with its size in front. What lives is on a list, so
// that a buffer that is freed twice, or was never one, is a parameter that is not valid and nothing
// worse.   lmapibuf.h
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <unordered_set>

#include "initiator/api/caller_memory.hpp"
#include "initiator/api/include/lmapibuf.h"
#include "initiator/api/include/lmerr.h"

namespace {

struct alignas(16) BlockHeader {
  DWORD bytes = 0;
};

BlockHeader* header_of(void* buffer) { return static_cast<BlockHeader*>(buffer) - 1; }

/// Buffers that were handed out and not freed. Held for a few instructions at a time, by any
/// thread.
class LiveBuffers {
 public:
  /// Errors   std::bad_alloc
  void add(void* buffer) {
    const Held held(busy_);
    buffers_.insert(buffer);
  }
  /// False if it is none.
  bool remove(void* buffer) {
    const Held held(busy_);
    return buffers_.erase(buffer) == 1;
  }
  bool has(void* buffer) {
    const Held held(busy_);
    return buffers_.contains(buffer);
  }

 private:
  class Held {
   public:
    explicit Held(std::atomic_flag& busy) : busy_(busy) {
      while (busy_.test_and_set(std::memory_order_acquire)) {
      }
    }
    ~Held() { busy_.clear(std::memory_order_release); }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;

   private:
    std::atomic_flag& busy_;
  };

  std::atomic_flag busy_;
  std::unordered_set<void*> buffers_;
};

/// Never destroyed: buffers may be freed while the process ends. It is there without memory, too.
LiveBuffers& live_buffers() {
  alignas(LiveBuffers) static std::byte place[sizeof(LiveBuffers)];
  static auto* const all = new (place) LiveBuffers;
  return *all;
}

}  // namespace

extern "C" {

NET_API_STATUS NET_API_FUNCTION NetApiBufferAllocate(DWORD ByteCount, LPVOID* Buffer) {
  using lunsim::api::store;
  if (Buffer == nullptr) return ERROR_INVALID_PARAMETER;
  store(Buffer, LPVOID{nullptr});
  void* block = std::malloc(sizeof(BlockHeader) + ByteCount);
  if (block == nullptr) return ERROR_NOT_ENOUGH_MEMORY;
  void* buffer = new (block) BlockHeader{ByteCount} + 1;
  try {
    live_buffers().add(buffer);
  } catch (const std::bad_alloc&) {
    std::free(block);
    return ERROR_NOT_ENOUGH_MEMORY;
  }
  store(Buffer, buffer);
  return NERR_Success;
}

NET_API_STATUS NET_API_FUNCTION NetApiBufferFree(LPVOID Buffer) {
  if (Buffer == nullptr) return NERR_Success;
  if (!live_buffers().remove(Buffer)) return ERROR_INVALID_PARAMETER;
  std::free(header_of(Buffer));
  return NERR_Success;
}

NET_API_STATUS NET_API_FUNCTION NetApiBufferReallocate(LPVOID OldBuffer, DWORD NewByteCount,
                                                       LPVOID* NewBuffer) {
  if (NewBuffer == nullptr) return ERROR_INVALID_PARAMETER;
  if (OldBuffer == nullptr) return NetApiBufferAllocate(NewByteCount, NewBuffer);
  if (!live_buffers().has(OldBuffer)) return ERROR_INVALID_PARAMETER;
  void* fresh = nullptr;
  if (NewByteCount > 0) {
    if (const NET_API_STATUS status = NetApiBufferAllocate(NewByteCount, &fresh);
        status != NERR_Success)
      return status;
    const DWORD kept = header_of(OldBuffer)->bytes;
    std::memcpy(fresh, OldBuffer, kept < NewByteCount ? kept : NewByteCount);
  }
  lunsim::api::store(NewBuffer, fresh);
  return NetApiBufferFree(OldBuffer);
}

NET_API_STATUS NET_API_FUNCTION NetApiBufferSize(LPVOID Buffer, LPDWORD ByteCount) {
  if (Buffer == nullptr || ByteCount == nullptr || !live_buffers().has(Buffer))
    return ERROR_INVALID_PARAMETER;
  lunsim::api::store(ByteCount, header_of(Buffer)->bytes);
  return NERR_Success;
}

}  // extern "C"
