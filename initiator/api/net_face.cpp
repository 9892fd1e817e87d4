#include "initiator/api/net_face.hpp"

namespace lunsim::api {

bool read_name(LMCSTR name, rpc::OptionalText& into) {
  if (name == nullptr) return true;
  std::u16string text;
  for (; text.size() <= kNameCharactersMax; ++name) {
    const auto unit = load(name);
    if (unit == 0) {
      into = std::move(text);
      return true;
    }
    text.push_back(static_cast<char16_t>(unit));
  }
  return false;
}

smb_client::Outcome ask(const rpc::OptionalText& server, rpc::srvsvc::Opnum opnum,
                        std::vector<std::byte> stub) {
  smb_client::Network* network = smb_client::current_network();
  if (network != nullptr)
    return network->call(server, static_cast<std::uint16_t>(opnum), std::move(stub));
  smb_client::Outcome none;
  none.kind = smb_client::Outcome::Kind::coded;
  none.code = NERR_WkstaNotStarted;
  return none;
}

}  // namespace lunsim::api
