// `basalt trial`: the process in which a rank of `basalt sweep` lets trials run.
#include "base/error.hpp"
#include "jobs/child/child_process.hpp"
#include "jobs/cli/every_command.hpp"
#include "jobs/cli/sweep_trials.hpp"
#include "jobs/sweep/isolated_trial.hpp"

namespace basalt::jobs::cli {
namespace {

struct Options {
  std::string campaign, folder, run;
  pid_t parent = 0;
  std::uint64_t memory = 0;
};

Exit serve(const Options& options, Context& context) {
  constexpr int channel = ChildProcess::channel_of_child;
  const Digest run = Digest::from_hex(options.run);
  live_as_child(options.parent, options.memory);
  try {
    const SweepSource source = load_sweep_source(options.campaign, context.options().seed);
    require(source.id() == run, ErrorCode::mismatch, options.campaign,
            ": the campaign or its data has changed since the sweep was started");
    serve_trials(channel, run, trials_in_process(source, SweepFolder(options.folder), context));
  } catch (const Error& error) {
    refuse_trials(channel, run, error);
    throw;
  }
  return Exit::done;
}

Action define(const Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.option("campaign", options->campaign, "The campaign").required();
  arguments.option("folder", options->folder, "The folder of the sweep").required();
  arguments.option("--run", options->run, "Id of the sweep").required();
  arguments.option("--parent", options->parent, "The rank that asks").required();
  arguments.option("--memory", options->memory, "Most bytes of memory").required();
  return [options](Context& context) { return serve(*options, context); };
}

}  // namespace

Command trial_command() {
  return {.name = "trial",
          .summary = "Do trials for a rank of `basalt sweep`",
          .example = "basalt sweep digits.toml -o digits",
          .uses = {.threads = true, .seed = true, .kernels = true},
          .define = define,
          .internal = true};
}

}  // namespace basalt::jobs::cli
