/* Names of the LAN Manager functions' common types and limits. Our own declarations of Windows'
 * documented ones; on Windows they stand on windows.h. */
#ifndef LUNSIM_LMCONS_H
#define LUNSIM_LMCONS_H

#include "lunsim_windows_types.h"

#ifdef _WIN32
#define NET_API_FUNCTION __stdcall
#else
#define NET_API_FUNCTION
typedef int32_t BOOL;
typedef uint64_t DWORD_PTR, *PDWORD_PTR;
typedef PVOID PSECURITY_DESCRIPTOR;
#endif

typedef DWORD NET_API_STATUS;
typedef DWORD API_RET_TYPE;
typedef LPWSTR LMSTR;
typedef LPCWSTR LMCSTR;

#ifndef NERR_Success
#define NERR_Success 0
#endif

/* lengths, in characters without the terminating null */
#define CNLEN 15 /* of a computer's name */
#define LM20_CNLEN 15
#define DNLEN CNLEN /* of a domain's name */
#define UNCLEN (CNLEN + 2)
#define NNLEN 80                   /* of a share's name */
#define RMLEN (UNCLEN + 1 + NNLEN) /* of a share's name behind its server's */
#define SNLEN 80                   /* of a service's name */
#define PATHLEN 256
#define UNLEN 256 /* of a user's name */
#define LM20_UNLEN 20
#define GNLEN UNLEN /* of a group's name */
#define PWLEN 256   /* of a password */
#define MAXCOMMENTSZ 256
#define MAX_PREFERRED_LENGTH 0xFFFFFFFFu

#define PARMNUM_ALL 0
#define PARM_ERROR_UNKNOWN 0xFFFFFFFFu
#define PARM_ERROR_NONE 0

/* platforms, of servers */
#define PLATFORM_ID_DOS 300
#define PLATFORM_ID_OS2 400
#define PLATFORM_ID_NT 500
#define PLATFORM_ID_OSF 600
#define PLATFORM_ID_VMS 700

#endif
