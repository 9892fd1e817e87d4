#include "protocol/iscsi/login/stage.hpp"

#include <array>

namespace lunsim::login {
namespace {

// Row: CSG. Column: NSG.             security  operational  reserved  full feature
constexpr std::array<std::array<bool, 4>, 4> kTransitions{{
    /* security negotiation    */ {{false, true, false, true}},
    /* operational negotiation */ {{false, false, false, true}},
    /* reserved                */ {{false, false, false, false}},
    /* full feature phase      */ {{false, false, false, false}},
}};

}  // namespace

bool is_negotiation_stage(pdu::Stage stage) {
  return stage == pdu::Stage::security_negotiation ||
         stage == pdu::Stage::login_operational_negotiation;
}

bool is_legal_transition(pdu::Stage from, pdu::Stage to) {
  const auto row = static_cast<std::size_t>(from), column = static_cast<std::size_t>(to);
  return row < kTransitions.size() && column < kTransitions.size() && kTransitions[row][column];
}

}  // namespace lunsim::login
