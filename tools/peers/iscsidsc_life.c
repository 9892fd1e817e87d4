/* iscsidsc.dll loaded by name, for what a program does with a library beside calling it: unloads it and loads it again, reads
 * the last-error value, and ends while threads wait in it.
 *
 *   iscsidsc_life COUNT PORT    PORT: of somebody on 127.0.0.1 who accepts and never answers */
#include <iscsidsc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

typedef ISDSC_STATUS(ISDSC_API *GetSessions)(PULONG, PULONG, PISCSI_SESSION_INFOA);
typedef ISDSC_STATUS(ISDSC_API *AddPortal)(PCHAR, ULONG, PISCSI_LOGIN_OPTIONS, ISCSI_SECURITY_FLAGS, PISCSI_TARGET_PORTALA);

static FARPROC function_of(HMODULE library, const char *name) {
  FARPROC found = library != NULL ? GetProcAddress(library, name) : NULL;
  if (found == NULL) {
    printf("no %s\n", name);
    exit(1);
  }
  return found;
}

static ISDSC_STATUS list_once(DWORD *last_error) {
  HMODULE library = LoadLibraryA("iscsidsc.dll");
  union {
    FARPROC any;
    GetSessions call;
  } list;
  ULONG size = 0, count = 0;
  ISDSC_STATUS code;
  list.any = function_of(library, "GetIScsiSessionListA");
  SetLastError(ERROR_SUCCESS);
  code = list.call(&size, &count, NULL);
  *last_error = GetLastError();
  FreeLibrary(library);
  return code;
}

static DWORD WINAPI wait_for_ever(void *argument) {
  union {
    FARPROC any;
    AddPortal call;
  } add;
  ISCSI_TARGET_PORTALA portal;
  memset(&portal, 0, sizeof portal);
  strcpy(portal.Address, "127.0.0.1");
  portal.Socket = *(const USHORT *)argument;
  add.any = function_of(LoadLibraryA("iscsidsc.dll"), "AddIScsiSendTargetPortalA");
  return add.call(NULL, ISCSI_ALL_INITIATOR_PORTS, NULL, 0, &portal);
}

int main(int argc, char **argv) {
  int times = argc == 3 ? atoi(argv[1]) : 0, i;
  USHORT port = argc == 3 ? (USHORT)atoi(argv[2]) : 0;
  DWORD last_error = 0;
  ISDSC_STATUS code = 0;
  for (i = 0; i < times && code == ERROR_SUCCESS; ++i) code = list_once(&last_error);
  printf("%d loads, code %08X, last error %08X, still loaded: %d\n", i, (unsigned)code, (unsigned)last_error,
         GetModuleHandleA("iscsidsc.dll") != NULL);
  fflush(stdout);
  for (i = 0; i < 4; ++i) CreateThread(NULL, 0, wait_for_ever, &port, 0, NULL);
  Sleep(1000);
  return 7;
}
