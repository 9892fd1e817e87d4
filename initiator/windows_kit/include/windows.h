/* What programs that call the iSCSI and LAN Manager functions use of <windows.h>, for Linux: types
 * and constants of Windows on x86-64, the last-error value, memory, text conversion, and the wide
 * functions of Microsoft's C library. Our own declarations of documented names. Link with
 * lunsim::windows_kit (pkg-config lunsim-windows-kit). */
#ifndef LUNSIM_WINDOWS_H
#define LUNSIM_WINDOWS_H

#ifdef _WIN32
#error \
    "lunsim: Windows has a <windows.h> of its own; leave the kit's folder out of the include path"
#endif

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <lunsim_windows_types.h>

#define WINAPI
#define APIENTRY
#define CALLBACK
#define CONST const
#define IN
#define OUT
#define OPTIONAL
#define __cdecl
#define __stdcall
#define UNREFERENCED_PARAMETER(name) ((void)(name))

typedef int BOOL, *PBOOL, *LPBOOL, INT, *PINT;
typedef unsigned int UINT, *PUINT;
typedef int16_t SHORT, *PSHORT;
typedef int64_t LONGLONG, *PLONGLONG, LONG64, INT64;
typedef uint64_t DWORDLONG, ULONG64, DWORD64, UINT64;
typedef int32_t LONG32, INT32, HRESULT, *LPLONG;
typedef uint32_t ULONG32, DWORD32, UINT32, *LPUINT;
typedef WORD *PWORD, *LPWORD;
typedef float FLOAT;
typedef intptr_t INT_PTR, LONG_PTR, SSIZE_T;
typedef uintptr_t UINT_PTR, ULONG_PTR, DWORD_PTR, SIZE_T, *PSIZE_T;
typedef void *HANDLE, *HLOCAL, *HGLOBAL, *HINSTANCE, *HMODULE;
typedef const void *LPCVOID, *PCVOID;
typedef CHAR* LPSTR;
typedef const CHAR* LPCSTR;
typedef TCHAR* LPTSTR;
typedef const TCHAR *LPCTSTR, *PCTSTR;
typedef union {
  __extension__ struct {
    DWORD LowPart;
    LONG HighPart;
  };
  struct {
    DWORD LowPart;
    LONG HighPart;
  } u;
  LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;

/* Wide literals: those of the compiler that have 16 bits. */
#if __SIZEOF_WCHAR_T__ == 2
#define LUNSIM_WIDE_LITERAL(text) L##text
#else
#define LUNSIM_WIDE_LITERAL(text) u##text
#endif
#ifdef UNICODE
#define LUNSIM_TEXT(text) LUNSIM_WIDE_LITERAL(text)
#else
#define LUNSIM_TEXT(text) text
#endif
#define TEXT(text) LUNSIM_TEXT(text)

#define INVALID_HANDLE_VALUE ((HANDLE)(intptr_t)-1)
#define INFINITE 0xFFFFFFFFu
#define MAXDWORD 0xFFFFFFFFu
#define NO_ERROR 0U
#define ERROR_SUCCESS 0U
#define ERROR_INVALID_FUNCTION 1U
#define ERROR_FILE_NOT_FOUND 2U
#define ERROR_ACCESS_DENIED 5U
#define ERROR_INVALID_HANDLE 6U
#define ERROR_NOT_ENOUGH_MEMORY 8U
#define ERROR_OUTOFMEMORY 14U
#define ERROR_NOT_SUPPORTED 50U
#define ERROR_BAD_NETPATH 53U
#define ERROR_INVALID_PARAMETER 87U
#define ERROR_CALL_NOT_IMPLEMENTED 120U
#define ERROR_SEM_TIMEOUT 121U
#define ERROR_INSUFFICIENT_BUFFER 122U
#define ERROR_INVALID_LEVEL 124U
#define ERROR_MORE_DATA 234U
#define ERROR_NO_MORE_ITEMS 259U
#define ERROR_NO_UNICODE_TRANSLATION 1113U
#define ERROR_LOGON_FAILURE 1326U
#define SUCCEEDED(code) ((HRESULT)(code) >= 0)
#define FAILED(code) ((HRESULT)(code) < 0)
#define LOWORD(value) ((WORD)((DWORD)(value)&0xFFFFu))
#define HIWORD(value) ((WORD)((DWORD)(value) >> 16))
#define ZeroMemory(to, bytes) memset((to), 0, (bytes))
#define FillMemory(to, bytes, value) memset((to), (value), (bytes))
#define CopyMemory(to, from, bytes) memcpy((to), (from), (bytes))
#define MoveMemory(to, from, bytes) memmove((to), (from), (bytes))
#define HEAP_ZERO_MEMORY 0x00000008
#define LMEM_FIXED 0x0000
#define LMEM_ZEROINIT 0x0040
#define LPTR (LMEM_FIXED | LMEM_ZEROINIT)
#define GMEM_FIXED LMEM_FIXED
#define GMEM_ZEROINIT LMEM_ZEROINIT
#define GPTR LPTR
#define CP_ACP 0
#define CP_UTF8 65001
#define MB_ERR_INVALID_CHARS 0x00000008
#define WC_ERR_INVALID_CHARS 0x00000080

#ifdef __cplusplus
extern "C" {
#endif

/* The last-error value of a thread is its errno here. The functions of <iscsidsc.h> leave
 * LUNSIM_LAST_ERROR_POISON in it: their code is what they return. */
DWORD GetLastError(void);
void SetLastError(DWORD code);

void Sleep(DWORD milliseconds);
DWORD GetTickCount(void);
ULONGLONG GetTickCount64(void);
DWORD GetCurrentProcessId(void);

HANDLE GetProcessHeap(void);
LPVOID HeapAlloc(HANDLE heap, DWORD flags, SIZE_T bytes);
BOOL HeapFree(HANDLE heap, DWORD flags, LPVOID memory);
HLOCAL LocalAlloc(UINT flags, SIZE_T bytes);
HLOCAL LocalFree(HLOCAL memory);
HGLOBAL GlobalAlloc(UINT flags, SIZE_T bytes);
HGLOBAL GlobalFree(HGLOBAL memory);

/* Code pages are UTF-8, whichever is asked for. */
int MultiByteToWideChar(UINT code_page, DWORD flags, LPCSTR from, int from_bytes, LPWSTR to,
                        int to_units);
int WideCharToMultiByte(UINT code_page, DWORD flags, LPCWSTR from, int from_units, LPSTR to,
                        int to_bytes, LPCSTR default_character, LPBOOL used_default);
int lstrlenA(LPCSTR text);
int lstrlenW(LPCWSTR text);
int lstrcmpiA(LPCSTR a, LPCSTR b);
int lstrcmpiW(LPCWSTR a, LPCWSTR b);

/* Microsoft's names of the narrow functions. printf and its kin have Microsoft's meaning, too. */
int printf_s(const char* format, ...);
int fprintf_s(FILE* file, const char* format, ...);
int sprintf_s(char* to, size_t bytes, const char* format, ...);
int _snprintf(char* to, size_t bytes, const char* format, ...);
int _vsnprintf(char* to, size_t bytes, const char* format, va_list arguments);
int _stricmp(const char* a, const char* b);
int _strnicmp(const char* a, const char* b, size_t count);
int strcpy_s(char* to, size_t bytes, const char* from);
int strcat_s(char* to, size_t bytes, const char* from);

#ifdef __cplusplus
}
#endif

#ifdef UNICODE
#define lstrlen lstrlenW
#define lstrcmpi lstrcmpiW
#else
#define lstrlen lstrlenA
#define lstrcmpi lstrcmpiA
#endif

#include <lunsim_wide_functions.h>

#endif
