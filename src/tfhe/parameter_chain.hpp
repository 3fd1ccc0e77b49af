// The parameters of a circuit: a checked set for each of its stages.
#pragma once

#include <cstddef>
#include <vector>

#include "base/describe.hpp"
#include "base/digest.hpp"
#include "tfhe/parameters.hpp"

namespace basalt::tfhe {

/// Parameter sets by stage: the tables of a circuit's first stage use those of stage 0, the tables
/// of the next stage those of stage 1, and so on. The key switch of stage i > 0 comes from the big
/// key of stage i - 1, that of stage 0 from its own big key, under which inputs are encrypted. A
/// circuit whose stages all share one set has a chain of one.
class ParameterChain {
 public:
  /// The smallest legal set, without bootstrap.
  ParameterChain() : ParameterChain(Parameters(ParameterSpec{.polynomial_size = 256})) {}
  /// A chain of one set.
  ParameterChain(const Parameters& only) : stages_{only}, id_(only.id()) {}  // NOLINT: on purpose
  /// Errors: invalid_argument if there is no set, or one of several has no bootstrap.
  explicit ParameterChain(std::vector<Parameters> stages);

  std::size_t stage_count() const noexcept { return stages_.size(); }
  const Parameters& stage(std::size_t i) const { return stages_.at(i); }
  /// Bits of the key that the key switch of stage `i` comes from.
  std::size_t source_dimension(std::size_t i) const {
    return stage(i == 0 ? 0 : i - 1).big_dimension();
  }
  /// Of all sets; that of the set where there is one.
  const Digest& id() const noexcept { return id_; }

 private:
  std::vector<Parameters> stages_;
  Digest id_;
};

/// The descriptions of all sets. Errors: as the constructors.
std::vector<ParameterSpec> specs_of(const ParameterChain& chain);
ParameterChain chain_of(const std::vector<ParameterSpec>& specs);

/// Stored as the set `parameters` and the list `further_parameters` of all others.
template <class Visitor>
void describe(Visitor& visit, MaybeConst<ParameterChain> auto& chain) {
  std::vector<ParameterSpec> further = specs_of(chain);
  ParameterSpec first = further.front();
  further.erase(further.begin());
  visit.part("parameters", first);
  if (visit.has("further_parameters", !further.empty())) visit.list("further_parameters", further);
  if constexpr (Visitor::reads) {
    further.insert(further.begin(), first);
    chain = chain_of(further);
  }
}

}  // namespace basalt::tfhe
