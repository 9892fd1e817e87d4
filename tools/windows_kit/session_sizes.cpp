// A program as the documentation of these functions has them: wide characters, wmain, wprintf beside
// printf, a probe, an allocation and a fetch. It knows nothing of Linux and nothing of lunsim.
#ifndef UNICODE
#define UNICODE
#endif
#ifdef _MSC_VER
#pragma comment(lib, "Iscsidsc.lib")
#endif

#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <iscsidsc.h>

#ifdef __cplusplus
extern "C"
#endif
int wmain(int argc, wchar_t *argv[])
{
   DWORD i;
   ULONG ulSize = 0;
   ULONG ulCount = 0;
   PISCSI_SESSION_INFO pInfo = NULL;
   LPCWSTR pszWanted = NULL;
   ISDSC_STATUS nStatus;
   //
   // Check command line arguments.
   //
   if (argc == 2)
   {
      pszWanted = argv[1];
   }
   else if (argc != 1)
   {
      wprintf(L"Usage: %s [TargetName]\n", argv[0]);
      exit(1);
   }
   //
   // Ask for the size, then for the sessions.
   //
   nStatus = GetIScsiSessionList(&ulSize, &ulCount, NULL);
   if (nStatus == ERROR_INSUFFICIENT_BUFFER)
   {
      pInfo = (PISCSI_SESSION_INFO)HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, ulSize);
      if (pInfo == NULL)
      {
         fprintf(stderr, "Out of memory\n");
         return 1;
      }
      nStatus = GetIScsiSessionList(&ulSize, &ulCount, pInfo);
   }
   //
   // If the calls succeeded,
   //
   if (nStatus == ERROR_SUCCESS)
   {
      printf("\tSessions: %lu\n", ulCount);
      for (i = 0; i < ulCount; i++)
      {
         if (pszWanted != NULL && _wcsicmp(pInfo[i].TargetName, pszWanted) != 0)
            continue;
         wprintf(L"\n\tTarget:      %s\n", pInfo[i].TargetName);
         wprintf(L"\tInitiator:   %-40.40s|\n", pInfo[i].InitiatorName);
         printf("\tLength:      %Iu characters, narrow: %S\n", wcslen(pInfo[i].TargetName), pInfo[i].TargetName);
         printf("\tConnections: %d\n", pInfo[i].ConnectionCount);
      }
   }
   //
   // Otherwise, indicate a system error.
   //
   else
      fprintf(stderr, "A system error has occurred: %u\n", nStatus);
   printf("\tLast error:  %s\n", GetLastError() == nStatus ? "tells the code" : "tells nothing");
   if (pInfo != NULL)
      HeapFree(GetProcessHeap(), 0, pInfo);

   return 0;
}
