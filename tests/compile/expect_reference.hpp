// Compares one answer of the optimizer with the plain search.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "base/error.hpp"
#include "compile/optimize.hpp"
#include "compile/optimize_reference.hpp"

namespace basalt::compile::reference {

inline std::variant<ParameterChoice, Infeasible> answer(const Query& query, bool wraps = false) {
  return optimize(single_lookup(wraps ? query.bits + 1 : query.bits, query.norm2, wraps),
                  {.p_error = query.p_error, .security = query.security});
}

inline std::string name_of(const Query& query) {
  return concat(query.bits, " bits, norm2 ", query.norm2, ", p_error 2^", std::log2(query.p_error),
                ", ", query.security, " bits of security");
}

inline Set set_of(const tfhe::ParameterSpec& spec) {
  return {.n = static_cast<double>(spec.lwe_dimension),
          .k = static_cast<double>(spec.glwe_dimension),
          .N = static_cast<double>(spec.polynomial_size),
          .group = static_cast<double>(spec.group),
          .base = spec.bootstrap.base_log,
          .levels = spec.bootstrap.levels,
          .ks_base = spec.keyswitch.base_log,
          .ks_levels = spec.keyswitch.levels,
          .lwe_noise = spec.lwe_noise,
          .glwe_noise = spec.glwe_noise};
}

/// The chosen set is secure, fails as seldom as asked, by its own account too, and no set of the
/// whole space is cheaper; or neither search finds any.
inline void expect_cheapest(const Query& query, bool wraps = false) {
  SCOPED_TRACE(name_of(query));
  const auto found = answer(query, wraps);
  const auto* choice = std::get_if<ParameterChoice>(&found);
  const std::optional<Found> best = cheapest(query);
  ASSERT_EQ(choice != nullptr, best.has_value());
  if (choice == nullptr) return;
  const Set set = set_of(choice->parameters.stage(0).spec());
  const double log2_p = log2_failure(query, variance(query, set));
  EXPECT_LE(log2_p, std::log2(query.p_error) + 1e-6);
  EXPECT_NEAR(log2_p, std::log2(choice->p_error), 1e-6);
  EXPECT_GE(set.N, std::exp2(query.bits));
  EXPECT_GE(set.lwe_noise * (1 + 1e-12), least_noise(set.n, query.security));
  EXPECT_GE(set.glwe_noise * (1 + 1e-12), least_noise(set.k * set.N, query.security));
  EXPECT_NEAR(1e9 * choice->predicted_seconds_per_row / best->nanoseconds, 1.0, 1e-9);
}

/// The refusal names the layer, the bits, and the most bits that fit, which do and one more do not.
inline void expect_refusal(const Query& query) {
  SCOPED_TRACE(name_of(query));
  const auto found = answer(query);
  const auto* refusal = std::get_if<Infeasible>(&found);
  ASSERT_TRUE(refusal != nullptr);
  EXPECT_FALSE(cheapest(query));
  const std::string& text = refusal->reason;
  EXPECT_NE(text.find(concat("\"table\": ", query.bits, " bits")), std::string::npos) << text;
  EXPECT_NE(text.find("use "), std::string::npos) << text;
  const std::size_t at = text.find("at most ");
  Query other = query;
  other.bits = at == std::string::npos ? 0 : std::stoi(text.substr(at + 8));
  EXPECT_TRUE(other.bits == 0 || cheapest(other)) << text;
  ++other.bits;
  EXPECT_FALSE(cheapest(other)) << text;
}

}  // namespace basalt::compile::reference
