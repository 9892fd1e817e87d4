/* Sessions, connections, open files and shares of a server, as Windows declares them: structures
 * and functions. Not here: the calls that make, change and remove shares. */
#ifndef LUNSIM_LMSHARE_H
#define LUNSIM_LMSHARE_H

#include "lmcons.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- sessions --- */

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

NET_API_STATUS NET_API_FUNCTION NetSessionEnum(LMSTR servername, LMSTR UncClientName,
                                               LMSTR username, DWORD level, LPBYTE* bufptr,
                                               DWORD prefmaxlen, LPDWORD entriesread,
                                               LPDWORD totalentries, LPDWORD resume_handle);
NET_API_STATUS NET_API_FUNCTION NetSessionGetInfo(LMSTR servername, LMSTR UncClientName,
                                                  LMSTR username, DWORD level, LPBYTE* bufptr);
NET_API_STATUS NET_API_FUNCTION NetSessionDel(LMSTR servername, LMSTR UncClientName,
                                              LMSTR username);

/* --- connections --- */

typedef struct _CONNECTION_INFO_0 {
  DWORD coni0_id;
} CONNECTION_INFO_0, *PCONNECTION_INFO_0, *LPCONNECTION_INFO_0;

typedef struct _CONNECTION_INFO_1 {
  DWORD coni1_id;
  DWORD coni1_type;
  DWORD coni1_num_opens;
  DWORD coni1_num_users;
  DWORD coni1_time;
  LMSTR coni1_username;
  LMSTR coni1_netname;
} CONNECTION_INFO_1, *PCONNECTION_INFO_1, *LPCONNECTION_INFO_1;

NET_API_STATUS NET_API_FUNCTION NetConnectionEnum(LMSTR servername, LMSTR qualifier, DWORD level,
                                                  LPBYTE* bufptr, DWORD prefmaxlen,
                                                  LPDWORD entriesread, LPDWORD totalentries,
                                                  LPDWORD resume_handle);

/* --- open files --- */

#define PERM_FILE_READ 0x1
#define PERM_FILE_WRITE 0x2
#define PERM_FILE_CREATE 0x4

typedef struct _FILE_INFO_2 {
  DWORD fi2_id;
} FILE_INFO_2, *PFILE_INFO_2, *LPFILE_INFO_2;

typedef struct _FILE_INFO_3 {
  DWORD fi3_id;
  DWORD fi3_permissions;
  DWORD fi3_num_locks;
  LMSTR fi3_pathname;
  LMSTR fi3_username;
} FILE_INFO_3, *PFILE_INFO_3, *LPFILE_INFO_3;

NET_API_STATUS NET_API_FUNCTION NetFileEnum(LMSTR servername, LMSTR basepath, LMSTR username,
                                            DWORD level, LPBYTE* bufptr, DWORD prefmaxlen,
                                            LPDWORD entriesread, LPDWORD totalentries,
                                            PDWORD_PTR resume_handle);
NET_API_STATUS NET_API_FUNCTION NetFileGetInfo(LMSTR servername, DWORD fileid, DWORD level,
                                               LPBYTE* bufptr);
NET_API_STATUS NET_API_FUNCTION NetFileClose(LMSTR servername, DWORD fileid);

/* --- shares --- */

#define STYPE_DISKTREE 0
#define STYPE_PRINTQ 1
#define STYPE_DEVICE 2
#define STYPE_IPC 3
#define STYPE_MASK 0x000000FF
#define STYPE_TEMPORARY 0x40000000
#define STYPE_SPECIAL 0x80000000
#define SHI_USES_UNLIMITED 0xFFFFFFFFu

typedef struct _SHARE_INFO_0 {
  LMSTR shi0_netname;
} SHARE_INFO_0, *PSHARE_INFO_0, *LPSHARE_INFO_0;

typedef struct _SHARE_INFO_1 {
  LMSTR shi1_netname;
  DWORD shi1_type;
  LMSTR shi1_remark;
} SHARE_INFO_1, *PSHARE_INFO_1, *LPSHARE_INFO_1;

typedef struct _SHARE_INFO_2 {
  LMSTR shi2_netname;
  DWORD shi2_type;
  LMSTR shi2_remark;
  DWORD shi2_permissions;
  DWORD shi2_max_uses;
  DWORD shi2_current_uses;
  LMSTR shi2_path;
  LMSTR shi2_passwd;
} SHARE_INFO_2, *PSHARE_INFO_2, *LPSHARE_INFO_2;

typedef struct _SHARE_INFO_501 {
  LMSTR shi501_netname;
  DWORD shi501_type;
  LMSTR shi501_remark;
  DWORD shi501_flags;
} SHARE_INFO_501, *PSHARE_INFO_501, *LPSHARE_INFO_501;

typedef struct _SHARE_INFO_502 {
  LMSTR shi502_netname;
  DWORD shi502_type;
  LMSTR shi502_remark;
  DWORD shi502_permissions;
  DWORD shi502_max_uses;
  DWORD shi502_current_uses;
  LMSTR shi502_path;
  LMSTR shi502_passwd;
  DWORD shi502_reserved;
  PSECURITY_DESCRIPTOR shi502_security_descriptor;
} SHARE_INFO_502, *PSHARE_INFO_502, *LPSHARE_INFO_502;

typedef struct _SHARE_INFO_503 {
  LMSTR shi503_netname;
  DWORD shi503_type;
  LMSTR shi503_remark;
  DWORD shi503_permissions;
  DWORD shi503_max_uses;
  DWORD shi503_current_uses;
  LMSTR shi503_path;
  LMSTR shi503_passwd;
  LMSTR shi503_servername;
  DWORD shi503_reserved;
  PSECURITY_DESCRIPTOR shi503_security_descriptor;
} SHARE_INFO_503, *PSHARE_INFO_503, *LPSHARE_INFO_503;

typedef struct _SHARE_INFO_1005 {
  DWORD shi1005_flags;
} SHARE_INFO_1005, *PSHARE_INFO_1005, *LPSHARE_INFO_1005;

NET_API_STATUS NET_API_FUNCTION NetShareEnum(LMSTR servername, DWORD level, LPBYTE* bufptr,
                                             DWORD prefmaxlen, LPDWORD entriesread,
                                             LPDWORD totalentries, LPDWORD resume_handle);
NET_API_STATUS NET_API_FUNCTION NetShareGetInfo(LMSTR servername, LMSTR netname, DWORD level,
                                                LPBYTE* bufptr);

#ifdef __cplusplus
}
#endif
#endif
