// Commands run inside the test's process: arguments in, the JSON of the answer out.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "jobs/cli/command.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::jobs::cli::testing_support {

/// What `basalt ARGUMENTS --json` prints. Errors: those of the command.
inline Json answer_of(std::vector<std::string> arguments) {
  static const std::vector<Command> table = commands();
  arguments.insert(arguments.begin(), "basalt");
  arguments.emplace_back("--json");
  arguments.emplace_back("--quiet");
  std::vector<const char*> words;
  for (const std::string& argument : arguments) words.push_back(argument.c_str());
  Call call = parse(table, static_cast<int>(words.size()), words.data());
  Communicator alone = Communicator::alone();
  Console console(stderr, {.quiet = true});
  Context context(call.options, alone, console);
  ::testing::internal::CaptureStdout();
  try {
    EXPECT_EQ(call.action(context), Exit::done);
  } catch (...) {
    ::testing::internal::GetCapturedStdout();
    throw;
  }
  return Json::parse(::testing::internal::GetCapturedStdout());
}

/// Expects that the command fails with `code`, in a sentence that holds `words`.
inline void expect_refusal(const std::vector<std::string>& arguments, ErrorCode code,
                           const std::string& words) {
  try {
    answer_of(arguments);
    ADD_FAILURE() << "accepted: " << words;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
  }
}

inline std::vector<std::string> names_in(const Json& answer) {
  std::vector<std::string> names;
  for (const auto& [name, value] : answer.items()) names.push_back(name);
  return names;
}

/// A folder with a dataset of two classes, "rows.h5", and recipes that name it.
class CommandFolder : public ::testing::Test {
 protected:
  CommandFolder() {
    answer_of({"generate", "moons", "--rows", "200", "--seed", "1", "-o", file("rows.h5")});
  }

  std::string file(const std::string& name) const { return folder_.file(name); }

  /// Writes a recipe of the rows; `more` are lines of [model] and further sections.
  std::string recipe(const std::string& name, const std::string& estimator,
                     const std::string& more = {}) const {
    std::ofstream(file(name)) << "seed = 3\n[data]\nfile = \"" << file("rows.h5")
                              << "\"\n[model]\nestimator = \"" << estimator << "\"\n"
                              << more;
    return file(name);
  }

  /// The file of a model of that estimator.
  std::string trained(const std::string& estimator, const std::string& more = {}) const {
    const std::string model = file(estimator + ".h5");
    answer_of({"train", recipe(estimator + ".toml", estimator, more), "-o", model});
    return model;
  }

  static constexpr const char* small_network = "module__hidden = [4]\nmax_epochs = 5\n";
  /// Settings of a PostTrainingNetClassifier whose sums of 16 bits no table holds.
  static constexpr const char* too_wide =
      "module__hidden = [30]\nn_bits = 8\nrounding_threshold_bits = 0\nmax_epochs = 2\n";

 private:
  basalt::testing_support::TemporaryFolder folder_;
};

}  // namespace basalt::jobs::cli::testing_support
