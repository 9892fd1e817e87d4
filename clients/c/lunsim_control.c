#define _POSIX_C_SOURCE 200809L
#include "lunsim_control.h"

#include <errno.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

enum { kTokenMax = 256, kErrorMax = 512, kAnswerMax = 8 << 20 };

struct lunsim_control {
  int socket;
  unsigned long long last_id;
  char error[kErrorMax];
  char *answer; /* the last line, with its zero; result points into it */
  size_t answer_size, answer_used;
  char *result;
};

/* ---- sentences ---- */

static int fail(lunsim_control *control, const char *format, ...) {
  va_list arguments;
  if (control == NULL) return -1;
  va_start(arguments, format);
  vsnprintf(control->error, sizeof control->error, format, arguments);
  va_end(arguments);
  return -1;
}

const char *lunsim_error(const lunsim_control *control) {
  return control == NULL ? "no memory" : control->error;
}
const char *lunsim_result(const lunsim_control *control) {
  return control == NULL || control->result == NULL ? "" : control->result;
}

/* ---- JSON, read where it lies ---- */

static const char *skip_blanks(const char *at) {
  while (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n') ++at;
  return at;
}

/* Behind the text that begins at `at` with its quote; NULL if it has no end. */
static const char *skip_text(const char *at) {
  for (++at; *at != '\0' && *at != '"'; ++at)
    if (*at == '\\' && *++at == '\0') return NULL;
  return *at == '"' ? at + 1 : NULL;
}

/* Behind the value at `at`; NULL if there is none. No recursion: brackets are only counted. */
static const char *skip_value(const char *at) {
  long depth = 0;
  at = skip_blanks(at);
  do {
    if (*at == '"') {
      at = skip_text(at);
      if (at == NULL) return NULL;
    } else if (*at == '{' || *at == '[') {
      ++depth;
      ++at;
    } else if ((*at == '}' || *at == ']') && depth > 0) {
      --depth;
      ++at;
    } else if ((*at == ',' || *at == ':') && depth > 0) {
      ++at;
    } else {
      const size_t word = strcspn(at, ",:]}[{\" \t\r\n");
      if (word == 0) return NULL;
      at += word;
    }
    if (depth > 0) at = skip_blanks(at);
  } while (depth > 0 && *at != '\0');
  return depth == 0 ? at : NULL;
}

/* The value of a key, or of an index, of the object or array at `at`; NULL if it is not there. */
static const char *step_into(const char *at, const char *key, size_t key_length) {
  const char open = *at;
  unsigned long index = 0, wanted = 0;
  if (open != '{' && open != '[') return NULL;
  if (open == '[') {
    for (size_t i = 0; i < key_length; ++i) {
      if (key[i] < '0' || key[i] > '9' || wanted > 100000000) return NULL;
      wanted = wanted * 10 + (unsigned long)(key[i] - '0');
    }
  }
  at = skip_blanks(at + 1);
  while (*at != '}' && *at != ']' && *at != '\0') {
    int found = index++ == wanted;
    if (open == '{') {
      const char *end = *at == '"' ? skip_text(at) : NULL;
      if (end == NULL) return NULL;
      found = (size_t)(end - at) == key_length + 2 && memcmp(at + 1, key, key_length) == 0;
      at = skip_blanks(end);
      if (*at != ':') return NULL;
      at = skip_blanks(at + 1);
    }
    if (found) return at;
    at = skip_value(at);
    if (at == NULL) return NULL;
    at = skip_blanks(at);
    if (*at == ',') at = skip_blanks(at + 1);
  }
  return NULL;
}

const char *lunsim_json_find(const char *json, const char *path, size_t *length) {
  const char *at = skip_blanks(json);
  const char *end;
  while (*path != '\0' && at != NULL) {
    const size_t key_length = strcspn(path, ".");
    at = step_into(at, path, key_length);
    path += key_length;
    if (*path == '.') ++path;
  }
  end = at == NULL ? NULL : skip_value(at);
  if (end == NULL) return NULL;
  if (length != NULL) *length = (size_t)(end - at);
  return at;
}

int lunsim_json_number(const char *json, const char *path, uint64_t *value) {
  size_t length, i;
  uint64_t number = 0;
  const char *at = lunsim_json_find(json, path, &length);
  if (at == NULL) return -1;
  if ((length == 4 && memcmp(at, "true", 4) == 0) || (length == 5 && memcmp(at, "false", 5) == 0)) {
    *value = *at == 't';
    return 0;
  }
  for (i = 0; i < length; ++i) {
    const unsigned digit = (unsigned)(at[i] - '0');
    if (at[i] < '0' || at[i] > '9' || number > (UINT64_MAX - digit) / 10) return -1;
    number = number * 10 + digit;
  }
  *value = number;
  return length == 0 ? -1 : 0;
}

static int hex_digits(const char *at, unsigned *code) {
  *code = 0;
  for (int i = 0; i < 4; ++i) {
    const char *digits = "0123456789abcdef", *found;
    const char lower = (char)(at[i] >= 'A' && at[i] <= 'F' ? at[i] - 'A' + 'a' : at[i]);
    if (lower == '\0' || (found = strchr(digits, lower)) == NULL) return -1;
    *code = *code * 16 + (unsigned)(found - digits);
  }
  return 0;
}

/* Writes one character as UTF-8; how many bytes. */
static size_t put_utf8(unsigned code, char *out) {
  if (code < 0x80) {
    out[0] = (char)code;
    return 1;
  }
  if (code < 0x800) {
    out[0] = (char)(0xC0 | code >> 6);
    out[1] = (char)(0x80 | (code & 0x3F));
    return 2;
  }
  if (code < 0x10000) {
    out[0] = (char)(0xE0 | code >> 12);
    out[1] = (char)(0x80 | (code >> 6 & 0x3F));
    out[2] = (char)(0x80 | (code & 0x3F));
    return 3;
  }
  out[0] = (char)(0xF0 | code >> 18);
  out[1] = (char)(0x80 | (code >> 12 & 0x3F));
  out[2] = (char)(0x80 | (code >> 6 & 0x3F));
  out[3] = (char)(0x80 | (code & 0x3F));
  return 4;
}

/* One escape behind its backslash; moves on. 0 if it is none. */
static size_t take_escape(const char **at, char *out) {
  static const char kNames[] = "\"\\/bfnrt", kMeant[] = "\"\\/\b\f\n\r\t";
  const char *named;
  unsigned code, low;
  if (**at == 'u') {
    if (hex_digits(*at + 1, &code) != 0) return 0;
    *at += 5;
    if (code >= 0xD800 && code < 0xDC00 && (*at)[0] == '\\' && (*at)[1] == 'u' &&
        hex_digits(*at + 2, &low) == 0 && low >= 0xDC00 && low < 0xE000) {
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      *at += 6;
    }
    return put_utf8(code, out);
  }
  named = **at == '\0' ? NULL : strchr(kNames, **at);
  if (named == NULL) return 0;
  *out = kMeant[named - kNames];
  ++*at;
  return 1;
}

int lunsim_json_text(const char *json, const char *path, char *text, size_t size) {
  size_t length, used = 0;
  const char *at = lunsim_json_find(json, path, &length), *end;
  if (at == NULL || *at != '"' || size == 0) return -1;
  end = at + length - 1;
  for (++at; at < end;) {
    char bytes[4];
    size_t count = 1;
    if (*at == '\\') {
      ++at;
      count = take_escape(&at, bytes);
      if (count == 0) return -1;
    } else {
      bytes[0] = *at++;
    }
    if (used + count >= size) return -1;
    memcpy(text + used, bytes, count);
    used += count;
  }
  text[used] = '\0';
  return 0;
}

long lunsim_json_length(const char *json, const char *path) {
  const char *at = lunsim_json_find(json, path, NULL);
  long count = 0;
  if (at == NULL || *at != '[') return -1;
  at = skip_blanks(at + 1);
  while (*at != ']') {
    at = skip_value(at);
    if (at == NULL) return -1;
    ++count;
    at = skip_blanks(at);
    if (*at == ',') at = skip_blanks(at + 1);
  }
  return count;
}

/* ---- the line ---- */

/* A JSON text of `text`, in memory of its own. */
static char *quoted(const char *text) {
  char *out = malloc(strlen(text) * 6 + 3), *to = out;
  if (out == NULL) return NULL;
  *to++ = '"';
  for (; *text != '\0'; ++text) {
    const unsigned char c = (unsigned char)*text;
    if (c == '"' || c == '\\') {
      *to++ = '\\';
      *to++ = (char)c;
    } else if (c < 0x20) {
      to += sprintf(to, "\\u%04x", c);
    } else {
      *to++ = (char)c;
    }
  }
  *to++ = '"';
  *to = '\0';
  return out;
}

static int send_all(lunsim_control *control, const char *text, size_t length) {
  while (length > 0) {
    const ssize_t sent = send(control->socket, text, length, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return fail(control, "the control channel is closed: %s", strerror(errno));
    text += sent;
    length -= (size_t)sent;
  }
  return 0;
}

/* One line into control->answer, without its end. */
static int receive_line(lunsim_control *control) {
  control->answer_used = 0;
  while (1) {
    ssize_t got;
    char *end;
    if (control->answer_size - control->answer_used < 4096) {
      const size_t size = control->answer_size * 2 + 8192;
      char *larger = size > kAnswerMax * 2 ? NULL : realloc(control->answer, size);
      if (larger == NULL) return fail(control, "the answer is too long");
      control->answer = larger;
      control->answer_size = size;
    }
    got = recv(control->socket, control->answer + control->answer_used,
               control->answer_size - control->answer_used - 1, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(control, "the control channel is broken: %s", strerror(errno));
    if (got == 0) return fail(control, "lunsim has closed the control channel");
    end = memchr(control->answer + control->answer_used, '\n', (size_t)got);
    control->answer_used += (size_t)got;
    if (end == NULL) continue;
    *end = '\0';
    return 0;
  }
}

static int take_answer(lunsim_control *control) {
  uint64_t id = 0;
  size_t length = 0;
  const char *result;
  if (receive_line(control) != 0) return -1;
  if (lunsim_json_find(control->answer, "error", NULL) != NULL) {
    if (lunsim_json_text(control->answer, "error", control->error, sizeof control->error) != 0)
      return fail(control, "the request was refused, with a reason too long to tell");
    return -1;
  }
  result = lunsim_json_find(control->answer, "result", &length);
  if (result == NULL || lunsim_json_number(control->answer, "id", &id) != 0 ||
      id != control->last_id)
    return fail(control, "this is no answer of lunsim's control channel");
  control->result = control->answer + (result - control->answer);
  control->result[length] = '\0';
  return 0;
}

int lunsim_request(lunsim_control *control, const char *name, const char *members) {
  char *line, *word;
  size_t size;
  int length, outcome;
  if (control == NULL) return -1;
  control->result = NULL;
  if (control->socket < 0)
    return control->error[0] != '\0' ? -1 : fail(control, "there is no connection");
  control->error[0] = '\0';
  if (members == NULL) members = "";
  word = quoted(name);
  size = strlen(name) * 6 + strlen(members) + 80;
  line = malloc(size);
  if (word == NULL || line == NULL) {
    free(word);
    free(line);
    return fail(control, "no memory");
  }
  length = snprintf(line, size, "{\"id\":%llu,\"request\":%s%s%s}\n", ++control->last_id, word,
                    *members == '\0' ? "" : ",", members);
  outcome = send_all(control, line, (size_t)length);
  free(word);
  free(line);
  return outcome == 0 ? take_answer(control) : outcome;
}

/* A request with texts beside its name: key, text, key, text ..., NULL. */
static int request_with(lunsim_control *control, const char *name, const char *rest, ...) {
  char *members = calloc(1, 1);
  const char *key;
  int outcome;
  va_list texts;
  va_start(texts, rest);
  while (members != NULL && (key = va_arg(texts, const char *)) != NULL) {
    char *value = quoted(va_arg(texts, const char *));
    char *longer = value == NULL
                       ? NULL
                       : realloc(members, strlen(members) + strlen(key) + strlen(value) + 8);
    if (longer != NULL)
      sprintf(longer + strlen(longer), "%s\"%s\":%s", *longer == '\0' ? "" : ",", key, value);
    else
      free(members);
    free(value);
    members = longer;
  }
  va_end(texts);
  if (members != NULL && rest != NULL) {
    char *longer = realloc(members, strlen(members) + strlen(rest) + 2);
    if (longer != NULL)
      sprintf(longer + strlen(longer), "%s%s", *longer == '\0' ? "" : ",", rest);
    else
      free(members);
    members = longer;
  }
  if (members == NULL) return control == NULL ? -1 : fail(control, "no memory");
  outcome = lunsim_request(control, name, members);
  free(members);
  return outcome;
}

/* ---- opening and closing ---- */

static int connect_to(lunsim_control *control, const char *address) {
  char host[256];
  struct addrinfo hints, *found = NULL, *one;
  const char *colon = strrchr(address, ':');
  size_t length = colon == NULL ? 0 : (size_t)(colon - address);
  if (colon == NULL || length >= sizeof host)
    return fail(control, "%s is no address and port", address);
  if (length > 1 && address[0] == '[' && colon[-1] == ']') {
    ++address;
    length -= 2;
  }
  memcpy(host, address, length);
  host[length] = '\0';
  memset(&hints, 0, sizeof hints);
  hints.ai_socktype = SOCK_STREAM;
  if (getaddrinfo(host, colon + 1, &hints, &found) != 0)
    return fail(control, "%s is no address", host);
  for (one = found; one != NULL && control->socket < 0; one = one->ai_next) {
    control->socket = socket(one->ai_family, one->ai_socktype, one->ai_protocol);
    if (control->socket >= 0 && connect(control->socket, one->ai_addr, one->ai_addrlen) != 0) {
      fail(control, "nobody answers at %s:%s: %s", host, colon + 1, strerror(errno));
      close(control->socket);
      control->socket = -1;
    }
  }
  freeaddrinfo(found);
  return control->socket >= 0 ? 0 : -1;
}

static int read_token(lunsim_control *control, const char *path, char *token) {
  FILE *file = fopen(path, "r");
  if (file == NULL) return fail(control, "the token cannot be read from %s: %s", path, strerror(errno));
  if (fgets(token, kTokenMax, file) == NULL) token[0] = '\0';
  fclose(file);
  token[strcspn(token, "\r\n")] = '\0';
  return token[0] != '\0' ? 0 : fail(control, "there is no token in %s", path);
}

lunsim_control *lunsim_open_at(const char *address, const char *token_file) {
  char token[kTokenMax];
  lunsim_control *control = calloc(1, sizeof *control);
  if (control == NULL) return NULL;
  control->socket = -1;
  if (read_token(control, token_file, token) != 0 || connect_to(control, address) != 0)
    return control;
  control->error[0] = '\0';
  if (request_with(control, "hello", NULL, "token", token, (const char *)NULL) != 0) {
    close(control->socket);
    control->socket = -1;
  }
  return control;
}

lunsim_control *lunsim_open(void) {
  const char *address = getenv("LUNSIM_CONTROL");
  const char *token_file = getenv("LUNSIM_CONTROL_TOKEN_FILE");
  lunsim_control *control;
  if (address != NULL && token_file != NULL) return lunsim_open_at(address, token_file);
  control = calloc(1, sizeof *control);
  if (control == NULL) return NULL;
  control->socket = -1;
  fail(control, "LUNSIM_CONTROL and LUNSIM_CONTROL_TOKEN_FILE are not set: run this under lunsim exec");
  return control;
}

void lunsim_close(lunsim_control *control) {
  if (control == NULL) return;
  if (control->socket >= 0) close(control->socket);
  free(control->answer);
  free(control);
}

/* ---- the requests ---- */

int lunsim_arm(lunsim_control *control, const char *fault) {
  return request_with(control, "arm", NULL, "fault", fault, (const char *)NULL);
}
int lunsim_disarm(lunsim_control *control, const char *fault) {
  return request_with(control, "disarm", NULL, "fault", fault, (const char *)NULL);
}

int lunsim_fault_named(lunsim_control *control, const char *name, lunsim_fault *fault) {
  char path[64], found[256];
  if (lunsim_request(control, "list_faults", NULL) != 0) return -1;
  for (long i = 0; i < lunsim_json_length(control->result, "faults"); ++i) {
    uint64_t armed = 0;
    const char *one;
    snprintf(path, sizeof path, "faults.%ld", i);
    one = lunsim_json_find(control->result, path, NULL);
    if (lunsim_json_text(one, "name", found, sizeof found) != 0 || strcmp(found, name) != 0)
      continue;
    if (lunsim_json_number(one, "armed", &armed) != 0 ||
        lunsim_json_number(one, "matched", &fault->matched) != 0 ||
        lunsim_json_number(one, "fired", &fault->fired) != 0)
      return fail(control, "this list of faults cannot be read");
    fault->armed = armed != 0;
    return 0;
  }
  return fail(control, "no fault is named \"%s\"", name);
}

static int change_lun(lunsim_control *control, const char *target, const char *what, uint64_t lun,
                      const char *capacity) {
  char *word = quoted(capacity == NULL ? "" : capacity), *rest;
  int outcome;
  size_t size;
  if (word == NULL) return fail(control, "no memory");
  size = strlen(word) + 96;
  rest = malloc(size);
  if (rest == NULL) {
    free(word);
    return fail(control, "no memory");
  }
  snprintf(rest, size, "\"%s\":{\"lun\":%llu%s%s}", what, (unsigned long long)lun,
           capacity == NULL ? "" : ",\"capacity\":", capacity == NULL ? "" : word);
  outcome = request_with(control, "change", rest, "target", target, (const char *)NULL);
  free(word);
  free(rest);
  return outcome;
}

int lunsim_add_lun(lunsim_control *control, const char *target, uint64_t lun,
                   const char *capacity) {
  return change_lun(control, target, "add", lun, capacity);
}
int lunsim_resize_lun(lunsim_control *control, const char *target, uint64_t lun,
                      const char *capacity) {
  return change_lun(control, target, "resize", lun, capacity);
}
int lunsim_remove_lun(lunsim_control *control, const char *target, uint64_t lun) {
  return change_lun(control, target, "remove", lun, NULL);
}
int lunsim_request_logout(lunsim_control *control, const char *target, unsigned within_s) {
  char rest[64];
  snprintf(rest, sizeof rest, "\"request_logout\":\"%u s\"", within_s);
  return request_with(control, "change", rest, "target", target, (const char *)NULL);
}
int lunsim_drop_sessions(lunsim_control *control, const char *target, const char *how) {
  return request_with(control, "change", NULL, "target", target, "drop_sessions", how,
                      (const char *)NULL);
}

static long count_of(lunsim_control *control, const char *name, const char *list) {
  return lunsim_request(control, name, NULL) != 0 ? -1 : lunsim_json_length(control->result, list);
}
long lunsim_sessions(lunsim_control *control) {
  return count_of(control, "list_sessions", "sessions");
}
long lunsim_connections(lunsim_control *control) {
  return count_of(control, "list_connections", "connections");
}
int lunsim_counter(lunsim_control *control, const char *name, uint64_t *value) {
  if (lunsim_request(control, "counters", NULL) != 0) return -1;
  return lunsim_json_number(control->result, name, value) == 0
             ? 0
             : fail(control, "no counter is named \"%s\"", name);
}

int lunsim_call(lunsim_control *control, const char *function, const char *with,
                uint32_t *returned) {
  uint64_t code = 0;
  const size_t size = with == NULL ? 1 : strlen(with) + 16;
  char *rest = malloc(size);
  int outcome;
  if (rest == NULL) return fail(control, "no memory");
  rest[0] = '\0';
  if (with != NULL) snprintf(rest, size, "\"with\":%s", with);
  outcome = request_with(control, "call", with == NULL ? NULL : rest, "function", function,
                         (const char *)NULL);
  free(rest);
  if (outcome != 0) return -1;
  if (lunsim_json_number(control->result, "return", &code) != 0)
    return fail(control, "this answer has no return code");
  if (returned != NULL) *returned = (uint32_t)code;
  return 0;
}
