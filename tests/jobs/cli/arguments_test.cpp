// Tests of options: what is read, and what is refused before a command sees it.
#include "jobs/cli/arguments.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "jobs/cli/command.hpp"

namespace basalt::jobs::cli::arguments_test {
namespace {

struct Values {
  std::string text, word = "one", file;
  std::vector<std::string> names;
  int small = 3;
  std::uint64_t large = 0;
  double share = 0.5;
  bool flag = false, inner = false, outer = false;
};

/// The command "try" with one option of each kind, or its refusal as `refused`.
struct Outcome {
  Values values;
  std::string refused;
};

Outcome outcome_of(const std::function<void(const Arguments&, Values&)>& define,
                   std::vector<const char*> words) {
  Outcome outcome;
  const std::vector<Command> table{
      {.name = "try", .define = [&](const Arguments& arguments) -> Action {
         define(arguments, outcome.values);
         return [](Context&) { return Exit::done; };
       }}};
  words.insert(words.begin(), {"basalt", "try"});
  try {
    (void)parse(table, static_cast<int>(words.size()), words.data());
  } catch (const Error& error) {
    outcome.refused = error.what();
  }
  return outcome;
}

void define_every_kind(const Arguments& arguments, Values& values) {
  arguments.option("text", values.text, "A text").required().type_name("TEXT");
  const Option small = arguments.option("--small", values.small, "A number").within(2, 8);
  arguments.option("--large", values.large, "A count").excludes(small);
  arguments.option("--share", values.share, "A share").not_negative();
  arguments.option("--word", values.word, "A word").one_of({"one", "two"});
  arguments.option("--names", values.names, "Names");
  arguments.flag("-f,--flag", values.flag, "A flag");
}

Outcome tried(const std::vector<const char*>& words) {
  return outcome_of(define_every_kind, words);
}

TEST(Arguments, EveryKindOfValueIsRead) {
  const Outcome outcome = tried(
      {"here", "--small", "7", "--share", "0.25", "--word", "two", "--names", "a", "b", "-f"});

  EXPECT_EQ(outcome.refused, "");
  EXPECT_EQ(outcome.values.text, "here");
  EXPECT_EQ(outcome.values.small, 7);
  EXPECT_EQ(outcome.values.share, 0.25);
  EXPECT_EQ(outcome.values.word, "two");
  EXPECT_EQ(outcome.values.names, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(outcome.values.flag);
  EXPECT_EQ(tried({"here", "--large", "18446744073709551615"}).values.large, ~std::uint64_t{0});
}

TEST(Arguments, WhatIsNotGivenKeepsItsValue) {
  const Outcome outcome = tried({"here"});

  EXPECT_EQ(outcome.refused, "");
  EXPECT_EQ(outcome.values.small, 3);
  EXPECT_EQ(outcome.values.share, 0.5);
  EXPECT_EQ(outcome.values.word, "one");
  EXPECT_FALSE(outcome.values.flag);
}

TEST(Arguments, MistakesNameTheOption) {
  EXPECT_NE(tried({}).refused.find("text"), std::string::npos);
  for (const auto& words : std::vector<std::vector<const char*>>{{"here", "--small", "9"},
                                                                 {"here", "--small", "1"},
                                                                 {"here", "--small", "x"},
                                                                 {"here", "--large", "-1"},
                                                                 {"here", "--share", "-0.5"},
                                                                 {"here", "--word", "three"}}) {
    EXPECT_NE(tried(words).refused.find(words[1]), std::string::npos)
        << words[1] << " " << words[2] << ": " << tried(words).refused;
  }
  EXPECT_NE(tried({"here", "--small", "4", "--large", "4"}).refused.find("excludes"),
            std::string::npos);
}

TEST(Arguments, OneOfTheSubcommandsMustBeChosen) {
  const auto define = [](const Arguments& arguments, Values& values) {
    arguments.require_subcommand();
    const Arguments inner = arguments.subcommand("inner", "Inner");
    inner.option("--file", values.file, "A file");
    arguments.subcommand("outer", "Outer");
    EXPECT_FALSE(inner.chosen());
  };

  EXPECT_EQ(outcome_of(define, {"inner", "--file", "f"}).values.file, "f");
  EXPECT_EQ(outcome_of(define, {"outer"}).refused, "");
  EXPECT_NE(outcome_of(define, {}).refused, "");
  EXPECT_NE(outcome_of(define, {"outer", "--file", "f"}).refused, "");
}

}  // namespace
}  // namespace basalt::jobs::cli::arguments_test
