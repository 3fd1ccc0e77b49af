// Trials as the pipeline does them, with their models and circuits kept.
#pragma once

#include <functional>
#include <memory>

#include "infer/infer.hpp"
#include "jobs/sweep/sweep.hpp"

namespace basalt::jobs {

struct PipelineTrialSpec {
  SweepFolder folder{""};
  std::function<pipeline::Data(const pipeline::Recipe&)>
      load;                                ///< The data that Campaign::data_recipe names.
  std::function<infer::Engine&()> engine;  ///< Made at the first trial.
};

/// The recipe of a task: the configuration applied, the seed of the trial, the rung's epochs.
/// Errors: as CampaignDocument::apply.
pipeline::Recipe recipe_of(const search::Campaign& campaign, const search::TrialTask& task);

/// Runs the pipeline on the recipe of each task. Whatever is wrong with a trial, also running
/// longer than the campaign allows, becomes its record; a disk that cannot keep its model does not.
/// `campaign` must outlive the function.
TrialFunction pipeline_trial(const search::Campaign& campaign, const PipelineTrialSpec& spec);

}  // namespace basalt::jobs
