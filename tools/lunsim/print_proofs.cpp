#include "tools/lunsim/print_proofs.hpp"

#include <fmt/format.h>

#include "tools/lunsim/exit_code.hpp"

namespace lunsim::tools {

int print_proofs(std::string_view what, std::size_t count, std::span<const conform::Proof> proofs,
                 std::span<const std::string> mistakes, bool verbose) {
  for (const std::string& mistake : mistakes) fmt::print("{}\n", mistake);
  std::size_t bad = 0, mutants = 0;
  for (const conform::Proof& proof : proofs) {
    mutants += !proof.mutant.empty();
    bad += !proof.ok;
    if (proof.ok && !verbose) continue;
    fmt::print("{} {}{}{}\n  {}\n", proof.ok ? "ok  " : "FAIL", proof.case_id,
               proof.mutant.empty() ? "" : " on mutant ", proof.mutant, proof.message);
  }
  fmt::print("{} {}, {} mutants, {} not proved, {} mistakes\n", count, what, mutants, bad,
             mistakes.size());
  return bad == 0 && mistakes.empty() ? kExitFine : kExitCheckFailed;
}

}  // namespace lunsim::tools
