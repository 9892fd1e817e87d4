/* A C program with the encoding-neutral names, without UNICODE: they are the A forms. */
#include <iscsidsc.h>

unsigned long lunsim_c_size_of_portal(void);
unsigned long lunsim_c_size_of_portal(void) { return sizeof(ISCSI_TARGET_PORTAL); }

ISDSC_STATUS lunsim_c_probe_sessions(ULONG *size, ULONG *count);
ISDSC_STATUS lunsim_c_probe_sessions(ULONG *size, ULONG *count) {
  return GetIScsiSessionList(size, count, (PISCSI_SESSION_INFO)0);
}
