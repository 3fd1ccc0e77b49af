// `basalt predict`: a model on rows of a dataset; in clear, simulated or really encrypted.
#include "base/error.hpp"
#include "base/stopwatch.hpp"
#include "base/text.hpp"
#include "compile/compile.hpp"
#include "io/file/file.hpp"
#include "io/store/dataset_store.hpp"
#include "io/store/model_store.hpp"
#include "jobs/cli/every_command.hpp"
#include "jobs/cli/predictions.hpp"
#include "jobs/cli/rows.hpp"
#include "pipeline/result_names.hpp"
#include "pipeline/steps.hpp"

namespace basalt::jobs::cli {
namespace {

struct Options {
  std::string model, data, mode = "disable", rows, output, p_error;
};

circuit::Circuit circuit_of(const learn::Model& model, const Options& options) {
  circuit::Target target;
  if (!options.p_error.empty()) {
    target.p_error = parse_probability("--p-error", options.p_error);
  }
  return pipeline::require_feasible(compile::compile(model, target), options.model);
}

/// The integers of the rows in the mode that is asked for, and how they compare with clear ones.
struct Predicted {
  Matrix<ir::Integer> integers;
  pipeline::Comparison comparison;
};

Predicted predict_rows(const circuit::Circuit& circuit, const learn::Dataset& rows,
                       const std::string& mode, Context& context) {
  if (mode == "simulate") {
    const RandomStream random(Seed{context.options().seed.value_or(0)});
    pipeline::Simulation found = pipeline::simulate(circuit, rows, random);
    return {std::move(found.integers), found.comparison};
  }
  if (mode == "execute") {
    Progress progress(context.console(), "rows", rows.rows());
    const auto tell = [&](std::size_t done, std::size_t) { progress.at(done); };
    pipeline::Execution found = pipeline::execute(circuit, rows, context.engine(), tell);
    return {std::move(found.encrypted.evaluation.integers), found.comparison};
  }
  Matrix<ir::Integer> clear = pipeline::clear_integers(circuit, rows.features);
  const auto metrics = pipeline::evaluate(circuit.encoded.postprocessing, rows, clear);
  return {std::move(clear), {.metrics = metrics, .equal = rows.rows(), .equal_labels = {}}};
}

Exit predict(const Options& options, Context& context) {
  const learn::Model model = io::load_model(options.model);
  const RowRange range = load_rows(options.data, options.rows);
  const Stopwatch watch;
  const circuit::Circuit circuit = circuit_of(model, options);
  const Predicted found = predict_rows(circuit, range.rows, options.mode, context);
  const double seconds = watch.elapsed().value;
  if (!options.output.empty()) {
    io::publish(options.output,
                predictions_csv(circuit.encoded.postprocessing, found.integers, range.first));
  }
  Json answer{{"rows", range.rows.rows()}, {"mode", options.mode}};
  for (const auto& [name, value] : found.comparison.metrics.results()) answer[name] = value;
  answer[pipeline::result_name::agreement] = found.comparison.agreement();
  answer["seconds"] = seconds;
  context.answer(answer);
  return Exit::done;
}

Action define(const Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.option("model", options->model, "The model file").required().type_name("MODEL");
  arguments.option("data", options->data, "The dataset file").required().type_name("DATA");
  arguments
      .option("--fhe", options->mode,
              "disable: in clear; simulate: with the noise that "
              "encryption would add; execute: encrypted")
      .type_name("MODE")
      .one_of({"disable", "simulate", "execute"});
  arguments.option("--rows", options->rows, "Rows A to B-1 (all)").type_name("A:B");
  arguments.option("--p-error", options->p_error, "Failure probability of one bootstrap (2^-40)")
      .type_name("P");
  arguments.option("-o,--output", options->output, "A CSV file of the predictions")
      .type_name("FILE");
  return [options](Context& context) { return predict(*options, context); };
}

}  // namespace

Command predict_command() {
  return {.name = "predict",
          .summary = "Predict rows in clear, simulated or encrypted, in one process",
          .example = "basalt predict model.h5 data.h5 --fhe execute --rows 0:16",
          .uses = {.threads = true, .seed = true, .kernels = true},
          .define = define};
}

}  // namespace basalt::jobs::cli
