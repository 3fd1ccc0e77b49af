// Models that XGBoost itself trained and saved, against its own predictions.
#include "io/import/xgboost.hpp"

#include <gtest/gtest.h>
#include <xgboost/c_api.h>

#include <algorithm>

#include "base/error.hpp"
#include "io/file/file.hpp"
#include "learn/data/generate.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::io::xgboost_test {
namespace {

using testing_support::TemporaryFolder;

void check(int status) {
  ASSERT_EQ(status, 0) << XGBGetLastError();
}

/// A booster trained on a dataset, with its scores of the training rows.
class Trained {
 public:
  Trained(const learn::Dataset& data, const std::map<std::string, std::string>& settings) {
    const Matrix<float> values = data.features.cast<float>();
    std::vector<float> labels(data.labels.begin(), data.labels.end());
    for (const double target : data.targets.reshaped()) {
      labels.push_back(static_cast<float>(target));
    }
    check(XGDMatrixCreateFromMat(values.data(), data.rows(), data.columns(), -999.0F, &table_));
    check(XGDMatrixSetFloatInfo(table_, "label", labels.data(), labels.size()));
    check(XGBoosterCreate(&table_, 1, &booster_));
    check(XGBoosterSetParam(booster_, "verbosity", "0"));
    check(XGBoosterSetParam(booster_, "max_depth", "3"));
    for (const auto& [name, value] : settings) {
      check(XGBoosterSetParam(booster_, name.c_str(), value.c_str()));
    }
    for (int round = 0; round < 8; ++round) check(XGBoosterUpdateOneIter(booster_, round, table_));
  }
  ~Trained() {
    XGBoosterFree(booster_);
    XGDMatrixFree(table_);
  }
  Trained(const Trained&) = delete;
  Trained& operator=(const Trained&) = delete;

  void save(const std::string& path) const { check(XGBoosterSaveModel(booster_, path.c_str())); }

  std::vector<float> margins() const {
    bst_ulong size = 0;
    const float* values = nullptr;
    check(XGBoosterPredict(booster_, table_, 1, 0, 0, &size, &values));
    return {values, values + size};
  }

 private:
  DMatrixHandle table_ = nullptr;
  BoosterHandle booster_ = nullptr;
};

/// Largest difference of scores between the imported model and XGBoost, over the rows.
double largest_difference(const ImportedModel& imported, const learn::Dataset& data,
                          const std::vector<float>& margins) {
  const auto& ensemble = std::get<learn::TreeEnsemble>(imported.model.family);
  const Matrix<std::int64_t> sums = learn::leaf_sums(ensemble, data.features);
  double largest = 0.0;
  for (Eigen::Index i = 0; i < sums.size(); ++i) {
    const auto output = static_cast<std::size_t>(i % sums.cols());
    const double score =
        ensemble.scale_of(output) * static_cast<double>(sums.data()[i]) + ensemble.offset[output];
    largest = std::max(largest, std::abs(score - margins[static_cast<std::size_t>(i)]));
  }
  return largest;
}

/// Whole-number features, so that thresholds fall between grid points.
learn::Dataset on_integers(const std::string& kind, std::size_t rows) {
  learn::Dataset data = learn::generate(kind, rows, RandomStream(Seed{4}));
  data.features = (data.features.array() * 20.0).round().matrix();
  return data;
}

struct Case {
  std::string kind;
  std::map<std::string, std::string> settings;
};

class XgboostImport : public ::testing::TestWithParam<Case> {};

TEST_P(XgboostImport, ScoresEqualThoseOfXgboost) {
  const TemporaryFolder folder;
  const learn::Dataset data = on_integers(GetParam().kind, 200);
  const Trained trained(data, GetParam().settings);
  for (const char* name : {"model.json", "model.ubj"}) {
    trained.save(folder.file(name));

    const ImportedModel imported =
        import_xgboost(folder.file(name), data, {.inputs = {16}, .values = {16}});

    // Leaves are rounded to 16 bits, at most half a step each; 8 rounds.
    const auto& ensemble = std::get<learn::TreeEnsemble>(imported.model.family);
    EXPECT_LT(largest_difference(imported, data, trained.margins()), 8 * ensemble.scale + 1e-4)
        << name;
    EXPECT_EQ(imported.operators, std::vector<std::string>{"TreeEnsemble"});
  }
}

INSTANTIATE_TEST_SUITE_P(
    Objectives, XgboostImport,
    ::testing::Values(
        Case{"moons", {{"objective", "binary:logistic"}, {"base_score", "0.3"}}},
        Case{"classification", {{"objective", "multi:softprob"}, {"num_class", "3"}}},
        Case{"regression", {{"objective", "reg:squarederror"}, {"base_score", "2.5"}}},
        Case{"moons",
             {{"objective", "binary:logitraw"}, {"booster", "dart"}, {"rate_drop", "0.3"}}}),
    [](const auto& info) { return "case_" + std::to_string(info.index); });

ErrorCode refusal(const std::string& path, const learn::Dataset& data) {
  try {
    (void)import_xgboost(path, data);
  } catch (const Error& error) {
    EXPECT_TRUE(std::string(error.what()).starts_with(path)) << error.what();
    return error.code();
  }
  ADD_FAILURE() << "accepted";
  return ErrorCode::internal;
}

/// The text of a saved model with `from`, which it has, replaced.
std::string changed(const std::string& path, const std::string& from, const std::string& to) {
  const std::vector<std::uint8_t> bytes = read_bytes(path);
  std::string text(bytes.begin(), bytes.end());
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(XgboostImportFiles, NewerVersionsGiveEveryClassABase) {
  const TemporaryFolder folder;
  const learn::Dataset data = on_integers("classification", 60);
  Trained(data, {{"objective", "multi:softprob"}, {"num_class", "3"}, {"base_score", "0.5"}})
      .save(folder.file("m.json"));
  const auto offsets = [&](const std::string& path) {
    return std::get<learn::TreeEnsemble>(import_xgboost(path, data).model.family).offset;
  };
  const std::vector<double> usual = offsets(folder.file("m.json"));
  publish(folder.file("n.json"),
          changed(folder.file("m.json"), "\"5E-1\"", "\"[1.5E0,-2.5E-1,5E-1]\""));
  publish(folder.file("two.json"), changed(folder.file("m.json"), "\"5E-1\"", "\"[1E0,2E0]\""));

  const std::vector<double> own = offsets(folder.file("n.json"));

  EXPECT_NEAR(own[0] - usual[0], 1.0, 1e-12);
  EXPECT_NEAR(own[1] - usual[1], -0.75, 1e-12);
  EXPECT_NEAR(own[2] - usual[2], 0.0, 1e-12);
  EXPECT_EQ(refusal(folder.file("two.json"), data), ErrorCode::mismatch);
}

TEST(XgboostImportFiles, TreesOfSeveralTargetsAddToTheirOwn) {
  const TemporaryFolder folder;
  learn::Dataset data = on_integers("regression", 60);
  Trained(data, {{"objective", "reg:squarederror"}, {"base_score", "0.5"}})
      .save(folder.file("m.json"));
  publish(folder.file("two.json"),
          changed(folder.file("m.json"), "\"num_target\":\"1\"", "\"num_target\":\"2\""));
  publish(folder.file("own.json"),
          changed(folder.file("two.json"), "\"tree_info\":[0,0,0,0", "\"tree_info\":[0,1,0,1"));
  EXPECT_EQ(refusal(folder.file("own.json"), data), ErrorCode::mismatch);
  data.targets = (Matrix<double>(60, 2) << data.targets, data.targets).finished();

  const auto ensemble =
      std::get<learn::TreeEnsemble>(import_xgboost(folder.file("own.json"), data).model.family);

  ASSERT_EQ(ensemble.offset.size(), 2U);
  EXPECT_EQ(ensemble.trees[1].first_output, 1);
  EXPECT_EQ(ensemble.trees[2].first_output, 0);
}

TEST(XgboostImportErrors, WhatDoesNotFitIsRefused) {
  const TemporaryFolder folder;
  const learn::Dataset moons = on_integers("moons", 60), many = on_integers("classification", 60),
                       regression = on_integers("regression", 60);
  Trained(moons, {{"objective", "binary:logistic"}}).save(folder.file("m.json"));
  learn::Dataset as_regression = moons;
  as_regression.task = learn::Task::regression;
  learn::Dataset counts = regression;
  counts.targets = counts.targets.cwiseAbs();
  Trained(counts, {{"objective", "count:poisson"}, {"base_score", "1"}})
      .save(folder.file("poisson.json"));

  EXPECT_EQ(refusal(folder.file("m.json"), many), ErrorCode::mismatch);
  EXPECT_EQ(refusal(folder.file("m.json"), as_regression), ErrorCode::mismatch);
  EXPECT_EQ(refusal(folder.file("poisson.json"), regression), ErrorCode::unsupported);
  publish(folder.file("negative.json"),
          changed(folder.file("m.json"), "\"num_class\":\"0\"", "\"num_class\":\"-3\""));
  EXPECT_EQ(refusal(folder.file("negative.json"), moons), ErrorCode::invalid_argument);
}

TEST(XgboostImportErrors, ForeignFilesAreRefused) {
  const TemporaryFolder folder;
  const learn::Dataset moons = on_integers("moons", 60);
  for (const char* text : {"", "{", "{}", "[1, 2]", "{\"learner\": 3}",
                           "\x7f"
                           "ELF"}) {
    publish(folder.file("x.json"), text);
    EXPECT_EQ(refusal(folder.file("x.json"), moons), ErrorCode::invalid_argument) << text;
  }
  EXPECT_EQ(refusal(folder.file("absent.json"), moons), ErrorCode::not_found);
}

TEST(XgboostImportErrors, EveryCutOfAModelIsRefused) {
  const TemporaryFolder folder;
  const learn::Dataset moons = on_integers("moons", 60);
  Trained(moons, {{"objective", "binary:logistic"}}).save(folder.file("m.ubj"));
  const std::vector<std::uint8_t> whole = read_bytes(folder.file("m.ubj"));
  for (std::size_t size = 0; size + 1 < whole.size(); size += 97) {
    publish(folder.file("cut.ubj"), std::span(whole).first(size));
    EXPECT_EQ(refusal(folder.file("cut.ubj"), moons), ErrorCode::invalid_argument) << size;
  }
}

}  // namespace
}  // namespace basalt::io::xgboost_test
