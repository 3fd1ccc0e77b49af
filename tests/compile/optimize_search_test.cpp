// The pruned search, against one that prunes nothing.
#include "compile/optimize_search.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <utility>

#include "tfhe/noise.hpp"
#include "tfhe/security.hpp"

namespace basalt::compile::optimize_search_test {
namespace {

using tfhe::ParameterSpec;

/// A space small enough to be walked completely.
ParameterSpace small_space() {
  return {.largest_glwe_dimension = 3,
          .smallest_log2_size = 9,
          .largest_log2_size = 11,
          .smallest_lwe_dimension = 700,
          .largest_lwe_dimension = 760,
          .bootstrap_levels = 2,
          .keyswitch_base_log = 4,
          .keyswitch_bits = 16,
          .largest_group = 2};
}

bool keeps_limits(const SearchProblem& problem, const ParameterSpec& spec) {
  const double fresh = spec.glwe_noise * spec.glwe_noise;
  const double table = tfhe::bootstrap_variance(spec, tfhe::NoiseModel::basalt).value;
  const double switches =
      tfhe::lookup_variance(spec, 0.0, tfhe::ModulusSwitch::centred, tfhe::NoiseModel::basalt)
          .value;
  bool kept = spec.polynomial_size >= (std::size_t{1} << problem.table_bits);
  for (const NoiseLimit& limit : problem.lookups) {
    kept = kept && limit.fresh_gain * fresh + limit.table_gain * table + switches <= limit.variance;
  }
  for (const NoiseLimit& limit : problem.outputs) {
    kept = kept && limit.fresh_gain * fresh + limit.table_gain * table <= limit.variance;
  }
  return kept;
}

/// The lowest time of all sets, one by one; the 4 best bases of each decomposition are near the
/// middle, so all are tried.
double lowest_seconds(const SearchProblem& problem, const ParameterSpace& space) {
  double lowest = std::numeric_limits<double>::infinity();
  const tfhe::CostModel model = tfhe::reference_cost_model();
  const auto visit = [&](ParameterSpec& spec) {
    for (int levels = 1; levels <= space.keyswitch_bits; ++levels) {
      for (int base = 1; base <= space.keyswitch_base_log; ++base) {
        if (base * levels > space.keyswitch_bits) continue;
        spec.keyswitch = {base, levels};
        const double seconds = tfhe::bootstrap_seconds(spec, model).value;
        if (seconds < lowest && keeps_limits(problem, spec)) lowest = seconds;
      }
    }
  };
  for (int group = 1; group <= space.largest_group; ++group) {
    for (std::size_t k = 1; k <= space.largest_glwe_dimension; ++k) {
      for (int log2 = space.smallest_log2_size; log2 <= space.largest_log2_size; ++log2) {
        for (std::size_t n = space.smallest_lwe_dimension; n <= space.largest_lwe_dimension;
             n += 20) {
          for (int levels = 1; levels <= space.bootstrap_levels; ++levels) {
            for (int base = 10; base * levels <= 46; ++base) {
              const std::size_t N = std::size_t{1} << log2;
              ParameterSpec spec{.lwe_dimension = n,
                                 .glwe_dimension = k,
                                 .polynomial_size = N,
                                 .bootstrap = {base, levels},
                                 .lwe_noise = tfhe::minimal_noise(n, 128),
                                 .glwe_noise = tfhe::minimal_noise(k * N, 128),
                                 .group = group};
              if (std::isfinite(spec.glwe_noise)) visit(spec);
            }
          }
        }
      }
    }
  }
  return lowest;
}

SearchProblem problem_of(int bits, double norm2) {
  const double allowed = std::pow(tfhe::half_box(bits) / tfhe::deviations_for({-40.0}), 2);
  return {.lookups = {{0.0, norm2, allowed}},
          .outputs = {},
          .table_bits = bits,
          .security = 128,
          .bootstraps = 1,
          .linear_products = 0,
          .accepts = {}};
}

double seconds_of(const ParameterSpec& spec) {
  return tfhe::bootstrap_seconds(spec, tfhe::reference_cost_model()).value;
}

TEST(Search, FindsNothingDearerThanAWalkThroughTheWholeSpace) {
  const ParameterSpace space = small_space();
  for (const auto& [bits, norm2] : {std::pair{1, 1.0}, {2, 25.0}, {3, 400.0}, {3, 4e6}}) {
    const SearchProblem problem = problem_of(bits, norm2);
    const auto found = cheapest(problem, space, tfhe::reference_cost_model());
    ASSERT_TRUE(found) << bits << " bits, " << norm2;
    EXPECT_TRUE(keeps_limits(problem, *found)) << bits << " bits, " << norm2;
    EXPECT_LE(seconds_of(*found), lowest_seconds(problem, space)) << bits << " bits, " << norm2;
  }
}

TEST(Search, FindsNothingWhereNothingIs) {
  const ParameterSpace space = small_space();
  const SearchProblem problem = problem_of(6, 25.0);
  EXPECT_FALSE(cheapest(problem, space, tfhe::reference_cost_model()));
  EXPECT_EQ(lowest_seconds(problem, space), std::numeric_limits<double>::infinity());
}

TEST(Search, KeepsTheLimitsOfOutputsToo) {
  SearchProblem problem = problem_of(2, 1.0);
  const auto loose = cheapest(problem, {}, tfhe::reference_cost_model());
  problem.outputs.push_back({0.0, 100.0, std::pow(0x1p-13 / tfhe::deviations_for({-40.0}), 2)});
  const auto tight = cheapest(problem, {}, tfhe::reference_cost_model());

  ASSERT_TRUE(loose && tight);
  EXPECT_FALSE(keeps_limits(problem, *loose));
  EXPECT_TRUE(keeps_limits(problem, *tight));
  EXPECT_GT(seconds_of(*tight), seconds_of(*loose));
}

TEST(Search, AsksForTheLastWordOnEverySet) {
  SearchProblem problem = problem_of(3, 25.0);
  const auto free = cheapest(problem, {}, tfhe::reference_cost_model());
  problem.accepts = [](const ParameterSpec& spec) { return spec.lwe_dimension >= 800; };
  const auto bound = cheapest(problem, {}, tfhe::reference_cost_model());

  ASSERT_TRUE(free && bound);
  EXPECT_LT(free->lwe_dimension, 800u);
  EXPECT_GE(bound->lwe_dimension, 800u);
}

TEST(Search, WithoutTablesTakesTheSmallestKeyWithLittleEnoughNoise) {
  SearchProblem problem{.lookups = {},
                        .outputs = {{1e6, 0.0, std::pow(0x1p-12 / 7.2, 2)}},
                        .table_bits = 0,
                        .security = 128,
                        .bootstraps = 0,
                        .linear_products = 10,
                        .accepts = {}};
  const auto found = cheapest(problem, {}, tfhe::reference_cost_model());

  ASSERT_TRUE(found);
  EXPECT_EQ(found->lwe_dimension, 0u);
  const std::size_t size = found->glwe_dimension * found->polynomial_size;
  EXPECT_LE(1e6 * std::pow(tfhe::minimal_noise(size, 128), 2), problem.outputs[0].variance);
  EXPECT_GT(1e6 * std::pow(tfhe::minimal_noise(size - 256, 128), 2), problem.outputs[0].variance);
}

}  // namespace
}  // namespace basalt::compile::optimize_search_test
