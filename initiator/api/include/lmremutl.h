/* What time it is on a server, as Windows declares it. */
#ifndef LUNSIM_LMREMUTL_H
#define LUNSIM_LMREMUTL_H

#include "lmcons.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _TIME_OF_DAY_INFO {
  DWORD tod_elapsedt; /* seconds since 1970 */
  DWORD tod_msecs;    /* since the server began */
  DWORD tod_hours;
  DWORD tod_mins;
  DWORD tod_secs;
  DWORD tod_hunds;
  LONG tod_timezone;   /* minutes west of Greenwich, -1 for not known */
  DWORD tod_tinterval; /* a clock tick in 1/10000 s */
  DWORD tod_day;
  DWORD tod_month;
  DWORD tod_year;
  DWORD tod_weekday; /* 0 is Sunday */
} TIME_OF_DAY_INFO, *PTIME_OF_DAY_INFO, *LPTIME_OF_DAY_INFO;

NET_API_STATUS NET_API_FUNCTION NetRemoteTOD(LMCSTR UncServerName, LPBYTE* BufferPtr);

#ifdef __cplusplus
}
#endif
#endif
