// Tests of the parts of the page that are embedded at build time.
#include "jobs/report/resources.hpp"

#include <gtest/gtest.h>

#include <string>

namespace basalt::jobs::resources_test {
namespace {

TEST(Resources, AreTheFilesOfThePage) {
  EXPECT_TRUE(page_template().starts_with("<!DOCTYPE html>"));
  EXPECT_TRUE(page_style().starts_with(":root"));
  EXPECT_TRUE(page_script().starts_with("\"use strict\""));
}

TEST(Resources, ChartsAreVegaAsOneScript) {
  EXPECT_GT(page_charts().size(), 300000u);
  for (const char* part : {"vega-view", "vega-parser", "vega-scenegraph", "vega-encode"}) {
    EXPECT_NE(page_charts().find(std::string("vegaModules[\"") + part), std::string_view::npos);
  }
}

}  // namespace
}  // namespace basalt::jobs::resources_test
