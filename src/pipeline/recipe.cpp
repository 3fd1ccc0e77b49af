// Sections of recipes: rules, and settings as typed structs.
#include "pipeline/recipe.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

namespace basalt::pipeline {
namespace {

SettingRule text_rule(const char* name, const char* fallback, const char* meaning) {
  return {.name = name,
          .type = SettingType::text,
          .fallback = std::string(fallback),
          .meaning = meaning};
}

SettingRule flag_rule(const char* name, bool fallback, const char* meaning) {
  return {.name = name, .type = SettingType::boolean, .fallback = fallback, .meaning = meaning};
}

SettingRule integer_rule(const char* name, std::int64_t fallback, double low, const char* meaning) {
  return {.name = name,
          .type = SettingType::integer,
          .fallback = fallback,
          .low = low,
          .meaning = meaning};
}

}  // namespace

std::span<const SettingRule> data_rules() {
  static const std::vector<SettingRule> rules{
      text_rule("file", "", "A dataset file."),
      text_rule("csv", "", "A CSV file, with \"label\"."),
      text_rule("label", "",
                "Name or position of the CSV file's label; a list: targets of a regression."),
      text_rule("generate", "", "A generator of data, with \"rows\"."),
      integer_rule("rows", 1000, 2, "Rows to generate."),
      integer_rule("draw", -1, -1, "Seed of the generated rows; -1: the recipe's."),
      text_rule("test_file", "", "Rows that only judge: a dataset file, or a CSV file."),
      integer_rule("test_rows", 0, 0, "Rows that only judge, generated beside the others."),
      {.name = "test_share",
       .type = SettingType::real,
       .fallback = 0.25,
       .low = 0.0,
       .high = 0.99,
       .meaning = "Share of the rows that only judge.",
       .positive = true},
      integer_rule("split_seed", 42, 0, "Decides which rows are held back."),
      flag_rule("stratify", false, "Keep the share of every class in both parts."),
      flag_rule("standardize", true, "Scale features to mean 0 and deviation 1."),
      integer_rule("train_rows", 0, 0, "Train on the first so many rows only; 0: on all."),
      integer_rule("cv", 0, 0, "Folds of cross-validation on the training rows; 0: none."),
      integer_rule("cv_repeats", 1, 1, "Times that the folds are drawn."),
  };
  return rules;
}

std::span<const SettingRule> fhe_rules() {
  static const std::vector<SettingRule> rules{
      text_rule("p_error", "2^-40", "Failure probability of one bootstrap or output."),
      text_rule("global_p_error", "", "Failure probability of one row; empty: not asked."),
      integer_rule("security", 128, 1, "Security level in bits."),
      integer_rule("execute_rows", 0, 0, "Test rows to encrypt, score and decrypt."),
      integer_rule("simulate_rows", -1, -1, "Test rows to simulate; -1: all."),
  };
  return rules;
}

DataSpec data_from(const Settings& settings) {
  DataSpec data;
  data.file = settings.text("file");
  data.csv = settings.text("csv");
  data.label = settings.text("label");
  data.generate = settings.text("generate");
  data.rows = settings.integer("rows");
  data.draw = settings.integer("draw");
  data.test_file = settings.text("test_file");
  data.test_rows = settings.integer("test_rows");
  data.test_share = settings.real("test_share");
  data.split_seed = static_cast<std::uint64_t>(settings.integer("split_seed"));
  data.stratify = settings.flag("stratify");
  data.standardize = settings.flag("standardize");
  data.train_rows = settings.integer("train_rows");
  data.cv = settings.integer("cv");
  data.cv_repeats = settings.integer("cv_repeats");
  return data;
}

std::string DataSpec::source() const {
  return cat(file, '\n', csv, '\n', label, '\n', generate, '\n', rows, '\n', draw, '\n', test_file,
             '\n', test_rows);
}

FheSpec fhe_from(const Settings& settings) {
  FheSpec fhe;
  fhe.target.p_error = parse_probability("p_error", settings.text("p_error"));
  const std::string& global = settings.text("global_p_error");
  if (!global.empty()) fhe.target.global_p_error = parse_probability("global_p_error", global);
  fhe.target.security = static_cast<int>(settings.integer("security"));
  fhe.execute_rows = settings.integer("execute_rows");
  fhe.simulate_rows = settings.integer("simulate_rows");
  validate(fhe.target);
  return fhe;
}

Digest Recipe::id() const {
  Hasher hasher("recipe");
  hasher.add(name).add(seed.value);
  hasher.add(data.source()).add(data.train_rows).add(data.test_share).add(data.split_seed);
  hasher.add(data.stratify).add(data.standardize).add(data.cv);
  hasher.add(data.cv_repeats).add(estimator);
  for (const auto& [key, value] : model.values()) hasher.add(key).add(to_text(value));
  if (baseline) {
    hasher.add("baseline").add(baseline->estimator);
    for (const auto& [key, value] : baseline->model.values()) hasher.add(key).add(to_text(value));
  }
  if (trained) hasher.add(trained->id());
  hasher.add(fhe.target.p_error).add(fhe.target.global_p_error).add(fhe.target.security);
  hasher.add(fhe.execute_rows).add(fhe.simulate_rows);
  return hasher.finish();
}

}  // namespace basalt::pipeline
