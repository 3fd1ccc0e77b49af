#include "jobs/cli/sweep_trials.hpp"

#include <unistd.h>

#include <algorithm>

#include "base/error.hpp"
#include "io/config/campaign_config.hpp"
#include "io/config/recipe_data.hpp"
#include "jobs/child/child_process.hpp"
#include "jobs/sweep/isolated_trial.hpp"
#include "jobs/sweep/pipeline_trial.hpp"

namespace basalt::jobs::cli {
namespace {

// Still this program when its file has been replaced by a newer one.
constexpr const char* this_program = "/proc/self/exe";

std::uint64_t memory_of_machine() {
  const auto pages = static_cast<std::uint64_t>(std::max(0L, sysconf(_SC_PHYS_PAGES)));
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace

Digest SweepSource::id() const {
  return Hasher("trials").add(campaign.id()).add(campaign.base.seed.value).add(data_id).finish();
}

SweepSource load_sweep_source(const std::string& file, std::optional<std::uint64_t> seed) {
  SweepSource source;
  source.file = file;
  source.seed = seed;
  source.campaign = io::load_campaign(file);
  if (seed) source.campaign.base.seed.value = *seed;
  try {
    source.data = io::load_data(source.campaign.base, file);
  } catch (const Error& error) {
    throw pipeline::located(source.campaign.given, "data", error);
  }
  source.data_id = source.data->id();
  return source;
}

TrialFunction trials_in_process(const SweepSource& source, const SweepFolder& folder,
                                Context& context) {
  const auto load = [&source](const pipeline::Recipe& recipe) {
    if (recipe.data.source() == source.campaign.base.data.source()) return *source.data;
    return io::load_data(recipe, source.file);
  };
  const auto engine = [&context]() -> infer::Engine& { return context.engine(); };
  return pipeline_trial(source.campaign, {folder, load, engine});
}

TrialFunction trials_in_children(const SweepSource& source, const SweepFolder& folder,
                                 Context& context) {
  const search::SearchSpec& search = source.campaign.search;
  IsolationSpec spec;
  spec.run = source.id();
  spec.timeout = search.timeout;
  spec.memory = search.memory > 0 ? search.memory : memory_of_machine();
  spec.logs = folder.path() / "log";
  spec.environment = environment_without_ranks(environ);
  spec.command = {this_program,        "trial",          source.file,
                  folder.path(),       "--run",          spec.run.hex(),
                  "--parent",          concat(getpid()), "--memory",
                  concat(spec.memory), "--threads",      concat(context.threads())};
  if (source.seed) spec.command.insert(spec.command.end(), {"--seed", concat(*source.seed)});
  const std::string& kernels = context.options().kernels;
  if (!kernels.empty()) spec.command.insert(spec.command.end(), {"--kernels", kernels});
  return isolated_trial(spec);
}

}  // namespace basalt::jobs::cli
