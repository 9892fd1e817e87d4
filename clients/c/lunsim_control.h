/* A client of lunsim's control channel in plain C11 and POSIX sockets: copy this header and its .c
 * into your test program. Requests go out as a line of JSON and wait for their answer; not for use
 * from several threads at once (open a client in each). The requests: docs/control.md. */
#ifndef LUNSIM_CONTROL_H
#define LUNSIM_CONTROL_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct lunsim_control lunsim_control;

/* Connects to where LUNSIM_CONTROL says and shows the token of LUNSIM_CONTROL_TOKEN_FILE, as
 * `lunsim exec` exports them. Never NULL, except without memory: ask lunsim_error(). */
lunsim_control *lunsim_open(void);
/* The same with "127.0.0.1:4711" and the path of the token file. */
lunsim_control *lunsim_open_at(const char *address, const char *token_file);
void lunsim_close(lunsim_control *control);

/* Why the last request did not succeed, as a sentence; "" if it did. */
const char *lunsim_error(const lunsim_control *control);
/* The result of the last request that succeeded, a JSON object; "" if there is none. Valid until the
 * next request. */
const char *lunsim_result(const lunsim_control *control);

/* Any request. `members` are JSON members beside its name, without braces, such as
 * "\"fault\":\"cut\""; NULL for none. 0 if it succeeded, else -1: see lunsim_error(). */
int lunsim_request(lunsim_control *control, const char *name, const char *members);

int lunsim_arm(lunsim_control *control, const char *fault);
int lunsim_disarm(lunsim_control *control, const char *fault);
typedef struct {
  int armed;
  uint64_t matched, fired;
} lunsim_fault;
int lunsim_fault_named(lunsim_control *control, const char *name, lunsim_fault *fault);

/* Capacities as scenarios write them: "64 MiB". */
int lunsim_add_lun(lunsim_control *control, const char *target, uint64_t lun, const char *capacity);
int lunsim_resize_lun(lunsim_control *control, const char *target, uint64_t lun,
                      const char *capacity);
int lunsim_remove_lun(lunsim_control *control, const char *target, uint64_t lun);
int lunsim_request_logout(lunsim_control *control, const char *target, unsigned within_s);
/* `how`: "reset" or "finish". */
int lunsim_drop_sessions(lunsim_control *control, const char *target, const char *how);

/* How many there are now; -1 if the request did not succeed. Details are in lunsim_result(). */
long lunsim_sessions(lunsim_control *control);
long lunsim_connections(lunsim_control *control);
/* One of the counters by its name, such as "pdus_received". */
int lunsim_counter(lunsim_control *control, const char *name, uint64_t *value);

/* Calls a function of the iSCSI Discovery Library at the scenario's host. `with` is a JSON object
 * with its parameters by their Windows names (NULL: none); what is not there has a sensible value.
 * 0 if the call was made: `returned` is what it returned, and lunsim_result() has its
 * out-parameters under "out". */
int lunsim_call(lunsim_control *control, const char *function, const char *with,
                uint32_t *returned);

/* --- reading JSON --- */

/* The value at a path like "out.ResponseBuffer.value.luns.0": where it begins in `json`, and how
 * long it is; NULL if there is none. */
const char *lunsim_json_find(const char *json, const char *path, size_t *length);
/* 0 if the value there is a whole number that is not negative (or true, or false). */
int lunsim_json_number(const char *json, const char *path, uint64_t *value);
/* 0 if it is a text that fits into `size` bytes with its zero; escapes are resolved. */
int lunsim_json_text(const char *json, const char *path, char *text, size_t size);
/* Elements of the array there; -1 if it is none. */
long lunsim_json_length(const char *json, const char *path);

#ifdef __cplusplus
}
#endif

#endif
