// `basalt train` in this process: what it prints is what the pipeline computes.
#include "io/store/dataset_store.hpp"
#include "io/store/model_store.hpp"
#include "jobs/cli/commands/run_command.hpp"
#include "pipeline/data.hpp"
#include "pipeline/steps.hpp"

namespace basalt::jobs::cli::train_command_test {
namespace {

using testing_support::answer_of, testing_support::expect_refusal, testing_support::names_in;

struct TrainCommand : testing_support::CommandFolder {
  learn::Split split() const {
    return pipeline::split(pipeline::Data(io::load_dataset(file("rows.h5"))), {});
  }
};

TEST_F(TrainCommand, PrintsTheMetricsAndThePriceOfTheModelThatItSaves) {
  const Json answer = answer_of(
      {"train", recipe("net.toml", "NeuralNetClassifier", small_network), "-o", file("net.h5")});

  const learn::Model model = io::load_model(file("net.h5"));
  const auto metrics = pipeline::evaluate_clear(compile::lower(model), split());
  const auto circuit = pipeline::require_feasible(compile::compile(model, {}));
  EXPECT_EQ(names_in(answer),
            (std::vector<std::string>{"model_id", "estimator", "train_accuracy", "test_accuracy",
                                      "valid_accuracy", "epochs", "seconds", "pbs_per_row",
                                      "max_bits", "predicted_seconds_per_row", "layers"}));
  EXPECT_EQ(answer["model_id"], model.id().hex());
  EXPECT_EQ(answer["train_accuracy"], metrics.train.accuracy());
  EXPECT_EQ(answer["test_accuracy"], metrics.test.accuracy());
  EXPECT_TRUE(answer["valid_accuracy"].is_null());
  EXPECT_EQ(answer["epochs"], 5);
  EXPECT_EQ(answer["pbs_per_row"], circuit::bootstraps_per_row(circuit));
  EXPECT_EQ(answer["layers"].size(), circuit.encoded.layers().size());
}

TEST_F(TrainCommand, AddsTheFloatNetworkTheBaselineAndTheHeldOutRows) {
  const Json answer = answer_of(
      {"train",
       recipe("net.toml", "NeuralNetClassifier",
              std::string(small_network) + "fit_benchmark = true\nvalidation_share = 0.2\n"
                                           "[baseline]\nestimator = \"LogisticRegression\"\n"),
       "-o", file("net.h5")});

  trained("LogisticRegression");
  const learn::Model linear = io::load_model(file("LogisticRegression.h5"));
  const auto metrics = pipeline::evaluate_clear(compile::lower(linear), split());
  EXPECT_EQ(answer["baseline_test_accuracy"], metrics.test.accuracy());
  EXPECT_EQ(answer["baseline_train_accuracy"], metrics.train.accuracy());
  EXPECT_TRUE(answer["float_test_accuracy"].is_number());
  EXPECT_TRUE(answer["float_train_accuracy"].is_number());
  EXPECT_TRUE(answer["valid_accuracy"].is_number());
}

TEST_F(TrainCommand, ReportsTheBootstrapsOfATree) {
  const Json answer = answer_of(
      {"train",
       recipe("forest.toml", "RandomForestClassifier", "n_estimators = 4\nmax_depth = 3\n"), "-o",
       file("forest.h5")});

  EXPECT_EQ(answer["pbs_per_tree"].get<double>() * 4, answer["pbs_per_row"].get<double>());
}

TEST_F(TrainCommand, KeepsAModelThatCannotBeEncryptedAndSaysWhy) {
  const Json answer = answer_of(
      {"train", recipe("net.toml", "PostTrainingNetClassifier", too_wide), "-o", file("net.h5")});

  EXPECT_TRUE(answer["pbs_per_row"].is_null());
  EXPECT_TRUE(answer["layers"].is_null());
  EXPECT_FALSE(answer["infeasible"].get<std::string>().empty());
  EXPECT_TRUE(std::filesystem::exists(file("net.h5")));
}

TEST_F(TrainCommand, GoesOnFromAModelWithWarmStart) {
  const std::string start = trained("NeuralNetClassifier", small_network);
  const std::string warm = recipe("warm.toml", "NeuralNetClassifier",
                                  std::string(small_network) + "warm_start = true\n");

  EXPECT_EQ(answer_of({"train", warm, "--start", start, "-o", file("on.h5")})["epochs"], 10);
  expect_refusal({"train", warm, "-o", file("on.h5")}, ErrorCode::invalid_argument, "warm.toml:");
  expect_refusal({"train", recipe("cold.toml", "NeuralNetClassifier", small_network), "--start",
                  start, "-o", file("on.h5")},
                 ErrorCode::invalid_argument, "warm_start");
  expect_refusal({"train", warm, "--start", trained("LogisticRegression"), "-o", file("on.h5")},
                 ErrorCode::mismatch, "LogisticRegression");
}

}  // namespace
}  // namespace basalt::jobs::cli::train_command_test
