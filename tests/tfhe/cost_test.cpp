// Costs, against published figures and against each other.
#include "tfhe/cost.hpp"

#include <gtest/gtest.h>

#include "tfhe/parameter_sets.hpp"

namespace basalt::tfhe::cost_test {
namespace {

TEST(Operations, AreThoseOfThePublishedCostModel) {
  EXPECT_EQ(keyswitch_operations(1024, 2048, {1, 32}), 134313984.0);
  EXPECT_EQ(external_product_operations(1, 1, {1, 1}), 8.0);
  EXPECT_EQ(external_product_operations(20, 1, {1, 300}), 138621.0);
  EXPECT_EQ(1024.0 * external_product_operations(1024, 4096, {1, 56}), 249957554585600.0);
}

TEST(Operations, OfPublishedSetsAreTheirAlgorithmicCost) {
  const auto millions = [](const char* name) {
    return bootstrap_operations(parameter_set_named(name).spec) / 1e6;
  };
  EXPECT_NEAR(millions("v1_4_2m128_gaussian_1_0"), 40.4, 0.05);
  EXPECT_NEAR(millions("v1_4_2m128_gaussian_2_2"), 110.0, 0.05);
  EXPECT_NEAR(millions("v1_4_2m128_gaussian_4_4"), 11658.7, 0.05);
  EXPECT_NEAR(millions("v1_4_2m128_tuniform_3_3"), 900.0, 0.05);

  // The published sets of two bits per step: 177.78 and 61 million.
  ParameterSpec pairs{.lwe_dimension = 904,
                      .glwe_dimension = 1,
                      .polynomial_size = 4096,
                      .bootstrap = {21, 1},
                      .keyswitch = {4, 4},
                      .group = 2};
  EXPECT_NEAR(bootstrap_operations(pairs) / 1e6, 177.78, 0.005);
}

TEST(Seconds, OfTheReferenceCoreAreNearTheMeasurementsTheyWereFittedTo) {
  struct Measured {
    std::size_t N, k;
    Decomposition digits;
    double nanoseconds;
  };
  const CostModel model = reference_cost_model();
  for (const Measured& m : {Measured{256, 6, {17, 1}, 1764},
                            {512, 2, {17, 1}, 1370},
                            {512, 3, {17, 1}, 1821},
                            {512, 4, {23, 1}, 2413},
                            {512, 4, {15, 2}, 4087},
                            {1024, 1, {23, 1}, 1664},
                            {1024, 2, {23, 1}, 2708},
                            {1024, 2, {15, 2}, 4361},
                            {2048, 1, {23, 1}, 3584},
                            {2048, 1, {15, 2}, 5640},
                            {2048, 1, {11, 3}, 8430},
                            {2048, 1, {7, 4}, 9976},
                            {4096, 1, {22, 1}, 8167},
                            {4096, 1, {15, 2}, 12132},
                            {8192, 1, {15, 2}, 29590},
                            {16384, 1, {15, 2}, 67845}}) {
    const ParameterSpec spec{.lwe_dimension = 1,
                             .glwe_dimension = m.k,
                             .polynomial_size = m.N,
                             .bootstrap = m.digits,
                             .keyswitch = {3, 5}};
    const double predicted = 1e9 * blind_rotation_step_seconds(spec, model).value;
    EXPECT_NEAR(predicted / m.nanoseconds, 1.0, 0.08) << m.N << " " << m.k;
  }
}

TEST(Seconds, OfTwoBitsPerStepAreNearTheMeasurements) {
  struct Measured {
    std::size_t N, k;
    Decomposition digits;
    double nanoseconds;
  };
  for (const Measured& m : {Measured{256, 6, {17, 1}, 2899},
                            {512, 3, {17, 1}, 2945},
                            {512, 4, {23, 1}, 3962},
                            {1024, 2, {23, 1}, 4284},
                            {1024, 2, {15, 2}, 6703},
                            {2048, 1, {23, 1}, 5046},
                            {2048, 1, {15, 2}, 7840},
                            {4096, 1, {22, 1}, 11360},
                            {4096, 1, {15, 2}, 18490},
                            {8192, 1, {15, 2}, 42660}}) {
    const ParameterSpec spec{.lwe_dimension = 2,
                             .glwe_dimension = m.k,
                             .polynomial_size = m.N,
                             .bootstrap = m.digits,
                             .keyswitch = {3, 5},
                             .group = 2};
    const double predicted = 1e9 * blind_rotation_step_seconds(spec, reference_cost_model()).value;
    EXPECT_NEAR(predicted / m.nanoseconds, 1.0, 0.12) << m.N << " " << m.k;
  }
}

TEST(Seconds, OfTheKeySwitchAreNearTheMeasurements) {
  ParameterSpec spec = parameter_set_named("v1_4_2m128_gaussian_2_2").spec;
  EXPECT_NEAR(keyswitch_seconds(spec, reference_cost_model()).value * 1e3, 0.147, 0.01);
}

TEST(Seconds, AreNoneWithoutBootstrap) {
  const ParameterSpec spec{.glwe_dimension = 1, .polynomial_size = 1024};
  EXPECT_EQ(bootstrap_seconds(spec, reference_cost_model()).value, 0.0);
  EXPECT_EQ(bootstrap_operations(spec), 0.0);
  EXPECT_EQ(evaluation_key_bytes(Parameters(spec)).value, 0u);
  EXPECT_GT(linear_seconds(spec, 10, reference_cost_model()).value, 0.0);
}

TEST(EvaluationKeyBytes, CountTheBodiesOfBothKeys) {
  ParameterSpec spec = parameter_set_named("v1_4_2m128_gaussian_2_2").spec;
  EXPECT_EQ(evaluation_key_bytes(Parameters(spec)).value, 8u * (2048 * 5 + 866 * 2 * 2048));
  spec.group = 2;
  EXPECT_EQ(evaluation_key_bytes(Parameters(spec)).value, 8u * (2048 * 5 + 433 * 3 * 2 * 2048));
}

}  // namespace
}  // namespace basalt::tfhe::cost_test
