/* The few Windows types that the iSCSI headers stand on, with their Windows widths: never `long`
 * (8 bytes on Linux) and never `wchar_t` (4 bytes there). On Windows, Windows' own. The layouts
 * are those of x86-64. */
#ifndef LUNSIM_WINDOWS_TYPES_H
#define LUNSIM_WINDOWS_TYPES_H

#if !defined(__x86_64__) && !defined(_M_X64)
#error "lunsim: the Windows structures are laid out for x86-64 only"
#endif

#ifdef _WIN32
#include <windows.h>
#include <winioctl.h>
#include <ntddscsi.h>
#else

#include <stdint.h>
#ifndef __cplusplus
#include <uchar.h>
#endif

typedef void VOID, *PVOID, *LPVOID;
typedef char CHAR, *PCHAR, *PSTR;
typedef const char *PCSTR;
typedef unsigned char UCHAR, *PUCHAR;
typedef unsigned char BYTE, *PBYTE, *LPBYTE;
typedef unsigned char BOOLEAN, *PBOOLEAN;
typedef char16_t WCHAR, *PWCHAR, *PWSTR, *LPWSTR;
typedef const char16_t *PCWSTR, *LPCWSTR;
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
