/* The program that the page of NetSessionGetInfo wants people to write, in our words: names on the command line as wide
 * texts, level 10, what came, and the buffer freed. */
#ifndef UNICODE
#define UNICODE
#endif
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>
#include <lm.h>

static int show(LPTSTR server, LPTSTR client, LPTSTR user) {
  LPSESSION_INFO_10 session = NULL;
  NET_API_STATUS status = NetSessionGetInfo(server, client, user, 10, (LPBYTE*)&session);
  if (status == NERR_Success && session != NULL) {
    wprintf(L"Client: %s\n", session->sesi10_cname);
    wprintf(L"User: %s\n", session->sesi10_username);
    wprintf(L"Active: %u\nIdle: %u\n", session->sesi10_time, session->sesi10_idle_time);
  } else {
    fprintf(stderr, "error %u\n", (unsigned)status);
  }
  if (session != NULL) NetApiBufferFree(session);
  return status == NERR_Success ? 0 : 1;
}

int wmain(int argc, wchar_t* argv[]) {
  if (argc == 3) return show(NULL, argv[1], argv[2]);
  if (argc == 4) return show(argv[1], argv[2], argv[3]);
  wprintf(L"usage: %s [\\\\server] \\\\client user\n", argv[0]);
  return 2;
}
