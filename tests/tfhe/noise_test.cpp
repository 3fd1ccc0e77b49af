// The noise formulas, against published worked values.
#include "tfhe/noise.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "support/expect_error.hpp"
#include "tfhe/parameter_sets.hpp"
#include "tfhe/security.hpp"

namespace basalt::tfhe::noise_test {
namespace {

void expect_relative(double actual, double expected, double tolerance, const std::string& what) {
  EXPECT_NEAR(actual / expected, 1.0, tolerance) << what << ": " << actual << " for " << expected;
}

struct Worked {
  const char* name;
  double transform, theory, keyswitch, modulus_switch, total;
};

// Intermediate values that were worked out for sets of TFHE-rs by its own formulas.
constexpr Worked worked[] = {
    {"v1_4_2m128_gaussian_2_2", 2.408179843e-10, 6.939868247e-10, 3.152698744e-07, 1.075367133e-06,
     1.414007127e-06},
    {"v1_4_2m128_tuniform_2_2", 2.552781866e-10, 9.282281624e-10, 2.334515254e-07, 1.139938831e-06,
     1.402978015e-06},
    {"v1_4_2m128_gaussian_1_1", 1.479268005e-10, 6.097145434e-10, 6.062091668e-06, 1.662969589e-05,
     2.269860633e-05},
    {"v1_4_2m128_gaussian_4_4", 1.222840560e-13, 2.031770139e-14, 4.144829668e-09, 1.331500243e-09,
     5.517541819e-09},
    {"v1_0_2m64_gaussian_2_2", 2.316413174e-10, 6.675415992e-10, 8.158177151e-07, 2.073744933e-06,
     2.912042221e-06},
    {"v1_0_2m64_tuniform_2_2", 2.444330348e-10, 8.887936326e-10, 3.526608149e-07, 2.187987169e-06,
     2.568978650e-06},
    {"v1_0_2m40_tuniform_2_2", 2.333098023e-10, 8.483479611e-10, 1.172224681e-06, 2.088646094e-06,
     3.287912219e-06},
};

TEST(Noise, OfPublishedSetsIsTheWorkedOne) {
  for (const Worked& expected : worked) {
    const ParameterSet& set = parameter_set_named(expected.name);
    const double bootstrap = bootstrap_variance(set.spec, NoiseModel::tfhe_rs).value;

    expect_relative(bootstrap, expected.transform + expected.theory, 1e-8, set.name);
    expect_relative(keyswitch_variance(set.spec, NoiseModel::tfhe_rs).value, expected.keyswitch,
                    1e-8, set.name);
    expect_relative(modulus_switch_variance(set.spec.lwe_dimension, set.spec.polynomial_size,
                                            set.modulus_switch, NoiseModel::tfhe_rs)
                        .value,
                    expected.modulus_switch, 1e-8, set.name);
    expect_relative(
        lookup_variance(set.spec, set.norm, set.modulus_switch, NoiseModel::tfhe_rs).value,
        expected.total, 1e-8, set.name);
  }
}

TEST(Noise, OfEveryNamedSetGivesItsClaimedFailureProbability) {
  for (const ParameterSet& set : parameter_sets()) {
    if (set.name == "wrap_a1" || set.name == "wrap_e1" || set.name == "wrap_f1") continue;
    const Variance variance =
        lookup_variance(set.spec, set.norm, set.modulus_switch, NoiseModel::tfhe_rs);
    EXPECT_NEAR(
        log2_failure_probability(half_box(set.message_bits + set.carry_bits), variance).value,
        set.log2_p_fail, 0.01)
        << set.name;
  }
}

TEST(Noise, OfOurKeySwitchCountsTheDigitsAsTheyAre) {
  // Mean squares of 100,000 words' digits, lowest first, in units of (B^2 + 2) / 12.
  const auto ratio = [](int base_log, int levels) {
    const Decomposition digits{base_log, levels};
    const auto key_part = [&](NoiseModel model) {
      return keyswitch_variance_per_bit(digits, {1.0}, model).value -
             keyswitch_variance_per_bit(digits, {0.0}, model).value;
    };
    return levels * key_part(NoiseModel::basalt) / key_part(NoiseModel::tfhe_rs);
  };
  EXPECT_DOUBLE_EQ(ratio(3, 1), 1.0);
  EXPECT_NEAR(ratio(1, 8), 1.0 + 0.499 + 0.753 + 0.624 + 0.690 + 0.651 + 0.669 + 0.660, 0.02);
  EXPECT_NEAR(ratio(2, 5), 0.995 + 0.832 + 0.871 + 0.867 + 0.866, 0.02);
  EXPECT_NEAR(ratio(3, 5), 1.006 + 0.959 + 0.960 + 0.957 + 0.961, 0.02);
}

TEST(Noise, OfOurTransformsIsAboveEachMeasurementAndNear) {
  struct Measured {
    std::size_t N, k;
    Decomposition digits;
    int group;
    double log2_deviation;
  };
  for (const Measured& m : {Measured{2048, 1, {23, 1}, 1, -20.65},
                            {512, 4, {23, 1}, 1, -20.9},
                            {1024, 2, {23, 1}, 1, -20.95},
                            {4096, 1, {22, 1}, 1, -20.24},
                            {8192, 1, {15, 2}, 1, -25.56},
                            {2048, 1, {23, 1}, 2, -18.80},
                            {512, 4, {23, 1}, 2, -19.42}}) {
    ParameterSpec spec{.lwe_dimension = 2,
                       .glwe_dimension = m.k,
                       .polynomial_size = m.N,
                       .bootstrap = m.digits,
                       .keyswitch = {3, 5},
                       .group = m.group};
    const double whole = blind_rotation_step_variance(spec, NoiseModel::basalt).value;
    // Without key noise the rest is what the decomposition drops.
    const double bits = static_cast<double>(m.k * m.N);
    const double dropped = (m.group == 2 ? 1.5 : 0.5) * (1.0 + bits / 2.0) *
                           std::exp2(-2 * m.digits.base_log * m.digits.levels) / 12.0;
    const double transform = 0.5 * std::log2(whole - dropped);
    EXPECT_GT(transform, m.log2_deviation) << m.N << " " << m.group;
    EXPECT_LT(transform, m.log2_deviation + 0.65) << m.N << " " << m.group;
  }
}

TEST(Noise, OfTwoBitsPerStepIsThreeTimesTheKeyAndOneAndAHalfTheRounding) {
  ParameterSpec spec = parameter_set_named("v1_4_2m128_gaussian_2_2").spec;
  spec.glwe_noise = 1e-9;  // the key's part outweighs all
  ParameterSpec pairs = spec;
  pairs.group = 2;
  expect_relative(bootstrap_variance(pairs, NoiseModel::basalt).value,
                  3.0 * bootstrap_variance(spec, NoiseModel::basalt).value, 1e-4, "key");

  spec.glwe_noise = 0.0;
  spec.bootstrap = pairs.bootstrap = {4, 1};  // the rounding outweighs all
  pairs.glwe_noise = 0.0;
  expect_relative(bootstrap_variance(pairs, NoiseModel::basalt).value,
                  1.5 * bootstrap_variance(spec, NoiseModel::basalt).value, 1e-4, "rounding");
}

TEST(Noise, OfTheConcreteModelMatchesItsUnitTests) {
  const double q = 0x1p64;
  const double lwe = concrete_minimal_noise(512, 128);
  expect_relative(
      2048.0 * concrete::keyswitch_variance_per_bit({24, 2}, fresh_variance(lwe)).value * q * q,
      1.6009432788698912e49, 1e-12, "key switch");
  expect_relative(2048.0 *
                      concrete::external_product_variance(
                          2, 4096, {24, 2}, fresh_variance(concrete_minimal_noise(8192, 128)))
                          .value *
                      q * q,
                  4.078296369990673e31, 1e-9, "blind rotation");
}

TEST(Noise, OfTheConcreteModelGivesTheWorkedRow) {
  const double n = 801.0, big = 2048.0;
  const Variance lwe = fresh_variance(concrete_minimal_noise(801, 128));
  const Variance glwe = fresh_variance(concrete_minimal_noise(2048, 128));

  expect_relative(lwe.value, 1.655001234e-11, 1e-8, "lwe");
  expect_relative(glwe.value, 8.442253113e-31, 1e-8, "glwe");
  expect_relative(n * concrete::external_product_variance(2, 1024, {23, 1}, glwe).value,
                  4.983262352e-10 + 3.662114608e-10, 1e-8, "blind rotation");
  expect_relative(big * concrete::keyswitch_variance_per_bit({4, 3}, lwe).value, 7.272453451e-06,
                  1e-8, "key switch");
  expect_relative(modulus_switch_variance(801, 1024, ModulusSwitch::standard).value,
                  7.977088292e-06, 1e-8, "modulus switch");
}

TEST(FailureProbability, HasTheKnownQuantiles) {
  EXPECT_NEAR(deviations_for({std::log2(1e-2)}), 2.575829303548901, 1e-12);
  EXPECT_NEAR(deviations_for({std::log2(1e-3)}), 3.290526731491895, 1e-12);
  EXPECT_NEAR(deviations_for({std::log2(1e-5)}), 4.417173413469022, 1e-12);
  EXPECT_NEAR(deviations_for({std::log2(1e-6)}), 4.891638475698590, 1e-12);
  EXPECT_NEAR(deviations_for({-40}), 7.143552034352189, 1e-12);
  EXPECT_NEAR(deviations_for({-64}), 9.155293772686072, 1e-12);
  EXPECT_NEAR(deviations_for({-128}), 13.108626174480179, 1e-12);
  EXPECT_NEAR(deviations_for({std::log2(1 - 0.682689492137)}), 1.0, 1e-10);
  EXPECT_NEAR(deviations_for({std::log2(1 - 0.999936657516)}), 4.0, 1e-7);
}

TEST(FailureProbability, AndItsInverseAgreeFarBelowADouble) {
  for (double log2_p = -0.01; log2_p > -20000.0; log2_p = log2_p * 1.3 - 0.05) {
    const double deviations = deviations_for({log2_p});
    EXPECT_NEAR(log2_failure_probability(deviations, {1.0}).value / log2_p, 1.0, 1e-11) << log2_p;
  }
  EXPECT_DOUBLE_EQ(failure_probability(1.0, {1.0}), std::erfc(std::sqrt(0.5)));
  EXPECT_EQ(failure_probability(1.0, {0.0}), 0.0);
  expect_error(ErrorCode::invalid_argument, "failure probability must be below",
               [&] { (void)deviations_for({0.0}); });
}

}  // namespace
}  // namespace basalt::tfhe::noise_test
