// Tests of the page: complete, self-contained, and safe against what users write.
#include "jobs/report/page.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>

namespace basalt::jobs::page_test {
namespace {

Report toy_report() {
  Report report;
  report.name = "digits <script>";
  report.objectives = {"test_accuracy", "-predicted_seconds_per_row"};
  report.trials = {{.trial = 3,
                    .state = "completed",
                    .configuration = {{"lr", 0.01}, {"module__n_w_bits", std::int64_t{2}}},
                    .result = {{"test_accuracy", 0.97}, {"loss", std::nan("")}},
                    .timing = {{"train", 1.5}},
                    .history = {{1, 0.5, 0.6, 0.9}}},
                   {.trial = 4, .state = "failed", .reason = "</script><b>lr</b>"}};
  report.front = {3};
  report.best = 3;
  report.campaign = "name = \"digits\"";
  Confusion confusion{.classes = {"0", "1"}};
  confusion.counts.resize(2, 2);
  confusion.counts << 5, 1, 0, 4;
  report.confusion = confusion;
  return report;
}

nlohmann::json data_of(const std::string& page) {
  const std::string opening = "<script type=\"application/json\" id=\"data\">";
  const std::size_t begin = page.find(opening) + opening.size();
  return nlohmann::json::parse(page.substr(begin, page.find("</script>", begin) - begin));
}

TEST(Page, HoldsEveryTrialWithItsConfigurationAndResult) {
  const nlohmann::json data = data_of(page_of(toy_report()));

  ASSERT_EQ(data["trials"].size(), 2u);
  EXPECT_EQ(data["trials"][0]["configuration"]["module__n_w_bits"], 2);
  EXPECT_EQ(data["trials"][0]["result"]["test_accuracy"], 0.97);
  EXPECT_FALSE(data["trials"][0]["result"].contains("loss")) << "not a number has no JSON";
  EXPECT_EQ(data["trials"][0]["history"][0]["valid_accuracy"], 0.9);
  EXPECT_EQ(data["best"], 3);
  EXPECT_EQ(data["confusion"]["counts"][0][1], 1);
}

TEST(Page, WhatUsersWriteCannotBecomeMarkup) {
  const std::string page = page_of(toy_report());

  EXPECT_NE(page.find("<title>digits &lt;script>"), std::string::npos);
  EXPECT_EQ(page.find("</script><b>"), std::string::npos);
  EXPECT_EQ(data_of(page)["trials"][1]["reason"], "</script><b>lr</b>");
}

TEST(Page, LoadsNothingFromTheNetwork) {
  const std::string page = page_of(toy_report());

  EXPECT_FALSE(
      std::regex_search(page, std::regex(R"re(<(script|link|img|iframe)[^>]*(src|href)=)re")));
  EXPECT_EQ(page.find("@@"), std::string::npos) << "a part of the page was not filled";
}

TEST(Page, AReportWithoutTrialsIsStillAPage) {
  const std::string page = page_of(Report{});

  EXPECT_TRUE(data_of(page)["best"].is_null());
  EXPECT_TRUE(data_of(page)["trials"].empty());
}

}  // namespace
}  // namespace basalt::jobs::page_test
