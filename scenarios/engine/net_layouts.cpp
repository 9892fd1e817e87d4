// The structures of <lmshare.h>, <lmserver.h> and <lmremutl.h> that calls hand out: x86-64's layout
// of each level, and the record that expectations see.
#include "scenarios/engine/net_rows.hpp"

namespace lunsim::scenarios {
namespace {

const Shape& member_number() {
  static const Shape kNumberShape = number_shape();
  return kNumberShape;
}
const Shape& member_text() {
  static const Shape kTextShape = text_shape();
  return kTextShape;
}

constexpr NetField number_member(std::string_view name, std::size_t offset) {
  return {name, offset, false};
}
constexpr NetField text_member(std::string_view name, std::size_t offset) {
  return {name, offset, true};
}

/// The first `count` of them.
template <std::size_t N>
std::vector<NetField> first_of(const NetField (&fields)[N], std::size_t count) {
  return {fields, fields + count};
}

constexpr NetField kSessionMembers[] = {
    text_member("cname", 0),        text_member("username", 8),     number_member("num_opens", 16),
    number_member("time", 20),      number_member("idle_time", 24), number_member("user_flags", 28),
    text_member("cltype_name", 32), text_member("transport", 40)};
constexpr NetField kFileMembers[] = {number_member("id", 0), number_member("permissions", 4),
                                     number_member("num_locks", 8), text_member("pathname", 16),
                                     text_member("username", 24)};
constexpr NetField kConnectionMembers[] = {
    number_member("id", 0),         number_member("type", 4),  number_member("num_opens", 8),
    number_member("num_users", 12), number_member("time", 16), text_member("username", 24),
    text_member("netname", 32)};
constexpr NetField kShareMembers[] = {
    text_member("netname", 0),     number_member("type", 8),
    text_member("remark", 16),     number_member("permissions", 24),
    number_member("max_uses", 28), number_member("current_uses", 32),
    text_member("path", 40),       text_member("passwd", 48)};
constexpr NetField kServerMembers[] = {
    number_member("platform_id", 0),    text_member("name", 8),
    number_member("version_major", 16), number_member("version_minor", 20),
    number_member("type", 24),          text_member("comment", 32),
    number_member("users", 40),         number_member("disc", 44),
    number_member("hidden", 48),        number_member("announce", 52),
    number_member("anndelta", 56),      number_member("licenses", 60),
    text_member("userpath", 64),        number_member("capabilities", 72)};
constexpr NetField kTimeMembers[] = {
    number_member("elapsedt", 0),  number_member("msecs", 4),      number_member("hours", 8),
    number_member("mins", 12),     number_member("secs", 16),      number_member("hunds", 20),
    number_member("timezone", 24), number_member("tinterval", 28), number_member("day", 32),
    number_member("month", 36),    number_member("year", 40),      number_member("weekday", 44)};

/// A record with all members that some level has.
Shape record_of(std::span<const NetField> fields, std::vector<NetField> more = {}) {
  std::vector<std::pair<std::string, const Shape*>> members;
  const auto add = [&](const NetField& field) {
    members.emplace_back(field.name, field.is_text ? &member_text() : &member_number());
  };
  for (const NetField& field : fields) add(field);
  for (const NetField& field : more) add(field);
  return record_shape(std::move(members));
}

template <std::size_t N>
std::vector<NetField> and_also(const NetField (&fields)[N], NetField last) {
  std::vector<NetField> all(fields, fields + N);
  all.push_back(last);
  return all;
}

}  // namespace

const NetLayout& session_layout() {
  static const NetLayout kLayout{record_of(kSessionMembers),
                                 {{0, 8, first_of(kSessionMembers, 1)},
                                  {1, 32, first_of(kSessionMembers, 6)},
                                  {2, 40, first_of(kSessionMembers, 7)},
                                  {10,
                                   24,
                                   {kSessionMembers[0], kSessionMembers[1],
                                    number_member("time", 16), number_member("idle_time", 20)}},
                                  {502, 48, first_of(kSessionMembers, 8)}}};
  return kLayout;
}

const NetLayout& file_layout() {
  static const NetLayout kLayout{
      record_of(kFileMembers),
      {{2, 4, first_of(kFileMembers, 1)}, {3, 32, first_of(kFileMembers, 5)}}};
  return kLayout;
}

const NetLayout& connection_layout() {
  static const NetLayout kLayout{
      record_of(kConnectionMembers),
      {{0, 4, first_of(kConnectionMembers, 1)}, {1, 40, first_of(kConnectionMembers, 7)}}};
  return kLayout;
}

const NetLayout& share_layout() {
  static const NetLayout kLayout{
      record_of(kShareMembers, {number_member("flags", 24), text_member("servername", 56)}),
      {{0, 8, first_of(kShareMembers, 1)},
       {1, 24, first_of(kShareMembers, 3)},
       {2, 56, first_of(kShareMembers, 8)},
       {501,
        32,
        {kShareMembers[0], kShareMembers[1], kShareMembers[2], number_member("flags", 24)}},
       {502, 72, first_of(kShareMembers, 8)},
       {503, 80, and_also(kShareMembers, text_member("servername", 56))},
       {1005, 4, {number_member("flags", 0)}}}};
  return kLayout;
}

const NetLayout& server_layout() {
  static const NetLayout kLayout{record_of(kServerMembers),
                                 {{100, 16, first_of(kServerMembers, 2)},
                                  {101, 40, first_of(kServerMembers, 6)},
                                  {102, 72, first_of(kServerMembers, 13)},
                                  {103, 80, first_of(kServerMembers, 14)}}};
  return kLayout;
}

const NetLayout& time_layout() {
  static const NetLayout kLayout{record_of(kTimeMembers), {{0, 48, first_of(kTimeMembers, 12)}}};
  return kLayout;
}

}  // namespace lunsim::scenarios
