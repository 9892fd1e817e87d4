/* Codes that the LAN Manager functions return, those that lunsim's can. */
#ifndef LUNSIM_LMERR_H
#define LUNSIM_LMERR_H

#ifndef NERR_Success
#define NERR_Success 0
#endif
#define NERR_BASE 2100
#define NERR_BufTooSmall (NERR_BASE + 23)
#define NERR_WkstaNotStarted (NERR_BASE + 38)
#define NERR_UserNotFound (NERR_BASE + 121)
#define NERR_NetNameNotFound (NERR_BASE + 210)
#define NERR_ClientNameNotFound (NERR_BASE + 212)
#define NERR_FileIdNotFound (NERR_BASE + 214)
#define NERR_InvalidComputer (NERR_BASE + 251)

#ifndef _WIN32
#define ERROR_ACCESS_DENIED 5U
#define ERROR_NOT_ENOUGH_MEMORY 8U
#define ERROR_BAD_NETPATH 53U
#define ERROR_INVALID_PARAMETER 87U
#define ERROR_INVALID_LEVEL 124U
#define ERROR_MORE_DATA 234U
#define ERROR_LOGON_FAILURE 1326U
#endif

#endif
