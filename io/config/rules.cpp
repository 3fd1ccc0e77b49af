#include "io/config/rules.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/error.hpp"
#include "io/store/model_store.hpp"

namespace basalt::io {
namespace {

const std::vector<std::string>& known_sections() {
  static const std::vector<std::string> names{"data", "model", "baseline",
                                              "fhe",  "space", "search"};
  return names;
}

/// Whether a section names an estimator and its settings.
bool is_model(const std::string& section) {
  return section == "model" || section == "baseline";
}

/// Keys of [model] that are not settings of the estimator.
constexpr const char* estimator_key = "estimator";
constexpr const char* trained_key = "file";

std::string place_of(const GivenSettings& given, int line) {
  return line > 0 ? cat(given.file, ":", line, ": ") : cat(given.file, ": ");
}

std::string in_section(const std::string& section) {
  return section.empty() ? "" : cat(" in [", section, "]");
}

void require_known(const GivenSettings& given, const std::string& section, const std::string& key,
                   int line, std::span<const SettingRule> rules) {
  std::vector<std::string> known;
  for (const SettingRule& rule : rules) known.push_back(rule.name);
  if (is_model(section)) known.emplace_back(estimator_key);
  if (section == "model") known.emplace_back(trained_key);
  if (std::ranges::count(known, key) > 0) return;
  const std::string near = nearest_name(key, known);
  throw Error(ErrorCode::invalid_argument,
              cat(place_of(given, line), "unknown key \"", key, "\"", in_section(section),
                  near.empty() ? "" : cat("; did you mean \"", near, "\"?")),
              key);
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

GivenValue given_value(const std::string& file, const std::string& section,
                       const TomlEntry& entry) {
  if (const auto* scalar = std::get_if<SettingValue>(&entry.value)) return {*scalar, entry.line};
  try {
    if (const auto* array = std::get_if<TomlArray>(&entry.value)) {
      return {list_setting(*array), entry.line};
    }
    throw Error(ErrorCode::invalid_argument, "a table of ranges belongs into [space]");
  } catch (const Error& error) {
    throw Error(ErrorCode::invalid_argument,
                cat(file, ":", entry.line, ": \"", entry.key, "\"", in_section(section), ": ",
                    error.what()),
                entry.key);
  }
}

/// The columns of several targets: `label = ["a", "b"]` or `[-2, -1]` is "a,b" or "-2,-1".
GivenValue columns_value(const std::string& file, const TomlEntry& entry) {
  const GivenValue given = given_value(file, "data", entry);
  std::string list;
  const auto append = [&](const std::string& column) {
    if (column.find(',') != std::string::npos) {
      throw Error(ErrorCode::invalid_argument,
                  cat(file, ":", entry.line, ": \"label\": the name \"", column,
                      "\" has a comma; give the column's position"),
                  entry.key);
    }
    list += (list.empty() ? "" : ",") + column;
  };
  if (const auto* names = std::get_if<std::vector<std::string>>(&given.value)) {
    for (const std::string& name : *names) append(name);
  } else if (const auto* places = std::get_if<std::vector<std::int64_t>>(&given.value)) {
    for (const std::int64_t place : *places) append(to_text(SettingValue(place)));
  }
  return list.empty() ? given : GivenValue{list, entry.line};
}

/// A table in [model]: `n_bits = { op_inputs = 4 }` is the key n_bits__op_inputs, as in Concrete
/// ML; weights by label become the text "label: weight, …", as labels are no keys.
void flatten(const TomlEntry& entry, std::map<std::string, GivenValue>& values) {
  const auto& table = std::get<TomlInlineTable>(entry.value);
  if (entry.key != "class_weight") {
    for (const auto& [name, item] : table) values[entry.key + "__" + name] = item;
    return;
  }
  std::string text;
  for (const auto& [name, item] : table) {
    text += cat(text.empty() ? "" : ", ", name, ": ", to_text(item.value));
  }
  values[entry.key] = {text, entry.line};
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

std::span<const SettingRule> search_rules() {
  static const std::vector<SettingRule> rules{
      {.name = "sampler",
       .type = SettingType::text,
       .fallback = std::string("tpe"),
       .choices = {"grid", "random", "sobol", "tpe"},
       .meaning = "How configurations are proposed."},
      {.name = "trials",
       .type = SettingType::integer,
       .fallback = std::int64_t{64},
       .low = 1,
       .high = 1e7,
       .meaning = "Number of trials; an upper limit for grid."},
      {.name = "window",
       .type = SettingType::integer,
       .fallback = std::int64_t{16},
       .low = 1,
       .high = 1e6,
       .meaning = "A trial sees the results of those at least this far before it."},
      {.name = "objectives",
       .type = SettingType::texts,
       .fallback = std::vector<std::string>{"test_accuracy", "-predicted_seconds_per_row"},
       .meaning = "Results to maximise; a minus sign before a name minimises it."},
      {.name = "stopper",
       .type = SettingType::text,
       .fallback = std::string("none"),
       .choices = {"none", "halving", "hyperband"},
       .meaning = "Early stopping of trials."},
      {.name = "timeout",
       .type = SettingType::text,
       .fallback = std::string("0 s"),
       .meaning = "Longest time of one trial, such as \"10 min\"; 0: none."},
      {.name = "memory",
       .type = SettingType::text,
       .fallback = std::string(),
       .meaning = "Memory that one trial may have, such as \"4 GB\"; by default the machine's."},
      {.name = "constraints",
       .type = SettingType::texts,
       .fallback = std::vector<std::string>{},
       .meaning = "Conditions that the best trial keeps, such as \"max_bits <= 5\"."}};
  return rules;
}

GivenSettings given_settings(const TomlText& text) {
  GivenSettings given;
  given.file = text.file;
  for (const auto& [section, content] : text.sections) {
    const bool known = section.empty() || std::ranges::count(known_sections(), section) > 0;
    if (!known) {
      const std::string near = nearest_name(section, known_sections());
      throw Error(ErrorCode::invalid_argument,
                  cat(given.file, ":", content.line, ": unknown section [", section, "]",
                      near.empty() ? "" : cat("; did you mean [", near, "]?")),
                  section);
    }
    if (!section.empty()) given.section_lines[section] = content.line;
    if (section == "space") continue;
    for (const TomlEntry& entry : content.entries) {
      auto& values = given.sections[section];
      if (is_model(section) && std::holds_alternative<TomlInlineTable>(entry.value)) {
        flatten(entry, values);
      } else if (section == "data" && entry.key == "label") {
        values[entry.key] = columns_value(given.file, entry);
      } else {
        values[entry.key] = given_value(given.file, section, entry);
      }
    }
  }
  return given;
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

namespace {

/// The values of one section, checked.
Settings checked_values(const GivenSettings& given, const std::string& section,
                        std::span<const SettingRule> rules) {
  Settings settings;
  const auto found = given.sections.find(section);
  if (found != given.sections.end()) {
    for (const auto& [key, entry] : found->second) {
      require_known(given, section, key, entry.line, rules);
      if (is_model(section) && (key == estimator_key || key == trained_key)) continue;
      try {
        set_value(settings, rules, key, entry.value);
      } catch (const Error& error) {
        throw Error(error.code(), place_of(given, entry.line) + error.what(), key);
      }
    }
  }
  return settings;
}

}  // namespace

Settings section_settings(const GivenSettings& given, const std::string& section,
                          std::span<const SettingRule> rules) {
  Settings settings = checked_values(given, section, rules);
  settings.complete(rules);
  return settings;
}

Settings model_settings(const GivenSettings& given, const learn::Estimator& estimator,
                        const std::string& section) {
  Settings settings = checked_values(given, section, estimator.rules);
  learn::complete(estimator, settings);
  return settings;
}

namespace {

/// A text of a section that names an estimator, if it is set.
std::optional<std::string> text_of(const GivenSettings& given, const std::string& section,
                                   const std::string& key) {
  const auto model = given.sections.find(section);
  require(model != given.sections.end(), ErrorCode::invalid_argument, "section [", section,
          "] is missing; it names the estimator");
  const auto found = model->second.find(key);
  if (found == model->second.end()) return std::nullopt;
  const auto* text = std::get_if<std::string>(&found->second.value);
  if (text == nullptr) {
    throw Error(ErrorCode::invalid_argument, cat("\"", key, "\" must be a text"), key);
  }
  return *text;
}

learn::Estimator named_estimator(const GivenSettings& given, const std::string& section) {
  const std::optional<std::string> name = text_of(given, section, estimator_key);
  require(name.has_value(), ErrorCode::invalid_argument, "\"estimator\" is missing in [", section,
          "], such as \"NeuralNetClassifier\"");
  return learn::estimator_named(*name);
}

}  // namespace

std::optional<learn::Model> trained_model(const GivenSettings& given) {
  const std::optional<std::string> file = text_of(given, "model", trained_key);
  if (!file) return std::nullopt;
  for (const auto& [key, value] : given.sections.at("model")) {
    if (key == trained_key) continue;
    throw Error(ErrorCode::invalid_argument,
                cat("\"", key, "\" has nothing to say: \"file\" in [model] names a trained model"),
                key);
  }
  namespace fs = std::filesystem;
  const std::string beside = resolve_beside(given.file, *file);
  if (fs::exists(beside)) return load_model(beside);
  // A sweep keeps the model next to its copy of the campaign, whatever folder it came from.
  return load_model(resolve_beside(given.file, fs::path(*file).filename().string()));
}

learn::Estimator estimator_of(const GivenSettings& given,
                              const std::optional<learn::Model>& trained) {
  if (trained) {
    return {.name = trained->estimator, .task = trained->task, .rules = {}, .train = {}};
  }
  return named_estimator(given, "model");
}

namespace {

pipeline::Baseline named_baseline(const GivenSettings& given, learn::Task task) {
  // An empty section is one that names no estimator.
  if (!given.sections.contains("baseline")) {
    throw Error(ErrorCode::invalid_argument, "[baseline] names no \"estimator\"", "baseline");
  }
  const learn::Estimator estimator = named_estimator(given, "baseline");
  if (estimator.task != task) {
    throw Error(ErrorCode::invalid_argument,
                cat("[baseline] names ", estimator.name, ", which is for ",
                    task == learn::Task::classification ? "values" : "classes",
                    ", unlike the estimator of [model]"),
                "baseline");
  }
  return {estimator.name, model_settings(given, estimator, "baseline")};
}

}  // namespace

std::optional<pipeline::Baseline> baseline_of(const GivenSettings& given, learn::Task task) {
  const auto section = given.section_lines.find("baseline");
  if (section == given.section_lines.end()) return std::nullopt;
  try {
    return named_baseline(given, task);
  } catch (const Error& error) {
    const std::string message = error.what();
    if (message.starts_with(given.file + ":")) throw;
    const auto values = given.sections.find("baseline");
    const bool known = values != given.sections.end() && values->second.contains(error.subject());
    const int line = known ? values->second.at(error.subject()).line : section->second;
    throw Error(error.code(), place_of(given, line) + message, error.subject());
  }
}

void replace_source(GivenSettings& given, const std::string& data_file) {
  auto& data = given.sections["data"];
  for (const char* key : {"csv", "generate", "rows", "draw", "test_rows"}) data.erase(key);
  data["file"] = {data_file, 0};
}

namespace {

[[noreturn]] void refuse(const std::string& key, const std::string& message) {
  throw Error(ErrorCode::invalid_argument, cat("\"", key, "\" ", message), key);
}

/// Rows that judge are named, generated or split off, one of the three.
void check_test_rows(const GivenSettings& given, const pipeline::DataSpec& data) {
  if (data.draw >= 0 && data.generate.empty()) refuse("draw", "is for data of \"generate\"");
  if (data.test_rows > 0 && data.generate.empty()) {
    refuse("test_rows", "is for data of \"generate\"; a file of such rows is \"test_file\"");
  }
  if (data.test_rows > 0 && !data.test_file.empty()) {
    refuse("test_rows", "has nothing to say: \"test_file\" names the rows that judge");
  }
  if (data.test_rows == 0 && data.test_file.empty()) return;
  const char* judges = data.test_file.empty() ? "test_rows" : "test_file";
  const auto section = given.sections.find("data");
  for (const char* key : {"test_share", "split_seed"}) {
    if (section == given.sections.end() || !section->second.contains(key)) continue;
    refuse(key, cat("has nothing to say: \"", judges, "\" names the rows that judge"));
  }
  const bool is_csv = !data.test_file.empty() && !data.test_file.ends_with(".h5");
  if (is_csv && data.label.empty()) {
    refuse("test_file", "is no dataset (.h5), so it is read as CSV and needs \"label\"");
  }
}

}  // namespace

void check_source(const GivenSettings& given, const pipeline::DataSpec& data) {
  const int sources =
      (data.file.empty() ? 0 : 1) + (data.csv.empty() ? 0 : 1) + (data.generate.empty() ? 0 : 1);
  if (sources != 1) {
    throw Error(
        ErrorCode::invalid_argument,
        cat("[data] names ", sources, " sources, expected one of \"file\", \"csv\", \"generate\""),
        "data");
  }
  if (!data.csv.empty() && data.label.empty()) {
    throw Error(ErrorCode::invalid_argument,
                "\"csv\" needs \"label\", the name or position of the label's column", "csv");
  }
  if (data.cv_repeats > 1 && data.cv == 0) refuse("cv_repeats", "draws the folds of \"cv\" anew");
  check_test_rows(given, data);
}

}  // namespace basalt::io
