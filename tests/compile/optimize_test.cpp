// Which parameters meet noise requirements, and the message when none do.
#include "compile/optimize.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "tfhe/noise.hpp"
#include "tfhe/parameter_sets.hpp"

namespace basalt::compile::optimize_test {
namespace {

ParameterChoice chosen(const NoiseRequirements& requirements, const circuit::Target& target) {
  const auto found = optimize(requirements, target);
  if (const auto* infeasible = std::get_if<Infeasible>(&found)) {
    throw Error(ErrorCode::internal, infeasible->reason);
  }
  return std::get<ParameterChoice>(found);
}

std::string reason(const NoiseRequirements& requirements, const circuit::Target& target) {
  const auto found = optimize(requirements, target);
  const auto* infeasible = std::get_if<Infeasible>(&found);
  return infeasible ? infeasible->reason : "";
}

double seconds(int bits, double norm2, const circuit::Target& target) {
  return chosen(single_lookup(bits, norm2, false), target).predicted_seconds_per_row;
}

TEST(Optimize, KeepsWhatWasAskedForEveryTable) {
  for (int bits = 1; bits <= 8; ++bits) {
    for (const double p : {0x1p-14, 0x1p-40, 0x1p-128}) {
      const ParameterChoice choice = chosen(single_lookup(bits, 25.0, false), {.p_error = p});
      const tfhe::ParameterSpec& spec = choice.parameters.stage(0).spec();
      const Variance variance =
          tfhe::lookup_variance(spec, 5.0, tfhe::ModulusSwitch::centred, tfhe::NoiseModel::basalt);

      EXPECT_LE(choice.p_error, p);
      EXPECT_NEAR(choice.p_error / tfhe::failure_probability(tfhe::half_box(bits), variance), 1.0,
                  1e-9);
      EXPECT_GE(choice.security_bits, 128.0);
      EXPECT_GE(spec.polynomial_size, std::size_t{1} << bits);
      EXPECT_GT(choice.cost, 0.0);
      EXPECT_GT(choice.evaluation_key.value, 0u);
    }
  }
}

TEST(Optimize, NeverPredictsATighterDemandToBeCheaper) {
  double before = 0.0;
  for (int bits = 1; bits <= 9; ++bits) {
    const double now = seconds(bits, 25.0, {});
    EXPECT_GE(now, before) << bits << " bits";
    before = now;
  }
  before = 0.0;
  for (double log2_p = -5; log2_p > -150; log2_p -= 3.7) {
    const double now = seconds(4, 25.0, {.p_error = std::exp2(log2_p)});
    EXPECT_GE(now, before) << "p_error 2^" << log2_p;
    before = now;
  }
  before = 0.0;
  for (double norm2 = 0.0; norm2 < 1e9; norm2 = 2.0 * norm2 + 1.0) {
    const double now = seconds(4, norm2, {});
    EXPECT_GE(now, before) << "norm2 " << norm2;
    before = now;
  }
  before = 0.0;
  for (const int level : {80, 96, 112, 128, 132, 144, 160, 176, 192, 256}) {
    const double now = seconds(4, 25.0, {.security = level});
    EXPECT_GE(now, before) << level << " bits of security";
    before = now;
  }
}

TEST(Optimize, DoesBetterThanThePublishedSetOfTheSameJob) {
  // 4 bits, norm 5, 2^-128: the 2_2 set of TFHE-rs.
  const auto model = tfhe::reference_cost_model();
  const tfhe::ParameterSpec& published = tfhe::parameter_set_named("v1_4_2m128_gaussian_2_2").spec;
  EXPECT_LE(seconds(4, 25.0, {.p_error = 0x1p-128}),
            tfhe::bootstrap_seconds(published, model).value);
}

TEST(Optimize, PricesAWrappingTableAsAPaddedOneOfOneBitLess) {
  const ParameterChoice wrapping = chosen(single_lookup(5, 20.0, true), {});
  const ParameterChoice padded = chosen(single_lookup(4, 20.0, false), {});
  EXPECT_EQ(wrapping.parameters.id(), padded.parameters.id());
}

/// Two layers and an output as a small network has them.
NoiseRequirements network() {
  NoiseRequirements requirements;
  requirements.lookups = {{.layer = "first",
                           .half_step = 0x1p-6,
                           .fresh_gain = 1e6,
                           .count = 64,
                           .table_bits = 4,
                           .bits = 4},
                          {.layer = "second",
                           .half_step = 0x1p-6,
                           .table_gain = 20.0,
                           .count = 32,
                           .table_bits = 4,
                           .bits = 4}};
  requirements.outputs = {
      {.layer = "scores", .half_step = 0x1p-9, .table_gain = 60.0, .count = 10, .bits = 8}};
  requirements.bootstraps_per_row = 96;
  requirements.inputs_per_row = 64;
  requirements.outputs_per_row = 10;
  return requirements;
}

TEST(Optimize, SharesAGlobalProbabilityAmongAllPlaces) {
  const ParameterChoice each = chosen(network(), {.p_error = 0x1p-20});
  const ParameterChoice all = chosen(network(), {.p_error = 0x1p-20, .global_p_error = 0x1p-30});

  EXPECT_LE(each.p_error, 0x1p-20);
  EXPECT_LE(each.global_p_error, 106 * each.p_error);
  EXPECT_GT(each.global_p_error, 0x1p-30);
  EXPECT_LE(all.global_p_error, 0x1p-30);
  EXPECT_LE(each.predicted_seconds_per_row, all.predicted_seconds_per_row);
}

TEST(Optimize, CountsTheReadOutAmongTheConstraints) {
  NoiseRequirements requirements = network();
  const ParameterChoice easy = chosen(requirements, {});
  requirements.outputs[0].half_step = 0x1p-14;
  const ParameterChoice hard = chosen(requirements, {});

  EXPECT_LE(hard.p_error, 0x1p-40);
  EXPECT_GT(hard.parameters.stage(0).spec().bootstrap.levels,
            easy.parameters.stage(0).spec().bootstrap.levels);
}

/// 256 tables of 2 bits, of which up to eight read the same sum.
NoiseRequirements repeated(double fresh_gain) {
  NoiseRequirements requirements;
  requirements.lookups = {{.layer = "repeated",
                           .half_step = tfhe::half_box(2),
                           .fresh_gain = fresh_gain,
                           .count = 256,
                           .table_bits = 2,
                           .bits = 2,
                           .rotations = {256, 128, 64, 32}}};
  requirements.bootstraps_per_row = 256;
  requirements.inputs_per_row = requirements.outputs_per_row = 8;
  return requirements;
}

TEST(Optimize, LetsTablesOfOneInputShareARotationWhereThatIsCheaper) {
  NoiseRequirements apart = repeated(1.0);
  apart.lookups[0].rotations.clear();
  const ParameterChoice shared = chosen(repeated(1.0), {}), single = chosen(apart, {});

  ASSERT_EQ(shared.log2_tables_per_rotation.size(), 1u);
  EXPECT_GT(shared.log2_tables_per_rotation[0], 0);
  EXPECT_EQ(single.log2_tables_per_rotation[0], 0);
  EXPECT_LT(shared.predicted_seconds_per_row, 0.7 * single.predicted_seconds_per_row);
  EXPECT_LE(shared.p_error, 0x1p-40);
  const double variance =
      tfhe::ChainVariances(shared.parameters).reading_of(0, shared.log2_tables_per_rotation[0]) +
      tfhe::ChainVariances(shared.parameters).fresh;
  EXPECT_NEAR(shared.p_error / tfhe::failure_probability(tfhe::half_box(2), {variance}), 1.0, 1e-9);
}

TEST(Optimize, SharesNoRotationThatWouldCostMore) {
  NoiseRequirements requirements = repeated(1.0);
  requirements.lookups[0].rotations = {256, 255, 254, 254};
  EXPECT_EQ(chosen(requirements, {}).log2_tables_per_rotation[0], 0);
}

TEST(Optimize, SendsAsFewBitsPerWordAsTheTargetAllows) {
  const auto choice_for = [](double half_step) {
    NoiseRequirements requirements = network();
    requirements.outputs[0] = {
        .layer = "scores", .half_step = half_step, .fresh_gain = 1.0, .count = 10, .bits = 8};
    return chosen(requirements, {});
  };
  const ParameterChoice coarse = choice_for(0x1p-5), fine = choice_for(0x1p-16),
                        finest = choice_for(0x1p-36);

  EXPECT_EQ(coarse.score_word_bits, 16);
  EXPECT_EQ(fine.score_word_bits, 32);
  EXPECT_EQ(finest.score_word_bits, 64);
  // 16 bits: seven deviations are well inside, and counted.
  const double rounding =
      tfhe::word_rounding_variance(coarse.parameters.stage(0).big_dimension(), 16).value;
  EXPECT_LT(7.2 * std::sqrt(rounding), 0x1p-5);
  EXPECT_LE(coarse.p_error, 0x1p-40);
}

TEST(Optimize, CountsRoundedWordsInTheFailureProbability) {
  NoiseRequirements requirements;
  requirements.outputs = {
      {.layer = "y", .half_step = 0x1p-9, .fresh_gain = 1.0, .count = 1, .bits = 8}};
  requirements.inputs_per_row = requirements.outputs_per_row = 1;
  requirements.linear_products_per_row = {1};
  const ParameterChoice choice = chosen(requirements, {.p_error = 0x1p-20});

  ASSERT_EQ(choice.score_word_bits, 16);
  const double variance =
      tfhe::fresh_variance(choice.parameters.stage(0).spec().glwe_noise).value +
      tfhe::word_rounding_variance(choice.parameters.stage(0).big_dimension(), 16).value;
  EXPECT_NEAR(choice.p_error / tfhe::failure_probability(0x1p-9, {variance}), 1.0, 1e-9);
  EXPECT_GT(choice.p_error, 0.0);
}

TEST(Optimize, FollowsOtherCostsOnlyIfTheyAreGiven) {
  ParameterSpace slow_pairs;
  slow_pairs.costs.bundle *= 50.0;
  const NoiseRequirements requirements = single_lookup(4, 25.0, false);

  const auto found = optimize(requirements, {}, slow_pairs);

  EXPECT_EQ(std::get<ParameterChoice>(found).parameters.stage(0).spec().group, 1);
  EXPECT_EQ(chosen(requirements, {}).parameters.stage(0).spec().group, 2);
}

TEST(Optimize, TakesOnlyAGlweKeyForALinearModel) {
  NoiseRequirements requirements;
  requirements.outputs = {
      {.layer = "score", .half_step = 0x1p-20, .fresh_gain = 1e4, .count = 1, .bits = 19}};
  requirements.inputs_per_row = 30;
  requirements.outputs_per_row = 1;
  requirements.linear_products_per_row = {30};
  const ParameterChoice choice = chosen(requirements, {});

  EXPECT_FALSE(choice.parameters.stage(0).has_bootstrap());
  EXPECT_LE(choice.p_error, 0x1p-40);
  EXPECT_EQ(choice.evaluation_key.value, 0u);
  EXPECT_GT(choice.predicted_seconds_per_row, 0.0);
}

TEST(Optimize, NamesTheLayerThatDoesNotFitAndWhatWould) {
  NoiseRequirements requirements = network();
  requirements.lookups[1].half_step = tfhe::half_box(14);
  requirements.lookups[1].bits = requirements.lookups[1].table_bits = 14;
  const std::string wide = reason(requirements, {});
  EXPECT_NE(wide.find("\"second\": 14 bits"), std::string::npos) << wide;
  EXPECT_NE(wide.find("at most 9 bits fit"), std::string::npos) << wide;
  EXPECT_NE(wide.find("2^-40"), std::string::npos) << wide;

  // Where the norm is what is too large, the message names one that fits.
  const std::string heavy = reason(single_lookup(4, 1e40, false), {});
  const std::size_t at = heavy.find("a 2-norm up to ");
  ASSERT_NE(at, std::string::npos) << heavy;
  const double norm = std::stod(heavy.substr(at + 15));
  EXPECT_EQ(reason(single_lookup(4, norm * norm, false), {}), "");
  EXPECT_NE(reason(single_lookup(4, 2.0 * norm * norm, false), {}), "");

  requirements = network();
  requirements.outputs[0].half_step = 0x1p-40;
  EXPECT_NE(reason(requirements, {}).find("output \"scores\""), std::string::npos);
  EXPECT_NE(reason(single_lookup(40, 1.0, false), {}).find("40 bits"), std::string::npos);
}

TEST(Optimize, RefusesWhatHasNoMeaningByItsSetting) {
  const auto subject_of = [](auto ask) -> std::string {
    try {
      ask();
    } catch (const Error& error) {
      return error.subject();
    }
    return "accepted";
  };
  EXPECT_EQ(subject_of([] { (void)optimize(single_lookup(4, 1, false), {.p_error = 7}); }),
            "p_error");
  EXPECT_EQ(subject_of([] { (void)optimize(single_lookup(4, 1, false), {.security = 99}); }),
            "security");
  EXPECT_EQ(subject_of([] { (void)single_lookup(0, 1, false); }), "bits");
  EXPECT_EQ(subject_of([] { (void)single_lookup(65, 1, false); }), "bits");
  EXPECT_EQ(subject_of([] { (void)single_lookup(4, -1, false); }), "norm2");
}

}  // namespace
}  // namespace basalt::compile::optimize_test
