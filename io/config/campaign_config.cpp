#include "io/config/campaign_config.hpp"

#include "base/error.hpp"
#include "io/config/model_section.hpp"
#include "io/config/resolve_beside.hpp"
#include "io/config/sections.hpp"
#include "io/config/space_section.hpp"
#include "io/file/file.hpp"
#include "pipeline/make_recipe.hpp"

namespace basalt::io {
namespace {

search::SearchSpec search_of(const pipeline::GivenSettings& given) {
  const Settings settings = pipeline::section_settings(given, "search", search::search_rules());
  try {
    return search::make_search_spec(settings);
  } catch (const Error& error) {
    throw pipeline::located(given, "search", error);
  }
}

/// `path`: the file of the text, beside which others are looked for; empty if there is none.
search::Campaign make_campaign(const std::string& text, const std::string& name,
                               const std::string& path) {
  const TomlDocument document = parse_toml(text, name);
  search::Campaign campaign;
  campaign.source = text;
  campaign.given = given_settings(document);
  resolve_files(campaign.given, path);
  campaign.space = space_entries(document, pipeline::model_rules(campaign.given));
  campaign.search = search_of(campaign.given);
  if (campaign.space.empty()) campaign.search.trials = 1;
  campaign.base.trained = load_trained_model(campaign.given);
  campaign.base = campaign.apply(search::first_configuration(campaign.space));
  return campaign;
}

}  // namespace

search::Campaign load_campaign(const std::string& path) {
  return make_campaign(read_text(path), path, path);
}

search::Campaign parse_campaign(const std::string& text, const std::string& name) {
  return make_campaign(text, name, "");
}

}  // namespace basalt::io
