#include "search/campaign.hpp"

#include <algorithm>
#include <filesystem>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pipeline/make_recipe.hpp"

namespace basalt::search {
namespace {

SettingValue end_of(const Interval& interval, double end) {
  if (interval.integer) return static_cast<std::int64_t>(end);
  return end;
}

/// What the file would say if it gave these values.
pipeline::GivenSettings with(const Campaign& campaign, const Configuration& configuration) {
  pipeline::GivenSettings changed = campaign.given;
  for (const auto& [key, value] : configuration) {
    const auto entry = std::ranges::find(campaign.space, key, &SpaceEntry::key);
    require(entry != campaign.space.end(), ErrorCode::invalid_argument, campaign.given.file, ": \"",
            key, "\" is not searched");
    changed.sections[entry->section][key] = {value, entry->line};
  }
  return changed;
}

std::string domain_text(const SpaceEntry& entry) {
  if (const auto* interval = std::get_if<Interval>(&entry.domain)) {
    return concat("{ low = ", to_text(interval->low), ", high = ", to_text(interval->high),
                  ", log = ", to_text(interval->log), " }");
  }
  const auto text_of = [](const SettingValue& value) { return to_text(value); };
  return "[" + joined(std::get<std::vector<SettingValue>>(entry.domain), ", ", text_of) + "]";
}

std::string section_text(const std::string& name, const Settings& settings) {
  std::string text = concat("[", name, "]\n");
  for (const auto& [key, value] : settings.values())
    text += concat(key, " = ", to_text(value), "\n");
  return text;
}

/// Data files count by their names, not by the folder from which they were named.
void forget_folder(Settings& data, const std::string& key) {
  if (data.has(key)) data.restore(key, std::filesystem::path(data.text(key)).filename().string());
}

}  // namespace

std::vector<SettingValue> SpaceEntry::examples() const {
  if (const auto* choices = std::get_if<std::vector<SettingValue>>(&domain)) return *choices;
  const Interval& interval = std::get<Interval>(domain);
  return {end_of(interval, interval.low), end_of(interval, interval.high)};
}

Configuration first_configuration(const std::vector<SpaceEntry>& space) {
  Configuration first;
  for (const SpaceEntry& entry : space) first[entry.key] = entry.examples().front();
  return first;
}

pipeline::Recipe Campaign::apply(const Configuration& configuration) const {
  return pipeline::make_recipe(with(*this, configuration), base.trained);
}

pipeline::Recipe Campaign::data_recipe(pipeline::Recipe trial) const {
  trial.seed = base.seed;
  return trial;
}

std::string Campaign::canonical() const {
  const Configuration first = first_configuration(space);
  const pipeline::GivenSettings full = with(*this, first);
  const pipeline::Recipe recipe = apply(first);
  Settings data = pipeline::section_settings(full, "data", pipeline::data_rules());
  for (const char* key : {"file", "csv", "test_file"}) forget_folder(data, key);
  const Settings top = pipeline::section_settings(full, "", pipeline::top_rules());
  std::string text = concat("seed = ", top.integer("seed"), "\n");
  text += section_text("data", data);
  text += concat("estimator = \"", recipe.estimator, "\"\n");
  if (recipe.trained) text += concat("model = \"", recipe.trained->id().hex(), "\"\n");
  text += section_text("model", recipe.model);
  if (recipe.baseline) {
    text += concat("baseline = \"", recipe.baseline->estimator, "\"\n");
    text += section_text("baseline", recipe.baseline->model);
  }
  text += section_text("fhe", pipeline::section_settings(full, "fhe", pipeline::fhe_rules()));
  text += "[space]\n";
  for (const SpaceEntry& entry : space) text += concat(entry.key, " = ", domain_text(entry), "\n");
  text += section_text("search", pipeline::section_settings(given, "search", search_rules()));
  return text;
}

Digest Campaign::id() const {
  return Hasher("campaign").add(canonical()).finish();
}

}  // namespace basalt::search
