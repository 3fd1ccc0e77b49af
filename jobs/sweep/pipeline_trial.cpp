#include "jobs/sweep/pipeline_trial.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <new>

#include "base/error.hpp"
#include "base/stopwatch.hpp"
#include "io/file/file.hpp"
#include "io/store/circuit_store.hpp"
#include "io/store/model_store.hpp"
#include "jobs/sweep/isolated_trial.hpp"

namespace basalt::jobs {
namespace {

/// Sets of data that trials name, kept while they are few.
class Datasets {
 public:
  explicit Datasets(std::function<pipeline::Data(const pipeline::Recipe&)> load)
      : load_(std::move(load)) {}

  const pipeline::Data& get(const pipeline::Recipe& recipe) {
    const std::string key = concat(recipe.data.source(), '\n', recipe.seed.value);
    const auto found = known_.find(key);
    if (found != known_.end()) return found->second;
    if (known_.size() >= most_kept) known_.clear();
    return known_.emplace(key, load_(recipe)).first->second;
  }

 private:
  static constexpr std::size_t most_kept = 4;
  std::function<pipeline::Data(const pipeline::Recipe&)> load_;
  std::map<std::string, pipeline::Data> known_;
};

learn::TrainingHooks time_limit(Seconds limit) {
  if (limit.value <= 0) return {};
  return [limit, watch = Stopwatch()](const learn::EpochRecord&) {
    require(watch.elapsed().value <= limit.value, ErrorCode::unsupported, timeout_reason(limit));
    return true;
  };
}

pipeline::Run failed_run(const std::string& reason) {
  pipeline::Run run;
  run.record.state = pipeline::Record::State::failed;
  run.record.reason = reason;
  return run;
}

template <class Noun>
void keep(const Noun& noun, const std::filesystem::path& path) {
  io::make_folder(path.parent_path());
  io::save(noun, path);
}

void keep(const SweepFolder& folder, const pipeline::Run& run) {
  if (run.record.state != pipeline::Record::State::completed) return;
  if (run.model) keep(*run.model, folder.object(run.record.model_id));
  if (run.circuit) keep(*run.circuit, folder.object(run.record.circuit_id));
}

}  // namespace

pipeline::Recipe recipe_of(const search::Campaign& campaign, const search::TrialTask& task) {
  pipeline::Recipe recipe = campaign.apply(task.configuration);
  const Seed seed = task.configuration.contains("seed") ? recipe.seed : campaign.base.seed;
  recipe.seed = search::trial_seed(seed, task.trial);
  if (task.share < 1.0) {
    const auto epochs = static_cast<double>(recipe.model.integer("max_epochs"));
    const auto granted = static_cast<std::int64_t>(std::llround(epochs * task.share));
    recipe.model.restore("max_epochs", std::max<std::int64_t>(1, granted));
  }
  return recipe;
}

TrialFunction pipeline_trial(const search::Campaign& campaign, const PipelineTrialSpec& spec) {
  auto datasets = std::make_shared<Datasets>(spec.load);
  return [&campaign, spec, datasets](const search::TrialTask& task) {
    pipeline::Run run;
    try {
      const pipeline::Recipe recipe = recipe_of(campaign, task);
      run = pipeline::run(recipe, datasets->get(campaign.data_recipe(recipe)), spec.engine(),
                          time_limit(campaign.search.timeout));
    } catch (const std::bad_alloc&) {
      run = failed_run(memory_reason);
    } catch (const std::exception& error) {
      run = failed_run(error.what());
    }
    keep(spec.folder, run);
    return run.record;
  };
}

}  // namespace basalt::jobs
