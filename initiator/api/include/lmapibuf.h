/* Memory that the LAN Manager functions hand out: every buffer of theirs is freed by
 * NetApiBufferFree. */
#ifndef LUNSIM_LMAPIBUF_H
#define LUNSIM_LMAPIBUF_H

#include "lmcons.h"

#ifdef __cplusplus
extern "C" {
#endif

NET_API_STATUS NET_API_FUNCTION NetApiBufferAllocate(DWORD ByteCount, LPVOID* Buffer);
NET_API_STATUS NET_API_FUNCTION NetApiBufferFree(LPVOID Buffer);
NET_API_STATUS NET_API_FUNCTION NetApiBufferReallocate(LPVOID OldBuffer, DWORD NewByteCount,
                                                       LPVOID* NewBuffer);
NET_API_STATUS NET_API_FUNCTION NetApiBufferSize(LPVOID Buffer, LPDWORD ByteCount);

#ifdef __cplusplus
}
#endif
#endif
