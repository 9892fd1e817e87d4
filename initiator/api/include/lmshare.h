/* Sessions of a server, as Windows declares them: structures and functions. Not here yet: files,
 * connections and shares. */
#ifndef LUNSIM_LMSHARE_H
#define LUNSIM_LMSHARE_H

#include "lmcons.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SESS_GUEST 0x00000001
#define SESS_NOENCRYPTION 0x00000002

typedef struct _SESSION_INFO_0 {
  LMSTR sesi0_cname;
} SESSION_INFO_0, *PSESSION_INFO_0, *LPSESSION_INFO_0;

typedef struct _SESSION_INFO_1 {
  LMSTR sesi1_cname;
  LMSTR sesi1_username;
  DWORD sesi1_num_opens;
  DWORD sesi1_time;
  DWORD sesi1_idle_time;
  DWORD sesi1_user_flags;
} SESSION_INFO_1, *PSESSION_INFO_1, *LPSESSION_INFO_1;

typedef struct _SESSION_INFO_2 {
  LMSTR sesi2_cname;
  LMSTR sesi2_username;
  DWORD sesi2_num_opens;
  DWORD sesi2_time;
  DWORD sesi2_idle_time;
  DWORD sesi2_user_flags;
  LMSTR sesi2_cltype_name;
} SESSION_INFO_2, *PSESSION_INFO_2, *LPSESSION_INFO_2;

typedef struct _SESSION_INFO_10 {
  LMSTR sesi10_cname;
  LMSTR sesi10_username;
  DWORD sesi10_time;
  DWORD sesi10_idle_time;
} SESSION_INFO_10, *PSESSION_INFO_10, *LPSESSION_INFO_10;

typedef struct _SESSION_INFO_502 {
  LMSTR sesi502_cname;
  LMSTR sesi502_username;
  DWORD sesi502_num_opens;
  DWORD sesi502_time;
  DWORD sesi502_idle_time;
  DWORD sesi502_user_flags;
  LMSTR sesi502_cltype_name;
  LMSTR sesi502_transport;
} SESSION_INFO_502, *PSESSION_INFO_502, *LPSESSION_INFO_502;

NET_API_STATUS NetSessionEnum(LMSTR servername, LMSTR UncClientName, LMSTR username, DWORD level,
                              LPBYTE* bufptr, DWORD prefmaxlen, LPDWORD entriesread,
                              LPDWORD totalentries, LPDWORD resume_handle);
NET_API_STATUS NetSessionGetInfo(LMSTR servername, LMSTR UncClientName, LMSTR username, DWORD level,
                                 LPBYTE* bufptr);
NET_API_STATUS NetSessionDel(LMSTR servername, LMSTR UncClientName, LMSTR username);

#ifdef __cplusplus
}
#endif
#endif
