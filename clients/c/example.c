/* A program under test: logs in, reads the capacity, and lets lunsim break the array in between.
 *
 *     lunsim exec story.yaml -- ./example [FAULT]
 *
 * Built only on the control client and the environment. Exit code 0: it got the capacity, 1: it
 * could not and says why. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lunsim_control.h"

enum { kSuccess = 0, kSessionBusy = (int)0xEFFF001F, kTriesMax = 3 };

static int give_up(lunsim_control *control, const char *what, uint32_t code) {
  const char *why = lunsim_error(control);
  if (*why != '\0')
    fprintf(stderr, "%s: %s\n", what, why);
  else
    fprintf(stderr, "%s ended with %08lxh\n", what, (unsigned long)code);
  lunsim_close(control);
  return 1;
}

/* The last block of unit 0; a unit that is busy, or has something to tell first, is asked again. */
static int read_capacity(lunsim_control *control, const char *session, uint64_t *last_lba,
                         uint32_t *code) {
  char with[512];
  snprintf(with, sizeof with, "{\"UniqueSessionId\":%s,\"Lun\":0}", session);
  for (int i = 0; i < kTriesMax; ++i) {
    if (lunsim_call(control, "SendScsiReadCapacity", with, code) != 0) return -1;
    if (*code == kSuccess)
      return lunsim_json_number(lunsim_result(control), "out.ResponseBuffer.value.last_lba",
                                last_lba);
  }
  return -1;
}

int main(int argc, char **argv) {
  const char *name = getenv("LUNSIM_TARGET_ARRAY");
  const char *portal = getenv("LUNSIM_ISCSI_ARRAY");
  const char *colon = portal == NULL ? NULL : strchr(portal, ':'), *found;
  char with[512], session[256];
  size_t length = 0;
  uint32_t code = 0;
  uint64_t last_lba = 0, again = 0;
  lunsim_control *control = lunsim_open();
  if (*lunsim_error(control) != '\0') return give_up(control, "no control channel", 0);
  if (name == NULL || colon == NULL) {
    fprintf(stderr, "there is no target array: run this under lunsim exec\n");
    return give_up(control, "nothing was done", 0);
  }

  snprintf(with, sizeof with, "{\"Portal\":{\"Address\":\"%.*s\",\"Socket\":%s}}",
           (int)(colon - portal), portal, colon + 1);
  if (lunsim_call(control, "AddIScsiSendTargetPortal", with, &code) != 0 || code != kSuccess)
    return give_up(control, "AddIScsiSendTargetPortal", code);
  snprintf(with, sizeof with, "{\"TargetName\":\"%s\"}", name);
  if (lunsim_call(control, "LoginIScsiTarget", with, &code) != 0 || code != kSuccess)
    return give_up(control, "LoginIScsiTarget", code);
  found = lunsim_json_find(lunsim_result(control), "out.UniqueSessionId", &length);
  if (found == NULL || length >= sizeof session) return give_up(control, "no session id", code);
  memcpy(session, found, length);
  session[length] = '\0';

  if (read_capacity(control, session, &last_lba, &code) != 0)
    return give_up(control, "SendScsiReadCapacity", code);
  if (argc > 1 && lunsim_arm(control, argv[1]) != 0) return give_up(control, "arm", 0);
  if (read_capacity(control, session, &again, &code) != 0)
    return give_up(control, "SendScsiReadCapacity with the fault", code);
  printf("last block %llu, then %llu\n", (unsigned long long)last_lba, (unsigned long long)again);

  snprintf(with, sizeof with, "{\"UniqueSessionId\":%s}", session);
  do {
    if (lunsim_call(control, "LogoutIScsiTarget", with, &code) != 0)
      return give_up(control, "LogoutIScsiTarget", code);
  } while ((int)code == kSessionBusy);
  if (code != kSuccess) return give_up(control, "LogoutIScsiTarget", code);
  lunsim_close(control);
  return 0;
}
