// Costs of a machine come back, and nothing else is taken for them.
#include "jobs/cli/cost_file.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "base/error.hpp"
#include "support/expect_error.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::jobs::cli::cost_file_test {
namespace {

TEST(CostFile, CostsComeBack) {
  const testing_support::TemporaryFolder folder;
  MeasuredCosts costs{.host = "node7", .processor = "any", .kernels = "avx2", .model = {}};
  costs.model.bundle = 0.123;

  save(costs, std::filesystem::path(folder.file("new")) / "costs.json");
  const MeasuredCosts found = load_costs(std::filesystem::path(folder.file("new")) / "costs.json");

  EXPECT_EQ(json_of(found), json_of(costs));
  EXPECT_EQ(found.model.bundle, 0.123);
  EXPECT_EQ(found.kernels, "avx2");
}

TEST(CostFile, OtherFilesAreRefused) {
  const testing_support::TemporaryFolder folder;
  for (const char* text : {"", "{}", "[1]", "{\"host\": 3}"}) {
    std::ofstream(folder.file("c.json")) << text;
    SCOPED_TRACE(text);
    expect_error(ErrorCode::corrupt, "no costs of a machine",
                 [&] { (void)load_costs(folder.file("c.json")); });
  }
  expect_error(ErrorCode::not_found, "No such file or directory",
               [&] { (void)load_costs(folder.file("absent.json")); });
}

TEST(CostFile, EveryHostAndKernelHasItsOwn) {
  setenv("XDG_CACHE_HOME", "/cache", 1);
  EXPECT_NE(cost_file("one", "avx2"), cost_file("two", "avx2"));
  EXPECT_NE(cost_file("one", "avx2"), cost_file("one", "avx512"));
}

TEST(CostFile, HasNoPlaceWithoutAHome) {
  unsetenv("XDG_CACHE_HOME");
  setenv("HOME", "/somebody", 1);
  EXPECT_EQ(cost_file("one", "avx2").parent_path().parent_path(), "/somebody/.cache");
  unsetenv("HOME");
  EXPECT_TRUE(cost_file("one", "avx2").empty());
}

}  // namespace
}  // namespace basalt::jobs::cli::cost_file_test
