// `basalt doctor`: what this machine offers, and what will hurt.
#include "base/error.hpp"
#include "jobs/cli/cost_file.hpp"
#include "jobs/cli/every_command.hpp"
#include "jobs/log/machine.hpp"
#include "tfhe/calibration.hpp"
#include "tfhe/parameter_sets.hpp"

namespace basalt::jobs::cli {
namespace {

/// Times the kernels on toy keys and keeps the costs.
MeasuredCosts calibrate(const Machine& machine, Context& context) {
  const torus::Kernels& kernels = context.kernels();
  const std::span<const tfhe::ParameterSpec> sets = tfhe::calibration_sets();
  Progress progress(context.console(), "sets", sets.size());
  std::vector<tfhe::StepTiming> timings;
  for (const tfhe::ParameterSpec& spec : sets) {
    timings.push_back(tfhe::measure_steps(spec, kernels));
    progress.at(timings.size());
  }
  const Seconds linear = tfhe::measure_linear_product(kernels);
  return {.host = machine.host,
          .processor = machine.processor,
          .kernels = torus::name_of(kernels),
          .model = tfhe::fitted(tfhe::reference_cost_model(), timings, linear)};
}

/// The costs, and what they mean for the published set of 4 bits.
Json text_of(const MeasuredCosts& costs) {
  const tfhe::ParameterSpec& spec = tfhe::parameter_set_named("v1_4_2m128_gaussian_2_2").spec;
  Json answer = json_of(costs);
  answer["bootstrap_ms"] = 1e3 * tfhe::bootstrap_seconds(spec, costs.model).value;
  answer["bootstrap_ms_reference"] =
      1e3 * tfhe::bootstrap_seconds(spec, tfhe::reference_cost_model()).value;
  return answer;
}

/// What bootstraps cost here, if it was ever measured.
Json costs_of(const Machine& machine, bool measure, Context& context) {
  const std::filesystem::path file = cost_file(machine.host, torus::name_of(context.kernels()));
  if (measure) {
    require(!file.empty(), ErrorCode::not_found,
            "no folder to keep the costs in: set HOME or XDG_CACHE_HOME");
    save(calibrate(machine, context), file);
  }
  const bool known = !file.empty() && std::filesystem::exists(file);
  return known ? text_of(load_costs(file)) : Json();
}

Exit examine(bool measure, Context& context) {
  const Machine machine = examine_machine();
  const double free_space = free_space_gib(".");
  Json answer;
  answer["host"] = machine.host;
  answer["system"] = machine.system;
  answer["processor"] = machine.processor;
  answer["processors"] = machine.processors;
  answer["kernels"] = machine.kernels;
  answer["kernels_best"] = machine.best_kernels;
  answer["mpi"] = machine.mpi;
  answer["hdf5"] = machine.hdf5;
  answer["memory_gib"] = machine.memory_gib;
  answer["memory_free_gib"] = machine.free_memory_gib;
  answer["huge_pages"] = machine.huge_pages;
  answer["shared_memory_gib"] = machine.shared_memory_gib;
  answer["free_space_gib"] = free_space;
  answer["open_files"] = machine.open_files;
  answer["version"] = machine.version;
  answer["warnings"] = warnings_of(machine, free_space);
  answer["costs"] = costs_of(machine, measure, context);
  context.answer(answer);
  return Exit::done;
}

}  // namespace

Command doctor_command() {
  return {.name = "doctor",
          .summary = "What this machine offers, and what will hurt",
          .example = "basalt doctor",
          .uses = {},
          .define = [](const Arguments& arguments) -> Action {
            auto measure = std::make_shared<bool>(false);
            arguments.flag("--calibrate", *measure,
                           "Measure what bootstraps cost here and keep it for compile --costs "
                           "machine (some seconds)");
            return [measure](Context& context) { return examine(*measure, context); };
          }};
}

}  // namespace basalt::jobs::cli
