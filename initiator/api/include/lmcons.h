/* Names of the LAN Manager functions' common types and limits. Our own declarations of Windows'
 * documented ones. */
#ifndef LUNSIM_LMCONS_H
#define LUNSIM_LMCONS_H

#include "lunsim_windows_types.h"

#ifndef _WIN32

typedef DWORD NET_API_STATUS;
typedef LPWSTR LMSTR;

#ifndef NERR_Success
#define NERR_Success 0
#endif

#define CNLEN 15 /* of a computer's name */
#define UNCLEN (CNLEN + 2)
#define UNLEN 256 /* of a user's name */
#define MAX_PREFERRED_LENGTH 0xFFFFFFFFu

#ifndef NET_API_FUNCTION
#define NET_API_FUNCTION
#endif

#endif
#endif
