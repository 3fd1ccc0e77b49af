// Trains, compiles and predicts under encryption with the library alone.
#include <cstdio>

#include "circuit/circuit.hpp"
#include "compile/compile.hpp"
#include "infer/infer.hpp"
#include "learn/data/generate.hpp"
#include "learn/estimator/train.hpp"

using namespace basalt;

int main() {
  const RandomStream random(Seed{1});
  const learn::Dataset data = learn::generate("linear", 200, random.child("data"));
  const learn::Estimator& estimator = learn::estimator_named("LogisticRegression");
  Settings settings;
  settings.complete(estimator.rules);
  const learn::Model model = learn::train(estimator, settings, data, true, random.child("train"));

  const auto found = compile::compile(model, {});
  const auto& circuit = std::get<circuit::Circuit>(found);
  const tfhe::ClientKey client = tfhe::generate_client_key(circuit.parameters);
  ThreadTeam team(1);
  const torus::Kernels& kernels = torus::best_kernels();
  const tfhe::EvaluationKey evaluation(tfhe::generate_evaluation_key(client, team), kernels, team);
  infer::Engine engine{kernels, team};

  const Matrix<double> rows = data.features.topRows(3);
  const infer::EncryptedBatch batch = infer::encrypt(circuit, client, rows);
  const auto scores = infer::score(circuit, evaluation, batch, 0, 3, engine);
  const Matrix<ir::Integer> clear =
      ir::evaluate(circuit.encoded.graph, ir::quantize_rows(circuit.encoded.preprocessing, rows));
  const bool equal = infer::decrypt(circuit, client, scores) == clear;
  std::printf("%s\n", equal ? "encrypted rows equal clear rows" : "rows differ");
  return equal ? 0 : 1;
}
