#include "io/store/record_store.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "io/file/file.hpp"
#include "support/expect_error.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::io::record_store_test {
namespace {

using pipeline::Record;
using testing_support::TemporaryFolder;

/// A completed trial, a failed one without results, and one with another kind of setting.
Results example() {
  Results results;
  results.campaign_id.bytes.fill(1);
  results.results_digest.bytes.fill(2);
  results.rows.resize(3);
  for (std::size_t i = 0; i < 3; ++i) {
    results.rows[i].trial = static_cast<std::int64_t>(i);
    results.rows[i].configuration = {{"lr", 0.1}, {"module__n_w_bits", std::int64_t{2}}};
  }
  Record& done = results.rows[0].record;
  done.result = {{"test_accuracy", 0.975}, {"pbs_per_row", 32}};
  done.timing = {{"train", 1.5}};
  done.model_id.bytes.fill(9);
  done.history = {{1, 0.5, 0.6, 0.7}, {2, 0.25, 0.3, 0.8}};
  results.rows[1].record.state = Record::State::failed;
  results.rows[1].record.reason = "digits.toml:14: \"lr\" is -1, expected above 0";
  results.rows[2].configuration["preset"] = std::string("1.1");
  results.rows[2].record.state = Record::State::infeasible;
  return results;
}

TEST(RecordStore, TrialsComeBackWithWhatTheyHad) {
  const TemporaryFolder folder;
  const Results written = example();

  save(written, folder.file("results.h5"));
  const Results found = load_results(folder.file("results.h5"));

  EXPECT_EQ(found.campaign_id, written.campaign_id);
  EXPECT_EQ(found.results_digest, written.results_digest);
  ASSERT_EQ(found.rows.size(), 3U);
  const Record& done = found.rows[0].record;
  EXPECT_EQ(done.result, written.rows[0].record.result);
  EXPECT_EQ(done.timing, written.rows[0].record.timing);
  EXPECT_EQ(done.model_id, written.rows[0].record.model_id);
  ASSERT_EQ(done.history.size(), 2U);
  EXPECT_EQ(done.history[1].valid_accuracy, 0.8);
  EXPECT_EQ(found.rows[1].record.state, Record::State::failed);
  EXPECT_EQ(found.rows[1].record.reason, written.rows[1].record.reason);
  EXPECT_TRUE(found.rows[1].record.result.empty());
  EXPECT_EQ(found.rows[1].configuration.at("lr"), SettingValue(0.1));
  EXPECT_EQ(found.rows[1].configuration.at("module__n_w_bits"), SettingValue(std::int64_t{2}));
  EXPECT_EQ(found.rows[2].configuration.at("preset"), SettingValue(std::string("1.1")));
  EXPECT_EQ(found.rows[2].record.state, Record::State::infeasible);
}

TEST(RecordStore, TheTextHasTheSameColumns) {
  const TemporaryFolder folder;

  save_csv(example(), folder.file("results.csv"));
  const std::string text = read_text(folder.file("results.csv"));

  EXPECT_TRUE(
      text.starts_with("trial,state,lr,module__n_w_bits,preset,pbs_per_row,test_accuracy,"
                       "seconds_train,model_id,circuit_id,reason\n"
                       "0,completed,0.1,2,,32,0.975,1.5,0909"))
      << text;
  EXPECT_NE(text.find("\n1,failed,0.1,2,,,,,,,\"digits.toml:14: \"\"lr\"\" is -1, expected above "
                      "0\"\n"),
            std::string::npos)
      << text;
}

TEST(RecordStore, NoTrialsAreATableToo) {
  const TemporaryFolder folder;

  save(Results{}, folder.file("results.h5"));

  EXPECT_TRUE(load_results(folder.file("results.h5")).rows.empty());
}

TEST(RecordStore, StatesHaveStableNames) {
  for (const auto state :
       {Record::State::completed, Record::State::failed, Record::State::infeasible}) {
    EXPECT_EQ(state_named(name_of(state)), state);
  }
  expect_error(ErrorCode::corrupt, "no trial can have state", [&] { state_named("running"); });
}

}  // namespace
}  // namespace basalt::io::record_store_test
