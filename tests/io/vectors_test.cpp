// Files that earlier format versions wrote are read as they were meant
// (tests/io/write_vectors.cpp).
#include <gtest/gtest.h>

#include <fstream>

#include "base/error.hpp"
#include "infer/infer.hpp"
#include "io/journal/journal.hpp"
#include "io/store/batch_store.hpp"
#include "io/store/circuit_store.hpp"
#include "io/store/client_key_store.hpp"
#include "io/store/dataset_store.hpp"
#include "io/store/evaluation_key_store.hpp"
#include "io/store/model_store.hpp"
#include "io/store/record_store.hpp"
#include "io/store/score_store.hpp"
#include "support/expect_error.hpp"
#include "support/kernels.hpp"

namespace basalt::io::vectors_test {
namespace {

namespace files = std::filesystem;

class Vectors : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  files::path path(const std::string& name) const {
    return files::path(BASALT_VECTORS) / concat("format_", GetParam()) / name;
  }
  Digest id_of(const std::string& name) const {
    std::ifstream list(path("ids.txt"));
    for (std::string file, noun, id; list >> file >> noun >> id;) {
      if (file == name) return Digest::from_hex(id);
    }
    ADD_FAILURE() << name << " is not listed";
    return {};
  }
};

TEST_P(Vectors, EveryFileIsListedAndSound) {
  std::ifstream list(path("ids.txt"));
  std::size_t count = 0;
  for (std::string file, noun, id; list >> file >> noun >> id; ++count) {
    const Identity identity = verify(path(file));
    EXPECT_EQ(identity.noun, noun) << file;
    EXPECT_EQ(identity.id.hex(), id) << file;
    EXPECT_LE(identity.version, GetParam()) << file;
  }
  EXPECT_GE(count, 16U);
}

TEST_P(Vectors, DatasetsModelsAndCircuitsKeepTheirIds) {
  EXPECT_EQ(load_dataset(path("dataset.h5")).id(), id_of("dataset.h5"));
  EXPECT_EQ(load_dataset(path("dataset.h5")).rows(), 60U);
  for (const std::string name : {"linear", "network", "trees", "neighbors"}) {
    const std::string file = "model_" + name + ".h5";
    EXPECT_EQ(load_model(path(file)).id(), id_of(file));
  }
  for (const std::string file : {"circuit.h5", "circuit_network.h5"}) {
    EXPECT_EQ(load_circuit(path(file)).id(), id_of(file));
  }
}

TEST_P(Vectors, EncryptedScoresDecryptToTheClearCircuits) {
  const circuit::Circuit circuit = load_circuit(path("circuit.h5"));
  const tfhe::ClientKey client = load_client_key(path("client.key"));
  const Matrix<ir::Integer> expected = ir::evaluate(
      circuit.encoded.graph,
      ir::quantize_rows(circuit.encoded.preprocessing, load_dataset(path("rows.h5")).features));

  for (const std::string file : {"scores.h5", "index.h5"}) {
    EXPECT_EQ(infer::decrypt(circuit, client, load_scores(path(file))), expected) << file;
  }
}

TEST_P(Vectors, BatchesAreScoredAsBefore) {
  const circuit::Circuit circuit = load_circuit(path("circuit.h5"));
  const tfhe::ClientKey client = load_client_key(path("client.key"));
  ThreadTeam team(1);
  infer::Engine engine{testing_support::chosen_kernels(), team};
  const tfhe::EvaluationKey key(tfhe::generate_evaluation_key(client, team), engine.kernels, team);
  const infer::EncryptedBatch batch = load_batch(path("batch.h5"));

  const infer::EncryptedScores scores = infer::score(circuit, key, batch, 0, batch.rows, engine);

  EXPECT_EQ(infer::decrypt(circuit, client, scores),
            infer::decrypt(circuit, client, load_scores(path("scores.h5"))));
}

TEST_P(Vectors, KeysAreRead) {
  const tfhe::SeededEvaluationKey key = load_evaluation_key(path("evaluation.h5"));
  EXPECT_EQ(key.id(), id_of("evaluation.h5"));
  EXPECT_EQ(load_client_key(path("sealed.key"), "open sesame").id(), key.client_key_id);
  expect_error(ErrorCode::mismatch, "the passphrase is wrong",
               [&] { load_client_key(path("sealed.key"), "open barley"); });
}

TEST_P(Vectors, ResultsAreRead) {
  const Results results = load_results(path("results.h5"));
  ASSERT_EQ(results.rows.size(), 2U);
  EXPECT_EQ(results.results_digest, id_of("results.h5"));
  EXPECT_EQ(results.rows[0].record.result.at("test_accuracy"), 0.875);
  EXPECT_EQ(results.rows[0].record.history.at(0).valid_accuracy, 0.75);
  EXPECT_EQ(results.rows[1].record.reason, "out of memory");
  EXPECT_EQ(std::get<std::int64_t>(results.rows[1].configuration.at("module__n_w_bits")), 2);
}

TEST_P(Vectors, JournalsAreReplayed) {
  const Replay replay =
      replay_journals(path("journal"), load_results(path("results.h5")).campaign_id);
  ASSERT_EQ(replay.records.size(), 2U);
  EXPECT_EQ(replay.records[1].type, 7);
  const auto& payload = replay.records[1].payload;
  EXPECT_EQ(std::string(payload.begin(), payload.end()), "second");
  EXPECT_TRUE(replay.torn.empty());
}

INSTANTIATE_TEST_SUITE_P(Formats, Vectors, ::testing::Values(1U));

}  // namespace
}  // namespace basalt::io::vectors_test
