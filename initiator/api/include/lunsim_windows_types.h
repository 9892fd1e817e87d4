/* The few Windows types that the iSCSI headers stand on, with their Windows widths: never `long`
 * (8 bytes on Linux), and `wchar_t` (4 bytes there) only where -fshort-wchar gives it two. On
 * Windows, Windows' own. The layouts are those of x86-64. */
#ifndef LUNSIM_WINDOWS_TYPES_H
#define LUNSIM_WINDOWS_TYPES_H

#if !defined(__x86_64__) && !defined(_M_X64)
#error "lunsim: the Windows structures are laid out for x86-64 only"
#endif

/* What a call leaves as its thread's last-error value (errno on Linux): the code is what it
 * returns. An error of an application, by its bit 29, that nobody else sets. */
#define LUNSIM_LAST_ERROR_POISON 0x2BADC0DE

#ifdef _WIN32
#include <windows.h>
#include <winioctl.h>
#include <ntddscsi.h>
#else

#include <stddef.h>
#include <stdint.h>
#ifndef __cplusplus
#include <uchar.h>
#endif
#if __SIZEOF_WCHAR_T__ == 2
#define LUNSIM_WCHAR wchar_t
#else
#define LUNSIM_WCHAR char16_t
#endif

typedef void VOID, *PVOID, *LPVOID;
typedef char CHAR, *PCHAR, *PSTR;
typedef const char* PCSTR;
typedef unsigned char UCHAR, *PUCHAR;
typedef unsigned char BYTE, *PBYTE, *LPBYTE;
typedef unsigned char BOOLEAN, *PBOOLEAN;
typedef LUNSIM_WCHAR WCHAR, *PWCHAR, *PWSTR, *LPWSTR;
typedef const LUNSIM_WCHAR *PCWSTR, *LPCWSTR;
typedef uint16_t USHORT, *PUSHORT, WORD;
typedef uint32_t ULONG, *PULONG, DWORD, *PDWORD, *LPDWORD;
typedef int32_t LONG, *PLONG;
typedef uint64_t ULONGLONG, *PULONGLONG;

#ifdef UNICODE
typedef WCHAR TCHAR, *PTCHAR, *PTSTR;
#else
typedef CHAR TCHAR, *PTCHAR, *PTSTR;
#endif

#ifndef TRUE
#define TRUE 1
#define FALSE 0
#endif
#ifndef MAX_PATH
#define MAX_PATH 260
#endif

typedef struct {
  ULONG Data1;
  USHORT Data2;
  USHORT Data3;
  UCHAR Data4[8];
} GUID;

typedef struct {
  ULONG Length;
  UCHAR PortNumber;
  UCHAR PathId;
  UCHAR TargetId;
  UCHAR Lun;
} SCSI_ADDRESS, *PSCSI_ADDRESS;

typedef DWORD DEVICE_TYPE;
typedef struct {
  DEVICE_TYPE DeviceType;
  DWORD DeviceNumber;
  DWORD PartitionNumber;
} STORAGE_DEVICE_NUMBER, *PSTORAGE_DEVICE_NUMBER;

#endif
#endif
