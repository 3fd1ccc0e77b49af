// Writes one small file of each noun, as the present format has it: write_vectors FOLDER.
//
// Run it once per format version, into a folder of its own below tests/vectors; what lies there is
// never written again, so that every later version is tested on it.
#include <cstdio>
#include <fstream>
#include <set>

#include "io/journal/journal.hpp"
#include "io/nouns.hpp"
#include "io/store/batch_store.hpp"
#include "io/store/circuit_store.hpp"
#include "io/store/client_key_store.hpp"
#include "io/store/dataset_store.hpp"
#include "io/store/evaluation_key_store.hpp"
#include "io/store/model_store.hpp"
#include "io/store/record_store.hpp"
#include "io/store/score_store.hpp"

namespace basalt::io {
namespace {

namespace files = std::filesystem;

/// A model of each family that was trained on little.
void write_models(const files::path& folder) {
  for (const auto& [name, estimator] : {std::pair{"linear", "LogisticRegression"},
                                        {"network", "NeuralNetClassifier"},
                                        {"trees", "DecisionTreeClassifier"},
                                        {"neighbors", "KNeighborsClassifier"}}) {
    save(toy_model(estimator), folder / concat("model_", name, ".h5"), toy_dataset().id());
  }
}

/// Keys, rows and scores of a linear circuit that belong together.
void write_chain(const files::path& folder) {
  RandomStream random{Seed{31}};
  const ir::Graph graph{
      {{"x", ir::Input{4, 0, 15}},
       {"w",
        ir::Linear{{{0, ir::SparseMatrix::from_dense(testing::random_weights(3, 4, 7, random))}},
                   std::vector<ir::Integer>(3, -5)}},
       {"y", ir::Output{1}}}};
  const circuit::Circuit circuit =
      testing::circuit(testing::lowered(graph), testing::linear_spec(256));
  learn::Dataset rows;
  rows.task = learn::Task::regression;
  rows.features = testing::random_inputs(6, {4, 0, 15}, random).cast<double>();
  rows.targets = Matrix<double>::Zero(6, 1);
  testing::Encrypted both(circuit);
  const infer::EncryptedBatch batch = infer::encrypt(circuit, both.client, rows.features);
  save(circuit, folder / "circuit.h5");
  save(rows, folder / "rows.h5");
  save(both.client, folder / "client.key");
  save(batch, folder / "batch.h5");
  ScoreIndex index{circuit.id(), both.client.id(), batch.id(), 6, 3, 256, {}};
  for (const std::size_t first : {0U, 4U}) {
    const std::size_t count = first == 0 ? 4 : 2;
    const auto scores = infer::score(circuit, both.key, batch, first, count, both.engine);
    const std::string name = concat("shard", first, ".h5");
    index.shards.push_back({name, save(scores, folder / name), first, count});
  }
  save(index, folder / "index.h5");
  merge_shards(folder / "index.h5", folder / "scores.h5");
}

/// A key with a bootstrap, and its client's key under the passphrase "open sesame".
void write_keys(const files::path& folder) {
  tfhe::ParameterSpec spec = toy_parameters().spec();
  spec.lwe_dimension = 6;
  spec.polynomial_size = 256;
  const tfhe::ClientKey client = tfhe::generate_client_key(tfhe::Parameters(spec));
  ThreadTeam team(1);
  save(client, folder / "sealed.key", "open sesame");
  save(tfhe::generate_evaluation_key(client, team), folder / "evaluation.h5");
}

void write_results(const files::path& folder) {
  Results results{toy_id(4), toy_id(5), {}};
  results.rows.push_back({0, {{"lr", 0.25}, {"module__n_w_bits", std::int64_t{3}}}, {}});
  results.rows.back().record.result = {{"test_accuracy", 0.875}};
  results.rows.back().record.model_id = toy_id(6);
  results.rows.back().record.history = {{1, 0.5, 0.625, 0.75}};
  results.rows.push_back({1, {{"lr", 0.5}, {"module__n_w_bits", std::int64_t{2}}}, {}});
  results.rows.back().record.state = pipeline::Record::State::failed;
  results.rows.back().record.reason = "out of memory";
  save(results, folder / "results.h5");
}

void write_journal(const files::path& folder) {
  Journal journal(folder / "journal", toy_id(4));
  for (const std::string text : {"first", "second"}) {
    journal.append(7, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  }
  files::rename(journal.path(), folder / "journal" / "life.journal");
}

void write_all(const files::path& folder) {
  files::create_directories(folder);
  save(toy_dataset(), folder / "dataset.h5");
  save(toy_solution(), folder / "circuit_network.h5");
  write_models(folder);
  write_chain(folder);
  write_keys(folder);
  write_results(folder);
  write_journal(folder);
  std::ofstream list(folder / "ids.txt");
  for (const auto& entry : std::set<files::path>(files::directory_iterator(folder), {})) {
    if (entry.extension() != ".h5" && entry.extension() != ".key") continue;
    const Identity identity = read_identity(entry);
    list << entry.filename().string() << " " << identity.noun << " " << identity.id.hex() << "\n";
  }
}

}  // namespace
}  // namespace basalt::io

int main(int count, char** arguments) {
  if (count != 2 || std::filesystem::exists(arguments[1])) {
    std::fputs("usage: write_vectors FOLDER    (a new one, for a new format version)\n", stderr);
    return 2;
  }
  basalt::io::write_all(arguments[1]);
  return 0;
}
