#include "tfhe/parameter_chain.hpp"

#include <utility>

#include "base/error.hpp"

namespace basalt::tfhe {
namespace {

Digest id_of(const std::vector<Parameters>& stages) {
  if (stages.size() == 1) return stages.front().id();
  Hasher hasher("chain of parameters");
  for (const Parameters& stage : stages) hasher.add(stage.id());
  return hasher.finish();
}

}  // namespace

ParameterChain::ParameterChain(std::vector<Parameters> stages)
    : stages_(std::move(stages)), id_(id_of(stages_)) {
  require(!stages_.empty(), ErrorCode::invalid_argument, "parameters: a chain without sets");
  for (std::size_t i = 0; i < stages_.size() && stages_.size() > 1; ++i) {
    require(stages_[i].has_bootstrap(), ErrorCode::invalid_argument, "parameters: set ", i,
            " of a chain has no bootstrap");
  }
}

std::vector<ParameterSpec> specs_of(const ParameterChain& chain) {
  std::vector<ParameterSpec> specs;
  for (std::size_t i = 0; i < chain.stage_count(); ++i) specs.push_back(chain.stage(i).spec());
  return specs;
}

ParameterChain chain_of(const std::vector<ParameterSpec>& specs) {
  return ParameterChain(std::vector<Parameters>(specs.begin(), specs.end()));
}

}  // namespace basalt::tfhe
