// Tests of the way from arguments to a command: options, help, mistakes, exit statuses.
#include "jobs/cli/command.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace basalt::jobs::cli::command_test {
namespace {

/// A table of one command with one option and one that ranks may run.
std::vector<Command> toy_table() {
  const auto welcome = [](const Arguments& arguments) -> Action {
    auto name = std::make_shared<std::string>();
    arguments.option("name", *name, "Whom to welcome").required();
    return [name](Context& context) {
      context.print("hello " + *name + "\n");
      return Exit::done;
    };
  };
  const auto share = [](const Arguments&) -> Action { return [](Context&) { return Exit::done; }; };
  return {{.name = "welcome",
           .summary = "Welcomes",
           .example = "basalt welcome you",
           .uses = {.threads = true, .seed = true},
           .define = welcome},
          {.name = "share",
           .summary = "Shares",
           .example = "basalt share",
           .uses = {.ranks = true},
           .define = share}};
}

Call parsed(std::vector<const char*> arguments) {
  static const std::vector<Command> table = toy_table();
  arguments.insert(arguments.begin(), "basalt");
  return parse(table, static_cast<int>(arguments.size()), arguments.data());
}

std::string refusal(std::vector<const char*> arguments) {
  try {
    parsed(std::move(arguments));
  } catch (const Error& error) {
    EXPECT_EQ(exit_of(error.code()), Exit::usage);
    return error.what();
  }
  return "accepted";
}

TEST(Parse, ReadsTheCommandItsOptionsAndTheCommonOnes) {
  const Call call = parsed({"welcome", "you", "--json", "--threads", "3", "--seed", "9"});

  ASSERT_NE(call.command, nullptr);
  EXPECT_EQ(call.command->name, "welcome");
  EXPECT_TRUE(call.options.json);
  EXPECT_FALSE(call.options.quiet);
  EXPECT_EQ(call.options.threads, 3u);
  EXPECT_EQ(call.options.seed, 9u);
}

TEST(Parse, HelpShowsOptionsExampleAndRanks) {
  const Call call = parsed({"share", "--help"});

  EXPECT_EQ(call.command, nullptr);
  EXPECT_NE(call.text.find("basalt share"), std::string::npos);
  EXPECT_NE(call.text.find("mpirun -n 4"), std::string::npos);
  EXPECT_NE(call.text.find("--json"), std::string::npos);
  EXPECT_EQ(parsed({"welcome", "--help"}).text.find("mpirun"), std::string::npos);
}

TEST(Parse, HelpOfTheProgramListsEveryCommand) {
  const std::string text = parsed({"--help"}).text;

  EXPECT_NE(text.find("welcome"), std::string::npos);
  EXPECT_NE(text.find("share"), std::string::npos);
}

TEST(Parse, AnUnknownCommandProposesTheNearest) {
  EXPECT_NE(refusal({"welcom"}).find("did you mean \"welcome\"?"), std::string::npos);
  EXPECT_NE(refusal({}).find("--help"), std::string::npos);
}

TEST(Parse, MistakesAreOneSentenceThatNamesTheCommand) {
  for (const auto& arguments :
       std::vector<std::vector<const char*>>{{"welcome"},
                                             {"welcome", "you", "--threads", "zero"},
                                             {"welcome", "you", "--nothing"},
                                             {"welcome", "you", "--threads", "0"},
                                             {"share", "--seed", "1"}}) {
    const std::string message = refusal(arguments);
    EXPECT_NE(message.find(arguments[0]), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
}

TEST(ExitOf, EveryErrorHasTheStatusOfTheContract) {
  EXPECT_EQ(exit_of(ErrorCode::invalid_argument), Exit::usage);
  EXPECT_EQ(exit_of(ErrorCode::mismatch), Exit::usage);
  EXPECT_EQ(exit_of(ErrorCode::not_found), Exit::usage);
  EXPECT_EQ(exit_of(ErrorCode::unsupported), Exit::usage);
  EXPECT_EQ(exit_of(ErrorCode::corrupt), Exit::damaged);
  EXPECT_EQ(exit_of(ErrorCode::io), Exit::internal);
  EXPECT_EQ(exit_of(ErrorCode::internal), Exit::internal);
}

TEST(Commands, AreThoseOfTheContractEachWithAnExample) {
  for (const Command& command : commands()) {
    if (command.internal) continue;
    EXPECT_TRUE(command.example.find(command.name) != std::string::npos) << command.name;
    EXPECT_FALSE(command.summary.empty());
  }
}

}  // namespace
}  // namespace basalt::jobs::cli::command_test
