/* Every printing function and every form that their documentation has, on data that does not
 * change: the same source on Windows and on Linux, as C and as C++, must print the same lines. */
#include <windows.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tchar.h>

/* 16-bit units as numbers: what the console makes of them is not the question. */
static void print_units(const char *what, int count, const WCHAR *text)
{
   printf("%s %d:", what, count);
   for (; *text != 0; text++)
      printf(" %04X", (unsigned)*text);
   printf("\n");
}

static int forward(WCHAR *to, size_t units, const WCHAR *format, ...)
{
   int count;
   va_list arguments;
   va_start(arguments, format);
   count = _vsnwprintf(to, units, format, arguments);
   va_end(arguments);
   return count;
}

static void texts(void)
{
   WCHAR wide[64];
   char narrow[64];
   printf("%s %S %hs %ls %c %C\n", "narrow", TEXT("wide"), "narrow", TEXT("wide"), 'n', TEXT('w'));
   wprintf(TEXT("%s %S %hs %ls %c %C\n"), TEXT("wide"), "narrow", "narrow", TEXT("wide"), TEXT('w'), 'n');
   wprintf(TEXT("[%10s][%-10s][%.3s][%10.2s][%*.*s]\n"), TEXT("right"), TEXT("left"), TEXT("cut off"),
           TEXT("both"), 6, 1, TEXT("star"));
   print_units("_snwprintf", _snwprintf(wide, 64, TEXT("<%s|%S>"), TEXT("\x00e9\x4e16"), "ascii"), wide);
   wide[4] = 0;
   print_units("_snwprintf, too small", _snwprintf(wide, 4, TEXT("%s"), TEXT("abcdef")), wide);
   print_units("_vsnwprintf", forward(wide, 64, TEXT("%d %s"), 7, TEXT("seven")), wide);
   print_units("wcscpy", (int)wcslen(wcscat(wcscpy(wide, TEXT("ab")), TEXT("cd"))), wide);
   narrow[4] = 0;
   printf("_snprintf, too small %d %s\n", _snprintf(narrow, 4, "%s", "abcdef"), narrow);
   printf("compare %d %d %d\n", wcscmp(TEXT("a"), TEXT("b")) < 0, _wcsicmp(TEXT("ABC"), TEXT("abc")),
          wcsncmp(TEXT("abX"), TEXT("abY"), 2));
   printf("find %d %d\n", (int)(wcschr(TEXT("target"), TEXT('g')) != NULL), (int)(wcsstr(TEXT("target"), TEXT("get")) != NULL));
   printf("number %d %d\n", _wtoi(TEXT("  42 units")), (int)wcstol(TEXT("-7f"), NULL, 16));
   fwprintf(stdout, TEXT("%s\n"), TEXT("to a stream"));
   fputws(TEXT("as it is: %s\n"), stdout);
   _putws(TEXT("a line"));
   fprintf(stdout, "%s%c", "narrow and wide on one stream", '\n');
}

static void numbers(void)
{
   LONGLONG big = -0x123456789ABCDEFLL;
   DWORD code = 0xEFFF003Fu;
   printf("%d %i %u %x %X %o %5d|%-5d|%05d|%+d|% d\n", -1, 42, 42u, 255, 255, 8, 42, 42, 42, 42, 42);
   printf("%I64d %I64x %I32d %lu %lx %08lX %hd\n", big, big, -5, code, code, code, 70000);
   printf("%#x %#o %.3d %8.4d|%-8.4d|%%\n", 255, 8, 7, 7, 7);
   printf("%f %.2f %8.3f|%-8.1f|%+.0f\n", 1.5, 3.14159, 2.5, 2.5, 3.0);
   printf("%p\n", (void *)(ULONG_PTR)0xABC);
   wprintf(TEXT("%I64d %lu %#x %.2f %p %5d|%-5d|\n"), big, code, 255, 2.25, (void *)(ULONG_PTR)0xDEF, 42, 42);
}

#ifdef __cplusplus
extern "C"
#endif
int _tmain(int argc, TCHAR *argv[])
{
   int i;
   texts();
   numbers();
   for (i = 1; i < argc; i++)
      print_units("argument", i, argv[i]);
   fflush(stdout);
   return 0;
}
