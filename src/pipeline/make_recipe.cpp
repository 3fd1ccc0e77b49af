#include "pipeline/make_recipe.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace basalt::pipeline {
namespace {

/// Keys of [model] that are not settings of the estimator.
constexpr const char* estimator_key = "estimator";
constexpr const char* trained_key = "file";

/// Whether a section names an estimator and its settings.
bool names_estimator(const std::string& section) {
  return section == "model" || section == "baseline";
}

/// What `step` returns; its errors are those of one section.
template <class Step>
auto in_section(const GivenSettings& given, const std::string& section, const Step& step) {
  try {
    return step();
  } catch (const Error& error) {
    throw located(given, section, error);
  }
}

void require_known(const GivenSettings& given, const std::string& section, const std::string& key,
                   int line, std::span<const SettingRule> rules) {
  std::vector<std::string> known;
  for (const SettingRule& rule : rules) known.push_back(rule.name);
  if (names_estimator(section)) known.emplace_back(estimator_key);
  if (section == "model") known.emplace_back(trained_key);
  if (std::ranges::count(known, key) > 0) return;
  const std::string near = nearest_name(key, known);
  throw Error(
      ErrorCode::invalid_argument,
      concat("unknown key \"", key, "\"", section.empty() ? "" : concat(" in [", section, "]"),
             near.empty() ? "" : concat("; did you mean \"", near, "\"?")),
      key, Place{given.file, line});
}

SettingValue empty_list(SettingType type) {
  if (type == SettingType::reals) return std::vector<double>{};
  if (type == SettingType::texts) return std::vector<std::string>{};
  return std::vector<std::int64_t>{};
}

bool is_empty_list(const SettingValue& value) {
  const auto* list = std::get_if<std::vector<std::int64_t>>(&value);
  return list != nullptr && list->empty();
}

bool is_number(const SettingValue& value) {
  return std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value);
}

/// The values of one section, checked.
Settings checked_values(const GivenSettings& given, const std::string& section,
                        std::span<const SettingRule> rules) {
  Settings settings;
  const auto found = given.sections.find(section);
  if (found == given.sections.end()) return settings;
  for (const auto& [key, entry] : found->second) {
    require_known(given, section, key, entry.line, rules);
    if (names_estimator(section) && (key == estimator_key || key == trained_key)) continue;
    try {
      set_value(settings, rules, key, entry.value);
    } catch (const Error& error) {
      throw Error(error.code(), error.message(), key, Place{given.file, entry.line});
    }
  }
  return settings;
}

/// A text of a section that names an estimator, if it is set.
std::optional<std::string> text_of(const GivenSettings& given, const std::string& section,
                                   const std::string& key) {
  require(given.sections.contains(section), ErrorCode::invalid_argument, "section [", section,
          "] is missing; it names the estimator");
  const GivenValue* found = given.find(section, key);
  if (found == nullptr) return std::nullopt;
  const auto* text = std::get_if<std::string>(&found->value);
  if (text == nullptr) {
    throw Error(ErrorCode::invalid_argument, concat("\"", key, "\" must be a text"), key);
  }
  return *text;
}

const learn::Estimator& named_estimator(const GivenSettings& given, const std::string& section) {
  const std::optional<std::string> name = text_of(given, section, estimator_key);
  require(name.has_value(), ErrorCode::invalid_argument, "\"estimator\" is missing in [", section,
          "], such as \"NeuralNetClassifier\"");
  return learn::estimator_named(*name);
}

/// The settings of a section, completed as its estimator says.
Settings estimator_settings(const GivenSettings& given, const learn::Estimator& estimator,
                            const std::string& section) {
  Settings settings = checked_values(given, section, estimator.rules);
  learn::complete(estimator, settings);
  return settings;
}

/// Errors: invalid_argument if [model] says more than the file of a trained model.
void require_file_alone(const GivenSettings& given) {
  for (const auto& [key, value] : given.sections.at("model")) {
    if (key == trained_key) continue;
    throw Error(
        ErrorCode::invalid_argument,
        concat("\"", key, "\" must not be given: \"file\" in [model] names a trained model"), key);
  }
}

/// Reads [model]. Returns the task of the model.
learn::Task take_model(const GivenSettings& given, const std::optional<learn::Model>& trained,
                       Recipe& recipe) {
  if (trained_file(given)) {
    require(trained.has_value(), ErrorCode::internal, "recipe: the trained model is not loaded");
    recipe.trained = trained;
    recipe.estimator = trained->estimator;
    return trained->task;
  }
  const learn::Estimator& estimator = named_estimator(given, "model");
  recipe.estimator = estimator.name;
  recipe.model = estimator_settings(given, estimator, "model");
  return estimator.task;
}

Baseline named_baseline(const GivenSettings& given, learn::Task task) {
  // An empty section is one that names no estimator.
  if (!given.sections.contains("baseline")) {
    throw Error(ErrorCode::invalid_argument, "[baseline] names no \"estimator\"", "baseline");
  }
  const learn::Estimator& estimator = named_estimator(given, "baseline");
  if (estimator.task != task) {
    throw Error(ErrorCode::invalid_argument,
                concat("[baseline] names ", estimator.name, ", which is for ",
                       task == learn::Task::classification ? "values" : "classes",
                       ", unlike the estimator of [model]"),
                "baseline");
  }
  return {estimator.name, estimator_settings(given, estimator, "baseline")};
}

/// The estimator and settings of [baseline], if the file has it.
std::optional<Baseline> baseline_of(const GivenSettings& given, learn::Task task) {
  const auto section = given.section_lines.find("baseline");
  if (section == given.section_lines.end()) return std::nullopt;
  try {
    return named_baseline(given, task);
  } catch (const Error& error) {
    const int line = given.line_of("baseline", error.subject());
    throw located(error, Place{given.file, line > 0 ? line : section->second});
  }
}

[[noreturn]] void refuse(const std::string& key, const std::string& message) {
  throw Error(ErrorCode::invalid_argument, concat("\"", key, "\" ", message), key);
}

/// Test rows are named, generated or split off, one of the three.
void check_test_rows(const GivenSettings& given, const DataSpec& data) {
  if (data.draw >= 0 && data.generate.empty()) refuse("draw", "is for data of \"generate\"");
  if (data.test_rows > 0 && data.generate.empty()) {
    refuse("test_rows", "is for data of \"generate\"; a file of such rows is \"test_file\"");
  }
  if (data.test_rows > 0 && !data.test_file.empty()) {
    refuse("test_rows", "must not be given: \"test_file\" names the test rows");
  }
  if (data.test_rows == 0 && data.test_file.empty()) return;
  const char* source = data.test_file.empty() ? "test_rows" : "test_file";
  for (const char* key : {"test_share", "split_seed"}) {
    if (given.find("data", key) == nullptr) continue;
    refuse(key, concat("must not be given: \"", source, "\" names the test rows"));
  }
  const bool is_csv = !data.test_file.empty() && !data.test_file.ends_with(".h5");
  if (is_csv && data.label.empty()) {
    refuse("test_file", "is no dataset (.h5), so it is read as CSV and needs \"label\"");
  }
}

DataSpec checked_data(const GivenSettings& given) {
  DataSpec data = data_from(section_settings(given, "data", data_rules()));
  require_one_source(data);
  if (!data.csv.empty() && data.label.empty()) {
    refuse("csv", "needs \"label\", the name or position of the label's column");
  }
  if (data.cv_repeats > 1 && data.cv == 0) refuse("cv_repeats", "draws the folds of \"cv\" anew");
  check_test_rows(given, data);
  return data;
}

}  // namespace

std::span<const SettingRule> top_rules() {
  static const std::array<SettingRule, 2> rules{
      SettingRule{.name = "name",
                  .type = SettingType::text,
                  .fallback = std::string("unnamed"),
                  .meaning = "Name of the recipe, for people."},
      SettingRule{.name = "seed",
                  .type = SettingType::integer,
                  .fallback = std::int64_t{0},
                  .low = 0,
                  .meaning = "Everything random derives from it; keys and encryption never do."}};
  return rules;
}

void set_value(Settings& settings, std::span<const SettingRule> rules, const std::string& key,
               const SettingValue& value) {
  const auto rule = std::ranges::find(rules, key, &SettingRule::name);
  if (rule != rules.end() && rule->type == SettingType::text && is_number(value)) {
    settings.set(rules, key, to_text(value));
  } else if (rule != rules.end() && is_empty_list(value) && rule->type > SettingType::integers) {
    settings.set(rules, key, empty_list(rule->type));
  } else {
    settings.set(rules, key, value);
  }
}

Settings section_settings(const GivenSettings& given, const std::string& section,
                          std::span<const SettingRule> rules) {
  return in_section(given, section, [&] {
    Settings settings = checked_values(given, section, rules);
    settings.complete(rules);
    return settings;
  });
}

std::optional<std::string> trained_file(const GivenSettings& given) {
  if (given.find("model", trained_key) == nullptr) return std::nullopt;
  return in_section(given, "model", [&] {
    std::optional<std::string> file = text_of(given, "model", trained_key);
    require_file_alone(given);
    return file;
  });
}

std::span<const SettingRule> model_rules(const GivenSettings& given) {
  return in_section(given, "model", [&]() -> std::span<const SettingRule> {
    if (trained_file(given)) return {};
    return named_estimator(given, "model").rules;
  });
}

void require_one_source(const DataSpec& data) {
  const int sources =
      (data.file.empty() ? 0 : 1) + (data.csv.empty() ? 0 : 1) + (data.generate.empty() ? 0 : 1);
  if (sources == 1) return;
  throw Error(
      ErrorCode::invalid_argument,
      concat("[data] names ", sources, " sources, expected one of \"file\", \"csv\", \"generate\""),
      "data");
}

Recipe make_recipe(const GivenSettings& given, const std::optional<learn::Model>& trained) {
  Recipe recipe;
  const Settings top = section_settings(given, "", top_rules());
  recipe.name = top.text("name");
  recipe.seed = {static_cast<std::uint64_t>(top.integer("seed"))};
  recipe.data = in_section(given, "data", [&] { return checked_data(given); });
  const learn::Task task =
      in_section(given, "model", [&] { return take_model(given, trained, recipe); });
  recipe.baseline = baseline_of(given, task);
  recipe.fhe = in_section(given, "fhe",
                          [&] { return fhe_from(section_settings(given, "fhe", fhe_rules())); });
  return recipe;
}

}  // namespace basalt::pipeline
