// `basalt score`: encrypted rows through a circuit, on any number of ranks, resumed when cut.
#include "base/error.hpp"
#include "jobs/cli/every_command.hpp"
#include "jobs/cli/interruption.hpp"
#include "jobs/score/score.hpp"

namespace basalt::jobs::cli {
namespace {

struct Options {
  std::string circuit, evaluation, batch, output;
  std::uint64_t shard_rows = 0;
};

Exit score(const Options& options, Context& context) {
  std::optional<Progress> progress;
  ScoreSpec spec;
  spec.circuit = options.circuit;
  spec.evaluation_key = options.evaluation;
  spec.batch = options.batch;
  spec.target = options.output;
  spec.shard_rows = options.shard_rows;
  spec.engine = [&]() -> infer::Engine& { return context.engine(); };
  spec.on_rows = [&](std::uint64_t done, std::uint64_t rows, std::uint64_t reused) {
    if (!progress) {
      progress.emplace(context.console(), "rows", rows);
      if (reused > 0) {
        context.console().say(cat(reused, " of ", rows, " rows were scored before"));
        progress->resume_from(reused);
      }
    }
    progress->at(done);
  };
  spec.interruption = listen_for_signals();
  const ScoreResult result = run_score(spec, context.ranks());
  progress.reset();
  if (result.lost_ranks > 0) context.abandon_ranks();
  const double fresh = static_cast<double>(result.rows - result.reused_rows);
  context.answer({{"rows", result.rows},
                  {"reused_rows", result.reused_rows},
                  {"pbs", result.bootstraps},
                  {"seconds", result.seconds},
                  {"rows_per_second", result.seconds > 0 ? fresh / result.seconds : 0.0},
                  {"ranks", context.ranks().size()},
                  {"threads", context.threads()},
                  {"kernels", torus::name_of(context.kernels())}});
  return result.interrupted && context.ranks().rank() == 0 ? Exit::interrupted : Exit::done;
}

Action define(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("circuit", options->circuit, "The circuit file")->required()->type_name("CIRCUIT");
  app.add_option("evaluation", options->evaluation, "The evaluation key")
      ->required()
      ->type_name("EVALUATION_KEY");
  app.add_option("batch", options->batch, "The encrypted rows")->required()->type_name("BATCH");
  app.add_option("-o,--output", options->output, "The file of the encrypted scores")
      ->required()
      ->type_name("FILE");
  app.add_option("--shard-rows", options->shard_rows, "Rows that one rank gets at a time (chosen)")
      ->type_name("N");
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
