#include "scenarios/engine/net_table.hpp"

#include "initiator/api/include/lmremutl.h"
#include "initiator/api/include/lmserver.h"
#include "initiator/api/include/lmshare.h"
#include "scenarios/engine/net_rows.hpp"

namespace lunsim::scenarios {
namespace {

std::uint32_t session_enum(const NetArguments& with) {
  return NetSessionEnum(with.text("servername"), with.text("UncClientName"), with.text("username"),
                        with.number("level"), with.block_at("bufptr"), with.number("prefmaxlen"),
                        with.number_at("entriesread"), with.number_at("totalentries"),
                        with.number_at("resume_handle"));
}
std::uint32_t session_get_info(const NetArguments& with) {
  return NetSessionGetInfo(with.text("servername"), with.text("UncClientName"),
                           with.text("username"), with.number("level"), with.block_at("bufptr"));
}
std::uint32_t session_del(const NetArguments& with) {
  return NetSessionDel(with.text("servername"), with.text("UncClientName"), with.text("username"));
}

std::uint32_t connection_enum(const NetArguments& with) {
  return NetConnectionEnum(with.text("servername"), with.text("qualifier"), with.number("level"),
                           with.block_at("bufptr"), with.number("prefmaxlen"),
                           with.number_at("entriesread"), with.number_at("totalentries"),
                           with.number_at("resume_handle"));
}
/// Its resume handle alone has the size of a pointer: scenarios see the half that is used.
std::uint32_t file_enum(const NetArguments& with) {
  std::uint32_t* const half = with.number_at("resume_handle");
  DWORD_PTR whole = half == nullptr ? 0 : *half;
  const std::uint32_t status = NetFileEnum(
      with.text("servername"), with.text("basepath"), with.text("username"), with.number("level"),
      with.block_at("bufptr"), with.number("prefmaxlen"), with.number_at("entriesread"),
      with.number_at("totalentries"), half == nullptr ? nullptr : &whole);
  if (half != nullptr) *half = static_cast<std::uint32_t>(whole);
  return status;
}
std::uint32_t file_get_info(const NetArguments& with) {
  return NetFileGetInfo(with.text("servername"), with.number("fileid"), with.number("level"),
                        with.block_at("bufptr"));
}
std::uint32_t file_close(const NetArguments& with) {
  return NetFileClose(with.text("servername"), with.number("fileid"));
}
std::uint32_t share_enum(const NetArguments& with) {
  return NetShareEnum(with.text("servername"), with.number("level"), with.block_at("bufptr"),
                      with.number("prefmaxlen"), with.number_at("entriesread"),
                      with.number_at("totalentries"), with.number_at("resume_handle"));
}
std::uint32_t share_get_info(const NetArguments& with) {
  return NetShareGetInfo(with.text("servername"), with.text("netname"), with.number("level"),
                         with.block_at("bufptr"));
}
std::uint32_t server_get_info(const NetArguments& with) {
  return NetServerGetInfo(with.text("servername"), with.number("level"), with.block_at("bufptr"));
}
std::uint32_t remote_tod(const NetArguments& with) {
  return NetRemoteTOD(with.text("UncServerName"), with.block_at("BufferPtr"));
}

NetFunction enumeration(std::string name, std::vector<Parameter> qualifiers, std::uint64_t level,
                        const NetLayout& layout, std::uint32_t (*invoke)(const NetArguments&)) {
  std::vector<Parameter> parameters{text_in("servername")};
  parameters.insert(parameters.end(), qualifiers.begin(), qualifiers.end());
  parameters.push_back(number_in("level", level));
  parameters.push_back(block_out("bufptr", layout.list));
  parameters.push_back(number_in("prefmaxlen", MAX_PREFERRED_LENGTH));
  for (const char* out : {"entriesread", "totalentries", "resume_handle"})
    parameters.push_back(number_out(out));
  return {{std::move(name), false, std::move(parameters)}, layout.levels, "entriesread", invoke};
}

/// One record: its level is the last parameter but the block.
NetFunction one_record(std::string name, std::vector<Parameter> parameters, std::uint64_t level,
                       const NetLayout& layout, std::uint32_t (*invoke)(const NetArguments&)) {
  parameters.insert(parameters.begin(), text_in("servername"));
  parameters.push_back(number_in("level", level));
  parameters.push_back(block_out("bufptr", layout.record));
  return {{std::move(name), false, std::move(parameters)}, layout.levels, "", invoke};
}

std::vector<NetFunction> make_net_functions() {
  std::vector<NetFunction> all{
      enumeration("NetSessionEnum", {text_in("UncClientName"), text_in("username")}, 10,
                  session_layout(), session_enum),
      one_record("NetSessionGetInfo", {text_in("UncClientName"), text_in("username")}, 10,
                 session_layout(), session_get_info),
      {{"NetSessionDel",
        false,
        {text_in("servername"), text_in("UncClientName"), text_in("username")}},
       {},
       "",
       session_del},
      enumeration("NetConnectionEnum", {text_in("qualifier")}, 1, connection_layout(),
                  connection_enum),
      enumeration("NetFileEnum", {text_in("basepath"), text_in("username")}, 3, file_layout(),
                  file_enum),
      one_record("NetFileGetInfo", {number_in("fileid", 0)}, 3, file_layout(), file_get_info),
      {{"NetFileClose", false, {text_in("servername"), number_in("fileid", 0)}},
       {},
       "",
       file_close},
      enumeration("NetShareEnum", {}, 1, share_layout(), share_enum),
      one_record("NetShareGetInfo", {text_in("netname")}, 1, share_layout(), share_get_info),
      one_record("NetServerGetInfo", {}, 101, server_layout(), server_get_info),
      {{"NetRemoteTOD",
        false,
        {text_in("UncServerName"), block_out("BufferPtr", time_layout().record)}},
       time_layout().levels,
       "",
       remote_tod},
  };
  for (NetFunction& raw : raw_functions()) all.push_back(std::move(raw));
  return all;
}

}  // namespace

std::span<const NetFunction> net_functions() {
  static const std::vector<NetFunction> kNetFunctions = make_net_functions();
  return kNetFunctions;
}

const NetFunction* net_function_of(const Function& function) {
  for (const NetFunction& one : net_functions())
    if (&one.function == &function) return &one;
  return nullptr;
}

}  // namespace lunsim::scenarios
