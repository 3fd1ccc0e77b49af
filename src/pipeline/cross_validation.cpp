#include "pipeline/cross_validation.hpp"

#include <algorithm>
#include <cmath>

#include "pipeline/result_names.hpp"
#include "pipeline/steps.hpp"

namespace basalt::pipeline {
namespace {

/// Rows in a random order, those of one class after those of another if asked.
std::vector<std::size_t> dealt_order(const learn::Dataset& data, bool stratify,
                                     RandomStream random) {
  std::vector<std::size_t> order = random.permutation(data.rows());
  if (stratify && data.task == learn::Task::classification) {
    std::ranges::stable_sort(order, {}, [&](std::size_t row) { return data.labels[row]; });
  }
  return order;
}

std::vector<std::size_t> all_but(const std::vector<std::size_t>& rows, std::size_t count) {
  std::vector<std::size_t> others;
  for (std::size_t row = 0; row < count; ++row) {
    if (!std::ranges::binary_search(rows, row)) others.push_back(row);
  }
  return others;
}

}  // namespace

std::vector<std::vector<std::size_t>> folds_of(const learn::Dataset& data, std::size_t folds,
                                               bool stratify, RandomStream random) {
  if (folds < 2 || folds > data.rows()) {
    throw Error(ErrorCode::invalid_argument,
                concat("\"cv\" is ", folds, ", expected 2 to the ", data.rows(), " training rows"),
                "cv");
  }
  std::vector<std::vector<std::size_t>> parts(folds);
  const std::vector<std::size_t> order = dealt_order(data, stratify, std::move(random));
  for (std::size_t i = 0; i < order.size(); ++i) parts[i % folds].push_back(order[i]);
  for (std::vector<std::size_t>& part : parts) std::ranges::sort(part);
  return parts;
}

std::map<std::string, double> cross_validate(const Recipe& recipe, const learn::Dataset& train,
                                             const RandomStream& random) {
  if (recipe.trained) {
    throw Error(ErrorCode::invalid_argument, "\"cv\" trains, but [model] names a trained model",
                "cv");
  }
  const auto folds = static_cast<std::size_t>(recipe.data.cv);
  const auto repeats = static_cast<std::size_t>(recipe.data.cv_repeats);
  const RandomStream drawn(Seed{recipe.data.split_seed});
  std::map<std::string, double> sums, squares;
  for (std::size_t repeat = 0; repeat < repeats; ++repeat) {
    const auto parts = folds_of(train, folds, recipe.data.stratify, drawn.child("folds", repeat));
    for (std::size_t fold = 0; fold < folds; ++fold) {
      const Training training =
          pipeline::train(recipe, take_rows(train, all_but(parts[fold], train.rows())),
                          random.child("fold", repeat * folds + fold));
      const Metrics metrics =
          evaluate_clear(compile::lower(training.model), take_rows(train, parts[fold]));
      for (const auto& [name, value] : metrics.results()) {
        sums[name] += value;
        squares[name] += value * value;
      }
    }
  }
  std::map<std::string, double> found;
  const auto count = static_cast<double>(folds * repeats);
  for (const auto& [name, sum] : sums) {
    const double mean = sum / count;
    const std::string named = result_name::cross_validated + name;
    found[named] = mean;
    found[named + result_name::deviation] =
        std::sqrt(std::max(0.0, squares[name] / count - mean * mean));
  }
  return found;
}

}  // namespace basalt::pipeline
