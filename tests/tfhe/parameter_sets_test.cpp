// The table of named sets.
#include "tfhe/parameter_sets.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/error.hpp"

namespace basalt::tfhe::parameter_sets_test {
namespace {

TEST(ParameterSets, HaveDistinctNamesSourcesAndValidValues) {
  std::set<std::string> names;
  for (const ParameterSet& set : parameter_sets()) {
    EXPECT_TRUE(names.insert(set.name).second) << set.name;
    EXPECT_FALSE(set.source.empty()) << set.name;
    EXPECT_LT(set.log2_p_fail, -40.0) << set.name;
    EXPECT_NO_THROW(Parameters{set.spec}) << set.name;
  }
  EXPECT_EQ(names.size(), 65u);
}

TEST(ParameterSets, AreFoundByName) {
  const ParameterSet& set = parameter_set_named("v1_4_2m128_tuniform_2_2");

  EXPECT_EQ(set.spec.lwe_dimension, 918u);
  EXPECT_EQ(set.spec.noise_kind, NoiseKind::tuniform);
  EXPECT_EQ(tuniform_bound(set.spec.lwe_noise), 45);
  EXPECT_EQ(set.norm, 5.0);
}

TEST(ParameterSets, ProposeTheNearestName) {
  try {
    (void)parameter_set_named("v1_4_2m128_gausian_2_2");
    FAIL() << "an unknown name was found";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_NE(std::string(error.what()).find("v1_4_2m128_gaussian_2_2"), std::string::npos);
  }
}

}  // namespace
}  // namespace basalt::tfhe::parameter_sets_test
