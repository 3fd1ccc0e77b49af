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
#include "pipeline/pipeline.hpp"

namespace basalt::jobs::cli {
namespace {

struct Options {
  std::string model, data, mode = "disable", rows, output, p_error;
};

/// Keys for these rows only: made, used and thrown away.
Matrix<ir::Integer> execute(const circuit::Circuit& circuit, const learn::Dataset& rows,
                            Context& context) {
  const tfhe::ClientKey client = tfhe::generate_client_key(circuit.parameters);
  const tfhe::EvaluationKey evaluation(tfhe::generate_evaluation_key(client, context.team()),
                                       context.kernels(), context.team());
  Progress progress(context.console(), "rows", rows.rows());
  return infer::evaluate_encrypted(circuit, client, evaluation, rows.features, context.engine(),
                                   [&](std::size_t done, std::size_t) { progress.at(done); });
}

circuit::Circuit circuit_of(const learn::Model& model, const Options& options) {
  circuit::Target target;
  if (!options.p_error.empty()) {
    target.p_error = parse_probability("--p-error", options.p_error);
  }
  auto found = compile::compile(model, target);
  if (const auto* none = std::get_if<compile::Infeasible>(&found)) {
    throw Error(ErrorCode::unsupported, cat(options.model, ": ", none->reason));
  }
  return std::get<circuit::Circuit>(std::move(found));
}

Exit predict(const Options& options, Context& context) {
  const learn::Model model = io::load_model(options.model);
  const RowRange range = load_rows(options.data, options.rows);
  const Stopwatch watch;
  const circuit::Circuit circuit = circuit_of(model, options);
  const Matrix<ir::Integer> inputs =
      ir::quantize_rows(circuit.encoded.preprocessing, range.rows.features);
  const Matrix<ir::Integer> clear = ir::evaluate(circuit.encoded.graph, inputs);
  Matrix<ir::Integer> found = clear;
  if (options.mode == "simulate") {
    const RandomStream random(Seed{context.options().seed.value_or(0)});
    found = infer::simulate(circuit, inputs, random.child("simulate"));
  } else if (options.mode == "execute") {
    found = execute(circuit, range.rows, context);
  }
  const ir::Postprocessing& post = circuit.encoded.postprocessing;
  const double seconds = watch.elapsed().value;
  if (!options.output.empty()) {
    io::publish(options.output, predictions_csv(post, found, range.first));
  }
  Json answer{{"rows", range.rows.rows()}, {"mode", options.mode}};
  for (const auto& [name, value] : pipeline::judge(post, range.rows, found)) answer[name] = value;
  answer["agreement"] =
      static_cast<double>(equal_rows(found, clear)) / static_cast<double>(range.rows.rows());
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
