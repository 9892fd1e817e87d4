#include "tools/lunsim/smb_verbs.hpp"

#include <memory>

#include <CLI/CLI.hpp>

#include "tools/lunsim/net_session.hpp"
#include "tools/lunsim/smb_file.hpp"
#include "tools/lunsim/smb_serve.hpp"

namespace lunsim::tools {
namespace {

void add_serve(CLI::App& smb, int& exit_code) {
  const auto options = std::make_shared<SmbServeOptions>();
  CLI::App* verb =
      smb.add_subcommand("serve", "serve sessions, shares and files to anybody's client");
  verb->add_option("file", options->path, "what the server is: JSON, see below")->required();
  verb->add_option("--listen", options->listen, "address:port (127.0.0.1:0 if not given)");
  verb->add_option("--pcap", options->pcap, "write a capture of all connections there");
  verb->add_option("--seed", options->seed, "the seed that challenges and keys are drawn from")
      ->type_name("N");
  verb->footer(kSmbFileHelp);
  verb->callback([options, &exit_code] { exit_code = smb_serve(*options); });
}

constexpr const char* kNetSessionFooter =
    R"(Without --client and --of all sessions are listed; with both one is shown; --delete ends those that match.
With a file of servers (docs/smb_servers.md) the server is one of its names, and it says who logs in. Otherwise
the password is the first line of --password-file, or what LUNSIM_SMB_PASSWORD says; without --user nobody logs in.
Exit code 1 if the server refuses (with the code that NetSessionXxx returned and why), 3 if it is not there.)";

void add_session(CLI::App& net, int& exit_code) {
  const auto options = std::make_shared<NetSessionOptions>();
  CLI::App* verb = net.add_subcommand("session", "a server's sessions");
  verb->add_option("server", options->server, "host, host:port, or a name of the servers' file")
      ->required();
  verb->add_option("--servers", options->servers,
                   "servers by their names, with who logs in there (LUNSIM_SERVERS if not given)");
  verb->add_option("--user", options->user, "who logs in");
  verb->add_option("--domain", options->domain, "of that user");
  verb->add_option("--password-file", options->password_file, "its first line is the password");
  verb->add_option("--client", options->client, "sessions of this computer: \\\\WS1");
  verb->add_option("--of", options->of, "sessions of this user");
  verb->add_option("--level", options->level, "0, 1, 2 (if not given), 10 or 502");
  verb->add_option("--dialect", options->dialect, "offer only this one: 3.1.1");
  verb->add_flag("--encrypt", options->encrypts, "refuse to talk in clear");
  verb->add_option("--rpc", options->rpc_login,
                   "log in once more inside RPC: connect, sign or seal");
  verb->add_flag("--delete", options->deletes, "end the sessions");
  verb->add_option("--timeout", options->timeout_s, "for each answer")
      ->check(CLI::PositiveNumber)
      ->type_name("SECONDS");
  verb->footer(kNetSessionFooter);
  verb->callback([options, &exit_code] { exit_code = net_session(*options); });
}

}  // namespace

void add_smb_verbs(CLI::App& app, int& exit_code) {
  CLI::App* smb = app.add_subcommand("smb", "a fake SMB server, and what one asks of servers");
  smb->require_subcommand(1);
  add_serve(*smb, exit_code);
  CLI::App* net = app.add_subcommand("net", "what Windows' net command asks of a server");
  net->require_subcommand(1);
  add_session(*net, exit_code);
}

}  // namespace lunsim::tools
