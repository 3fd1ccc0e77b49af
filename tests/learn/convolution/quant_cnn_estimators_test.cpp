#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "learn/data/metrics.hpp"
#include "learn/estimator/train.hpp"
#include "learn/training/callbacks.hpp"
#include "support/expect_error.hpp"

namespace basalt::learn::quant_cnn_estimators_test {
namespace {

using Chosen = std::vector<std::pair<std::string, SettingValue>>;

/// Images of 6 x 6 pixels with a bright bar, standing or lying, anywhere.
Dataset bars(std::size_t rows, std::uint64_t seed) {
  Dataset data;
  data.classes = {"standing", "lying"};
  data.image = ImageShape{6, 6, 1};
  data.features = Matrix<double>::Zero(static_cast<Eigen::Index>(rows), 36);
  RandomStream random{Seed{seed}};
  for (Eigen::Index row = 0; row < data.features.rows(); ++row) {
    for (Eigen::Index i = 0; i < 36; ++i) data.features(row, i) = random.uniform(0.0, 0.4);
    const auto at = static_cast<Eigen::Index>(random.below(6));
    const bool lies = row % 2 == 1;
    for (Eigen::Index i = 1; i < 5; ++i) data.features(row, lies ? 6 * at + i : 6 * i + at) += 0.6;
    data.labels.push_back(lies ? 1 : 0);
  }
  return data;
}

Model trained(const Chosen& chosen, const Dataset& data, std::uint64_t seed = 1,
              const char* name = "QuantCNN") {
  const Estimator& estimator = estimator_named(name);
  Settings settings;
  settings.set(estimator.rules, "layers",
               std::vector<std::string>{"conv2d(4, 3)", "maxpool2d(2)", "dense(8)"});
  settings.set(estimator.rules, "module__n_accum_bits", std::int64_t{5});
  settings.set(estimator.rules, "max_epochs", std::int64_t{25});
  settings.set(estimator.rules, "batch_size", std::int64_t{20});
  for (const auto& [name, value] : chosen) settings.set(estimator.rules, name, value);
  return train(estimator, settings, data, true, RandomStream{Seed{seed}});
}

double accuracy_of(const Model& model, const Dataset& data) {
  const auto& network = std::get<QuantCNN>(model.family);
  const Matrix<double> scores = network.scores(model.standardizer.apply(data.features));
  std::vector<std::int32_t> labels;
  for (Eigen::Index row = 0; row < scores.rows(); ++row) {
    labels.push_back(scores(row, 1) > scores(row, 0) ? 1 : 0);
  }
  return accuracy(data.labels, labels);
}

std::string error_of(const Chosen& chosen, const Dataset& data, const std::string& subject) {
  try {
    trained(chosen, data);
  } catch (const Error& error) {
    EXPECT_EQ(error.subject(), subject) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "was accepted";
  return "";
}

/// How bright the image is below and above: two targets.
Dataset brightness(std::size_t rows, std::uint64_t seed) {
  Dataset data = bars(rows, seed);
  data.task = Task::regression;
  data.classes.clear();
  data.labels.clear();
  data.targets.resize(data.features.rows(), 2);
  for (Eigen::Index row = 0; row < data.features.rows(); ++row) {
    data.targets(row, 0) = 100.0 + 5.0 * data.features.row(row).tail(18).sum();
    data.targets(row, 1) = data.features.row(row).head(18).sum();
  }
  return data;
}

/// The share of the variance of each target that the model explains, the least of them.
double least_r2(const Model& model, const Dataset& data) {
  const auto& network = std::get<QuantCNN>(model.family);
  const Matrix<double> scores = network.scores(model.standardizer.apply(data.features));
  double least = 1.0;
  for (Eigen::Index c = 0; c < scores.cols(); ++c) {
    least = std::min(least, r2_score(data.targets.col(c), scores.col(c)));
  }
  return least;
}

TEST(QuantCnnEstimators, LearnsWhichWayABarLies) {
  const Dataset data = bars(400, 1), fresh = bars(400, 2);
  for (const char* rule : {"omega", "bound", "wrap"}) {
    SCOPED_TRACE(rule);
    Chosen chosen{{"module__accumulator", std::string(rule)}};
    if (std::string(rule) == "omega") {  // Concrete ML's usual bits
      for (const char* bits : {"module__n_w_bits", "module__n_a_bits"}) {
        chosen.push_back({bits, std::int64_t{3}});
      }
      chosen.push_back({"module__n_accum_bits", std::int64_t{9}});
    }
    const Model model = trained(chosen, data);

    EXPECT_GT(accuracy_of(model, fresh), 0.9);
    EXPECT_EQ(model.history.size(), 25U);
    EXPECT_LT(model.history.back().train_loss, model.history.front().train_loss);
  }
}

TEST(QuantCnnEstimators, ValidatesStopsAndKeepsTheBest) {
  const Model model =
      trained({{"validation_share", 0.25},
               {"max_epochs", std::int64_t{60}},
               {"augment", std::string("shift")},
               {"callbacks", std::vector<std::string>{"EarlyStopping", "Checkpoint"}}},
              bars(200, 1));

  EXPECT_GT(model.history.back().valid_loss, 0.0);
  EXPECT_LE(model.history.size(), 60U);
}

TEST(QuantCnnEstimators, SoftInputsHaveFinerPixelsThanTables) {
  const Dataset data = bars(400, 1), fresh = bars(400, 2);
  const Model model = trained({{"module__inputs", std::string("soft")}}, data);
  const auto& network = std::get<QuantCNN>(model.family);

  EXPECT_GT(accuracy_of(model, fresh), 0.9);
  EXPECT_EQ(network.grid.input_high(), 15);
  EXPECT_GT(network.stages.front().layer.truncated_bits.value, 0);
  EXPECT_EQ(network.stages.back().layer.truncated_bits.value, 0);
}

TEST(QuantCnnEstimators, FitsSeveralTargetsOnTheirOwnScale) {
  const Dataset data = brightness(400, 1), fresh = brightness(400, 2);
  for (const char* rule : {"omega", "bound", "wrap"}) {
    SCOPED_TRACE(rule);
    const Model model = trained({{"module__accumulator", std::string(rule)},
                                 {"module__n_accum_bits", std::int64_t{8}},
                                 {"module__n_input_bits", std::int64_t{4}},
                                 {"callbacks", std::vector<std::string>{"EpochScoring"}},
                                 {"validation_share", 0.2}},
                                data, 1, "QuantCNNRegressor");

    EXPECT_GT(least_r2(model, fresh), 0.7);
    EXPECT_TRUE(model.history.back().has_valid_rows());
    EXPECT_EQ(model.history.back().scores.count("r2"), 1U);
  }
}

TEST(QuantCnnEstimators, GivesHeavierClassesMoreOfTheRows) {
  Dataset data = bars(200, 1);
  data.features = Matrix<double>::Random(200, 36);  // nothing separates the classes
  const auto lying = [&](double weight) {
    const Model model = trained(
        {{"criterion__weight", std::vector<double>{1.0, weight}}, {"max_epochs", std::int64_t{3}}},
        data);
    const auto& network = std::get<QuantCNN>(model.family);
    return std::ranges::count(
        predicted_classes(network.scores(model.standardizer.apply(data.features))), 1);
  };
  EXPECT_GT(lying(5.0), 150);
  EXPECT_LT(lying(0.2), 50);
}

TEST(QuantCnnEstimators, KeepsTheBestOfSeveralStarts) {
  const Dataset data = bars(100, 1);
  const Chosen one{{"max_epochs", std::int64_t{2}}};
  Chosen several = one;
  several.push_back({"restarts", std::int64_t{4}});
  const double first = accuracy_of(trained(one, data), data),
               best = accuracy_of(trained(several, data), data);
  EXPECT_GE(best, first);
  EXPECT_NE(trained(one, data).id(), trained(several, data).id());
}

TEST(QuantCnnEstimators, GoesOnWhereTrainingEnded) {
  const Dataset data = bars(200, 1);
  for (const char* rule : {"omega", "bound", "wrap"}) {
    SCOPED_TRACE(rule);
    const Chosen chosen{{"module__accumulator", std::string(rule)},
                        {"module__n_accum_bits", std::int64_t{6}}};
    const Model start = trained(chosen, data);
    Settings settings = start.settings;
    settings.restore("warm_start", true);
    settings.restore("max_epochs", std::int64_t{2});

    const Model more = resume_training(start, settings, data, RandomStream{Seed{2}});

    ASSERT_EQ(more.history.size(), start.history.size() + 2);
    EXPECT_EQ(more.history.back().epoch, 27);
    EXPECT_LT(more.history.back().train_loss, start.history.front().train_loss);
    EXPECT_NE(more.id(), start.id());
  }
}

TEST(QuantCnnEstimators, GoesOnFromNothingElse) {
  const Dataset data = bars(40, 1);
  const Chosen brief{{"max_epochs", std::int64_t{1}}};
  const Model start = trained(brief, data);
  const auto refused = [&](const char* name, SettingValue value, const Model& from) {
    Settings settings = from.settings;
    settings.restore(name, std::move(value));
    SCOPED_TRACE(name);
    expect_error(ErrorCode::invalid_argument, "train",
                 [&] { resume_training(from, settings, data, RandomStream{Seed{2}}); });
  };
  refused("layers", std::vector<std::string>{"conv2d(4, 3)", "dense(8)"}, start);
  refused("layers", std::vector<std::string>{"conv2d(4, 2)", "maxpool2d(2)", "dense(8)"}, start);
  refused("module__n_input_bits", std::int64_t{4}, start);
  refused("module__skip", false, start);
  Model imported = start;
  std::get<QuantCNN>(imported.family).state = {};
  refused("max_epochs", std::int64_t{2}, imported);
  error_of({{"warm_start", true}}, data, "warm_start");
}

TEST(QuantCnnEstimators, OneSeedDecidesEverything) {
  const Dataset data = bars(100, 1);
  const Chosen chosen{{"max_epochs", std::int64_t{2}}};

  EXPECT_EQ(trained(chosen, data, 4).id(), trained(chosen, data, 4).id());
  EXPECT_NE(trained(chosen, data, 4).id(), trained(chosen, data, 5).id());
}

TEST(QuantCnnEstimators, TheImageMustBeKnownAndFit) {
  Dataset data = bars(40, 1);
  const auto shape = [](std::vector<std::int64_t> numbers) {
    return Chosen{{"input_shape", std::move(numbers)}};
  };
  EXPECT_NE(error_of(shape({6, 5}), data, "input_shape").find("has 30 values"), std::string::npos);
  EXPECT_NE(error_of(shape({6, 6, 1, 1}), data, "input_shape").find("expected 1 to 3"),
            std::string::npos);
  data.image.reset();
  EXPECT_NE(error_of({}, data, "input_shape").find("set \"input_shape\""), std::string::npos);
  EXPECT_NO_THROW(trained(
      {{"input_shape", std::vector<std::int64_t>{6, 6}}, {"max_epochs", std::int64_t{1}}}, data));
}

TEST(QuantCnnEstimators, SettingsThatCannotWorkTogetherAreRefused) {
  const Dataset data = bars(40, 1);
  const auto layers = [](std::vector<std::string> entries) {
    return std::pair<std::string, SettingValue>{"layers", std::move(entries)};
  };
  error_of({layers({"conv2d(4, 3)", "relu"}), {"module__accumulator", std::string("wrap")}}, data,
           "layers");
  error_of({layers({"conv2d(4, 3)", "avgpool2d(4)", "dense(4)"}),
            {"module__accumulator", std::string("bound")},
            {"module__n_accum_bits", std::int64_t{4}}},
           data, "module__n_accum_bits");
  error_of(
      {{"module__accumulator", std::string("omega")}, {"module__n_accum_bits", std::int64_t{2}}},
      data, "module__n_accum_bits");
  error_of({layers({"avgpool2d(3)", "dense(4)"}), {"module__accumulator", std::string("omega")}},
           data, "module__n_accum_bits");
  error_of({layers({"avgpool2d(2)", "dense(4)"}), {"module__inputs", std::string("soft")}}, data,
           "module__inputs");
  error_of({{"module__accumulator", std::string("bound")}, {"module__inputs", std::string("soft")}},
           data, "module__inputs");
  const Estimator& estimator = estimator_named("QuantCNN");
  expect_error(ErrorCode::invalid_argument, "read-out follows by itself",
               [&] { train(estimator, {}, data, true, RandomStream{Seed{1}}); });  // no layers
}

}  // namespace
}  // namespace basalt::learn::quant_cnn_estimators_test
