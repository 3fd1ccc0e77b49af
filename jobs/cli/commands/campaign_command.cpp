// `basalt campaign`: benchmark campaigns, measured, compared and measured again.
#include <filesystem>

#include "base/error.hpp"
#include "io/config/campaign_config.hpp"
#include "io/config/recipe_data.hpp"
#include "io/store/dataset_store.hpp"
#include "jobs/benchmark/benchmark.hpp"
#include "jobs/benchmark/comparison.hpp"
#include "jobs/cli/every_command.hpp"
#include "jobs/cli/interruption.hpp"
#include "jobs/comm/collective.hpp"
#include "jobs/log/machine.hpp"
#include "jobs/sweep/pipeline_trial.hpp"

namespace basalt::jobs::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string campaign, folder, before, after, replayed;
  std::uint64_t repetitions = 10;
  bool force = false;
};

/// What may change speed.
std::map<std::string, std::string> environment_of(Context& context) {
  const Machine machine = examine_machine();
  return {{"processor", machine.processor},
          {"processors", concat(machine.processors)},
          {"system", machine.system},
          {"compiler", machine.compiler},
          {"version", machine.version},
          {"mpi", machine.mpi},
          {"kernels", torus::name_of(context.kernels())},
          {"ranks", concat(context.ranks().size())},
          {"threads", concat(context.threads())}};
}

/// The data of a campaign is kept with its results, so that they can be repeated anywhere.
constexpr const char* data_name = "data.h5";
constexpr const char* test_name = "test.h5";

std::optional<pipeline::Data> kept_in(const fs::path& folder) {
  if (folder.empty() || !fs::exists(folder / data_name)) return std::nullopt;
  pipeline::Data data(io::load_dataset(folder / data_name));
  if (fs::exists(folder / test_name)) data.test = io::load_dataset(folder / test_name);
  return data;
}

void keep_in(const fs::path& folder, const pipeline::Data& data) {
  io::save(data.rows, folder / data_name);
  if (data.test) io::save(*data.test, folder / test_name);
}

/// Measures on the data that the folder `kept` holds; if it has none, on the data that the campaign
/// names. Configurations that name other data than the first find it themselves.
BenchmarkOutcome measure(const std::string& file, const std::string& folder, const fs::path& kept,
                         std::uint64_t repetitions, Context& context) {
  search::Campaign campaign;
  pipeline::Data data;
  run_on_all_ranks(context.ranks(), [&] {
    campaign = io::load_campaign(file);
    std::optional<pipeline::Data> known = kept_in(kept);
    data = known ? std::move(*known) : io::load_data(campaign.base, file);
  });
  BenchmarkSpec spec;
  spec.folder = SweepFolder(folder);
  spec.repetitions = repetitions;
  spec.data_id = data.id();
  spec.environment = environment_of(context);
  const auto load = [&](const pipeline::Recipe& recipe) {
    return recipe.data.source() == campaign.base.data.source() ? data : io::load_data(recipe, file);
  };
  const auto engine = [&]() -> infer::Engine& { return context.engine(); };
  spec.run = pipeline_trial(campaign, {spec.folder, load, engine});
  Progress progress(context.console(), "measurements", 0);
  std::size_t done = 0;
  spec.on_outcome = [&](const search::TrialOutcome&, bool) { progress.at(++done); };
  spec.interruption = listen_for_signals();
  spec.leave = leave_interrupted(context.ranks().rank());
  BenchmarkOutcome end = run_benchmark(campaign, spec, context.ranks());
  if (end.lost_ranks > 0) context.abandon_ranks();
  if (context.ranks().rank() == 0) keep_in(folder, data);
  return end;
}

Json json_of(const BenchmarkOutcome& end) {
  return {{"name", end.results.name},
          {"measurements", end.results.measurements.size()},
          {"failed", end.failed},
          {"contradictions", end.contradictions}};
}

Exit status_of(const BenchmarkOutcome& end, Context& context) {
  if (context.ranks().rank() != 0) return Exit::done;
  if (end.interrupted) return Exit::interrupted;
  if (!end.contradictions.empty()) return Exit::differs;
  return end.failed > 0 ? Exit::some_failed : Exit::done;
}

Exit run_anew(const Options& options, Context& context) {
  const BenchmarkOutcome end =
      measure(options.campaign, options.folder, {}, options.repetitions, context);
  context.answer(json_of(end));
  return status_of(end, context);
}

const char* name_of(Difference::Verdict verdict) {
  switch (verdict) {
    case Difference::Verdict::same:
      return "same";
    case Difference::Verdict::faster:
      return "faster";
    case Difference::Verdict::slower:
      return "slower";
  }
  return "";
}

Json json_of(const std::vector<Difference>& differences) {
  Json rows = Json::array();
  for (const Difference& difference : differences) {
    rows.push_back({{"variant", difference.variant},
                    {"step", difference.step},
                    {"before", difference.before},
                    {"after", difference.after},
                    {"change", difference.change},
                    {"noise", difference.noise},
                    {"p_value", difference.p_value},
                    {"verdict", name_of(difference.verdict)}});
  }
  return rows;
}

Exit compare_folders(const Options& options, Context& context) {
  const BenchmarkResults before = load_benchmark_results(options.before);
  const BenchmarkResults after = load_benchmark_results(options.after);
  const std::vector<std::string> different = different_environment(before, after);
  require(different.empty() || options.force, ErrorCode::mismatch, options.before, " and ",
          options.after, ": \"", different.empty() ? "" : different.front(),
          "\" is not the same; --force compares all the same");
  const Comparison comparison = compare(before, after);
  context.answer({{"slower", comparison.slower()},
                  {"other_results", comparison.other_results},
                  {"unmatched", comparison.unmatched},
                  {"differences", json_of(comparison.differences)}});
  if (!comparison.other_results.empty()) return Exit::differs;
  return comparison.slower() ? Exit::some_failed : Exit::done;
}

/// The same campaign once more, in a folder beside the first; equal results are required, speed is
/// reported.
Exit replay(const Options& options, Context& context) {
  const std::string again = fs::path(options.replayed + "/").parent_path().string() + ".replay";
  const std::string file = SweepFolder(options.replayed).campaign_file();
  const BenchmarkOutcome end = measure(file, again, options.replayed, options.repetitions, context);
  const Exit measured = status_of(end, context);
  if (measured != Exit::done || context.ranks().rank() != 0) return measured;
  const Comparison comparison =
      compare(load_benchmark_results(options.replayed), load_benchmark_results(again));
  Json answer = json_of(end);
  answer["other_results"] = comparison.other_results;
  answer["differences"] = json_of(comparison.differences);
  context.answer(answer);
  return comparison.other_results.empty() ? Exit::done : Exit::differs;
}

void define_run(const Arguments& arguments, Options& options) {
  arguments.option("campaign", options.campaign, "The campaign, a TOML file")
      .required()
      .type_name("FILE");
  arguments.option("-o,--output", options.folder, "The folder of the campaign")
      .required()
      .type_name("DIR");
}

Action define(const Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.require_subcommand();
  const Arguments run = arguments.subcommand("run", "Measure every configuration, in mixed order");
  define_run(run, *options);
  const Arguments comparison =
      arguments.subcommand("compare", "What is slower, and can it be noise?");
  comparison.option("before", options->before, "A folder").required().type_name("A");
  comparison.option("after", options->after, "Another").required().type_name("B");
  comparison.flag("--force", options->force, "Compare over different machines or settings");
  const Arguments again = arguments.subcommand("replay", "Measure again; results must be equal");
  again.option("folder", options->replayed, "The folder").required().type_name("DIR");
  for (const Arguments& measuring : {run, again}) {
    measuring.option("--repetitions", options->repetitions, "Of each configuration (10)")
        .within(1, 100000)
        .type_name("N");
  }
  return [options, run, comparison](Context& context) {
    if (run.chosen()) return run_anew(*options, context);
    return comparison.chosen() ? compare_folders(*options, context) : replay(*options, context);
  };
}

}  // namespace

Command campaign_command() {
  return {.name = "campaign",
          .summary = "Benchmark campaigns: run, compare, replay",
          .example = "basalt campaign run campaign.toml -o before",
          .uses = {.threads = true, .kernels = true, .ranks = true},
          .define = define};
}

}  // namespace basalt::jobs::cli
