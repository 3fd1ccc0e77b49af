// `basalt compile` in this process: the circuit that it saves is the one that it prints.
#include "io/store/circuit_store.hpp"
#include "jobs/cli/circuit_text.hpp"
#include "jobs/cli/commands/run_command.hpp"

namespace basalt::jobs::cli::compile_command_test {
namespace {

using testing_support::answer_of, testing_support::expect_refusal;

using CompileCommand = testing_support::CommandFolder;

TEST_F(CompileCommand, PrintsTheCircuitThatItSaves) {
  const std::string model = trained("NeuralNetClassifier", small_network);

  const Json answer = answer_of({"compile", model, "--p-error", "2^-30", "-o", file("circuit.h5")});

  const circuit::Circuit circuit = io::load_circuit(file("circuit.h5"));
  EXPECT_EQ(answer, json_of(circuit));
  EXPECT_EQ(circuit.target.p_error, 0x1p-30);
  EXPECT_LE(answer["p_error"].get<double>(), 0x1p-30);
  EXPECT_FALSE(answer.contains("trees"));
}

TEST_F(CompileCommand, CountsTreesAndTheirBootstraps) {
  const std::string model = trained("RandomForestClassifier", "n_estimators = 4\nmax_depth = 3\n");

  const Json answer = answer_of({"compile", model, "-o", file("circuit.h5")});

  EXPECT_EQ(answer["trees"], 4);
  EXPECT_EQ(answer["pbs_per_tree"].get<double>() * 4, answer["pbs_per_row"].get<double>());
}

TEST_F(CompileCommand, AsksForTheFailureProbabilityOfARow) {
  const std::string model = trained("NeuralNetClassifier", small_network);

  const Json answer =
      answer_of({"compile", model, "--global-p-error", "2^-20", "-o", file("circuit.h5")});

  EXPECT_LE(answer["global_p_error"].get<double>(), 0x1p-20);
  EXPECT_EQ(io::load_circuit(file("circuit.h5")).target.global_p_error, 0x1p-20);
}

TEST_F(CompileCommand, SaysWhyThereIsNoCircuitAndWritesNone) {
  const std::string model = trained("NeuralNetClassifier", small_network);

  const std::string wide = trained("PostTrainingNetClassifier", too_wide);
  expect_refusal({"compile", wide, "-o", file("circuit.h5")}, ErrorCode::unsupported, wide + ": ");
  expect_refusal({"compile", model, "--p-error", "7", "-o", file("circuit.h5")},
                 ErrorCode::invalid_argument, "--p-error");
  expect_refusal({"compile", model, "--security", "100", "-o", file("circuit.h5")},
                 ErrorCode::invalid_argument, "security");
  EXPECT_FALSE(std::filesystem::exists(file("circuit.h5")));
}

}  // namespace
}  // namespace basalt::jobs::cli::compile_command_test
