#include "tools/lunsim/iscsicli.hpp"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "initiator/host/host.hpp"
#include "initiator/host/status_code.hpp"
#include "tools/lunsim/exit_code.hpp"
#include "tools/lunsim/host.hpp"
#include "tools/lunsim/iscsicli_arguments.hpp"

namespace lunsim::tools {
namespace {

/// The patient caller: probes, allocates, fetches, and begins anew when the list has grown.
template <class Element, class Call>
ISDSC_STATUS fetch(const Call& call, std::vector<std::byte>& memory, ULONG& count) {
  ISDSC_STATUS code = ERROR_INSUFFICIENT_BUFFER;
  ULONG bytes = 0;
  for (int round = 0; round < 8 && code == ERROR_INSUFFICIENT_BUFFER; ++round) {
    memory.assign(bytes, std::byte{0});
    code = call(&bytes, &count, bytes == 0 ? nullptr : reinterpret_cast<Element*>(memory.data()));
  }
  return code;
}

std::string id_text(const ISCSI_UNIQUE_SESSION_ID& id) {
  return fmt::format("{:016x}-{:016x}", id.AdapterUnique, id.AdapterSpecific);
}

/// By its severity: what was asked for is there, and something is to be said.
bool is_warning(ISDSC_STATUS code) {
  constexpr ISDSC_STATUS kSeverity = 0xC0000000u, kWarning = 0x80000000u;
  return (code & kSeverity) == kWarning;
}

// --- targets and portals ---

ISDSC_STATUS list_targets(const IscsicliArguments& arguments) {
  arguments.expect(0, 1);
  ULONG characters = 0;
  std::vector<CHAR> names;
  ISDSC_STATUS code = ERROR_INSUFFICIENT_BUFFER;
  for (int round = 0; round < 8 && code == ERROR_INSUFFICIENT_BUFFER; ++round) {
    names.assign(characters, '\0');
    code = ReportIScsiTargetsA(arguments.flag(0) ? TRUE : FALSE, &characters,
                               names.empty() ? nullptr : names.data());
  }
  if (code != ERROR_SUCCESS && !is_warning(code)) return code;
  fmt::print("Targets List:\n");
  for (const CHAR* name = names.empty() ? nullptr : names.data(); name != nullptr && *name != '\0';
       name += std::string_view(name).size() + 1)
    fmt::print("    {}\n", name);
  return code;
}

ISDSC_STATUS add_target_portal(const IscsicliArguments& arguments) {
  arguments.expect(2, 14);
  ISCSI_TARGET_PORTALA portal = portal_of(arguments.needed_text(0), arguments.needed_number(1));
  std::string instance = arguments.text(2).value_or("");
  IscsicliLoginOptions options(arguments, 5);
  return AddIScsiSendTargetPortalA(instance.empty() ? nullptr : instance.data(),
                                   arguments.number(3).value_or(ISCSI_ALL_INITIATOR_PORTS),
                                   options.get(), arguments.number(4).value_or(0), &portal);
}

ISDSC_STATUS list_target_portals(const IscsicliArguments& arguments) {
  arguments.expect(0, 0);
  std::vector<std::byte> memory;
  ULONG count = 0;
  const auto call = [](ULONG* bytes, ULONG* portals, ISCSI_TARGET_PORTAL_INFO_EXA* to) {
    return ReportIScsiSendTargetPortalsExA(portals, bytes, to);
  };
  const ISDSC_STATUS code = fetch<ISCSI_TARGET_PORTAL_INFO_EXA>(call, memory, count);
  if (code != ERROR_SUCCESS) return code;
  const auto* portals = reinterpret_cast<const ISCSI_TARGET_PORTAL_INFO_EXA*>(memory.data());
  fmt::print("Total of {} portals are persisted:\n", count);
  for (ULONG i = 0; i < count; ++i) {
    fmt::print("\n    Address and Socket : {} {}\n", portals[i].Address, portals[i].Socket);
    fmt::print("    Symbolic Name      : {}\n", portals[i].SymbolicName);
    fmt::print("    Initiator Name     : {}\n", portals[i].InitiatorName);
    if (portals[i].InitiatorPortNumber == ISCSI_ALL_INITIATOR_PORTS) {
      fmt::print("    Port Number        : <Any Port>\n");
    } else {
      fmt::print("    Port Number        : {}\n", portals[i].InitiatorPortNumber);
    }
  }
  return code;
}

// --- sessions ---

ISDSC_STATUS log_in(const std::string& target, ISCSI_TARGET_PORTALA* portal,
                    const std::string& instance, ULONG port, ISCSI_SECURITY_FLAGS flags,
                    IscsicliLoginOptions& options, bool is_informational, bool is_persistent) {
  std::string name = target, adapter = instance;
  ISCSI_UNIQUE_SESSION_ID session{};
  ISCSI_UNIQUE_CONNECTION_ID connection{};
  const ISDSC_STATUS code = LoginIScsiTargetA(name.data(), is_informational ? TRUE : FALSE,
                                              adapter.empty() ? nullptr : adapter.data(), port,
                                              portal, flags, nullptr, options.get(), 0, nullptr,
                                              is_persistent ? TRUE : FALSE, &session, &connection);
  if (code == ERROR_SUCCESS && !is_persistent)
    fmt::print("Session Id is {}\nConnection Id is {}\n", id_text(session), id_text(connection));
  return code;
}

ISDSC_STATUS quick_login(const IscsicliArguments& arguments) {
  arguments.expect(1, 3);
  IscsicliLoginOptions options(arguments.text(1), arguments.text(2));
  return log_in(arguments.needed_text(0), nullptr, {}, ISCSI_ANY_INITIATOR_PORT, 0, options, false,
                false);
}

ISDSC_STATUS full_login(const IscsicliArguments& arguments, bool is_persistent) {
  // Each mapping would be further arguments, so its count is judged before theirs.
  if (arguments.number(17).value_or(0) != 0)
    arguments.refuse("mappings are the host's: say 0 for their count");
  arguments.expect(2, 18);
  const auto address = arguments.text(2);
  ISCSI_TARGET_PORTALA portal{};
  if (address) portal = portal_of(*address, arguments.needed_number(3));
  if (arguments.text(16)) arguments.refuse("IPsec keys are not offered here: say * for the key");
  IscsicliLoginOptions options(arguments, 7);
  return log_in(arguments.needed_text(0), address ? &portal : nullptr,
                arguments.text(4).value_or(""),
                arguments.number(5).value_or(ISCSI_ANY_INITIATOR_PORT),
                arguments.number(6).value_or(0), options, !arguments.flag(1), is_persistent);
}

ISDSC_STATUS list_sessions(const IscsicliArguments& arguments) {
  arguments.expect(0, 0);
  std::vector<std::byte> memory;
  ULONG count = 0;
  const ISDSC_STATUS code = fetch<ISCSI_SESSION_INFOA>(GetIScsiSessionListA, memory, count);
  if (code != ERROR_SUCCESS) return code;
  const auto* sessions = reinterpret_cast<const ISCSI_SESSION_INFOA*>(memory.data());
  fmt::print("Total of {} sessions\n", count);
  for (ULONG i = 0; i < count; ++i) {
    const ISCSI_SESSION_INFOA& one = sessions[i];
    fmt::print("\nSession Id             : {}\n", id_text(one.SessionId));
    fmt::print("Initiator Node Name    : {}\n", one.InitiatorName);
    fmt::print("Target Node Name       : {}\n", one.TargetNodeName);
    fmt::print("Target Name            : {}\n", one.TargetName);
    fmt::print("ISID                   : {:02x} {:02x} {:02x} {:02x} {:02x} {:02x}\n", one.ISID[0],
               one.ISID[1], one.ISID[2], one.ISID[3], one.ISID[4], one.ISID[5]);
    fmt::print("TSID                   : {:02x} {:02x}\n", one.TSID[0], one.TSID[1]);
    fmt::print("Number Connections     : {}\n", one.ConnectionCount);
    for (ULONG j = 0; j < one.ConnectionCount; ++j) {
      const ISCSI_CONNECTION_INFOA& connection = one.Connections[j];
      fmt::print("\n    Connection Id     : {}\n", id_text(connection.ConnectionId));
      fmt::print("    Initiator Portal  : {}/{}\n", connection.InitiatorAddress,
                 connection.InitiatorSocket);
      fmt::print("    Target Portal     : {}/{}\n", connection.TargetAddress,
                 connection.TargetSocket);
      fmt::print("    CID               : {:02x} {:02x}\n", connection.CID[0], connection.CID[1]);
    }
  }
  return code;
}

ISDSC_STATUS report_mappings(const IscsicliArguments& arguments) {
  arguments.expect(0, 0);
  std::vector<std::byte> memory;
  ULONG count = 0;
  const ISDSC_STATUS code =
      fetch<ISCSI_TARGET_MAPPINGA>(ReportActiveIScsiTargetMappingsA, memory, count);
  if (code != ERROR_SUCCESS) return code;
  const auto* mappings = reinterpret_cast<const ISCSI_TARGET_MAPPINGA*>(memory.data());
  fmt::print("Total of {} mappings returned\n", count);
  for (ULONG i = 0; i < count; ++i) {
    const ISCSI_TARGET_MAPPINGA& one = mappings[i];
    fmt::print("\n    Session Id         : {}\n", id_text(one.SessionId));
    fmt::print("    Target Name        : {}\n", one.TargetName);
    fmt::print("    Initiator          : {}\n", one.InitiatorName);
    fmt::print("    Initiator Scsi Device : {}\n", one.OSDeviceName);
    fmt::print("    Initiator Bus      : {}\n    Initiator Target Id : {}\n", one.OSBusNumber,
               one.OSTargetNumber);
    for (ULONG j = 0; j < one.LUNCount; ++j)
      fmt::print("      Target Lun: 0x{:x} <--> OS Lun: 0x{:x}\n", one.LUNList[j].TargetLUN,
                 one.LUNList[j].OSLUN);
  }
  return code;
}

ISDSC_STATUS log_out(const IscsicliArguments& arguments) {
  arguments.expect(1, 1);
  ISCSI_UNIQUE_SESSION_ID session = arguments.session(0);
  return LogoutIScsiTarget(&session);
}

ISDSC_STATUS list_persistent(const IscsicliArguments& arguments) {
  arguments.expect(0, 0);
  std::vector<std::byte> memory;
  ULONG count = 0;
  const auto call = [](ULONG* bytes, ULONG* logins, PERSISTENT_ISCSI_LOGIN_INFOA* to) {
    return ReportIScsiPersistentLoginsA(logins, to, bytes);
  };
  const ISDSC_STATUS code = fetch<PERSISTENT_ISCSI_LOGIN_INFOA>(call, memory, count);
  if (code != ERROR_SUCCESS) return code;
  const auto* logins = reinterpret_cast<const PERSISTENT_ISCSI_LOGIN_INFOA*>(memory.data());
  fmt::print("Total of {} persistent targets\n", count);
  for (ULONG i = 0; i < count; ++i) {
    fmt::print("\n    Target Name        : {}\n", logins[i].TargetName);
    if (logins[i].TargetPortal.Address[0] != '\0')
      fmt::print("    Address and Socket : {} {}\n", logins[i].TargetPortal.Address,
                 logins[i].TargetPortal.Socket);
    fmt::print("    Session Type       : {}\n",
               logins[i].IsInformationalSession != 0 ? "Informational" : "Data");
    fmt::print("    Initiator Name     : {}\n", logins[i].InitiatorInstance);
  }
  return code;
}

// --- commands ---

void print_bytes(const char* what, const std::vector<UCHAR>& bytes, ULONG count) {
  fmt::print("{}: {} bytes\n", what, count);
  for (ULONG i = 0; i < count && i < bytes.size(); ++i)
    fmt::print("{}{:02x}{}", i % 16 == 0 ? "    " : " ", bytes[i],
               i % 16 == 15 || i + 1 == count ? "\n" : "");
}

/// Asks for the size, then for the data.
template <class Call>
ISDSC_STATUS send(const Call& call) {
  constexpr ULONG kSenseBytes = 18;
  std::vector<UCHAR> response, sense(kSenseBytes);
  ULONG bytes = 0, sense_bytes = kSenseBytes;
  UCHAR status = 0;
  ISDSC_STATUS code = call(&status, &bytes, nullptr, &sense_bytes, sense.data());
  if (code == ERROR_INSUFFICIENT_BUFFER) {
    response.resize(bytes);
    sense_bytes = kSenseBytes;
    code = call(&status, &bytes, response.data(), &sense_bytes, sense.data());
  }
  if (code == ERROR_SUCCESS) print_bytes("Response", response, bytes);
  if (code == ISDSC_SCSI_REQUEST_FAILED) {
    fmt::print("Scsi Status: 0x{:02x}\n", status);
    print_bytes("Sense", sense, std::min(sense_bytes, kSenseBytes));
  }
  return code;
}

ISDSC_STATUS inquiry(const IscsicliArguments& arguments) {
  arguments.expect(2, 4);
  ISCSI_UNIQUE_SESSION_ID session = arguments.session(0);
  return send([&](UCHAR* status, ULONG* bytes, UCHAR* response, ULONG* sense_bytes, UCHAR* sense) {
    return SendScsiInquiry(&session, arguments.needed_number(1),
                           static_cast<UCHAR>(arguments.number(2).value_or(0)),
                           static_cast<UCHAR>(arguments.number(3).value_or(0)), status, bytes,
                           response, sense_bytes, sense);
  });
}

ISDSC_STATUS read_capacity(const IscsicliArguments& arguments) {
  arguments.expect(2, 2);
  ISCSI_UNIQUE_SESSION_ID session = arguments.session(0);
  return send([&](UCHAR* status, ULONG* bytes, UCHAR* response, ULONG* sense_bytes, UCHAR* sense) {
    return SendScsiReadCapacity(&session, arguments.needed_number(1), status, bytes, response,
                                sense_bytes, sense);
  });
}

ISDSC_STATUS report_luns(const IscsicliArguments& arguments) {
  arguments.expect(1, 1);
  ISCSI_UNIQUE_SESSION_ID session = arguments.session(0);
  return send([&](UCHAR* status, ULONG* bytes, UCHAR* response, ULONG* sense_bytes, UCHAR* sense) {
    return SendScsiReportLuns(&session, status, bytes, response, sense_bytes, sense);
  });
}

// --- verbs ---

constexpr const char* kLoginForm =
    "TARGET T|F ADDRESS PORT INSTANCE INITIATORPORT SECURITYFLAGS LOGINFLAGS HEADERDIGEST "
    "DATADIGEST MAXCONNECTIONS TIME2WAIT TIME2RETAIN USER SECRET AUTHTYPE KEY MAPPINGCOUNT";

struct Verb {
  std::string name, form;
  std::function<ISDSC_STATUS(const IscsicliArguments&)> act;
};

const std::vector<Verb>& verbs() {
  static const std::vector<Verb> all{
      {"ListTargets", "[T|F]", list_targets},
      {"AddTargetPortal",
       "ADDRESS PORT [INSTANCE INITIATORPORT SECURITYFLAGS LOGINFLAGS HEADERDIGEST DATADIGEST "
       "MAXCONNECTIONS TIME2WAIT TIME2RETAIN USER SECRET AUTHTYPE]",
       add_target_portal},
      {"ListTargetPortals", "", list_target_portals},
      {"QLoginTarget", "TARGET [USER SECRET]", quick_login},
      {"LoginTarget", kLoginForm, [](const IscsicliArguments& a) { return full_login(a, false); }},
      {"PersistentLoginTarget", kLoginForm,
       [](const IscsicliArguments& a) { return full_login(a, true); }},
      {"ListPersistentTargets", "", list_persistent},
      {"SessionList", "", list_sessions},
      {"ReportTargetMappings", "", report_mappings},
      {"Inquiry", "SESSION LUN [EVPD PAGE]", inquiry},
      {"ReadCapacity", "SESSION LUN", read_capacity},
      {"ReportLUNs", "SESSION", report_luns},
      {"LogoutTarget", "SESSION", log_out},
  };
  return all;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

const Verb* find_verb(const std::string& name) {
  const auto found = std::find_if(verbs().begin(), verbs().end(), [&](const Verb& verb) {
    return lower(verb.name) == lower(name);
  });
  return found != verbs().end() ? &*found : nullptr;
}

int exit_code_of(const std::string& verb, ISDSC_STATUS code) {
  if (code == ERROR_SUCCESS) {
    fmt::print("The operation completed successfully.\n");
    return kExitFine;
  }
  std::fflush(stdout);
  fmt::print(stderr, "lunsim iscsicli: {}: {}{} ({:#x})\n", verb,
             is_warning(code) ? "warning: " : "", initiator::name_of(code), code);
  return code == ISDSC_SERVICE_NOT_RUNNING ? kExitPeerUnreachable : kExitCheckFailed;
}

std::string verb_list() {
  std::string text = "Verbs, in any case, and what follows them (* leaves an argument out)\n";
  for (const Verb& verb : verbs()) text += fmt::format("  {} {}\n", verb.name, verb.form);
  text +=
      "The host is LUNSIM_HOST's, or the one whose state is where `lunsim host` keeps it.\n"
      "Exit code 1 if the call fails or warns (its code is told), 3 if no service runs.";
  return text;
}

}  // namespace

int iscsicli(const IscsicliOptions& options) {
  const Verb* verb = find_verb(options.words.front());
  if (verb == nullptr) {
    fmt::print(stderr, "lunsim iscsicli: no verb is called {}; --help lists them\n",
               options.words.front());
    return kExitUsage;
  }
  initiator::HostAddress address = options.host;
  if (address.endpoint.empty())
    address = initiator::host_of_environment().value_or(host_of_state());
  if (address.endpoint.empty()) {
    fmt::print(stderr,
               "lunsim iscsicli: there is no host; start one with `lunsim host`, or set "
               "LUNSIM_HOST\n");
    return kExitPeerUnreachable;
  }
  const auto host = initiator::make_remote_host(address);
  if (!host) {
    fmt::print(stderr, "lunsim iscsicli: {} is no address and port\n", address.endpoint);
    return kExitUsage;
  }
  initiator::set_current_host(host.get());
  int exit_code = kExitUsage;
  try {
    const IscsicliArguments arguments({options.words.begin() + 1, options.words.end()},
                                      verb->name + " " + verb->form);
    exit_code = exit_code_of(verb->name, verb->act(arguments));
  } catch (const IscsicliUsage& usage) {
    fmt::print(stderr, "lunsim iscsicli: {}\n", usage.what());
  }
  initiator::set_current_host(nullptr);
  return exit_code;
}

void add_iscsicli_verb(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<IscsicliOptions>();
  CLI::App* verb = app.add_subcommand("iscsicli", "what Windows' iscsicli says to a host service");
  verb->add_option("--host", options->host.endpoint, "address:port of the host");
  verb->add_option("--token-file", options->host.token_file, "its token");
  verb->add_option("verb", options->words, "a verb and its arguments")->required();
  verb->footer(verb_list());
  verb->callback([options, &exit_code] { exit_code = iscsicli(*options); });
}

}  // namespace lunsim::tools
