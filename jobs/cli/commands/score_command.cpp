// `basalt score`: encrypted rows through a circuit, on any number of ranks, resumed when cut.
#include <unistd.h>

#include <algorithm>

#include "base/error.hpp"
#include "jobs/cli/every_command.hpp"
#include "jobs/cli/interruption.hpp"
#include "jobs/score/score.hpp"

namespace basalt::jobs::cli {
namespace {

struct Options {
  std::string circuit, evaluation, batch, output;
  std::uint64_t shard_rows = 0;
  double max_hours = 0.0;
  bool keep_shards = false;
};

/// Ranks of one or two processors on a host of many are mostly a launcher's habit, not a choice.
void warn_of_binding(Context& context) {
  const std::size_t used = usable_processors() * context.options().ranks_here;
  const auto here = static_cast<std::size_t>(std::max(1L, sysconf(_SC_NPROCESSORS_ONLN)));
  if (context.ranks().size() == 1 || usable_processors() > 2 || 2 * used > here) return;
  if (context.ranks().rank() != 0) return;
  context.console().warn(concat("basalt: score: this run is bound to ", used, " of ", here,
                                " processors; --bind-to none or --map-by socket --bind-to socket "
                                "of mpirun give it the rest"));
}

Exit score(const Options& options, Context& context) {
  std::optional<Progress> progress;
  ScoreSpec spec;
  spec.circuit = options.circuit;
  spec.evaluation_key = options.evaluation;
  spec.batch = options.batch;
  spec.target = options.output;
  spec.shard_rows = options.shard_rows;
  spec.most_seconds = options.max_hours * 3600.0;
  spec.keep_shards = options.keep_shards;
  spec.engine = [&]() -> infer::Engine& { return context.engine(); };
  spec.on_rows = [&](std::uint64_t done, std::uint64_t rows, std::uint64_t reused) {
    if (!progress) {
      progress.emplace(context.console(), "rows", rows);
      if (reused > 0) {
        context.console().say(concat(reused, " of ", rows, " rows were scored before"));
        progress->resume_from(reused);
      }
    }
    progress->at(done);
  };
  spec.interruption = listen_for_signals();
  spec.leave = leave_interrupted(context.ranks().rank());
  warn_of_binding(context);
  const ScoreResult result = run_score(spec, context.ranks());
  progress.reset();
  if (result.lost_ranks > 0) context.abandon_ranks();
  const double fresh = static_cast<double>(result.rows - result.reused_rows);
  if (result.interrupted && context.ranks().rank() == 0) {
    context.console().warn(concat("basalt: score: ", result.rows, " of ", result.batch_rows,
                                  " rows are scored; the same command goes on"));
  }
  context.answer({{"rows", result.rows},
                  {"batch_rows", result.batch_rows},
                  {"reused_rows", result.reused_rows},
                  {"pbs", result.bootstraps},
                  {"seconds", result.seconds},
                  {"rows_per_second", result.seconds > 0 ? fresh / result.seconds : 0.0},
                  {"ranks", context.ranks().size()},
                  {"threads", context.threads()},
                  {"kernels", torus::name_of(context.kernels())}});
  return result.interrupted && context.ranks().rank() == 0 ? Exit::interrupted : Exit::done;
}

Action define(const Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.option("circuit", options->circuit, "The circuit file").required().type_name("CIRCUIT");
  arguments.option("evaluation", options->evaluation, "The evaluation key")
      .required()
      .type_name("EVALUATION_KEY");
  arguments.option("batch", options->batch, "The encrypted rows").required().type_name("BATCH");
  arguments.option("-o,--output", options->output, "The file of the encrypted scores")
      .required()
      .type_name("FILE");
  arguments
      .option("--shard-rows", options->shard_rows, "Rows that one rank gets at a time (chosen)")
      .type_name("N");
  arguments
      .option("--max-hours", options->max_hours,
              "Stop in order before this time is over, exit status 75 (no limit)")
      .not_negative()
      .type_name("H");
  arguments.flag(
      "--keep-shards", options->keep_shards,
      "Leave the shards in FILE.parts and make FILE their index: half the disk and no last "
      "copy for large batches");
  return [options](Context& context) { return score(*options, context); };
}

}  // namespace

Command score_command() {
  return {.name = "score",
          .summary = "Score encrypted rows; no secret key is needed",
          .example = "basalt score circuit.h5 evaluation.h5 batch.h5 -o scores.h5",
          .uses = {.threads = true, .kernels = true, .ranks = true},
          .define = define};
}

}  // namespace basalt::jobs::cli
