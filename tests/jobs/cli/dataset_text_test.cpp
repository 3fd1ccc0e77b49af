// Tests of what commands say about datasets and circuits.
#include "jobs/cli/dataset_text.hpp"

#include <gtest/gtest.h>

#include "jobs/cli/circuit_text.hpp"
#include "learn/data/generate.hpp"

namespace basalt::jobs::cli::dataset_text_test {
namespace {

TEST(DatasetText, NamesIdSizesAndClasses) {
  const learn::Dataset data = learn::generate("moons", 40, RandomStream(Seed{1}));
  const Json text = json_of(data);

  EXPECT_EQ(text["dataset_id"], data.id().hex());
  EXPECT_EQ(text["rows"], 40);
  EXPECT_EQ(text["features"], 2);
  EXPECT_EQ(text["classes"], 2);
  EXPECT_EQ(text["task"], "classification");
}

}  // namespace
}  // namespace basalt::jobs::cli::dataset_text_test
