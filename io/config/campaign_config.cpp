#include "io/config/campaign_config.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <optional>

#include "io/config/rules.hpp"
#include "io/config/toml_text.hpp"
#include "io/file/file.hpp"
#include "learn/estimator/train.hpp"

namespace basalt::io {
namespace {

[[noreturn]] void refuse(const GivenSettings& given, int line, const std::string& key,
                         const std::string& message) {
  throw Error(ErrorCode::invalid_argument, cat(given.file, ":", line, ": ", message), key);
}

/// Every searched key may come from one of these places.
struct Owner {
  std::string section;
  std::span<const SettingRule> rules;
};

std::vector<Owner> owners_of(const learn::Estimator& estimator) {
  return {{"model", estimator.rules},
          {"fhe", pipeline::fhe_rules()},
          {"data", pipeline::data_rules()},
          {"", top_rules().subspan(1)}};  // the seed may be searched, the name may not
}

const SettingRule* rule_named(std::span<const SettingRule> rules, const std::string& key) {
  const auto found = std::ranges::find(rules, key, &SettingRule::name);
  return found == rules.end() ? nullptr : &*found;
}

std::pair<std::string, const SettingRule*> owner_of(const GivenSettings& given,
                                                    const std::vector<Owner>& owners,
                                                    const TomlEntry& entry) {
  std::vector<std::string> known;
  for (const Owner& owner : owners) {
    if (const SettingRule* rule = rule_named(owner.rules, entry.key)) return {owner.section, rule};
    for (const SettingRule& rule : owner.rules) known.push_back(rule.name);
  }
  const std::string near = nearest_name(entry.key, known);
  refuse(given, entry.line, entry.key,
         cat("unknown key \"", entry.key, "\" in [space]",
             near.empty() ? "" : cat("; did you mean \"", near, "\"?")));
}

double number_of(const GivenSettings& given, const TomlEntry& entry, const char* name) {
  const TomlInlineTable& table = std::get<TomlInlineTable>(entry.value);
  const auto found = table.find(name);
  if (found != table.end()) {
    if (const auto* whole = std::get_if<std::int64_t>(&found->second.value)) {
      return static_cast<double>(*whole);
    }
    if (const auto* number = std::get_if<double>(&found->second.value)) return *number;
  }
  refuse(given, entry.line, entry.key,
         cat("\"", entry.key, "\" in [space] needs a number \"", name,
             "\", as in { low = 1, high = 8 }"));
}

Interval interval_of(const GivenSettings& given, const TomlEntry& entry, const SettingRule& rule) {
  if (rule.type != SettingType::integer && rule.type != SettingType::real) {
    refuse(given, entry.line, entry.key,
           cat("\"", entry.key, "\" is no number; list its choices instead of a range"));
  }
  Interval interval;
  interval.low = number_of(given, entry, "low");
  interval.high = number_of(given, entry, "high");
  interval.integer = rule.type == SettingType::integer;
  for (const auto& [name, value] : std::get<TomlInlineTable>(entry.value)) {
    if (name == "low" || name == "high") continue;
    const auto* flag = std::get_if<bool>(&value.value);
    if (name != "log" || flag == nullptr) {
      refuse(given, entry.line, entry.key,
             cat("\"", name, "\" of \"", entry.key,
                 "\" in [space]: expected low, high and log = true or false"));
    }
    interval.log = *flag;
  }
  const bool whole =
      interval.low == std::floor(interval.low) && interval.high == std::floor(interval.high);
  if (!(interval.low < interval.high) || (interval.log && interval.low <= 0.0) ||
      (interval.integer && !whole)) {
    refuse(given, entry.line, entry.key,
           cat("the range of \"", entry.key, "\" is ", interval.low, " to ", interval.high,
               ", expected low < high", interval.log ? " and low above 0" : "",
               interval.integer ? ", both whole" : ""));
  }
  return interval;
}

SettingValue end_of(const Interval& interval, double end) {
  if (interval.integer) return static_cast<std::int64_t>(end);
  return end;
}

/// Values that must pass the key's rule: all choices, or both ends of a range.
std::vector<SettingValue> samples_of(const SpaceEntry& entry) {
  if (const auto* choices = std::get_if<std::vector<SettingValue>>(&entry.domain)) return *choices;
  const Interval& interval = std::get<Interval>(entry.domain);
  return {end_of(interval, interval.low), end_of(interval, interval.high)};
}

SpaceEntry space_entry(const GivenSettings& given, const std::vector<Owner>& owners,
                       const TomlEntry& entry) {
  const auto [section, rule] = owner_of(given, owners, entry);
  SpaceEntry result{section, entry.key, {}, entry.line};
  if (std::holds_alternative<TomlInlineTable>(entry.value)) {
    result.domain = interval_of(given, entry, *rule);
  } else if (const auto* choices = std::get_if<TomlArray>(&entry.value)) {
    result.domain = *choices;
  } else {
    result.domain = std::vector<SettingValue>{std::get<SettingValue>(entry.value)};
  }
  const std::vector<SettingValue> samples = samples_of(result);
  if (samples.empty()) {
    refuse(given, entry.line, entry.key, cat("\"", entry.key, "\" in [space] has no choices"));
  }
  try {
    Settings scratch;
    for (const SettingValue& value : samples) set_value(scratch, {rule, 1}, entry.key, value);
  } catch (const Error& error) {
    refuse(given, entry.line, entry.key, cat(error.what(), " (in [space])"));
  }
  return result;
}

SearchSpec search_from(const Settings& settings) {
  SearchSpec search;
  search.sampler = settings.text("sampler");
  search.trials = settings.integer("trials");
  search.window = settings.integer("window");
  search.objectives = settings.texts("objectives");
  search.stopper = settings.text("stopper");
  search.timeout = duration_from("timeout", settings.text("timeout"));
  const std::string& memory = settings.text("memory");
  search.memory = memory.empty() ? 0 : bytes_from("memory", memory);
  search.constraints = settings.texts("constraints");
  if (search.objectives.empty()) {
    throw Error(ErrorCode::invalid_argument,
                "\"objectives\" is empty, expected at least one result", "objectives");
  }
  return search;
}

/// The given settings with one configuration in their place.
GivenSettings with(const GivenSettings& given, const std::vector<SpaceEntry>& space,
                   const Configuration& configuration) {
  GivenSettings changed = given;
  for (const auto& [key, value] : configuration) {
    const auto entry = std::ranges::find(space, key, &SpaceEntry::key);
    require(entry != space.end(), ErrorCode::invalid_argument, given.file, ": \"", key,
            "\" is not searched");
    changed.sections[entry->section][key] = {value, entry->line};
  }
  return changed;
}

std::string text_of(const SpaceEntry& entry) {
  if (const auto* interval = std::get_if<Interval>(&entry.domain)) {
    return cat("{ low = ", to_text(interval->low), ", high = ", to_text(interval->high),
               ", log = ", to_text(interval->log), " }");
  }
  std::string text = "[";
  for (const SettingValue& value : std::get<std::vector<SettingValue>>(entry.domain)) {
    text += (text.size() > 1 ? ", " : "") + to_text(value);
  }
  return text + "]";
}

std::string section_text(const std::string& name, const Settings& settings) {
  std::string text = cat("[", name, "]\n");
  for (const auto& [key, value] : settings.values()) text += cat(key, " = ", to_text(value), "\n");
  return text;
}

/// Data files count by their names, not by the folder from which they were named.
void forget_folder(Settings& data, const std::string& key) {
  if (data.has(key)) data.restore(key, std::filesystem::path(data.text(key)).filename().string());
}

void resolve_paths(GivenSettings& given, const std::string& path) {
  const std::pair<const char*, const char*> keys[] = {
      {"data", "file"}, {"data", "csv"}, {"data", "test_file"}, {"model", "file"}};
  for (const auto& [section, key] : keys) {
    const auto owner = given.sections.find(section);
    if (owner == given.sections.end()) continue;
    const auto found = owner->second.find(key);
    if (found == owner->second.end()) continue;
    if (auto* text = std::get_if<std::string>(&found->second.value)) {
      *text = resolve_beside(path, *text);
    }
  }
}

CampaignDocument make_campaign(const std::string& text, const std::string& name,
                               const std::string& path) {
  CampaignDocument document;
  document.source = text;
  const TomlText toml = parse_toml(text, name);
  document.given = given_settings(toml);
  resolve_paths(document.given, path);
  try {
    const learn::Estimator estimator = estimator_of(document.given, trained_model(document.given));
    const std::vector<Owner> owners = owners_of(estimator);
    const auto space = toml.sections.find("space");
    if (space != toml.sections.end()) {
      for (const TomlEntry& entry : space->second.entries) {
        document.space.push_back(space_entry(document.given, owners, entry));
      }
    }
    document.search = search_from(section_settings(document.given, "search", search_rules()));
  } catch (const Error& error) {
    throw located(document.given, error);
  }
  if (document.space.empty()) document.search.trials = 1;
  Configuration first;
  for (const SpaceEntry& entry : document.space) first[entry.key] = samples_of(entry).front();
  document.base = document.apply(first);
  return document;
}

/// "10 min" with the units min = 60: 600; none if it is no number of a known unit, at least 0.
std::optional<double> quantity_from(const std::string& text,
                                    const std::map<std::string, double>& units) {
  double number = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  std::string unit(end, text.data() + text.size());
  std::erase(unit, ' ');
  const auto found = units.find(unit);
  const bool valid =
      error == std::errc{} && found != units.end() && number >= 0.0 && std::isfinite(number);
  if (!valid) return std::nullopt;
  return number * found->second;
}

}  // namespace

pipeline::Recipe CampaignDocument::apply(const Configuration& configuration) const {
  return make_recipe(with(given, space, configuration));
}

std::string CampaignDocument::canonical() const {
  const std::optional<learn::Model> trained = trained_model(given);
  const learn::Estimator estimator = estimator_of(given, trained);
  Configuration first;
  for (const SpaceEntry& entry : space) first[entry.key] = samples_of(entry).front();
  const GivenSettings full = with(given, space, first);
  Settings data = section_settings(full, "data", pipeline::data_rules());
  forget_folder(data, "file");
  forget_folder(data, "csv");
  forget_folder(data, "test_file");
  std::string text = cat("seed = ", section_settings(full, "", top_rules()).integer("seed"), "\n");
  text += section_text("data", data);
  text += cat("estimator = \"", estimator.name, "\"\n");
  if (trained) text += cat("model = \"", trained->id().hex(), "\"\n");
  text += section_text("model", model_settings(full, estimator));
  if (const auto baseline = baseline_of(full, estimator.task)) {
    text += cat("baseline = \"", baseline->estimator, "\"\n");
    text += section_text("baseline", baseline->model);
  }
  text += section_text("fhe", section_settings(full, "fhe", pipeline::fhe_rules()));
  text += "[space]\n";
  for (const SpaceEntry& entry : space) text += cat(entry.key, " = ", text_of(entry), "\n");
  text += section_text("search", section_settings(given, "search", search_rules()));
  return text;
}

Digest CampaignDocument::id() const {
  return Hasher("campaign").add(canonical()).finish();
}

CampaignDocument load_campaign(const std::string& path) {
  return make_campaign(read_text(path), path, path);
}

CampaignDocument parse_campaign(const std::string& text, const std::string& name) {
  return make_campaign(text, name, "");
}

Seconds duration_from(const std::string& name, const std::string& text) {
  const std::optional<double> seconds = quantity_from(
      text, {{"ms", 1e-3}, {"s", 1.0}, {"sec", 1.0}, {"min", 60.0}, {"h", 3600.0}, {"", 1.0}});
  if (seconds) return {*seconds};
  throw Error(ErrorCode::invalid_argument,
              cat("\"", name, "\" is \"", text, "\", expected a duration such as \"10 min\""),
              name);
}

std::uint64_t bytes_from(const std::string& name, const std::string& text) {
  const std::optional<double> bytes = quantity_from(text, {{"", 1.0},
                                                           {"kB", 1e3},
                                                           {"MB", 1e6},
                                                           {"GB", 1e9},
                                                           {"KiB", 0x1p10},
                                                           {"MiB", 0x1p20},
                                                           {"GiB", 0x1p30}});
  if (bytes && *bytes >= 1.0 && *bytes < 0x1p60) return static_cast<std::uint64_t>(*bytes);
  throw Error(ErrorCode::invalid_argument,
              cat("\"", name, "\" is \"", text, "\", expected a size such as \"4 GB\""), name);
}

}  // namespace basalt::io
