// The sections of recipes: each is described once, and rules, readers and ids follow from it.
#include "pipeline/recipe.hpp"

#include <type_traits>

#include "base/error.hpp"
#include "base/text.hpp"

namespace basalt::pipeline {
namespace {

/// What a section says of one of its keys, beside the field that holds its value and default.
struct Key {
  const char* name;
  const char* meaning;
  double low = -1e308, high = 1e308;
  bool positive = false;
};

/// The keys of [data] that name rows. Their order is that of DataSpec::source().
template <class Visitor, class Data>
void describe_source(Visitor& visit, Data& data) {
  visit({"file", "A dataset file."}, data.file);
  visit({"csv", "A CSV file, with \"label\"."}, data.csv);
  visit({"label", "Name or position of the CSV file's label; a list: targets of a regression."},
        data.label);
  visit({"generate", "A generator of data, with \"rows\"."}, data.generate);
  visit({.name = "rows", .meaning = "Rows to generate.", .low = 2}, data.rows);
  visit({.name = "draw", .meaning = "Seed of the generated rows; -1: the recipe's.", .low = -1},
        data.draw);
  visit({"test_file", "Test rows of their own: a dataset file, or a CSV file."}, data.test_file);
  visit({.name = "test_rows", .meaning = "Test rows, generated beside the others.", .low = 0},
        data.test_rows);
}

/// The keys of [data] that say how rows are used. Their order is that of Recipe::id().
template <class Visitor, class Data>
void describe_use(Visitor& visit, Data& data) {
  visit({.name = "train_rows",
         .meaning = "Train on the first so many rows only; 0: on all.",
         .low = 0},
        data.train_rows);
  visit({.name = "test_share",
         .meaning = "Share of the rows that are test rows.",
         .low = 0.0,
         .high = 0.99,
         .positive = true},
        data.test_share);
  visit({.name = "split_seed", .meaning = "Decides which rows are test rows.", .low = 0},
        data.split_seed);
  visit({"stratify", "Keep the share of every class in both parts."}, data.stratify);
  visit({"standardize", "Scale features to mean 0 and deviation 1."}, data.standardize);
  visit({.name = "cv",
         .meaning = "Folds of cross-validation on the training rows; 0: none.",
         .low = 0},
        data.cv);
  visit({.name = "cv_repeats", .meaning = "Times that the folds are drawn.", .low = 1},
        data.cv_repeats);
}

/// The keys of [fhe]. Their order is that of Recipe::id().
template <class Visitor, class Spec>
void describe_fhe(Visitor& visit, Spec& fhe) {
  visit.probability({"p_error", "Failure probability of one bootstrap or output."},
                    fhe.target.p_error);
  visit.optional_probability(
      {"global_p_error", "Failure probability of one row; empty: not asked."},
      fhe.target.global_p_error);
  visit({.name = "security", .meaning = "Security level in bits.", .low = 1}, fhe.target.security);
  visit({.name = "execute_rows", .meaning = "Test rows to encrypt, score and decrypt.", .low = 0},
        fhe.execute_rows);
  visit({.name = "simulate_rows", .meaning = "Test rows to simulate; -1: all.", .low = -1},
        fhe.simulate_rows);
}

/// Makes a rule of every key; its default is the value of the field.
class RuleMaker {
 public:
  void operator()(const Key& key, const std::string& text) { add(key, SettingType::text, text); }
  void operator()(const Key& key, const bool& flag) { add(key, SettingType::boolean, flag); }
  void operator()(const Key& key, const double& real) { add(key, SettingType::real, real); }
  template <std::integral Integer>
  void operator()(const Key& key, const Integer& integer) {
    add(key, SettingType::integer, static_cast<std::int64_t>(integer));
  }
  void probability(const Key& key, const double& value) { (*this)(key, probability_text(value)); }
  /// 0 stands for none.
  void optional_probability(const Key& key, const double& value) {
    (*this)(key, value > 0.0 ? probability_text(value) : std::string());
  }

  std::vector<SettingRule> rules{};

 private:
  void add(const Key& key, SettingType type, SettingValue fallback) {
    rules.push_back({.name = key.name,
                     .type = type,
                     .fallback = std::move(fallback),
                     .low = key.low,
                     .high = key.high,
                     .meaning = key.meaning,
                     .positive = key.positive});
  }
};

/// Fills every field with what the settings say.
class SettingsReader {
 public:
  explicit SettingsReader(const Settings& settings) : settings_(settings) {}

  void operator()(const Key& key, std::string& text) { text = settings_.text(key.name); }
  void operator()(const Key& key, bool& flag) { flag = settings_.flag(key.name); }
  void operator()(const Key& key, double& real) { real = settings_.real(key.name); }
  template <std::integral Integer>
  void operator()(const Key& key, Integer& integer) {
    integer = static_cast<Integer>(settings_.integer(key.name));
  }
  void probability(const Key& key, double& value) {
    value = parse_probability(key.name, settings_.text(key.name));
  }
  void optional_probability(const Key& key, double& value) {
    if (!settings_.text(key.name).empty()) probability(key, value);
  }

 private:
  const Settings& settings_;
};

/// Adds every field to an id.
class FieldHasher {
 public:
  explicit FieldHasher(Hasher& hasher) : hasher_(hasher) {}

  template <class Value>
  void operator()(const Key&, const Value& value) {
    hasher_.add(value);
  }
  void probability(const Key&, const double& value) { hasher_.add(value); }
  void optional_probability(const Key&, const double& value) { hasher_.add(value); }

 private:
  Hasher& hasher_;
};

/// Writes every field on a line of its own.
struct SourceWriter {
  template <class Value>
  void operator()(const Key&, const Value& value) {
    text += text_started ? concat('\n', value) : concat(value);
    text_started = true;
  }
  std::string text{};
  bool text_started = false;
};

/// An estimator and its settings: what [model] and [baseline] add to an id.
void add_model(const std::string& estimator, const Settings& model, Hasher& hasher) {
  hasher.add(estimator);
  for (const auto& [key, value] : model.values()) hasher.add(key).add(to_text(value));
}

std::vector<SettingRule> rules_of_data() {
  const DataSpec defaults;
  RuleMaker maker;
  describe_source(maker, defaults);
  describe_use(maker, defaults);
  return maker.rules;
}

std::vector<SettingRule> rules_of_fhe() {
  const FheSpec defaults;
  RuleMaker maker;
  describe_fhe(maker, defaults);
  return maker.rules;
}

}  // namespace

std::span<const SettingRule> data_rules() {
  static const std::vector<SettingRule> rules = rules_of_data();
  return rules;
}

std::span<const SettingRule> fhe_rules() {
  static const std::vector<SettingRule> rules = rules_of_fhe();
  return rules;
}

DataSpec data_from(const Settings& settings) {
  DataSpec data;
  SettingsReader reader(settings);
  describe_source(reader, data);
  describe_use(reader, data);
  return data;
}

FheSpec fhe_from(const Settings& settings) {
  FheSpec fhe;
  SettingsReader reader(settings);
  describe_fhe(reader, fhe);
  validate(fhe.target);
  return fhe;
}

std::string DataSpec::source() const {
  SourceWriter writer;
  describe_source(writer, *this);
  return writer.text;
}

Digest Recipe::id() const {
  Hasher hasher("recipe");
  FieldHasher fields(hasher);
  hasher.add(name).add(seed.value).add(data.source());
  describe_use(fields, data);
  add_model(estimator, model, hasher);
  if (baseline) {
    hasher.add("baseline");
    add_model(baseline->estimator, baseline->model, hasher);
  }
  if (trained) hasher.add(trained->id());
  describe_fhe(fields, fhe);
  return hasher.finish();
}

}  // namespace basalt::pipeline
