/* What a program of somebody who knows <lm.h> and nothing else sees of a server: each call, its code and what it filled in.
 * One source for Linux (char16_t) and Windows (wchar_t).
 *
 *     netapi_walk SERVER CLIENT USER    SERVER "-" is NULL: the host's own
 */
#ifdef _WIN32
#include <windows.h>
#endif
#include <lm.h>
#include <stdio.h>
#include <stdlib.h>

#define NAME_MAX_CHARS 300

static WCHAR server_text[NAME_MAX_CHARS], client_text[NAME_MAX_CHARS], user_text[NAME_MAX_CHARS];
static LMSTR server;

static LMSTR widen(WCHAR* into, const char* ascii) {
  size_t i = 0;
  for (; ascii[i] != 0 && i + 1 < NAME_MAX_CHARS; ++i) into[i] = (WCHAR)(unsigned char)ascii[i];
  into[i] = 0;
  return into;
}

static const char* shown(const WCHAR* text) {
  static char buffers[8][NAME_MAX_CHARS];
  static int next;
  char* out = buffers[next++ % 8];
  size_t i = 0;
  if (text == NULL) return "(null)";
  for (; text[i] != 0 && i + 1 < NAME_MAX_CHARS; ++i) out[i] = text[i] < 0x80 ? (char)text[i] : '?';
  out[i] = 0;
  return out;
}

static void said(const char* call, DWORD level, NET_API_STATUS code) {
  printf("%s %u: %u\n", call, (unsigned)level, (unsigned)code);
}

static void free_block(LPBYTE block) {
  if (block == NULL) return;
  if (NetApiBufferFree(block) != NERR_Success) printf("  the buffer cannot be freed\n");
}

static void get_info(LMSTR client, LMSTR user, DWORD level) {
  LPBYTE block = NULL;
  const NET_API_STATUS code = NetSessionGetInfo(server, client, user, level, &block);
  said("NetSessionGetInfo", level, code);
  if (code == NERR_Success && level == 10) {
    const SESSION_INFO_10* info = (const SESSION_INFO_10*)block;
    printf("  client %s user %s active %s idle %s\n", shown(info->sesi10_cname), shown(info->sesi10_username),
           info->sesi10_time > 0 ? "yes" : "no", info->sesi10_idle_time > 0 ? "yes" : "no");
  }
  if (code == NERR_Success && level == 2) {
    const SESSION_INFO_2* info = (const SESSION_INFO_2*)block;
    printf("  client %s user %s opens %u flags %u type %s\n", shown(info->sesi2_cname), shown(info->sesi2_username),
           (unsigned)info->sesi2_num_opens, (unsigned)info->sesi2_user_flags, shown(info->sesi2_cltype_name));
  }
  if (code != NERR_Success && block != NULL) printf("  the pointer is not NULL\n");
  free_block(block);
}

/* All sessions, in pages of so many bytes. */
static void enumerate(DWORD level, DWORD page) {
  DWORD resume = 0, pages = 0, all = 0;
  NET_API_STATUS code;
  do {
    LPBYTE block = NULL;
    DWORD read = 0, total = 0;
    code = NetSessionEnum(server, NULL, NULL, level, &block, page, &read, &total, &resume);
    ++pages;
    all += read;
    free_block(block);
    if (code == ERROR_MORE_DATA && read == 0) break;
  } while (code == ERROR_MORE_DATA && pages < 1000);
  said("NetSessionEnum", level, code);
  if (code == NERR_Success) printf("  %u sessions in %s\n", (unsigned)all, pages > 1 ? "several pages" : "one page");
}

static void shares(void) {
  static const DWORD levels[] = {0, 1, 2, 501, 502, 503, 1005};
  LPBYTE block;
  DWORD read, total, i;
  size_t at;
  WCHAR name[NAME_MAX_CHARS];
  for (at = 0; at < sizeof levels / sizeof levels[0]; ++at) {
    block = NULL;
    said("NetShareEnum", levels[at],
         NetShareEnum(server, levels[at], &block, MAX_PREFERRED_LENGTH, &read, &total, NULL));
    if (levels[at] == 1 && block != NULL)
      for (i = 0; i < read; ++i)
        printf("  %s type %08X remark %s\n", shown(((const SHARE_INFO_1*)block)[i].shi1_netname),
               (unsigned)((const SHARE_INFO_1*)block)[i].shi1_type, shown(((const SHARE_INFO_1*)block)[i].shi1_remark));
    free_block(block);
    block = NULL;
    said("NetShareGetInfo", levels[at], NetShareGetInfo(server, widen(name, "IPC$"), levels[at], &block));
    free_block(block);
  }
  block = NULL;
  said("NetShareGetInfo of none", 1, NetShareGetInfo(server, widen(name, "no such"), 1, &block));
}

static void files(void) {
  LPBYTE block = NULL;
  DWORD read = 0, total = 0, id = 0;
  said("NetFileEnum", 3, NetFileEnum(server, NULL, NULL, 3, &block, MAX_PREFERRED_LENGTH, &read, &total, NULL));
  printf("  %u files\n", (unsigned)read);
  if (read > 0) {
    const FILE_INFO_3* file = (const FILE_INFO_3*)block;
    id = file->fi3_id;
    printf("  %s opened by %s, permissions %u\n", shown(file->fi3_pathname), shown(file->fi3_username),
           (unsigned)file->fi3_permissions);
  }
  free_block(block);
  block = NULL;
  said("NetFileGetInfo", 2, NetFileGetInfo(server, id, 2, &block));
  free_block(block);
  block = NULL;
  said("NetFileGetInfo", 4, NetFileGetInfo(server, id, 4, &block));
  said("NetFileClose", 0, NetFileClose(server, id));
  said("NetFileClose again", 0, NetFileClose(server, id));
}

static void rest(void) {
  static const DWORD levels[] = {100, 101, 102, 103, 104};
  LPBYTE block = NULL;
  DWORD read = 0, total = 0, i;
  size_t at;
  WCHAR name[NAME_MAX_CHARS];
  said("NetConnectionEnum", 1, NetConnectionEnum(server, widen(name, "data"), 1, &block, MAX_PREFERRED_LENGTH, &read,
                                                 &total, NULL));
  if (block != NULL)
    for (i = 0; i < read; ++i) {
      const CONNECTION_INFO_1* one = (const CONNECTION_INFO_1*)block + i;
      printf("  connection %s type %u opens %u users %u of %s from %s, %s\n", one->coni1_id != 0 ? "with an id" : "without id",
             (unsigned)one->coni1_type, (unsigned)one->coni1_num_opens, (unsigned)one->coni1_num_users,
             shown(one->coni1_username), shown(one->coni1_netname), one->coni1_time < 600 ? "new" : "old");
    }
  free_block(block);
  for (at = 0; at < sizeof levels / sizeof levels[0]; ++at) {
    block = NULL;
    said("NetServerGetInfo", levels[at], NetServerGetInfo(server, levels[at], &block));
    if (block != NULL && levels[at] == 101)
      printf("  %s version %u.%u\n", shown(((const SERVER_INFO_101*)block)->sv101_name),
             (unsigned)((const SERVER_INFO_101*)block)->sv101_version_major,
             (unsigned)((const SERVER_INFO_101*)block)->sv101_version_minor);
    free_block(block);
  }
  block = NULL;
  said("NetRemoteTOD", 0, NetRemoteTOD(server, &block));
  if (block != NULL) printf("  the year is %s\n", ((const TIME_OF_DAY_INFO*)block)->tod_year > 2000 ? "late" : "early");
  free_block(block);
}

int main(int argc, char** argv) {
  static const DWORD levels[] = {0, 1, 2, 10, 502, 3, 1000};
  LMSTR client, user;
  WCHAR other[NAME_MAX_CHARS];
  size_t at;
  if (argc != 4) {
    fprintf(stderr, "usage: netapi_walk SERVER CLIENT USER\n");
    return 2;
  }
  server = argv[1][0] == '-' ? NULL : widen(server_text, argv[1]);
  client = widen(client_text, argv[2]);
  user = widen(user_text, argv[3]);
  for (at = 0; at < sizeof levels / sizeof levels[0]; ++at) get_info(client, user, levels[at]);
  printf("an unknown client\n");
  get_info(widen(other, "\\\\NOSUCH"), user, 10);
  printf("a name without backslashes\n");
  get_info(widen(other, "NOSUCH"), user, 10);
  printf("NULL for the client, then for the user\n");
  get_info(NULL, user, 10);
  get_info(client, NULL, 10);
  for (at = 0; at < sizeof levels / sizeof levels[0]; ++at) enumerate(levels[at], MAX_PREFERRED_LENGTH);
  enumerate(10, 60);
  shares();
  files();
  rest();
  said("NetSessionDel", 0, NetSessionDel(server, client, user));
  said("NetSessionDel again", 0, NetSessionDel(server, client, user));
  get_info(client, user, 10);
  return 0;
}
