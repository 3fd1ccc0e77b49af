// `basalt decrypt` in this process, after keygen, encrypt and score.
#include "io/file/file.hpp"
#include "jobs/cli/commands/run_command.hpp"

namespace basalt::jobs::cli::decrypt_command_test {
namespace {

using testing_support::answer_of, testing_support::expect_refusal, testing_support::names_in;

/// Rows 20 to 49 of the dataset, scored by a linear model: no bootstrap, so a test is quick.
struct DecryptCommand : testing_support::CommandFolder {
  DecryptCommand() {
    model = trained("LogisticRegression");
    answer_of({"compile", model, "-o", file("circuit.h5")});
    answer_of({"keygen", file("circuit.h5"), "--client", file("client.key"), "--evaluation",
               file("evaluation.h5")});
    answer_of({"encrypt", file("circuit.h5"), file("client.key"), file("rows.h5"), "--rows",
               "20:50", "-o", file("batch.h5")});
    answer_of({"score", file("circuit.h5"), file("evaluation.h5"), file("batch.h5"), "-o",
               file("scores.h5")});
  }

  std::vector<std::string> decrypt(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments{
        "decrypt", file("circuit.h5"), file("client.key"), file("scores.h5"),
        "-o",      file("labels.csv")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  std::string model;
};

TEST_F(DecryptCommand, WritesTheLabelsThatTheModelPredictsInClear) {
  const Json answer = answer_of(decrypt({}));
  answer_of({"predict", model, file("rows.h5"), "--rows", "20:50", "-o", file("clear.csv")});

  EXPECT_EQ(answer, (Json{{"rows", 30}}));
  const std::string labels = io::read_text(file("labels.csv"));
  const std::string clear = io::read_text(file("clear.csv"));
  EXPECT_EQ(labels.substr(labels.find("\n0,") + 2).substr(0, 20),
            clear.substr(clear.find("\n20,") + 3).substr(0, 20));
  EXPECT_EQ(std::ranges::count(labels, '\n'), 31);
}

TEST_F(DecryptCommand, CountsMismatchesAgainstTheRowsThatWereEncrypted) {
  const Json answer = answer_of(decrypt({"--labels", file("rows.h5"), "--rows", "20:50"}));
  const Json clear = answer_of({"predict", model, file("rows.h5"), "--rows", "20:50"});
  const Json wrong = answer_of(decrypt({"--labels", file("rows.h5"), "--rows", "60:90"}));

  EXPECT_EQ(names_in(answer), (std::vector<std::string>{"rows", "accuracy", "mismatches"}));
  EXPECT_EQ(answer["mismatches"], 0);
  EXPECT_EQ(answer["accuracy"], clear["accuracy"]);
  EXPECT_GT(wrong["mismatches"], 25);
}

TEST_F(DecryptCommand, RefusesRowsThatDoNotBelongToTheScores) {
  expect_refusal(decrypt({"--rows", "20:50"}), ErrorCode::invalid_argument, "--labels");
  expect_refusal(decrypt({"--labels", file("rows.h5")}), ErrorCode::mismatch, "200 rows");
}

}  // namespace
}  // namespace basalt::jobs::cli::decrypt_command_test
