#include "scenarios/engine/net_table.hpp"

#include "initiator/api/include/lmshare.h"
#include "scenarios/engine/net_rows.hpp"

namespace lunsim::scenarios {
namespace {

const Shape& session_shape() {
  static const Shape kNumber = number_shape();
  static const Shape kText = text_shape();
  static const Shape kSession = record_shape({{"cname", &kText},
                                              {"username", &kText},
                                              {"num_opens", &kNumber},
                                              {"time", &kNumber},
                                              {"idle_time", &kNumber},
                                              {"user_flags", &kNumber},
                                              {"cltype_name", &kText},
                                              {"transport", &kText}});
  return kSession;
}

constexpr NetField kCname{"cname", 0, true};
constexpr NetField kUsername{"username", 8, true};
constexpr NetField kOpens{"num_opens", 16, false};
constexpr NetField kNetTime{"time", 20, false};
constexpr NetField kIdle{"idle_time", 24, false};
constexpr NetField kFlags{"user_flags", 28, false};
constexpr NetField kClientType{"cltype_name", 32, true};
constexpr NetField kTransport{"transport", 40, true};

constexpr std::uint64_t kLevel = 10;

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

std::vector<NetFunction> make_net_functions() {
  std::vector<NetFunction> all{
      {{"NetSessionEnum",
        false,
        {text_in("servername"), text_in("UncClientName"), text_in("username"),
         number_in("level", kLevel), block_out("bufptr", sessions_shape()),
         number_in("prefmaxlen", MAX_PREFERRED_LENGTH), number_out("entriesread"),
         number_out("totalentries"), number_out("resume_handle")}},
       session_levels(),
       "entriesread",
       session_enum},
      {{"NetSessionGetInfo",
        false,
        {text_in("servername"), text_in("UncClientName"), text_in("username"),
         number_in("level", kLevel), block_out("bufptr", session_shape())}},
       session_levels(),
       "",
       session_get_info},
      {{"NetSessionDel",
        false,
        {text_in("servername"), text_in("UncClientName"), text_in("username")}},
       {},
       "",
       session_del},
  };
  for (NetFunction& raw : raw_functions()) all.push_back(std::move(raw));
  return all;
}

}  // namespace

const Shape& sessions_shape() {
  static const Shape kSessions = list_shape(&session_shape());
  return kSessions;
}

std::span<const NetLevel> session_levels() {
  static const std::vector<NetLevel> kSessionLevels{
      {0, 8, {kCname}},
      {1, 32, {kCname, kUsername, kOpens, kNetTime, kIdle, kFlags}},
      {2, 40, {kCname, kUsername, kOpens, kNetTime, kIdle, kFlags, kClientType}},
      {10, 24, {kCname, kUsername, {"time", 16, false}, {"idle_time", 20, false}}},
      {502, 48, {kCname, kUsername, kOpens, kNetTime, kIdle, kFlags, kClientType, kTransport}},
  };
  return kSessionLevels;
}

std::span<const NetFunction> net_functions() {
  static const std::vector<NetFunction> kFunctions = make_net_functions();
  return kFunctions;
}

const NetFunction* net_function_of(const Function& function) {
  for (const NetFunction& one : net_functions())
    if (&one.function == &function) return &one;
  return nullptr;
}

}  // namespace lunsim::scenarios
