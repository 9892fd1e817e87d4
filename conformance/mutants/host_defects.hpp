// Hosts with a defect that is told by data: which request, and what is wrong with it or with its
// reply. mutants.yaml has them; those of host_mutants.hpp are code.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "conformance/mutants/host_mutants.hpp"
#include "conformance/rules/rules.hpp"
#include "initiator/host/host_configuration.hpp"

namespace lunsim::conformance {

/// Around `healthy`, which outlives it; null if the mutant's `does` is none of a host.
///
/// Shape    says: a reply of code `of` (any, if there is none) has `code`; does_nothing: success,
/// and
///          nobody was asked; loses_last, repeats_last, loses_all: of its list; ignores_X: the
///          request's X is as if it had not been given
std::unique_ptr<HostDecorator> make_host_defect(const Mutant& mutant, initiator::Host& healthy);

/// What a service has forgotten when it starts again: all of it.
void forget_everything(initiator::HostConfiguration& configuration);

}  // namespace lunsim::conformance
