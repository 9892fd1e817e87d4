/* Uses every request of the C client against a running lunsim; prints what does not hold. The story
 * of tools/control_test.py is what it expects. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lunsim_control.h"

static int failures, checks;

static void check(int holds, const char *what, const lunsim_control *control) {
  ++checks;
  if (holds) return;
  ++failures;
  printf("FAIL  %s: %s %s\n", what, lunsim_error(control), lunsim_result(control));
}

static void read_json(void) {
  static const char kJson[] =
      " {\"a\" : [1, {\"b\":\"x\\\"\\u00e9\\ud83d\\ude00\\n\"} ,[], true],\"a.b\":3,\"big\":"
      "18446744073709551615, \"neg\":-1,\"n\":null}";
  uint64_t value = 0;
  size_t length = 0;
  char text[32], small[4];
  check(lunsim_json_number(kJson, "a.0", &value) == 0 && value == 1, "a number", NULL);
  check(lunsim_json_text(kJson, "a.1.b", text, sizeof text) == 0 &&
            strcmp(text, "x\"\xC3\xA9\xF0\x9F\x98\x80\n") == 0,
        "a text with escapes", NULL);
  check(lunsim_json_text(kJson, "a.1.b", small, sizeof small) != 0, "a text that does not fit", NULL);
  check(lunsim_json_length(kJson, "a") == 4 && lunsim_json_length(kJson, "a.2") == 0, "lengths", NULL);
  check(lunsim_json_length(kJson, "big") == -1, "a length of no array", NULL);
  check(lunsim_json_number(kJson, "a.3", &value) == 0 && value == 1, "true is 1", NULL);
  check(lunsim_json_number(kJson, "big", &value) == 0 && value == UINT64_MAX, "64 bits", NULL);
  check(lunsim_json_number(kJson, "neg", &value) != 0, "no negative numbers", NULL);
  check(lunsim_json_find(kJson, "a.4", NULL) == NULL && lunsim_json_find(kJson, "c", NULL) == NULL &&
            lunsim_json_find(kJson, "big.x", NULL) == NULL,
        "what is not there", NULL);
  check(lunsim_json_find(kJson, "n", &length) != NULL && length == 4, "null has a place", NULL);
  static const char *const kBroken[] = {"{\"a\":", "{\"a\"", "{\"a\":[1", "{\"a\":\"x", "[", "", "}", "{\"a\\"};
  for (size_t i = 0; i < sizeof kBroken / sizeof *kBroken; ++i)
    check(lunsim_json_find(kBroken[i], "a", NULL) == NULL, kBroken[i], NULL);
}

static int log_in(lunsim_control *control, char *session, size_t size) {
  uint32_t code = 1;
  size_t length = 0;
  const char *id;
  check(lunsim_call(control, "AddIScsiSendTargetPortal",
                    "{\"Portal\":{\"Address\":\"10.0.0.10\",\"Socket\":3260}}", &code) == 0 && code == 0,
        "discovery", control);
  check(lunsim_call(control, "LoginIScsiTarget",
                    "{\"TargetName\":\"iqn.2026-11.org.lunsim:array\",\"LoginOptions\":{\"LoginFlags\":2}}",
                    &code) == 0 && code == 0,
        "login", control);
  id = lunsim_json_find(lunsim_result(control), "out.UniqueSessionId", &length);
  if (id == NULL || length >= size) return -1;
  memcpy(session, id, length);
  session[length] = '\0';
  return 0;
}

static void use_everything(lunsim_control *control) {
  char session[256], with[512];
  uint64_t value = 0;
  uint32_t code = 0;
  lunsim_fault fault = {0, 0, 0};
  const long before = lunsim_sessions(control);
  check(before >= 0, "sessions", control);
  if (log_in(control, session, sizeof session) != 0) {
    check(0, "a session id", control);
    return;
  }
  check(lunsim_sessions(control) == before + 1, "one session more", control);
  check(lunsim_connections(control) >= 1, "its connection", control);
  check(lunsim_counter(control, "pdus_received", &value) == 0 && value > 4, "a counter", control);
  check(lunsim_counter(control, "no_such", &value) != 0 && strstr(lunsim_error(control), "no_such") != NULL,
        "no such counter", control);

  check(lunsim_arm(control, "busy") == 0, "arm", control);
  snprintf(with, sizeof with, "{\"UniqueSessionId\":%s,\"Lun\":0}", session);
  check(lunsim_call(control, "SendScsiReadCapacity", with, &code) == 0 && code == 0xEFFF001Du,
        "the fault strikes", control);
  check(lunsim_fault_named(control, "busy", &fault) == 0 && fault.armed && fault.fired >= 1 &&
            fault.matched >= fault.fired,
        "and is counted", control);
  check(lunsim_disarm(control, "busy") == 0 && lunsim_fault_named(control, "busy", &fault) == 0 && !fault.armed,
        "disarm", control);
  check(lunsim_fault_named(control, "bussy", &fault) != 0, "no such fault", control);
  check(lunsim_arm(control, "bussy") != 0 && strstr(lunsim_error(control), "did you mean \"busy\"") != NULL,
        "a suggestion", control);
  check(lunsim_call(control, "SendScsiReadCapacity", with, &code) == 0 && code == 0, "healthy again", control);
  check(lunsim_json_number(lunsim_result(control), "out.ResponseBuffer.value.last_lba", &value) == 0 &&
            value == 131071,
        "its capacity", control);

  check(lunsim_add_lun(control, "array", 77, "8 MiB") == 0, "add a LUN", control);
  check(lunsim_add_lun(control, "array", 77, "8 MiB") != 0, "once only", control);
  check(lunsim_resize_lun(control, "array", 77, "16 MiB") == 0, "resize it", control);
  check(lunsim_resize_lun(control, "array", 77, "16 \"MiB") != 0, "to a size", control);
  check(lunsim_remove_lun(control, "array", 77) == 0, "remove it", control);
  check(lunsim_remove_lun(control, "array", 77) != 0 && strstr(lunsim_error(control), "no LUN 77") != NULL,
        "once only", control);
  check(lunsim_request_logout(control, "array", 30) == 0, "request a logout", control);
  check(lunsim_drop_sessions(control, "array", "reset") == 0, "drop sessions", control);
  check(lunsim_drop_sessions(control, "array", "gently") != 0, "in one of two ways", control);
  check(lunsim_request(control, "lua", "\"code\":\"return 1\"") != 0 || *lunsim_result(control) != '\0',
        "lua runs or is refused", control);
  check(lunsim_request(control, "no_such", NULL) != 0, "no such request", control);
  snprintf(with, sizeof with, "{\"UniqueSessionId\":%s}", session);
  check(lunsim_call(control, "LogoutIScsiTarget", with, &code) == 0, "logout", control);
}

int main(int argc, char **argv) {
  lunsim_control *control;
  read_json();
  control = argc == 3 ? lunsim_open_at(argv[1], argv[2]) : lunsim_open();
  check(*lunsim_error(control) == '\0', "open", control);
  if (failures == 0) use_everything(control);
  lunsim_close(control);
  control = lunsim_open_at("127.0.0.1:1", "/dev/null");
  check(strstr(lunsim_error(control), "no token") != NULL, "an empty token file", control);
  check(lunsim_arm(control, "x") != 0 && *lunsim_error(control) != '\0', "nothing goes without a connection",
        control);
  lunsim_close(control);
  printf("%d checks, %d failures\n", checks, failures);
  return failures == 0 ? 0 : 1;
}
