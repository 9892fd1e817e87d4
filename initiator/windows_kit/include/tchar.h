/* Names that UNICODE decides, as Microsoft's <tchar.h> has them: those that console programs use.
 */
#ifndef LUNSIM_TCHAR_H
#define LUNSIM_TCHAR_H

#include <windows.h>

#define _T(text) TEXT(text)
#define _TEXT(text) TEXT(text)

#ifdef UNICODE
#define _tmain wmain
#define _tprintf wprintf
#define _ftprintf fwprintf
/* Without a size, whatever swprintf takes. */
#define _stprintf _swprintf
#define _vstprintf _vswprintf
#define _sntprintf _snwprintf
#define _fputts fputws
#define _putts _putws
#define _tcslen wcslen
#define _tcscpy wcscpy
#define _tcscat wcscat
#define _tcscmp wcscmp
#define _tcsicmp _wcsicmp
#define _tcschr wcschr
#define _ttoi _wtoi
#else
#define _tmain main
#define _tprintf printf
#define _ftprintf fprintf
#define _stprintf sprintf
#define _vstprintf vsprintf
#define _sntprintf _snprintf
#define _fputts fputs
#define _putts puts
#define _tcslen strlen
#define _tcscpy strcpy
#define _tcscat strcat
#define _tcscmp strcmp
#define _tcsicmp _stricmp
#define _tcschr strchr
#define _ttoi atoi
#endif

#endif
