// Tests of what commands share: threads, kernels, results for people.
#include "jobs/cli/context.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

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

  EXPECT_THROW(context.kernels(), Error);
}

}  // namespace
}  // namespace basalt::jobs::cli::context_test
