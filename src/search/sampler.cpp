#include "search/sampler.hpp"

#include "base/error.hpp"

namespace basalt::jobs {

std::optional<io::Configuration> first_new(
    const SearchSpace& space, const Past& past, int attempts,
    const std::function<io::Configuration(int attempt)>& propose) {
  const auto is_new = [&](const io::Configuration& configuration) {
    return !past.proposed.contains(to_text(configuration));
  };
  for (int attempt = 0; attempt < attempts; ++attempt) {
    io::Configuration configuration = propose(attempt);
    if (is_new(configuration)) return configuration;
  }
  const auto count = space.count();
  if (!count) return std::nullopt;
  for (std::uint64_t number = 0; number < *count; ++number) {
    if (past.proposed.size() >= *count) return std::nullopt;
    io::Configuration configuration = space.numbered(number);
    if (is_new(configuration)) return configuration;
  }
  return std::nullopt;
}

bool adapts(const std::string& sampler) {
  return sampler == "tpe";
}

Sampler make_sampler(const io::CampaignDocument& document) {
  const SearchSpace space(document.space);
  const std::string& name = document.search.sampler;
  const Seed seed = document.base.seed;
  if (name == "grid") {
    return grid_sampler(space, static_cast<std::uint64_t>(document.search.trials));
  }
  if (name == "random") return random_sampler(space, seed);
  if (name == "sobol") return sobol_sampler(space, seed);
  if (name == "tpe") return tpe_sampler(space, seed);
  const std::string near = nearest_name(name, {"grid", "random", "sobol", "tpe"});
  throw Error(ErrorCode::invalid_argument,
              cat("\"sampler\" is \"", name, "\", expected one of grid, random, sobol, tpe",
                  near.empty() ? "" : cat("; did you mean \"", near, "\"?")),
              "sampler");
}

}  // namespace basalt::jobs
