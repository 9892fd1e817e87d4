/* The wide functions of Microsoft's C library, for 16-bit text. Part of <windows.h>.
 *
 * Under -fshort-wchar the standard ones are already declared by <wchar.h>, and the kit defines them
 * for the program; without it they are further functions for char16_t beside those: overloads in
 * C++, other names in C. */
#ifndef LUNSIM_WIDE_FUNCTIONS_H
#define LUNSIM_WIDE_FUNCTIONS_H

#if defined(__cplusplus)
#define LUNSIM_WIDE(result, name, parameters) result name parameters __asm__("lunsim_kit_" #name);
#else
#define LUNSIM_WIDE(result, name, parameters) result lunsim_kit_##name parameters;
#endif

#if __SIZEOF_WCHAR_T__ != 2
LUNSIM_WIDE(int, wprintf, (const WCHAR* format, ...))
LUNSIM_WIDE(int, fwprintf, (FILE * file, const WCHAR* format, ...))
LUNSIM_WIDE(int, swprintf, (WCHAR * to, size_t units, const WCHAR* format, ...))
LUNSIM_WIDE(int, vwprintf, (const WCHAR* format, va_list arguments))
LUNSIM_WIDE(int, vfwprintf, (FILE * file, const WCHAR* format, va_list arguments))
LUNSIM_WIDE(int, vswprintf, (WCHAR * to, size_t units, const WCHAR* format, va_list arguments))
LUNSIM_WIDE(int, fputws, (const WCHAR* text, FILE* file))
LUNSIM_WIDE(size_t, wcslen, (const WCHAR* text))
LUNSIM_WIDE(size_t, wcsnlen, (const WCHAR* text, size_t units))
LUNSIM_WIDE(WCHAR*, wcscpy, (WCHAR * to, const WCHAR* from))
LUNSIM_WIDE(WCHAR*, wcsncpy, (WCHAR * to, const WCHAR* from, size_t units))
LUNSIM_WIDE(WCHAR*, wcscat, (WCHAR * to, const WCHAR* from))
LUNSIM_WIDE(WCHAR*, wcsncat, (WCHAR * to, const WCHAR* from, size_t units))
LUNSIM_WIDE(int, wcscmp, (const WCHAR* a, const WCHAR* b))
LUNSIM_WIDE(int, wcsncmp, (const WCHAR* a, const WCHAR* b, size_t units))
LUNSIM_WIDE(WCHAR*, wcschr, (const WCHAR* text, WCHAR unit))
LUNSIM_WIDE(WCHAR*, wcsrchr, (const WCHAR* text, WCHAR unit))
LUNSIM_WIDE(WCHAR*, wcsstr, (const WCHAR* text, const WCHAR* part))
LUNSIM_WIDE(long, wcstol, (const WCHAR* text, WCHAR** end, int base))
LUNSIM_WIDE(unsigned long, wcstoul, (const WCHAR* text, WCHAR** end, int base))
#if !defined(__cplusplus)
#define wprintf lunsim_kit_wprintf
#define fwprintf lunsim_kit_fwprintf
#define swprintf lunsim_kit_swprintf
#define vwprintf lunsim_kit_vwprintf
#define vfwprintf lunsim_kit_vfwprintf
#define vswprintf lunsim_kit_vswprintf
#define fputws lunsim_kit_fputws
#define wcslen lunsim_kit_wcslen
#define wcsnlen lunsim_kit_wcsnlen
#define wcscpy lunsim_kit_wcscpy
#define wcsncpy lunsim_kit_wcsncpy
#define wcscat lunsim_kit_wcscat
#define wcsncat lunsim_kit_wcsncat
#define wcscmp lunsim_kit_wcscmp
#define wcsncmp lunsim_kit_wcsncmp
#define wcschr lunsim_kit_wcschr
#define wcsrchr lunsim_kit_wcsrchr
#define wcsstr lunsim_kit_wcsstr
#define wcstol lunsim_kit_wcstol
#define wcstoul lunsim_kit_wcstoul
#endif
#endif

/* Those that only Microsoft has. */
LUNSIM_WIDE(int, wprintf_s, (const WCHAR* format, ...))
LUNSIM_WIDE(int, fwprintf_s, (FILE * file, const WCHAR* format, ...))
LUNSIM_WIDE(int, _swprintf, (WCHAR * to, const WCHAR* format, ...))
LUNSIM_WIDE(int, _vswprintf, (WCHAR * to, const WCHAR* format, va_list arguments))
LUNSIM_WIDE(int, swprintf_s, (WCHAR * to, size_t units, const WCHAR* format, ...))
LUNSIM_WIDE(int, _snwprintf, (WCHAR * to, size_t units, const WCHAR* format, ...))
LUNSIM_WIDE(int, _vsnwprintf, (WCHAR * to, size_t units, const WCHAR* format, va_list arguments))
LUNSIM_WIDE(int, _putws, (const WCHAR* text))
LUNSIM_WIDE(int, _wcsicmp, (const WCHAR* a, const WCHAR* b))
LUNSIM_WIDE(int, _wcsnicmp, (const WCHAR* a, const WCHAR* b, size_t units))
LUNSIM_WIDE(int, wcscpy_s, (WCHAR * to, size_t units, const WCHAR* from))
LUNSIM_WIDE(int, wcscat_s, (WCHAR * to, size_t units, const WCHAR* from))
LUNSIM_WIDE(WCHAR*, _wcsdup, (const WCHAR* text))
LUNSIM_WIDE(int, _wtoi, (const WCHAR* text))
#if !defined(__cplusplus)
#define wprintf_s lunsim_kit_wprintf_s
#define fwprintf_s lunsim_kit_fwprintf_s
#define _swprintf lunsim_kit__swprintf
#define _vswprintf lunsim_kit__vswprintf
#define swprintf_s lunsim_kit_swprintf_s
#define _snwprintf lunsim_kit__snwprintf
#define _vsnwprintf lunsim_kit__vsnwprintf
#define _putws lunsim_kit__putws
#define _wcsicmp lunsim_kit__wcsicmp
#define _wcsnicmp lunsim_kit__wcsnicmp
#define wcscpy_s lunsim_kit_wcscpy_s
#define wcscat_s lunsim_kit_wcscat_s
#define _wcsdup lunsim_kit__wcsdup
#define _wtoi lunsim_kit__wtoi
#endif
#undef LUNSIM_WIDE

#endif
