/* What a server says of itself: names, version, kind and settings, as Windows declares them. Not
 * here: NetServerEnum, NetServerSetInfo and what they set. */
#ifndef LUNSIM_LMSERVER_H
#define LUNSIM_LMSERVER_H

#include "lmcons.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SV_TYPE_WORKSTATION 0x00000001
#define SV_TYPE_SERVER 0x00000002
#define SV_TYPE_DOMAIN_CTRL 0x00000008
#define SV_TYPE_NT 0x00001000
#define SV_TYPE_SERVER_NT 0x00008000
#define SV_TYPE_ALL 0xFFFFFFFF

typedef struct _SERVER_INFO_100 {
  DWORD sv100_platform_id;
  LMSTR sv100_name;
} SERVER_INFO_100, *PSERVER_INFO_100, *LPSERVER_INFO_100;

typedef struct _SERVER_INFO_101 {
  DWORD sv101_platform_id;
  LMSTR sv101_name;
  DWORD sv101_version_major;
  DWORD sv101_version_minor;
  DWORD sv101_type;
  LMSTR sv101_comment;
} SERVER_INFO_101, *PSERVER_INFO_101, *LPSERVER_INFO_101;

typedef struct _SERVER_INFO_102 {
  DWORD sv102_platform_id;
  LMSTR sv102_name;
  DWORD sv102_version_major;
  DWORD sv102_version_minor;
  DWORD sv102_type;
  LMSTR sv102_comment;
  DWORD sv102_users;
  LONG sv102_disc;
  BOOL sv102_hidden;
  DWORD sv102_announce;
  DWORD sv102_anndelta;
  DWORD sv102_licenses;
  LMSTR sv102_userpath;
} SERVER_INFO_102, *PSERVER_INFO_102, *LPSERVER_INFO_102;

typedef struct _SERVER_INFO_103 {
  DWORD sv103_platform_id;
  LMSTR sv103_name;
  DWORD sv103_version_major;
  DWORD sv103_version_minor;
  DWORD sv103_type;
  LMSTR sv103_comment;
  DWORD sv103_users;
  LONG sv103_disc;
  BOOL sv103_hidden;
  DWORD sv103_announce;
  DWORD sv103_anndelta;
  DWORD sv103_licenses;
  LMSTR sv103_userpath;
  DWORD sv103_capabilities;
} SERVER_INFO_103, *PSERVER_INFO_103, *LPSERVER_INFO_103;

NET_API_STATUS NET_API_FUNCTION NetServerGetInfo(LMSTR servername, DWORD level, LPBYTE* bufptr);

#ifdef __cplusplus
}
#endif
#endif
