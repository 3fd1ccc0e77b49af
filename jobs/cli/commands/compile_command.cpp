// `basalt compile`: from a model to a circuit with its parameters and its price.
#include "base/error.hpp"
#include "base/text.hpp"
#include "compile/compile.hpp"
#include "io/store/circuit_store.hpp"
#include "io/store/model_store.hpp"
#include "jobs/cli/circuit_text.hpp"
#include "jobs/cli/cost_file.hpp"
#include "jobs/cli/every_command.hpp"
#include "jobs/log/machine.hpp"
#include "pipeline/result_names.hpp"
#include "pipeline/steps.hpp"

namespace basalt::jobs::cli {
namespace {

struct Options {
  std::string model, output, p_error, global_p_error, costs = "reference";
  int security = 128;
};

/// Prices that parameters are chosen by: those of the reference machine unless others are asked.
compile::ParameterSpace space_of(const Options& options, Context& context) {
  compile::ParameterSpace space;
  if (options.costs == "reference") return space;
  std::filesystem::path file = options.costs;
  if (options.costs == "machine") {
    const std::string kernels = torus::name_of(context.kernels());
    file = cost_file(examine_machine().host, kernels);
    require(std::filesystem::exists(file), ErrorCode::not_found,
            "the costs of this machine are not known; `basalt doctor --calibrate` measures them");
  }
  space.costs = load_costs(file).model;
  return space;
}

Exit compile(const Options& options, Context& context) {
  circuit::Target target{.security = options.security};
  if (!options.p_error.empty()) {
    target.p_error = parse_probability("--p-error", options.p_error);
  }
  if (!options.global_p_error.empty()) {
    target.global_p_error = parse_probability("--global-p-error", options.global_p_error);
  }
  const learn::Model model = io::load_model(options.model);
  const circuit::Circuit circuit = pipeline::require_feasible(
      compile::compile(model, target, space_of(options, context)), options.model);
  io::save(circuit, options.output);
  Json answer = json_of(circuit);
  const pipeline::Price price = pipeline::price(model, circuit);
  if (const auto per_tree = price.bootstraps_per_tree()) {
    answer["trees"] = *price.trees;
    answer[pipeline::result_name::pbs_per_tree] = *per_tree;
  }
  context.answer(answer);
  return Exit::done;
}

Action define(const Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.option("model", options->model, "The model file").required().type_name("MODEL");
  const Option one = arguments.option("--p-error", options->p_error,
                                      "Failure probability of one bootstrap (2^-40)");
  one.type_name("P");
  arguments.option("--global-p-error", options->global_p_error, "Failure probability of one row")
      .type_name("P")
      .excludes(one);
  arguments.option("--security", options->security, "Bits of security (128)").type_name("BITS");
  arguments
      .option("--costs", options->costs,
              "Choose by the costs of the \"reference\" machine, of this \"machine\" as `basalt "
              "doctor --calibrate` measured them, or of a file (reference)")
      .type_name("COSTS");
  arguments.option("-o,--output", options->output, "The circuit file").required().type_name("FILE");
  return [options](Context& context) { return compile(*options, context); };
}

}  // namespace

Command compile_command() {
  return {.name = "compile",
          .summary = "Choose the circuit and the parameters of a model",
          .example = "basalt compile model.h5 --p-error 2^-40 -o circuit.h5",
          .uses = {},
          .define = define};
}

}  // namespace basalt::jobs::cli
