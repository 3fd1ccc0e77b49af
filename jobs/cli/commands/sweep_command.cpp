// `basalt sweep`: every trial of a campaign, on any number of ranks, resumed by the same command.
#include <cmath>
#include <filesystem>

#include "base/error.hpp"
#include "io/file/file.hpp"
#include "jobs/cli/every_command.hpp"
#include "jobs/cli/interruption.hpp"
#include "jobs/cli/sweep_trials.hpp"
#include "jobs/comm/collective.hpp"
#include "jobs/report/page.hpp"
#include "jobs/sweep/sweep.hpp"
#include "pipeline/result_names.hpp"
#include "search/objective.hpp"

namespace basalt::jobs::cli {
namespace {

struct Options {
  std::string campaign, folder;
  bool in_process = false;
};

Json json_of(const std::map<std::string, double>& numbers) {
  Json object = Json::object();
  for (const auto& [name, value] : numbers) object[name] = value;
  return object;
}

Json json_of(const search::Trial& trial, const SweepFolder& folder) {
  const pipeline::Record& record = trial.outcome.record;
  Json configuration = Json::object();
  for (const auto& [name, value] : trial.outcome.task.configuration) {
    configuration[name] = std::visit([](const auto& held) { return Json(held); }, value);
  }
  return {
      {"trial", trial.outcome.task.trial},     {"configuration", configuration},
      {"result", json_of(record.result)},      {"model_id", record.model_id.hex()},
      {"circuit_id", record.circuit_id.hex()}, {"model", folder.object(record.model_id).string()}};
}

Json json_of(const SweepResult& result, const std::vector<search::Objective>& objectives,
             const SweepFolder& folder) {
  const search::SweepSummary& summary = result.summary;
  Json front = Json::array();
  for (const search::TrialId id : summary.front) {
    Json entry = json_of(summary.trial(id), folder);
    for (const search::Objective& objective : objectives) {
      entry[objective.result] = entry["result"].value(objective.result, std::nan(""));
    }
    entry.erase("circuit_id");
    entry.erase("model");
    front.push_back(entry);
  }
  const auto standing = search::standing_of_baseline(summary);
  return {{"trials", summary.trials.size()},
          {"planned", summary.planned},
          {"completed", summary.completed},
          {"failed", summary.failed},
          {"infeasible", summary.infeasible},
          {"stopped", summary.stopped},
          {"replayed", result.replayed},
          {"best", summary.best ? json_of(summary.trial(*summary.best), folder) : Json()},
          {"baseline_wins", standing ? Json(standing->baseline_wins()) : Json()},
          {"front", front},
          {"hypervolume", summary.hypervolume},
          {"results_digest", summary.results_digest.hex()},
          {"seconds", result.seconds}};
}

/// What people follow a sweep by: a line per finished trial, a status line between.
class SweepProgress {
 public:
  SweepProgress(const search::Campaign& campaign, Console& console)
      : console_(console),
        progress_(console, "trials", static_cast<std::size_t>(campaign.search.trials)),
        criteria_(campaign.search.objectives, campaign.search.constraints) {}

  void ended(const search::TrialOutcome& outcome, bool replayed) {
    ++done_;
    const pipeline::Record& record = outcome.record;
    if (record.state != pipeline::Record::State::completed) ++failed_;
    note_best(record);
    if (replayed) {
      progress_.resume_from(done_);
      return;
    }
    std::string line =
        concat("trial ", outcome.task.trial, " ", search::to_text(outcome.task.configuration));
    if (record.state == pipeline::Record::State::completed) {
      for (const search::Objective& objective : criteria_.objectives()) {
        const auto found = record.result.find(objective.result);
        if (found != record.result.end()) line += concat(", ", found->first, " ", found->second);
      }
      for (const char* metric :
           {pipeline::result_name::test_accuracy, pipeline::result_name::test_r2}) {
        const std::string name = pipeline::result_name::baseline + std::string(metric);
        const auto found = record.result.find(name);
        if (found != record.result.end()) line += concat(", ", name, " ", found->second);
      }
    } else {
      line += ", failed: " + record.reason;
    }
    console_.say(line);
  }

  void watch(const FarmState& state) {
    std::string note = concat(state.running, " running");
    if (failed_ > 0) note += concat(", ", failed_, " failed");
    if (!best_.empty()) note += ", best " + best_;
    progress_.at(done_, note);
  }

 private:
  void note_best(const pipeline::Record& record) {
    if (!criteria_.feasible(record)) return;
    const search::Losses losses = criteria_.losses(record);
    if (!best_losses_.empty() && !(losses < best_losses_)) return;
    best_losses_ = losses;
    best_.clear();
    for (const search::Objective& objective : criteria_.objectives()) {
      const auto found = record.result.find(objective.result);
      if (found == record.result.end()) continue;
      best_ += concat(best_.empty() ? "" : " at ", found->second);
    }
  }

  Console& console_;
  Progress progress_;
  search::Criteria criteria_;
  search::Losses best_losses_;
  std::string best_;
  std::size_t done_ = 0, failed_ = 0;
};

/// The page, and the best model under a name that does not change.
void write_outputs(const SweepResult& result, const SweepFolder& folder) {
  if (result.summary.best) {
    const Digest& model = result.summary.trial(*result.summary.best).outcome.record.model_id;
    io::publish(folder.path() / "best.h5", io::read_bytes(folder.object(model)));
  }
  io::publish(folder.path() / "report.html", page_of(report_of(folder.path())));
}

/// Says so where the second model is as good for less.
void name_winner(const search::SweepSummary& summary, const pipeline::Recipe& recipe,
                 Console& console) {
  const auto standing = search::standing_of_baseline(summary);
  if (!standing || !recipe.baseline || !standing->baseline_wins()) return;
  console.say(concat("the baseline ", recipe.baseline->estimator,
                     " is no worse than the best trial: ", standing->score, " ", standing->baseline,
                     " with ", standing->baseline_bootstraps, " bootstraps per row against ",
                     standing->best, " with ", standing->best_bootstraps));
}

Exit status_of(const SweepResult& result) {
  if (result.interrupted) return Exit::interrupted;
  if (!result.contradictions.empty()) return Exit::differs;
  return result.summary.failed > 0 ? Exit::some_failed : Exit::done;
}

Exit sweep(const Options& options, Context& context) {
  SweepSource source;
  run_on_all_ranks(context.ranks(), [&] {
    context.kernels();  // refused before the first trial
    source = load_sweep_source(options.campaign, context.options().seed);
    if (!options.in_process) source.data.reset();  // each trial process loads its own
  });
  const SweepFolder folder(options.folder);
  SweepProgress shown(source.campaign, context.console());
  SweepSpec spec;
  spec.folder = folder;
  spec.data_id = source.data_id;
  spec.run = options.in_process ? trials_in_process(source, folder, context)
                                : trials_in_children(source, folder, context);
  spec.on_outcome = [&](const search::TrialOutcome& outcome, bool again) {
    shown.ended(outcome, again);
  };
  spec.watch = [&](const FarmState& state) { shown.watch(state); };
  spec.interruption = listen_for_signals();
  spec.leave = leave_interrupted(context.ranks().rank());
  const SweepResult result = run_sweep(source.campaign, spec, context.ranks());
  if (result.lost_ranks > 0) context.abandon_ranks();
  if (context.ranks().rank() == 0) {
    if (!result.interrupted) {
      write_outputs(result, folder);
      name_winner(result.summary, source.campaign.base, context.console());
    }
    const search::SearchSpec& search = source.campaign.search;
    const search::Criteria criteria(search.objectives, search.constraints);
    context.answer(json_of(result, criteria.objectives(), folder));
  }
  return context.ranks().rank() == 0 ? status_of(result) : Exit::done;
}

Action define(const Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.option("campaign", options->campaign, "The campaign, a TOML file")
      .required()
      .type_name("CAMPAIGN");
  arguments.option("-o,--output", options->folder, "The folder of the sweep")
      .required()
      .type_name("DIR");
  arguments.flag("--in-process", options->in_process,
                 "Do trials in the ranks themselves: a trial that crashes ends the run");
  return [options](Context& context) { return sweep(*options, context); };
}

}  // namespace

Command sweep_command() {
  return {.name = "sweep",
          .summary = "Search for the smallest encrypted model that is accurate enough",
          .example = "basalt sweep digits.toml -o digits",
          .uses = {.threads = true, .seed = true, .kernels = true, .ranks = true},
          .define = define};
}

}  // namespace basalt::jobs::cli
