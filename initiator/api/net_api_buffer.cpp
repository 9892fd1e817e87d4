// The buffers of the Net functions: a block with its size in front. Freeing one twice is an error
// of the caller's that no header can survive; a memory checker finds it.   lmapibuf.h
#include <cstdlib>
#include <cstring>
#include <new>

#include "initiator/api/include/lmapibuf.h"
#include "initiator/api/include/lmerr.h"

namespace {

struct alignas(16) BlockHeader {
  DWORD bytes = 0;
};

BlockHeader* header_of(void* buffer) { return static_cast<BlockHeader*>(buffer) - 1; }

}  // namespace

extern "C" {

NET_API_STATUS NetApiBufferAllocate(DWORD ByteCount, LPVOID* Buffer) {
  if (Buffer == nullptr) return ERROR_INVALID_PARAMETER;
  *Buffer = nullptr;
  void* block = std::malloc(sizeof(BlockHeader) + ByteCount);
  if (block == nullptr) return ERROR_NOT_ENOUGH_MEMORY;
  BlockHeader* header = new (block) BlockHeader{ByteCount};
  *Buffer = header + 1;
  return NERR_Success;
}

NET_API_STATUS NetApiBufferFree(LPVOID Buffer) {
  if (Buffer != nullptr) std::free(header_of(Buffer));
  return NERR_Success;
}

NET_API_STATUS NetApiBufferReallocate(LPVOID OldBuffer, DWORD NewByteCount, LPVOID* NewBuffer) {
  if (NewBuffer == nullptr) return ERROR_INVALID_PARAMETER;
  if (OldBuffer == nullptr) return NetApiBufferAllocate(NewByteCount, NewBuffer);
  if (NewByteCount == 0) {
    *NewBuffer = nullptr;
    return NetApiBufferFree(OldBuffer);
  }
  void* fresh = nullptr;
  if (const NET_API_STATUS status = NetApiBufferAllocate(NewByteCount, &fresh);
      status != NERR_Success)
    return status;
  const DWORD kept = header_of(OldBuffer)->bytes;
  std::memcpy(fresh, OldBuffer, kept < NewByteCount ? kept : NewByteCount);
  *NewBuffer = fresh;
  return NetApiBufferFree(OldBuffer);
}

NET_API_STATUS NetApiBufferSize(LPVOID Buffer, LPDWORD ByteCount) {
  if (Buffer == nullptr || ByteCount == nullptr) return ERROR_INVALID_PARAMETER;
  *ByteCount = header_of(Buffer)->bytes;
  return NERR_Success;
}

}  // extern "C"
