#include "pipeline/data.hpp"

#include <algorithm>
#include <numeric>

#include "base/error.hpp"

namespace basalt::pipeline {
namespace {

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCode::mismatch, "\"test_file\" " + message, "test_file");
}

const char* name_of(learn::Task task) {
  return task == learn::Task::classification ? "classes" : "values";
}

std::vector<std::size_t> first(std::size_t count) {
  std::vector<std::size_t> rows(count);
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return rows;
}

}  // namespace

Digest Data::id() const {
  if (!test) return rows.id();
  return Hasher("data").add(rows.id()).add(test->id()).finish();
}

void require_alike(const learn::Dataset& train, const learn::Dataset& test) {
  if (test.task != train.task) {
    refuse(concat("has ", name_of(test.task), ", the rows to train on have ", name_of(train.task)));
  }
  if (test.columns() != train.columns()) {
    refuse(
        concat("has ", test.columns(), " features, the rows to train on have ", train.columns()));
  }
  if (test.targets.cols() != train.targets.cols()) {
    refuse(concat("has ", test.targets.cols(), " outputs, the rows to train on have ",
                  train.targets.cols()));
  }
  const bool named = !test.feature_names.empty() && !train.feature_names.empty();
  for (std::size_t i = 0; named && i < train.columns(); ++i) {
    if (test.feature_names[i] == train.feature_names[i]) continue;
    refuse(concat("has \"", test.feature_names[i], "\" as feature ", i,
                  ", the rows to train on have \"", train.feature_names[i], "\""));
  }
  if (test.id() == train.id()) refuse("has the very rows to train on; name other rows");
}

learn::Dataset first_rows(const learn::Dataset& data, std::size_t count) {
  return take_rows(data, first(std::min(count, data.rows())));
}

learn::Split split(const Data& data, const DataSpec& spec) {
  learn::Split parts;
  if (data.test) {
    require_alike(data.rows, *data.test);
    parts = {data.rows, *data.test, first(data.rows.rows()), first(data.test->rows())};
  } else {
    parts = learn::split(data.rows, spec.test_share, spec.stratify,
                         RandomStream(Seed{spec.split_seed}));
  }
  if (spec.train_rows == 0) return parts;
  const auto wanted = static_cast<std::size_t>(spec.train_rows);
  if (wanted > parts.train.rows()) {
    throw Error(ErrorCode::invalid_argument,
                concat("\"train_rows\" is ", wanted, ", but there are ", parts.train.rows(),
                       " rows to train on"),
                "train_rows");
  }
  parts.train = take_rows(parts.train, first(wanted));
  parts.train_rows.resize(wanted);
  return parts;
}

}  // namespace basalt::pipeline
