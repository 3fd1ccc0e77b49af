// Decompositions worth trying, shared by the searches for one set and for chains of sets.
#pragma once

#include <limits>
#include <vector>

#include "compile/optimize_search.hpp"
#include "tfhe/parameters.hpp"

namespace basalt::compile {

inline constexpr double infinite = std::numeric_limits<double>::infinity();

/// A decomposition and the variance it adds, per key bit or per step.
struct Digits {
  tfhe::Decomposition decomposition;
  double variance = infinite;
};

/// Decompositions worth having for a bootstrap of `spec` with up to so many levels: cheap ones
/// first, each with less noise than all before. Of every number of levels that is the base of least
/// noise, and that of least noise among those with short accumulators, which cost less.
std::vector<Digits> bootstrap_front(tfhe::ParameterSpec spec, int most_levels);

/// Key switches worth having for one small key: more levels, less noise.
class KeyswitchFronts {
 public:
  KeyswitchFronts(int security, const ParameterSpace& space)
      : security_(security), space_(space), fronts_(space.largest_lwe_dimension + 1) {}

  struct Front {
    double lwe_noise = 0.0;
    std::vector<Digits> digits;  ///< Few levels first; the variance per bit of the source.
  };

  /// Of a small key of n bits. Computed when first asked for.
  const Front& operator[](std::size_t n) {
    Front& front = fronts_[n];
    if (front.digits.empty()) front = make(n);
    return front;
  }

 private:
  Front make(std::size_t n) const;

  int security_;
  const ParameterSpace& space_;
  std::vector<Front> fronts_;
};

}  // namespace basalt::compile
