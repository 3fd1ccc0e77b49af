// The whole method on one process: from rows to a judged, encrypted model.
#include "pipeline/pipeline.hpp"

#include <algorithm>
#include <utility>

#include "base/stopwatch.hpp"
#include "compile/compile.hpp"
#include "learn/data/metrics.hpp"
#include "learn/float/float_reference.hpp"
#include "pipeline/cross_validation.hpp"

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

learn::Dataset first_rows(const learn::Dataset& data, std::size_t count) {
  std::vector<std::size_t> rows(std::min(count, data.rows()));
  for (std::size_t row = 0; row < rows.size(); ++row) rows[row] = row;
  return take_rows(data, rows);
}

void note(Record& record, const std::string& prefix, const std::map<std::string, double>& found) {
  for (const auto& [name, value] : found) record.result[prefix + name] = value;
}

void note_training(Record& record, const learn::Model& model) {
  record.model_id = model.id();
  record.history = model.history;
  record.result["epochs"] = static_cast<double>(model.history.size());
  if (model.task != learn::Task::classification || model.history.empty()) return;
  const learn::EpochRecord& last = model.history.back();
  if (last.has_valid_rows()) record.result["valid_accuracy"] = last.valid_accuracy;
}

/// What the network would score without quantization, if the recipe asks for it.
void note_float_reference(Record& record, const learn::Model& model, const learn::Split& split,
                          const RandomStream& random) {
  if (!learn::wants_float_reference(model)) return;
  const learn::FloatReference reference = timed(record, "float_twin", [&] {
    return learn::train_float_reference(model, split.train, random.child("train"));
  });
  note(record, "float_train_", learn::evaluate(reference, split.train));
  note(record, "float_test_", learn::evaluate(reference, split.test));
}

/// What the recipe's second model scores on the same rows, and its price.
void note_baseline(Record& record, const Recipe& recipe, const learn::Split& split,
                   const RandomStream& random) {
  if (!recipe.baseline) return;
  const learn::Model model = timed(record, "baseline", [&] {
    return train_baseline(recipe, split.train, random.child("train"));
  });
  const auto found = compile::compile(model, recipe.fhe.target);
  const auto* circuit = std::get_if<circuit::Circuit>(&found);
  if (circuit == nullptr) return;
  note(record, "baseline_train_", judge_clear(*circuit, split.train));
  note(record, "baseline_test_", judge_clear(*circuit, split.test));
  record.result["baseline_pbs_per_row"] =
      static_cast<double>(circuit::bootstraps_per_row(*circuit));
}

void note_circuit(Record& record, const learn::Model& model, const circuit::Circuit& circuit) {
  record.circuit_id = circuit.id();
  const auto bootstraps = static_cast<double>(circuit::bootstraps_per_row(circuit));
  record.result["pbs_per_row"] = bootstraps;
  if (const auto* ensemble = std::get_if<learn::TreeEnsemble>(&model.family)) {
    record.result["pbs_per_tree"] = bootstraps / static_cast<double>(ensemble->trees.size());
  }
  record.result["max_bits"] = circuit.encoded.max_bits();
  // A linear circuit may fail more rarely than a double can say.
  record.result["log2_p_error"] = std::log2(std::max(circuit.p_error, 0x1p-1074));
  record.result["security_bits"] = circuit.security_bits;
  record.result["predicted_seconds_per_row"] = circuit.predicted_seconds_per_row;
  record.result["evaluation_key_bytes"] = static_cast<double>(circuit.evaluation_key_bytes);
  record.result["ciphertext_bytes_per_row"] = static_cast<double>(circuit.ciphertext_bytes_per_row);
}

/// Share of rows that get the same label. Soft networks are judged by it: their integers may
/// differ.
double label_agreement(const ir::Postprocessing& post, const Matrix<ir::Integer>& one,
                       const Matrix<ir::Integer>& other) {
  std::size_t equal = 0;
  const auto columns = static_cast<std::size_t>(one.cols());
  for (Eigen::Index row = 0; row < one.rows(); ++row) {
    equal += interpret(post, {one.row(row).data(), columns}).label ==
             interpret(post, {other.row(row).data(), columns}).label;
  }
  return static_cast<double>(equal) / static_cast<double>(one.rows());
}

/// Judges test rows with the noise that encryption would add.
void simulate_rows(const Recipe& recipe, const circuit::Circuit& circuit,
                   const learn::Dataset& test, const RandomStream& random, Record& record) {
  const std::int64_t asked = recipe.fhe.simulate_rows;
  const learn::Dataset rows = asked < 0 ? test : first_rows(test, static_cast<std::size_t>(asked));
  if (rows.rows() == 0) return;
  const ir::EncodedGraph& encoded = circuit.encoded;
  const Matrix<ir::Integer> inputs = quantize_rows(encoded.preprocessing, rows.features);
  const Matrix<ir::Integer> noisy = timed(record, "simulate", [&] {
    return infer::simulate(circuit, inputs, random.child("simulate"));
  });
  note(record, "simulated_", judge(encoded.postprocessing, rows, noisy));
  const Matrix<ir::Integer> clear = evaluate(encoded.graph, inputs);
  record.result["agreement"] = learn::agreement(noisy, clear);
  if (!encoded.postprocessing.classes.empty()) {
    record.result["label_agreement"] = label_agreement(encoded.postprocessing, noisy, clear);
  }
}

/// Really encrypts, scores and decrypts the first test rows, and counts wrong ones.
void execute_rows(const Recipe& recipe, const circuit::Circuit& circuit, const learn::Dataset& test,
                  infer::Engine& engine, Record& record) {
  const learn::Dataset rows = first_rows(test, static_cast<std::size_t>(recipe.fhe.execute_rows));
  record.result["executed_rows"] = static_cast<double>(rows.rows());
  if (rows.rows() == 0) return;
  const tfhe::ClientKey client = tfhe::generate_client_key(circuit.parameters);
  const tfhe::EvaluationKey evaluation = timed(record, "keygen", [&] {
    return tfhe::EvaluationKey(tfhe::generate_evaluation_key(client, engine.team), engine.kernels,
                               engine.team);
  });
  const infer::EncryptedBatch batch = timed(record, "encrypt", [&] {
    return infer::encrypt(circuit, client, rows.features, engine.kernels);
  });
  const infer::EncryptedScores scores = timed(record, "score", [&] {
    return infer::score(circuit, evaluation, batch, 0, batch.rows, engine);
  });
  const Matrix<ir::Integer> integers =
      timed(record, "decrypt", [&] { return infer::decrypt(circuit, client, scores); });

  const ir::EncodedGraph& encoded = circuit.encoded;
  const Matrix<ir::Integer> clear =
      evaluate(encoded.graph, quantize_rows(encoded.preprocessing, rows.features));
  record.result["mismatches"] =
      std::round((1.0 - learn::agreement(integers, clear)) * static_cast<double>(rows.rows()));
  if (!encoded.postprocessing.classes.empty()) {
    record.result["executed_label_agreement"] =
        label_agreement(encoded.postprocessing, integers, clear);
  }
}

void run_steps(const Recipe& recipe, const Data& data, infer::Engine& engine,
               const learn::TrainingHooks& hook, Run& run) {
  const RandomStream random(recipe.seed);
  const learn::Split split = pipeline::split(data, recipe.data);
  if (recipe.data.cv != 0) {
    note(run.record, "", timed(run.record, "cross_validate", [&] {
           return cross_validate(recipe, split.train, random.child("cv"));
         }));
  }
  run.model = timed(run.record, "train", [&] {
    if (recipe.trained) return *recipe.trained;
    return learn::train(learn::estimator_named(recipe.estimator), recipe.model, split.train,
                        recipe.data.standardize, random.child("train"), hook);
  });
  note_training(run.record, *run.model);
  note_float_reference(run.record, *run.model, split, random);

  auto found =
      timed(run.record, "compile", [&] { return compile::compile(*run.model, recipe.fhe.target); });
  if (const auto* infeasible = std::get_if<compile::Infeasible>(&found)) {
    run.record.state = Record::State::infeasible;
    run.record.reason = infeasible->reason;
    return;
  }
  run.circuit = std::get<circuit::Circuit>(std::move(found));
  note_circuit(run.record, *run.model, *run.circuit);
  note(run.record, "train_", judge_clear(*run.circuit, split.train));
  note(run.record, "test_", judge_clear(*run.circuit, split.test));
  simulate_rows(recipe, *run.circuit, split.test, random, run.record);
  execute_rows(recipe, *run.circuit, split.test, engine, run.record);
  note_baseline(run.record, recipe, split, random);
}

bool is_expected(ErrorCode code) {
  return code == ErrorCode::invalid_argument || code == ErrorCode::mismatch ||
         code == ErrorCode::unsupported;
}

}  // namespace

learn::Model train_baseline(const Recipe& recipe, const learn::Dataset& rows, RandomStream random) {
  return learn::train(learn::estimator_named(recipe.baseline->estimator), recipe.baseline->model,
                      rows, recipe.data.standardize, std::move(random));
}

Run run(const Recipe& recipe, const Data& data, infer::Engine& engine,
        const learn::TrainingHooks& hook) {
  Run run;
  try {
    run_steps(recipe, data, engine, hook, run);
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
