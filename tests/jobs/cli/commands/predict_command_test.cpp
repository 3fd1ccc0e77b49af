// `basalt predict` in this process: three modes, one answer.
#include "io/file/file.hpp"
#include "jobs/cli/commands/run_command.hpp"

namespace basalt::jobs::cli::predict_command_test {
namespace {

using testing_support::answer_of, testing_support::expect_refusal, testing_support::names_in;

using PredictCommand = testing_support::CommandFolder;

TEST_F(PredictCommand, GivesTheSameLabelsInClearSimulatedAndEncrypted) {
  const std::string model = trained("NeuralNetClassifier", small_network);
  std::string first;
  for (const char* mode : {"disable", "simulate", "execute"}) {
    SCOPED_TRACE(mode);
    const Json answer = answer_of({"predict", model, file("rows.h5"), "--fhe", mode, "--rows",
                                   "10:12", "-o", file("labels.csv")});

    EXPECT_EQ(names_in(answer),
              (std::vector<std::string>{"rows", "mode", "accuracy", "agreement", "seconds"}));
    EXPECT_EQ(answer["rows"], 2);
    EXPECT_EQ(answer["mode"], mode);
    EXPECT_EQ(answer["agreement"], 1.0);
    const std::string labels = io::read_text(file("labels.csv"));
    EXPECT_TRUE(labels.starts_with("row,label,")) << labels;
    EXPECT_NE(labels.find("\n10,"), std::string::npos) << labels;
    if (first.empty()) first = labels;
    EXPECT_EQ(labels, first);
  }
}

TEST_F(PredictCommand, MeasuresRegressions) {
  answer_of({"generate", "regression", "--rows", "60", "--seed", "1", "-o", file("rows.h5")});
  const std::string model = trained("Ridge");

  const Json trained_again = answer_of({"train", file("Ridge.toml"), "-o", model});
  const Json answer = answer_of({"predict", model, file("rows.h5")});

  EXPECT_EQ(names_in(answer),
            (std::vector<std::string>{"rows", "mode", "mse", "r2", "agreement", "seconds"}));
  EXPECT_GT(answer["r2"].get<double>(), 0.8);
  EXPECT_LT(answer["mse"].get<double>(), std::max(trained_again["train_mse"].get<double>(),
                                                  trained_again["test_mse"].get<double>()));
}

TEST_F(PredictCommand, RefusesWhatCannotBe) {
  const std::string model = trained("NeuralNetClassifier", small_network);

  expect_refusal({"predict", model, file("rows.h5"), "--p-error", "2"}, ErrorCode::invalid_argument,
                 "--p-error");
  const std::string wide = trained("PostTrainingNetClassifier", too_wide);
  expect_refusal({"predict", wide, file("rows.h5")}, ErrorCode::unsupported, wide + ": ");
  expect_refusal({"predict", model, file("rows.h5"), "--rows", "5:900"},
                 ErrorCode::invalid_argument, "200 rows");
  answer_of({"generate", "regression", "--rows", "60", "--seed", "1", "-o", file("values.h5")});
  expect_refusal({"predict", model, file("values.h5")}, ErrorCode::invalid_argument, "features");
}

}  // namespace
}  // namespace basalt::jobs::cli::predict_command_test
