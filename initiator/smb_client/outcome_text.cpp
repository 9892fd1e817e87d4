// Outcomes in words.
#include "initiator/smb_client/outcome.hpp"

#include <fmt/format.h>

namespace lunsim::smb_client {

std::string_view describe(Step step) {
  switch (step) {
    case Step::connect:
      return "connecting";
    case Step::negotiate:
      return "NEGOTIATE";
    case Step::session_setup:
      return "SESSION_SETUP";
    case Step::tree_connect:
      return "TREE_CONNECT";
    case Step::validate_negotiate:
      return "VALIDATE_NEGOTIATE_INFO";
    case Step::create:
      return "CREATE";
    case Step::bind:
      return "bind";
    case Step::call:
      return "call";
  }
  return "?";
}

std::string describe(const Outcome& outcome) {
  const auto with = [&](std::string_view what) {
    return fmt::format("{}: {}", describe(outcome.step), what);
  };
  switch (outcome.kind) {
    case Outcome::Kind::answered:
      return "answered";
    case Outcome::Kind::faulted:
      return with(fmt::format("RPC fault {:#010x}", outcome.fault_status));
    case Outcome::Kind::refused:
      return with(smb::to_string(outcome.nt_status));
    case Outcome::Kind::unopened:
    case Outcome::Kind::broken:
      return with(runtime::describe(outcome.close_reason));
    case Outcome::Kind::violated:
      return with(fmt::format("{} ({}, byte {})", outcome.error.reason, outcome.error.section,
                              outcome.error.byte_offset));
    case Outcome::Kind::unanswered:
      return with("no answer in time");
    case Outcome::Kind::coded:
      return fmt::format("error {}", outcome.code);
  }
  return "?";
}

}  // namespace lunsim::smb_client
