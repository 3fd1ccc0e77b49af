// The published single-parameter search of concrete's optimizer, reproduced for comparison.
#pragma once

#include <cstddef>
#include <optional>

#include "base/strong.hpp"
#include "tfhe/parameters.hpp"

namespace basalt::compile {

/// One table look-up of `precision` bits under a padding bit after a dot product with 2-norm
/// 2^log2_norm.
struct ConcreteV0Query {
  int precision = 0;
  double log2_norm = 0.0;
  double p_error = 6.3342484e-5;  ///< Of one look-up; the default is that of the published tables.
  int security = 128;
  std::size_t sum_size = 4096;  ///< Terms of the dot product, counted in the price.
};

struct ConcreteV0Answer {
  tfhe::ParameterSpec parameters;
  double complexity = 0.0;  ///< Operations; the tables print floor(complexity / 2^20).
  Log2 log2_p_error{};
};

/// The cheapest parameters by the published noise model, search space and price, or nothing.
///
/// Errors: invalid_argument with the subject bits, log_norm2, p_error or security if the query has
/// no meaning.
/// Source: Bergerat et al., eprint 2022/704; concrete's optimizer, 2025-06.
std::optional<ConcreteV0Answer> concrete_v0(const ConcreteV0Query& query);

}  // namespace basalt::compile
