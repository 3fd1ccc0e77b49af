// Tests of what commands share: threads, kernels, results for people.
#include "jobs/cli/context.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "jobs/cli/command.hpp"
#include "support/expect_error.hpp"

namespace basalt::jobs::cli::context_test {
namespace {

TEST(Readable, AlignsNamesAndRoundsNumbers) {
  EXPECT_EQ(readable({{"rows", 500}, {"test_accuracy", 0.9712345678}}),
            "rows           500\ntest_accuracy  0.971235\n");
}

TEST(Readable, ShowsListsOfObjectsAsTables) {
  const Json layers =
      Json::array({{{"name", "fc0"}, {"bits", 4}}, {{"name", "fc10"}, {"bits", 12}}});

  EXPECT_EQ(readable({{"layers", layers}}), "layers\n  name  bits\n  fc0      4\n  fc10    12\n");
}

TEST(Readable, IndentsNestedObjects) {
  EXPECT_EQ(readable({{"parameters", {{"n", 800}}}}), "parameters\n  n  800\n");
}

TEST(Context, UsesTheThreadsThatAreAskedFor) {
  Communicator alone = Communicator::alone();
  Console console(stderr, {.quiet = true});
  Context three({.threads = 3}, alone, console), all({}, alone, console);

  EXPECT_EQ(three.threads(), 3u);
  EXPECT_EQ(three.team().size(), 3u);
  EXPECT_GE(all.threads(), 1u);
}

TEST(Context, AnUnknownKernelSetIsRefused) {
  Communicator alone = Communicator::alone();
  Console console(stderr, {.quiet = true});
  Context context({.kernels = "abacus"}, alone, console);

  expect_error(ErrorCode::invalid_argument, "not available here, expected one",
               [&] { context.kernels(); });
}

TEST(Context, TakesTheKernelsOfTheEnvironmentWhereNoneAreGiven) {
  CommonOptions given{.kernels = "avx2"}, open, fastest;

  take_kernels(given, "reference");
  take_kernels(open, "reference");
  take_kernels(fastest, nullptr);

  Communicator alone = Communicator::alone();
  Console console(stderr, {.quiet = true});
  EXPECT_EQ(given.kernels, "avx2");
  EXPECT_EQ(torus::name_of(Context(open, alone, console).kernels()), "reference");
  EXPECT_EQ(&Context(fastest, alone, console).kernels(), &torus::best_kernels());
}

TEST(Context, SaysWhoAskedForKernelsThatAreNotThere) {
  CommonOptions options;
  take_kernels(options, "abacus");
  Communicator alone = Communicator::alone();
  Console console(stderr, {.quiet = true});
  try {
    Context(options, alone, console).kernels();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(exit_of(error.code()), Exit::usage);
    EXPECT_EQ(std::string(error.what()).find("BASALT_KERNELS: kernels: \"abacus\""), 0u);
  }
}

}  // namespace
}  // namespace basalt::jobs::cli::context_test
