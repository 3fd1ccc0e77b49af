// Compares one answer of the optimizer with the plain search.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "base/error.hpp"
#include "compile/optimize.hpp"
#include "compile/optimize_reference.hpp"

namespace basalt::compile::reference {

inline std::variant<Choice, Infeasible> answer(const Ask& ask, bool wraps = false) {
  return optimize(single_lookup(wraps ? ask.bits + 1 : ask.bits, ask.norm2, wraps),
                  {.p_error = ask.p_error, .security = ask.security});
}

inline std::string name_of(const Ask& ask) {
  return cat(ask.bits, " bits, norm2 ", ask.norm2, ", p_error 2^", std::log2(ask.p_error), ", ",
             ask.security, " bits of security");
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
inline void expect_cheapest(const Ask& ask, bool wraps = false) {
  SCOPED_TRACE(name_of(ask));
  const auto found = answer(ask, wraps);
  const auto* choice = std::get_if<Choice>(&found);
  const std::optional<Found> best = cheapest(ask);
  ASSERT_EQ(choice != nullptr, best.has_value());
  if (choice == nullptr) return;
  const Set set = set_of(choice->parameters.stage(0).spec());
  const double log2_p = log2_failure(ask, variance(ask, set));
  EXPECT_LE(log2_p, std::log2(ask.p_error) + 1e-6);
  EXPECT_NEAR(log2_p, std::log2(choice->p_error), 1e-6);
  EXPECT_GE(set.N, std::exp2(ask.bits));
  EXPECT_GE(set.lwe_noise * (1 + 1e-12), least_noise(set.n, ask.security));
  EXPECT_GE(set.glwe_noise * (1 + 1e-12), least_noise(set.k * set.N, ask.security));
  EXPECT_NEAR(1e9 * choice->predicted_seconds_per_row / best->nanoseconds, 1.0, 1e-9);
}

/// The refusal names the layer, the bits, and the most bits that fit, which do and one more do not.
inline void expect_refusal(const Ask& ask) {
  SCOPED_TRACE(name_of(ask));
  const auto found = answer(ask);
  const auto* refusal = std::get_if<Infeasible>(&found);
  ASSERT_TRUE(refusal != nullptr);
  EXPECT_FALSE(cheapest(ask));
  const std::string& text = refusal->reason;
  EXPECT_NE(text.find(cat("\"table\": ", ask.bits, " bits")), std::string::npos) << text;
  EXPECT_NE(text.find("use "), std::string::npos) << text;
  const std::size_t at = text.find("at most ");
  Ask other = ask;
  other.bits = at == std::string::npos ? 0 : std::stoi(text.substr(at + 8));
  EXPECT_TRUE(other.bits == 0 || cheapest(other)) << text;
  ++other.bits;
  EXPECT_FALSE(cheapest(other)) << text;
}

}  // namespace basalt::compile::reference
