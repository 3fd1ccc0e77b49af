// Times a trained model on encrypted rows, on one thread and without files between the steps.
#include <algorithm>
#include <iostream>

#include "base/error.hpp"
#include "base/stopwatch.hpp"
#include "compile/compile.hpp"
#include "infer/infer.hpp"
#include "io/store/dataset_store.hpp"
#include "io/store/model_store.hpp"

namespace basalt {
namespace {

constexpr int repetitions = 5;

/// `count` rows, from the first on again where the data ends.
Matrix<double> rows_of(const learn::Dataset& data, std::size_t count) {
  Matrix<double> rows(static_cast<Eigen::Index>(count), data.features.cols());
  for (Eigen::Index row = 0; row < rows.rows(); ++row) {
    rows.row(row) = data.features.row(row % data.features.rows());
  }
  return rows;
}

/// Milliseconds of the fastest repetition.
template <class Step>
double milliseconds(Step step) {
  double best = 1e300;
  for (int i = 0; i < repetitions; ++i) {
    const Stopwatch watch;
    step();
    best = std::min(best, 1e3 * watch.elapsed().value);
  }
  return best;
}

struct Bench {
  circuit::Circuit circuit;
  tfhe::ClientKey client;
  tfhe::EvaluationKey evaluation;
  infer::Engine& engine;

  void time(const learn::Dataset& data, std::size_t count) {
    const Matrix<double> rows = rows_of(data, count);
    const Matrix<ir::Integer> clear =
        evaluate(circuit.encoded.graph, quantize_rows(circuit.encoded.preprocessing, rows));
    infer::EncryptedBatch batch;
    const double encrypt = milliseconds([&] { batch = infer::encrypt(circuit, client, rows); });
    infer::EncryptedScores scores;
    const double score = milliseconds([&] {
      scores =
          infer::score(circuit, evaluation, batch, 0, count, engine, {}, std::move(scores.words));
    });
    Matrix<ir::Integer> found;
    const double decrypt = milliseconds([&] { found = infer::decrypt(circuit, client, scores); });
    const auto wrong = (found.array() != clear.array()).rowwise().any().count();
    const auto each = static_cast<double>(count);
    std::cout << "rows " << count << ": encrypt " << encrypt / each << ", score " << score / each
              << ", decrypt " << decrypt / each << " ms per row, mismatches " << wrong << "\n";
  }
};

int run(const std::vector<std::string>& arguments) {
  if (arguments.size() < 3) {
    std::cerr << "usage: rows_bench MODEL DATA ROWS…\n";
    return 2;
  }
  const learn::Model model = io::load_model(arguments[0]);
  const learn::Dataset data = io::load_dataset(arguments[1]);
  auto found = compile::compile(model, {});
  if (const auto* none = std::get_if<compile::Infeasible>(&found)) {
    std::cerr << "rows_bench: " << none->reason << "\n";
    return 2;
  }
  ThreadTeam team{1};
  infer::Engine engine{torus::best_kernels(), team};
  circuit::Circuit circuit = std::get<circuit::Circuit>(std::move(found));
  tfhe::ClientKey client = tfhe::generate_client_key(circuit.parameters);
  tfhe::EvaluationKey evaluation(tfhe::generate_evaluation_key(client, team), engine.kernels, team);
  std::cout << model.estimator << ", " << circuit.encoded.bootstraps_per_row()
            << " bootstraps per row, predicted " << 1e3 * circuit.predicted_seconds_per_row
            << " ms\n";
  Bench bench{std::move(circuit), std::move(client), std::move(evaluation), engine};
  for (std::size_t i = 2; i < arguments.size(); ++i) bench.time(data, std::stoul(arguments[i]));
  return 0;
}

}  // namespace
}  // namespace basalt

int main(int count, char** arguments) {
  try {
    return basalt::run({arguments + 1, arguments + count});
  } catch (const std::exception& error) {
    std::cerr << "rows_bench: " << error.what() << "\n";
    return 1;
  }
}
