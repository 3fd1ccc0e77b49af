#include "jobs/report/confusion.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "io/config/recipe_data.hpp"
#include "pipeline/evaluate.hpp"

namespace basalt::jobs {
namespace {

/// A table of results holds flags and lists as texts; the campaign's choices have their types.
search::Configuration as_searched(const search::Campaign& campaign,
                                  search::Configuration configuration) {
  for (const search::SpaceEntry& entry : campaign.space) {
    const auto* choices = std::get_if<std::vector<SettingValue>>(&entry.domain);
    const auto held = configuration.find(entry.key);
    if (choices == nullptr || held == configuration.end()) continue;
    const auto* text = std::get_if<std::string>(&held->second);
    if (text == nullptr) continue;
    const std::string sought = *text;
    for (const SettingValue& choice : *choices) {
      if (to_text(choice) == sought) held->second = choice;
    }
  }
  return configuration;
}

}  // namespace

std::optional<Confusion> confusion_of(const circuit::Circuit& circuit, const learn::Dataset& rows) {
  if (rows.task != learn::Task::classification || rows.classes.empty()) return std::nullopt;
  Confusion confusion{.classes = rows.classes};
  const auto size = static_cast<Eigen::Index>(rows.classes.size());
  confusion.counts = Matrix<std::int64_t>::Zero(size, size);
  const ir::Postprocessing& post = circuit.encoded.postprocessing;
  const std::vector<ir::Prediction> predictions =
      pipeline::predictions_of(post, pipeline::clear_integers(circuit, rows.features));
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    const std::string& name = post.classes.at(static_cast<std::size_t>(predictions[row].label));
    const auto known = std::ranges::find(rows.classes, name);
    if (known == rows.classes.end()) continue;
    ++confusion.counts(rows.labels[row], known - rows.classes.begin());
  }
  return confusion;
}

std::optional<Confusion> confusion_of(const circuit::Circuit& circuit,
                                      const search::Campaign& campaign,
                                      const search::Configuration& configuration,
                                      const std::filesystem::path& folder) {
  const pipeline::Recipe recipe =
      campaign.data_recipe(campaign.apply(as_searched(campaign, configuration)));
  // The campaign was copied into the folder; its data lies where it was, often one folder up.
  for (const std::filesystem::path& beside : {folder, folder.parent_path()}) {
    try {
      const learn::Split parts =
          pipeline::split(io::load_data(recipe, beside / "campaign.toml"), recipe.data);
      return confusion_of(circuit, parts.test);
    } catch (const Error&) {
      continue;  // the report stands without it
    }
  }
  return std::nullopt;
}

}  // namespace basalt::jobs
