/* Codes that the LAN Manager functions return: all that their pages and MS-SRVS name for sessions,
 * connections, files, shares and servers. */
#ifndef LUNSIM_LMERR_H
#define LUNSIM_LMERR_H

#ifndef NERR_Success
#define NERR_Success 0
#endif
#define NERR_BASE 2100
#define NERR_NetNotStarted (NERR_BASE + 2)
#define NERR_UnknownServer (NERR_BASE + 3)
#define NERR_ShareMem (NERR_BASE + 4)
#define NERR_NoNetworkResource (NERR_BASE + 5)
#define NERR_RemoteOnly (NERR_BASE + 6)
#define NERR_DevNotRedirected (NERR_BASE + 7)
#define NERR_ServerNotStarted (NERR_BASE + 14)
#define NERR_ItemNotFound (NERR_BASE + 15)
#define NERR_UnknownDevDir (NERR_BASE + 16)
#define NERR_RedirectedPath (NERR_BASE + 17)
#define NERR_DuplicateShare (NERR_BASE + 18)
#define NERR_NoRoom (NERR_BASE + 19)
#define NERR_BufTooSmall (NERR_BASE + 23)
#define NERR_RemoteErr (NERR_BASE + 27)
#define NERR_NetworkError (NERR_BASE + 36)
#define NERR_WkstaInconsistentState (NERR_BASE + 37)
#define NERR_WkstaNotStarted (NERR_BASE + 38)
#define NERR_BrowserNotStarted (NERR_BASE + 39)
#define NERR_InternalError (NERR_BASE + 40)
#define NERR_InvalidAPI (NERR_BASE + 42)
#define NERR_UserNotFound (NERR_BASE + 121)
#define NERR_NetNameNotFound (NERR_BASE + 210)
#define NERR_DeviceNotShared (NERR_BASE + 211)
#define NERR_ClientNameNotFound (NERR_BASE + 212)
#define NERR_FileIdNotFound (NERR_BASE + 214)
#define NERR_TmpFile (NERR_BASE + 216)
#define NERR_TooMuchData (NERR_BASE + 217)
#define NERR_DeviceShareConflict (NERR_BASE + 218)
#define NERR_InvalidComputer (NERR_BASE + 251)
#define MAX_NERR (NERR_BASE + 899)

#ifndef ERROR_ACCESS_DENIED
#define ERROR_ACCESS_DENIED 5U
#endif
#ifndef ERROR_NOT_ENOUGH_MEMORY
#define ERROR_NOT_ENOUGH_MEMORY 8U
#endif
#ifndef ERROR_NOT_SUPPORTED
#define ERROR_NOT_SUPPORTED 50U
#endif
#ifndef ERROR_BAD_NETPATH
#define ERROR_BAD_NETPATH 53U
#endif
#ifndef ERROR_INVALID_PARAMETER
#define ERROR_INVALID_PARAMETER 87U
#endif
#ifndef ERROR_INVALID_NAME
#define ERROR_INVALID_NAME 123U
#endif
#ifndef ERROR_INVALID_LEVEL
#define ERROR_INVALID_LEVEL 124U
#endif
#ifndef ERROR_MORE_DATA
#define ERROR_MORE_DATA 234U
#endif
#ifndef ERROR_LOGON_FAILURE
#define ERROR_LOGON_FAILURE 1326U
#endif

#endif
