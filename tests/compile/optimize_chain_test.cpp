// Chains of sets: against every combination, and against one set for all stages.
#include "compile/optimize_chain.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "compile/optimize.hpp"
#include "tfhe/noise.hpp"
#include "tfhe/security.hpp"

namespace basalt::compile::optimize_chain_test {
namespace {

using tfhe::ParameterSpec;

/// A space small enough for every pair of sets.
ParameterSpace tiny_space() {
  return {.largest_glwe_dimension = 2,
          .smallest_log2_size = 10,
          .largest_log2_size = 11,
          .smallest_lwe_dimension = 700,
          .largest_lwe_dimension = 780,
          .bootstrap_levels = 1,
          .keyswitch_base_log = 4,
          .keyswitch_bits = 12,
          .largest_group = 1};
}

/// Every set of the space with the best base of its bootstrap.
std::vector<ParameterSpec> all_sets(const ParameterSpace& space) {
  std::vector<ParameterSpec> sets;
  for (std::size_t k = 1; k <= space.largest_glwe_dimension; ++k) {
    for (int log2 = space.smallest_log2_size; log2 <= space.largest_log2_size; ++log2) {
      for (std::size_t n = space.smallest_lwe_dimension; n <= space.largest_lwe_dimension; ++n) {
        for (int levels = 1; levels <= space.keyswitch_bits; ++levels) {
          for (int base = 1; base <= space.keyswitch_base_log; ++base) {
            if (base * levels > space.keyswitch_bits) continue;
            const std::size_t N = std::size_t{1} << log2;
            ParameterSpec spec{.lwe_dimension = n,
                               .glwe_dimension = k,
                               .polynomial_size = N,
                               .bootstrap = {1, 1},
                               .keyswitch = {base, levels},
                               .lwe_noise = tfhe::minimal_noise(n, 128),
                               .glwe_noise = tfhe::minimal_noise(k * N, 128)};
            double least = 1.0;
            ParameterSpec best = spec;
            for (int bits = 1; bits < 64; ++bits) {
              spec.bootstrap.base_log = bits;
              const double variance =
                  tfhe::blind_rotation_step_variance(spec, tfhe::NoiseModel::basalt).value;
              if (variance < least) {
                least = variance;
                best = spec;
              }
            }
            sets.push_back(best);
          }
        }
      }
    }
  }
  return sets;
}

/// What matters of a set, computed once.
struct Known {
  double table, big, per_bit, modulus_switch, rotation;
  double levels, n;
};

std::vector<Known> known(const std::vector<ParameterSpec>& sets, const tfhe::CostModel& model) {
  std::vector<Known> all;
  for (const ParameterSpec& spec : sets) {
    all.push_back(
        {tfhe::bootstrap_variance(spec, tfhe::NoiseModel::basalt).value,
         static_cast<double>(spec.glwe_dimension * spec.polynomial_size),
         tfhe::keyswitch_variance_per_bit(spec.keyswitch, tfhe::fresh_variance(spec.lwe_noise))
             .value,
         tfhe::modulus_switch_variance(spec.lwe_dimension, spec.polynomial_size,
                                       tfhe::ModulusSwitch::centred)
             .value,
         static_cast<double>(spec.lwe_dimension) *
             tfhe::blind_rotation_step_seconds(spec, model).value,
         static_cast<double>(spec.keyswitch.levels), static_cast<double>(spec.lwe_dimension)});
  }
  return all;
}

/// A wide stage whose values a narrow one reads; limits from boxes of so many bits at 2^-40.
ChainProblem two_stages(int first_bits, int second_bits, double norm2) {
  const auto variance = [](int bits) {
    return std::pow(tfhe::half_box(bits) / tfhe::deviations_for({-40.0}), 2);
  };
  return {.stages = {{.lookups = {{0.0, 0.0, variance(first_bits)}},
                      .outputs = {},
                      .table_bits = first_bits,
                      .bootstraps = 10,
                      .linear_products = 0},
                     {.lookups = {{0.0, norm2, variance(second_bits)}},
                      .outputs = {},
                      .table_bits = second_bits,
                      .bootstraps = 7,
                      .linear_products = 0}},
          .security = 128,
          .accepts = {}};
}

TEST(OptimizeChain, FindsTheCheapestOfAllPairs) {
  const ParameterSpace space = tiny_space();
  const tfhe::CostModel model = tfhe::reference_cost_model();
  const ChainProblem problem = two_stages(3, 2, 40.0);
  const std::vector<ParameterSpec> sets = all_sets(space);
  const std::vector<Known> facts = known(sets, model);
  const double first_limit = problem.stages[0].lookups[0].variance;
  const double second_limit = problem.stages[1].lookups[0].variance;
  const auto switching = [&](const Known& set, double source) {
    return source * set.levels * (set.n + 1.0) * model.keyswitch_per_product * 1e-9;
  };

  double lowest = 1.0;
  for (const Known& a : facts) {
    if (a.big * a.per_bit + a.modulus_switch > first_limit) continue;
    const double seconds = 10.0 * (a.rotation + switching(a, a.big));
    if (seconds >= lowest) continue;
    for (const Known& b : facts) {
      const double noise = 40.0 * a.table + a.big * b.per_bit + b.modulus_switch;
      if (noise > second_limit) continue;
      lowest = std::min(lowest, seconds + 7.0 * (b.rotation + switching(b, a.big)));
    }
  }
  const auto chain = cheapest_chain(problem, space, model);

  ASSERT_TRUE(chain.has_value());
  ASSERT_EQ(chain->stage_count(), 2u);
  double seconds = 10.0 * tfhe::bootstrap_seconds(chain->stage(0).spec(), model).value;
  seconds +=
      7.0 *
      tfhe::bootstrap_seconds(chain->stage(1).spec(), chain->source_dimension(1), model).value;
  EXPECT_NEAR(seconds / lowest, 1.0, 1e-9);
}

TEST(OptimizeChain, KeepsEveryLimitAndTheBound) {
  const ChainProblem problem = two_stages(6, 2, 100.0);
  const tfhe::CostModel model = tfhe::reference_cost_model();
  const auto chain = cheapest_chain(problem, ParameterSpace{}, model);
  ASSERT_TRUE(chain.has_value());

  const tfhe::ChainVariances variances(*chain);

  EXPECT_LE(variances.reading[0], problem.stages[0].lookups[0].variance);
  EXPECT_LE(100.0 * variances.table[0] + variances.reading[1],
            problem.stages[1].lookups[0].variance);
  EXPECT_GE(chain->stage(0).N(), 64u);
  const double seconds =
      10.0 * tfhe::bootstrap_seconds(chain->stage(0).spec(), model).value +
      7.0 *
          tfhe::bootstrap_seconds(chain->stage(1).spec(), chain->source_dimension(1), model).value;
  EXPECT_TRUE(cheapest_chain(problem, ParameterSpace{}, model, 1.0001 * seconds).has_value());
  EXPECT_FALSE(cheapest_chain(problem, ParameterSpace{}, model, 0.9999 * seconds).has_value());
}

TEST(OptimizeChain, IsNeverCheaperForTighterLimits) {
  const tfhe::CostModel model = tfhe::reference_cost_model();
  double before = 0.0;
  for (const double norm2 : {1.0, 30.0, 1e3, 1e5, 1e7}) {
    const auto chain = cheapest_chain(two_stages(5, 3, norm2), ParameterSpace{}, model);
    ASSERT_TRUE(chain.has_value());
    const double seconds =
        10.0 * tfhe::bootstrap_seconds(chain->stage(0).spec(), model).value +
        7.0 * tfhe::bootstrap_seconds(chain->stage(1).spec(), chain->source_dimension(1), model)
                  .value;
    EXPECT_GE(seconds, before);
    before = seconds;
  }
}

/// Stages of tables of so many bits, each reading sums of the one before.
NoiseRequirements staged(const std::vector<int>& bits, double norm2) {
  NoiseRequirements requirements;
  for (std::size_t stage = 0; stage < bits.size(); ++stage) {
    Constraint place = single_lookup(bits[stage], stage == 0 ? 0.0 : norm2, false).lookups.front();
    place.stage = stage;
    place.count = 16;
    requirements.bootstraps_per_row += place.count;
    requirements.lookups.push_back(place);
  }
  return requirements;
}

TEST(OptimizeChain, ServesAWideLayerBeforeANarrowOneForLess) {
  const NoiseRequirements requirements = staged({6, 2}, 20.0);
  NoiseRequirements together = requirements;
  for (Constraint& place : together.lookups) place.stage = 0;

  const auto chosen = std::get<ParameterChoice>(optimize(requirements, {}));
  const auto single = std::get<ParameterChoice>(optimize(together, {}));

  EXPECT_EQ(chosen.parameters.stage_count(), 2u);
  EXPECT_EQ(single.parameters.stage_count(), 1u);
  EXPECT_LT(chosen.predicted_seconds_per_row, 0.7 * single.predicted_seconds_per_row);
  EXPECT_LE(chosen.p_error, 0x1p-40);
  EXPECT_GE(chosen.security_bits, 128.0);
  EXPECT_GT(chosen.evaluation_key.value, 0u);
}

TEST(OptimizeChain, KeepsOneSetWhereMoreWouldSaveLittle) {
  EXPECT_EQ(std::get<ParameterChoice>(optimize(staged({4, 4}, 0.0), {})).parameters.stage_count(),
            1u);
}

TEST(OptimizeChain, KeepsAGlobalProbability) {
  const auto found =
      std::get<ParameterChoice>(optimize(staged({6, 2}, 20.0), {.global_p_error = 1e-6}));

  EXPECT_EQ(found.parameters.stage_count(), 2u);
  EXPECT_LE(found.global_p_error, 1e-6);
}

}  // namespace
}  // namespace basalt::compile::optimize_chain_test
