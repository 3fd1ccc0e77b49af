// Tests of what commands say about circuits: the fields of the contract.
#include "jobs/cli/circuit_text.hpp"

#include <gtest/gtest.h>

#include "compile/compile.hpp"
#include "learn/data/generate.hpp"
#include "learn/estimator/train.hpp"

namespace basalt::jobs::cli::circuit_text_test {
namespace {

circuit::Circuit compiled_network() {
  const learn::Dataset data = learn::generate("moons", 200, RandomStream(Seed{1}));
  const learn::Estimator& estimator = learn::estimator_named("NeuralNetClassifier");
  Settings settings;
  settings.set(estimator.rules, "max_epochs", std::int64_t{2});
  settings.complete(estimator.rules);
  const learn::Model model =
      learn::train(estimator, settings, data, true, RandomStream(Seed{1}).child("train"));
  return std::get<circuit::Circuit>(compile::compile(model, {}));
}

TEST(CircuitText, ShowsPriceProofAndLayers) {
  const circuit::Circuit circuit = compiled_network();
  const Json text = json_of(circuit);

  EXPECT_EQ(text["circuit_id"], circuit.id().hex());
  EXPECT_EQ(text["pbs_per_row"], circuit.encoded.bootstraps_per_row());
  EXPECT_LE(text["p_error"].get<double>(), 0x1p-40);
  EXPECT_GE(text["security_bits"].get<double>(), 128.0);
  ASSERT_FALSE(text["layers"].empty());
  for (const char* field : {"name", "neurons", "fan_in_max", "l1_max", "bits", "wraps", "range_low",
                            "range_high", "norm2"}) {
    EXPECT_TRUE(text["layers"][0].contains(field)) << field;
  }
  for (const char* field :
       {"n", "k", "N", "pbs_base_log", "pbs_level", "ks_base_log", "ks_level"}) {
    EXPECT_TRUE(text["parameters"].contains(field)) << field;
  }
}

}  // namespace
}  // namespace basalt::jobs::cli::circuit_text_test
