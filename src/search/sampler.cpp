#include "search/sampler.hpp"

#include "base/error.hpp"

namespace basalt::search {

std::optional<Configuration> first_new(const SearchSpace& space, const KnownTrials& known,
                                       int attempts,
                                       const std::function<Configuration(int attempt)>& propose) {
  const auto is_new = [&](const Configuration& configuration) {
    return !known.proposed.contains(to_text(configuration));
  };
  for (int attempt = 0; attempt < attempts; ++attempt) {
    Configuration configuration = propose(attempt);
    if (is_new(configuration)) return configuration;
  }
  const auto count = space.count();
  if (!count) return std::nullopt;
  for (std::uint64_t number = 0; number < *count; ++number) {
    if (known.proposed.size() >= *count) return std::nullopt;
    Configuration configuration = space.numbered(number);
    if (is_new(configuration)) return configuration;
  }
  return std::nullopt;
}

bool adapts(const std::string& sampler) {
  return sampler == "tpe";
}

Sampler make_sampler(const Campaign& campaign) {
  const SearchSpace space(campaign.space);
  const std::string& name = campaign.search.sampler;
  const Seed seed = campaign.base.seed;
  if (name == "grid") {
    return grid_sampler(space, static_cast<std::uint64_t>(campaign.search.trials));
  }
  if (name == "random") return random_sampler(space, seed);
  if (name == "sobol") return sobol_sampler(space, seed);
  if (name == "tpe") return tpe_sampler(space, seed);
  const std::string near = nearest_name(name, {"grid", "random", "sobol", "tpe"});
  throw Error(ErrorCode::invalid_argument,
              concat("\"sampler\" is \"", name, "\", expected one of grid, random, sobol, tpe",
                     near.empty() ? "" : concat("; did you mean \"", near, "\"?")),
              "sampler");
}

}  // namespace basalt::search
