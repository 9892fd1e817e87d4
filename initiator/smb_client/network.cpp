#include "initiator/smb_client/network.hpp"

#include <utility>

namespace lunsim::smb_client {
namespace {

thread_local Network* t_current = nullptr;
NetworkSource network_source = nullptr;

}  // namespace

Network* current_network() {
  if (t_current != nullptr) return t_current;
  return network_source != nullptr ? network_source() : nullptr;
}
void set_network_source(NetworkSource source) { network_source = source; }
Network* set_current_network(Network* network) { return std::exchange(t_current, network); }
CurrentNetwork::CurrentNetwork(Network& network) : before_(set_current_network(&network)) {}
CurrentNetwork::~CurrentNetwork() { t_current = before_; }

}  // namespace lunsim::smb_client
