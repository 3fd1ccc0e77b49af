#include "jobs/sweep/sweep_folder.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "io/config/campaign_config.hpp"
#include "io/file/file.hpp"
#include "support/expect_error.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::jobs::sweep_folder_test {
namespace {

using testing_support::TemporaryFolder;

search::Campaign campaign(int epochs, const std::string& comment = "") {
  return io::parse_campaign(concat("name = \"toy\" # ", comment, R"(
[data]
generate = "moons"
[model]
estimator = "NeuralNetClassifier"
max_epochs = )",
                                   epochs, "\n[space]\nmodule__n_w_bits = [2, 3]\n"),
                            "toy.toml");
}

TEST(SweepFolder, BelongsToTheCampaignThatClaimedIt) {
  const TemporaryFolder temporary;
  const SweepFolder folder(temporary.path() / "a" / "b");

  folder.claim(campaign(5));
  folder.claim(campaign(5, "a comment changes nothing"));
  folder.check(campaign(5));

  EXPECT_EQ(io::read_text(folder.campaign_file()), campaign(5).source);
  expect_error(ErrorCode::mismatch, "choose another folder, or undo",
               [&] { folder.claim(campaign(6)); });
  expect_error(ErrorCode::mismatch, "choose another folder, or undo",
               [&] { folder.check(campaign(6)); });
}

TEST(SweepFolder, IsMadeAgainWhereAStartWasKilled) {
  const TemporaryFolder temporary;
  std::filesystem::create_directories(temporary.path() / "journal");
  SweepFolder(temporary.path()).claim(campaign(5));
  EXPECT_TRUE(std::filesystem::exists(temporary.path() / "campaign.toml"));
}

TEST(SweepFolder, LeavesFoldersOfOtherFilesAlone) {
  const TemporaryFolder temporary;
  io::publish(temporary.path() / "thesis.tex", std::string_view("important"));
  expect_error(ErrorCode::mismatch, "holds files, but no sweep",
               [&] { SweepFolder(temporary.path()).claim(campaign(5)); });
}

TEST(SweepFolder, MissesACampaignThatIsNotVisible) {
  const TemporaryFolder temporary;
  try {
    SweepFolder(temporary.path()).check(campaign(5));
    ADD_FAILURE() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
  }
}

}  // namespace
}  // namespace basalt::jobs::sweep_folder_test
