#include "tfhe/parameter_chain.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/expect_error.hpp"
#include "tfhe/parameter_sets.hpp"

namespace basalt::tfhe::parameter_chain_test {
namespace {

ParameterSpec valid() {
  return parameter_set_named("v1_4_2m128_gaussian_2_2").spec;
}

TEST(ParameterChain, KnowsItsStagesAndWhereTheirKeySwitchesComeFrom) {
  ParameterSpec second = valid();
  second.polynomial_size = 4096;
  const ParameterChain chain = chain_of({valid(), second, valid()});

  EXPECT_EQ(chain.stage_count(), 3u);
  EXPECT_EQ(chain.stage(1).N(), 4096u);
  EXPECT_EQ(chain.source_dimension(0), chain.stage(0).big_dimension());
  EXPECT_EQ(chain.source_dimension(1), chain.stage(0).big_dimension());
  EXPECT_EQ(chain.source_dimension(2), chain.stage(1).big_dimension());
}

TEST(ParameterChain, HasAnIdThatDependsOnTheOrderOfItsStages) {
  ParameterSpec second = valid();
  second.polynomial_size = 4096;
  const Parameters one(valid());
  const ParameterChain chain = chain_of({valid(), second, valid()});

  EXPECT_NE(chain.id(), one.id());
  EXPECT_NE(chain.id(), chain_of({valid(), valid(), second}).id());
  EXPECT_EQ(chain.id(), chain_of({valid(), second, valid()}).id());
}

TEST(ParameterChain, OfOneSetHasTheIdOfTheSet) {
  const Parameters one(valid());

  EXPECT_EQ(ParameterChain(one).stage_count(), 1u);
  EXPECT_EQ(ParameterChain(one).id(), one.id());
  EXPECT_EQ(chain_of({valid()}).id(), one.id());
}

TEST(ParameterChain, OfSeveralStagesHasABootstrapInAll) {
  const ParameterSpec without{.lwe_dimension = 0, .glwe_dimension = 1, .polynomial_size = 2048};

  EXPECT_NO_THROW(chain_of({without}));
  expect_error(ErrorCode::invalid_argument, "set 1 of a chain has no bootstrap", [&] {
    chain_of({valid(), without});
  });
  expect_error(ErrorCode::invalid_argument, "set 0 of a chain has no bootstrap", [&] {
    chain_of({without, valid()});
  });
  expect_error(ErrorCode::invalid_argument, "a chain without sets", [&] { chain_of({}); });
}

}  // namespace
}  // namespace basalt::tfhe::parameter_chain_test
