#include <array>

#include "protocol/rpc/srvsvc.hpp"

// Which members a level has, in the order of the IDL (MS-SRVS §6).
namespace lunsim::rpc::srvsvc {
namespace {

template <class Record>
constexpr Field<Record> text(OptionalText Record::*member) {
  return {member, nullptr, nullptr};
}
template <class Record>
constexpr Field<Record> number(std::uint32_t Record::*member) {
  return {nullptr, member, nullptr};
}
template <class Record>
constexpr Field<Record> blob(std::vector<std::byte> Record::*member) {
  return {nullptr, nullptr, member};
}

using S = SessionInfo;
constexpr std::array kSession10 = {text(&S::cname), text(&S::username), number(&S::time_s),
                                   number(&S::idle_time_s)};
// 0, 1, 2 and 502 are the beginnings of one row.
constexpr std::array kSession = {
    text(&S::cname),         text(&S::username),     number(&S::num_opens), number(&S::time_s),
    number(&S::idle_time_s), number(&S::user_flags), text(&S::cltype_name), text(&S::transport)};

using H = ShareInfo;
constexpr std::array kShare = {
    text(&H::netname),    number(&H::type),         text(&H::remark), number(&H::permissions),
    number(&H::max_uses), number(&H::current_uses), text(&H::path),   text(&H::passwd)};
constexpr std::array kShare501 = {text(&H::netname), number(&H::type), text(&H::remark),
                                  number(&H::flags)};
constexpr std::array kShare502 = {
    text(&H::netname),       number(&H::type),     text(&H::remark),
    number(&H::permissions), number(&H::max_uses), number(&H::current_uses),
    text(&H::path),          text(&H::passwd),     blob(&H::security_descriptor)};
constexpr std::array kShare503 = {text(&H::netname),    number(&H::type),
                                  text(&H::remark),     number(&H::permissions),
                                  number(&H::max_uses), number(&H::current_uses),
                                  text(&H::path),       text(&H::passwd),
                                  text(&H::servername), blob(&H::security_descriptor)};
constexpr std::array kShare1005 = {number(&H::flags)};

using F = FileInfo;
constexpr std::array kFile = {number(&F::id), number(&F::permissions), number(&F::num_locks),
                              text(&F::pathname), text(&F::username)};

using C = ConnectionInfo;
constexpr std::array kConnection = {
    number(&C::id),     number(&C::type),   number(&C::num_opens), number(&C::num_users),
    number(&C::time_s), text(&C::username), text(&C::netname)};

using V = ServerInfo;
constexpr std::array kServer = {
    number(&V::platform_id),   text(&V::name),          number(&V::version_major),
    number(&V::version_minor), number(&V::type),        text(&V::comment),
    number(&V::users),         number(&V::disc),        number(&V::hidden),
    number(&V::announce),      number(&V::anndelta),    number(&V::licenses),
    text(&V::userpath),        number(&V::capabilities)};

template <class Row>
auto beginning(const Row& row, std::size_t count) {
  return std::span(row).first(count);
}

}  // namespace

Fields<SessionInfo> SessionInfo::fields(std::uint32_t level) {
  switch (level) {
    case 0:
      return beginning(kSession, 1);
    case 1:
      return beginning(kSession, 6);
    case 2:
      return beginning(kSession, 7);
    case 10:
      return kSession10;
    case 502:
      return kSession;
    default:
      return {};
  }
}

Fields<ShareInfo> ShareInfo::fields(std::uint32_t level) {
  switch (level) {
    case 0:
      return beginning(kShare, 1);
    case 1:
      return beginning(kShare, 3);
    case 2:
      return kShare;
    case 501:
      return kShare501;
    case 502:
      return kShare502;
    case 503:
      return kShare503;
    case 1005:
      return kShare1005;
    default:
      return {};
  }
}

Fields<FileInfo> FileInfo::fields(std::uint32_t level) {
  switch (level) {
    case 2:
      return beginning(kFile, 1);
    case 3:
      return kFile;
    default:
      return {};
  }
}

Fields<ConnectionInfo> ConnectionInfo::fields(std::uint32_t level) {
  switch (level) {
    case 0:
      return beginning(kConnection, 1);
    case 1:
      return kConnection;
    default:
      return {};
  }
}

Fields<ServerInfo> ServerInfo::fields(std::uint32_t level) {
  switch (level) {
    case 100:
      return beginning(kServer, 2);
    case 101:
      return beginning(kServer, 6);
    case 102:
      return beginning(kServer, 13);
    case 103:
      return kServer;
    default:
      return {};
  }
}

}  // namespace lunsim::rpc::srvsvc
