// What all functions are asked alike, each sweep written once over the signatures: NULL for every
// pointer, ids that name nothing, every size, every code of the service, memory that runs out, a
// connection that breaks, and lists that grow or shrink between probe and fetch.
#pragma once

#include "conformance/api_cases/stage.hpp"

namespace lunsim::conformance {

/// The rules of a function that its sweeps hold; where it has none of its own for something, the
/// one that speaks of failure or of sizes.
struct SweepRules {
  std::string_view function;
  RuleList failure;               // a failure has a documented code, and nothing is written
  RuleList nulls = {}, ids = {};  // of arguments that name nothing
  RuleList too_small = {}, fits = {}, empty = {}, grown = {};
};

struct Swept {
  Bench& bench;
  Judge& judge;
  const api::Signature& signature;
  const SweepRules& rules;
  bool ansi;
};

// Each is a case of every function that it is about.
void sweep_nulls(const Swept& swept);
void sweep_ids(const Swept& swept);
void sweep_sizes_of(const Swept& swept);
void sweep_codes(const Swept& swept);
void sweep_memory(const Swept& swept);
void sweep_breaks(const Swept& swept);
void sweep_changes(const Swept& swept);
void sweep_empty(const Swept& swept);

bool has_nulls(const api::Signature& signature);
bool has_ids(const api::Signature& signature);
bool has_sizes(const api::Signature& signature);
/// It speaks to a target, so that a connection can break in it.
bool has_breaks(const api::Signature& signature);
bool has_changes(const api::Signature& signature);
bool has_empty(const api::Signature& signature);

void add_sweep_cases(std::vector<ApiCase>& cases);

}  // namespace lunsim::conformance
