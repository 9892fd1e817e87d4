#include "conformance/net_cases/net_case.hpp"

namespace lunsim::conformance {

const std::vector<NetCase>& net_cases() {
  static const std::vector<NetCase> all = [] {
    std::vector<NetCase> cases;
    add_buffer_cases(cases);
    add_get_info_cases(cases);
    add_session_enum_cases(cases);
    add_session_del_cases(cases);
    return cases;
  }();
  return all;
}

Block get_info(NetBench& bench, Name server, Name client, Name user, DWORD level) {
  Block block(bench.api);
  block.code =
      bench.api.NetSessionGetInfo(server.get(), client.get(), user.get(), level, &block.memory);
  return block;
}

Block enumerate(NetBench& bench, Name server, Name client, Name user, DWORD level, DWORD prefmaxlen,
                DWORD* resume) {
  Block block(bench.api);
  block.code =
      bench.api.NetSessionEnum(server.get(), client.get(), user.get(), level, &block.memory,
                               prefmaxlen, &block.read, &block.total, resume);
  return block;
}

NET_API_STATUS del(NetBench& bench, Name server, Name client, Name user) {
  return bench.api.NetSessionDel(server.get(), client.get(), user.get());
}

}  // namespace lunsim::conformance
