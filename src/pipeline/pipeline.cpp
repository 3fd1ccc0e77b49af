// The whole method on one process: from rows to a model whose encrypted scores are checked.
#include "pipeline/pipeline.hpp"

#include <utility>

#include "base/stopwatch.hpp"
#include "pipeline/cross_validation.hpp"
#include "pipeline/result_names.hpp"
#include "pipeline/steps.hpp"

namespace basalt::pipeline {
namespace {

/// Runs `step` and notes its seconds under `name`.
template <class Step>
auto timed(Record& record, const std::string& name, Step step) {
  const Stopwatch watch;
  auto made = step();
  record.timing[name] = watch.elapsed().value;
  return made;
}

void note_cross_validation(const Recipe& recipe, const learn::Dataset& train, Record& record) {
  if (recipe.data.cv == 0) return;
  const RandomStream random = RandomStream(recipe.seed).child("cv");
  const auto found =
      timed(record, "cross_validate", [&] { return cross_validate(recipe, train, random); });
  record.result.insert(found.begin(), found.end());
}

/// The model that the recipe asks for, and the float network beside it.
learn::Model make_model(const Recipe& recipe, const learn::Split& split,
                        const learn::TrainingHooks& hooks, Record& record) {
  const RandomStream random = training_stream(recipe);
  Training training = train(recipe, split.train, random, hooks);
  training.note(record);
  if (const auto reference = evaluate_float_reference(training.model, split, random)) {
    reference->note(record);
  }
  return std::move(training.model);
}

/// Test rows with the noise of encryption, then really encrypted, as many as the recipe asks for.
void note_encryption(const Recipe& recipe, const circuit::Circuit& circuit,
                     const learn::Dataset& test, infer::Engine& engine, Record& record) {
  const FheSpec& fhe = recipe.fhe;
  const learn::Dataset simulated =
      fhe.simulate_rows < 0 ? test : first_rows(test, static_cast<std::size_t>(fhe.simulate_rows));
  if (simulated.rows() > 0) {
    simulate(circuit, simulated, RandomStream(recipe.seed)).note(record);
  }
  const learn::Dataset executed = first_rows(test, static_cast<std::size_t>(fhe.execute_rows));
  record.result[result_name::executed_rows] = static_cast<double>(executed.rows());
  if (executed.rows() > 0) execute(circuit, executed, engine).note(record);
}

/// What the recipe's second model scores and costs; nothing if it cannot be encrypted.
void note_baseline(const Recipe& recipe, const learn::Split& split, Record& record) {
  const auto baseline = evaluate_baseline(recipe, split, training_stream(recipe));
  if (!baseline) return;
  record.timing["baseline"] = baseline->seconds.value;
  const auto found = compile::compile(baseline->model, recipe.fhe.target);
  const auto* circuit = std::get_if<circuit::Circuit>(&found);
  if (circuit == nullptr) return;
  record.add(baseline->results());
  record.result[result_name::baseline_pbs_per_row] =
      static_cast<double>(price(baseline->model, *circuit).bootstraps_per_row);
}

void run_steps(const Recipe& recipe, const Data& data, infer::Engine& engine,
               const learn::TrainingHooks& hooks, Run& run) {
  Record& record = run.record;
  const learn::Split split = pipeline::split(data, recipe.data);
  note_cross_validation(recipe, split.train, record);
  run.model = make_model(recipe, split, hooks, record);
  auto found =
      timed(record, "compile", [&] { return compile::compile(*run.model, recipe.fhe.target); });
  if (const auto* infeasible = std::get_if<compile::Infeasible>(&found)) {
    record.state = Record::State::infeasible;
    record.reason = infeasible->reason;
    return;
  }
  run.circuit = std::get<circuit::Circuit>(std::move(found));
  record.circuit_id = run.circuit->id();
  record.add(price(*run.model, *run.circuit).results());
  record.add(evaluate_clear(*run.circuit, split).results());
  note_encryption(recipe, *run.circuit, split.test, engine, record);
  note_baseline(recipe, split, record);
}

bool is_expected(ErrorCode code) {
  return code == ErrorCode::invalid_argument || code == ErrorCode::mismatch ||
         code == ErrorCode::unsupported;
}

}  // namespace

Run run(const Recipe& recipe, const Data& data, infer::Engine& engine,
        const learn::TrainingHooks& hooks) {
  Run run;
  try {
    run_steps(recipe, data, engine, hooks, run);
  } catch (const Error& error) {
    if (!is_expected(error.code())) throw;
    run.record.state = Record::State::failed;
    run.record.reason = error.what();
    run.failure = error;
  }
  if (run.record.state != Record::State::completed) {
    run.record.result.clear();
    run.record.model_id = run.record.circuit_id = {};
  }
  return run;
}

}  // namespace basalt::pipeline
