// Associations of DCE/RPC: connections that a client has bound together, and the context handles
// that belong to all of them and to nobody else.   MS-RPCE §3.3.1.1.1, §3.3.1.5.7, C706 §5.1.6
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "protocol/rpc/pdu.hpp"

namespace lunsim::smb_server {

struct Association {
  std::uint32_t id = 0;
  std::string peer;  // whose connections may join
  std::set<rpc::Uuid> handles;
  std::uint32_t handles_made = 0;
};

class AssociationTable {
 public:
  /// A new association for `id` 0, else the one that is asked for.
  /// Errors   null: there is none of that number, or it is another machine's
  std::shared_ptr<Association> join(std::uint32_t id, const std::string& peer) {
    std::erase_if(table_, [](const auto& entry) { return entry.second.expired(); });
    if (id != 0) {
      const auto found = table_.find(id);
      auto known = found == table_.end() ? nullptr : found->second.lock();
      return known && known->peer == peer ? known : nullptr;
    }
    auto made = std::make_shared<Association>(Association{next_++, peer, {}, 0});
    table_[made->id] = made;
    return made;
  }

 private:
  std::uint32_t next_ = 0x5300;
  std::map<std::uint32_t, std::weak_ptr<Association>> table_;
};

}  // namespace lunsim::smb_server
