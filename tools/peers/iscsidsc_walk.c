/* A program as Windows programs are: it includes <iscsidsc.h>, calls the library and prints what came back, a line a call.
 * The same source is built against libiscsidsc.so and, by mingw-w64, against iscsidsc.dll; the lines must be the same.
 *
 *   iscsidsc_walk login ADDRESS PORT TARGET    portal, targets, login; the session stays
 *   iscsidsc_walk look                         sessions, mappings, capacity, units, INQUIRY; then logout of each
 *   iscsidsc_walk sessions                     how many there are
 *   iscsidsc_walk store TARGET                 a persistent login
 *
 * Exit code 0 if it got to its end, whatever the calls returned. Ids and local ports differ from run to run: not printed. */
#include <iscsidsc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void say(const char* call, ISDSC_STATUS code) { printf("%s %08X\n", call, (unsigned)code); }

static void print_bytes(const char* what, const UCHAR* bytes, ULONG count) {
  printf("  %s", what);
  for (ULONG i = 0; i < count; ++i) printf(" %02X", bytes[i]);
  printf("\n");
}

static void copy_text(CHAR* to, size_t room, const char* from) {
  strncpy(to, from, room - 1);
  to[room - 1] = '\0';
}

static void print_targets(void) {
  ULONG size = 0;
  ISDSC_STATUS code = ReportIScsiTargetsA(FALSE, &size, NULL);
  say("ReportIScsiTargetsA probe", code);
  CHAR* names = malloc(size + 1);
  code = ReportIScsiTargetsA(FALSE, &size, names);
  say("ReportIScsiTargetsA", code);
  if (code == ERROR_SUCCESS)
    for (const CHAR* name = names; *name != '\0'; name += strlen(name) + 1) printf("  %s\n", name);
  free(names);
}

static int do_login(const char* address, const char* port, const char* target) {
  ISCSI_TARGET_PORTALA portal;
  memset(&portal, 0, sizeof portal);
  copy_text(portal.SymbolicName, sizeof portal.SymbolicName, "walk");
  copy_text(portal.Address, sizeof portal.Address, address);
  portal.Socket = (USHORT)atoi(port);
  say("AddIScsiSendTargetPortalA",
      AddIScsiSendTargetPortalA(NULL, ISCSI_ALL_INITIATOR_PORTS, NULL, 0, &portal));
  print_targets();

  CHAR name[MAX_ISCSI_NAME_LEN + 1];
  ISCSI_UNIQUE_SESSION_ID session;
  ISCSI_UNIQUE_CONNECTION_ID connection;
  copy_text(name, sizeof name, target);
  say("LoginIScsiTargetA",
      LoginIScsiTargetA(name, FALSE, NULL, ISCSI_ANY_INITIATOR_PORT, NULL, 0, NULL, NULL, 0, NULL, FALSE,
                        &session, &connection));
  say("LoginIScsiTargetA again",
      LoginIScsiTargetA(name, FALSE, NULL, ISCSI_ANY_INITIATOR_PORT, NULL, 0, NULL, NULL, 0, NULL, FALSE,
                        &session, &connection));
  copy_text(name, sizeof name, "iqn.2026-01.com.example:nobody");
  say("LoginIScsiTargetA unknown",
      LoginIScsiTargetA(name, FALSE, NULL, ISCSI_ANY_INITIATOR_PORT, NULL, 0, NULL, NULL, 0, NULL, FALSE,
                        &session, &connection));
  return 0;
}

static void read_unit(ISCSI_UNIQUE_SESSION_ID* session, ULONGLONG lun) {
  UCHAR response[256], sense[18], status = 0xAA;
  ULONG response_size = sizeof response, sense_size = sizeof sense;
  ISDSC_STATUS code = SendScsiReadCapacity(session, lun, &status, &response_size, response, &sense_size, sense);
  say("SendScsiReadCapacity", code);
  if (code == ERROR_SUCCESS) print_bytes("capacity", response, response_size);
  response_size = sizeof response;
  sense_size = sizeof sense;
  code = SendScsiInquiry(session, lun, 0, 0, &status, &response_size, response, &sense_size, sense);
  say("SendScsiInquiry", code);
  if (code == ERROR_SUCCESS && response_size >= 16) print_bytes("vendor", response + 8, 8);
}

static void print_mappings(void) {
  ULONG size = 0, count = 0;
  ISDSC_STATUS code = ReportActiveIScsiTargetMappingsA(&size, &count, NULL);
  say("ReportActiveIScsiTargetMappingsA probe", code);
  if (code != ERROR_INSUFFICIENT_BUFFER) return;
  ISCSI_TARGET_MAPPINGA* mappings = malloc(size);
  code = ReportActiveIScsiTargetMappingsA(&size, &count, mappings);
  say("ReportActiveIScsiTargetMappingsA", code);
  for (ULONG i = 0; code == ERROR_SUCCESS && i < count; ++i) {
    printf("  %s %u units\n", mappings[i].TargetName, (unsigned)mappings[i].LUNCount);
    for (ULONG unit = 0; unit < mappings[i].LUNCount; ++unit) {
      printf("  unit %u\n", (unsigned)mappings[i].LUNList[unit].TargetLUN);
      read_unit(&mappings[i].SessionId, mappings[i].LUNList[unit].TargetLUN);
    }
  }
  free(mappings);
}

static int do_look(void) {
  ULONG size = 0, count = 0;
  ISDSC_STATUS code = GetIScsiSessionListW(&size, &count, NULL);
  say("GetIScsiSessionListW probe", code);
  printf("  %u sessions, %u bytes\n", (unsigned)count, (unsigned)(count > 0 && size > 0));
  if (code != ERROR_INSUFFICIENT_BUFFER) return 0;
  ISCSI_SESSION_INFOW* sessions = malloc(size);
  code = GetIScsiSessionListW(&size, &count, sessions);
  say("GetIScsiSessionListW", code);
  print_mappings();
  for (ULONG i = 0; code == ERROR_SUCCESS && i < count; ++i) {
    printf("  ");
    for (const WCHAR* c = sessions[i].TargetName; *c != 0; ++c) putchar((char)*c);
    printf(" %u connections\n", (unsigned)sessions[i].ConnectionCount);
    UCHAR status = 0, sense[18], luns[64];
    ULONG response_size = 0, sense_size = sizeof sense;
    say("SendScsiReportLuns probe",
        SendScsiReportLuns(&sessions[i].SessionId, &status, &response_size, NULL, &sense_size, sense));
    printf("  %u bytes\n", (unsigned)response_size);
    response_size = sizeof luns;
    sense_size = sizeof sense;
    ISDSC_STATUS told =
        SendScsiReportLuns(&sessions[i].SessionId, &status, &response_size, luns, &sense_size, sense);
    say("SendScsiReportLuns", told);
    if (told == ERROR_SUCCESS) print_bytes("luns", luns, response_size);
    say("LogoutIScsiTarget", LogoutIScsiTarget(&sessions[i].SessionId));
    say("LogoutIScsiTarget again", LogoutIScsiTarget(&sessions[i].SessionId));
  }
  free(sessions);
  return 0;
}

static int do_sessions(void) {
  ULONG size = 0, count = 0;
  say("GetIScsiSessionListA", GetIScsiSessionListA(&size, &count, NULL));
  printf("  %u sessions\n", (unsigned)count);
  return 0;
}

static int do_store(const char* target) {
  CHAR name[MAX_ISCSI_NAME_LEN + 1];
  copy_text(name, sizeof name, target);
  say("LoginIScsiTargetA persistent",
      LoginIScsiTargetA(name, FALSE, NULL, ISCSI_ANY_INITIATOR_PORT, NULL, 0, NULL, NULL, 0, NULL, TRUE, NULL, NULL));
  return 0;
}

int main(int argc, char** argv) {
  int code = 2;
  if (argc == 5 && strcmp(argv[1], "login") == 0) code = do_login(argv[2], argv[3], argv[4]);
  if (argc == 2 && strcmp(argv[1], "look") == 0) code = do_look();
  if (argc == 2 && strcmp(argv[1], "sessions") == 0) code = do_sessions();
  if (argc == 3 && strcmp(argv[1], "store") == 0) code = do_store(argv[2]);
  if (code == 2) fprintf(stderr, "usage: iscsidsc_walk login ADDRESS PORT TARGET | look | sessions | store TARGET\n");
  fflush(stdout);
  return code;
}
