// Checks and identity of parameter sets.
#include "tfhe/parameters.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "tfhe/parameter_sets.hpp"

namespace basalt::tfhe::parameters_test {
namespace {

ParameterSpec valid() {
  return parameter_set_named("v1_4_2m128_gaussian_2_2").spec;
}

void expect_refused(const ParameterSpec& spec, const std::string& word) {
  try {
    Parameters parameters(spec);
    FAIL() << "accepted a set with a bad " << word;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
  }
}

TEST(Parameters, KeepWhatTheyWereMadeOf) {
  const Parameters parameters(valid());

  EXPECT_EQ(parameters.n(), 866u);
  EXPECT_EQ(parameters.k(), 1u);
  EXPECT_EQ(parameters.N(), 2048u);
  EXPECT_EQ(parameters.big_dimension(), 2048u);
  EXPECT_TRUE(parameters.has_bootstrap());
}

TEST(Parameters, RefuseEachBadValueByName) {
  ParameterSpec spec = valid();
  spec.polynomial_size = 1000;
  expect_refused(spec, "N is 1000");
  spec.polynomial_size = 131072;
  expect_refused(spec, "N is 131072");
  spec = valid();
  spec.glwe_dimension = 7;
  expect_refused(spec, "k is 7");
  spec = valid();
  spec.bootstrap = {16, 4};
  expect_refused(spec, "bootstrap");
  spec = valid();
  spec.keyswitch = {0, 3};
  expect_refused(spec, "keyswitch");
  spec = valid();
  spec.group = 3;
  expect_refused(spec, "group");
  spec = valid();
  spec.group = 2;
  spec.lwe_dimension = 867;
  expect_refused(spec, "multiple of the group");
  spec = valid();
  spec.lwe_noise = -1.0;
  expect_refused(spec, "lwe noise");
}

TEST(Parameters, WithoutBootstrapNeedNoDecompositionAndMayBeWide) {
  const Parameters parameters(
      ParameterSpec{.lwe_dimension = 0, .glwe_dimension = 1, .polynomial_size = 131072});

  EXPECT_FALSE(parameters.has_bootstrap());
}

TEST(Parameters, HaveAnIdThatDependsOnEveryField) {
  const auto changed = [](auto change) {
    ParameterSpec spec = valid();
    change(spec);
    return Parameters(spec).id();
  };
  const Digest id = Parameters(valid()).id();

  EXPECT_EQ(Parameters(valid()).id(), id);
  EXPECT_NE(changed([](ParameterSpec& s) { s.lwe_dimension += 2; }), id);
  EXPECT_NE(changed([](ParameterSpec& s) { s.glwe_dimension = 2; }), id);
  EXPECT_NE(changed([](ParameterSpec& s) { s.polynomial_size = 4096; }), id);
  EXPECT_NE(changed([](ParameterSpec& s) { s.bootstrap.base_log = 22; }), id);
  EXPECT_NE(changed([](ParameterSpec& s) { s.keyswitch.levels = 4; }), id);
  EXPECT_NE(changed([](ParameterSpec& s) { s.lwe_noise *= 2; }), id);
  EXPECT_NE(changed([](ParameterSpec& s) { s.glwe_noise *= 2; }), id);
  EXPECT_NE(changed([](ParameterSpec& s) { s.noise_kind = NoiseKind::tuniform; }), id);
  EXPECT_NE(changed([](ParameterSpec& s) { s.group = 2; }), id);
}

TEST(TUniform, BoundAndDeviationAreInverse) {
  for (int bound = 3; bound < 60; ++bound) {
    EXPECT_EQ(tuniform_bound(tuniform_deviation(bound)), bound);
  }
  // 2^45 on 64 bits: variance 2^(2*45)/3 in units of its own.
  EXPECT_NEAR(std::pow(tuniform_deviation(45), 2), 1.212659602e-12, 1e-21);
  EXPECT_NEAR(std::pow(tuniform_deviation(3), 2) * 0x1p128, 21.5, 1e-9);
}

}  // namespace
}  // namespace basalt::tfhe::parameters_test
