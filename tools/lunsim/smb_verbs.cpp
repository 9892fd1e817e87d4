#include "tools/lunsim/smb_verbs.hpp"

#include <memory>

#include <CLI/CLI.hpp>

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

}  // namespace

void add_smb_verbs(CLI::App& app, int& exit_code) {
  CLI::App* smb = app.add_subcommand("smb", "a fake SMB server, and what one asks of servers");
  smb->require_subcommand(1);
  add_serve(*smb, exit_code);
}

}  // namespace lunsim::tools
