#include "jobs/score/score.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <optional>

#include "base/error.hpp"
#include "io/file/file.hpp"
#include "io/store/batch_store.hpp"
#include "io/store/circuit_store.hpp"
#include "io/store/evaluation_key_store.hpp"
#include "io/store/score_store.hpp"
#include "jobs/shared_folder.hpp"
#include "support/encrypted.hpp"
#include "support/expect_error.hpp"
#include "support/kernels.hpp"

namespace basalt::jobs::score_test {
namespace {

namespace files = std::filesystem;
constexpr std::size_t rows = 100;

/// Files of a small linear circuit with a batch; rank 0 keeps the client's key.
struct Bench {
  SharedFolder folder;
  std::optional<tfhe::ClientKey> client;
  circuit::Circuit circuit;
  Matrix<ir::Integer> inputs, expected;
  ThreadTeam team{1};
  infer::Engine engine{testing_support::chosen_kernels(), team};

  Bench() {
    RandomStream random{Seed{25}};
    const auto weights = testing::random_weights(3, 8, 127, random);
    const ir::Graph graph{{{"x", ir::Input{8, 0, 15}},
                           {"w", ir::Linear{{{0, ir::SparseMatrix::from_dense(weights)}},
                                            std::vector<ir::Integer>(3, -5)}},
                           {"y", ir::Output{1}}}};
    circuit = testing::circuit(testing::lowered(graph), testing::linear_spec());
    inputs = testing::random_inputs(rows, {8, 0, 15}, random);
    expected = evaluate(graph, inputs);
    run_on_all_ranks(world(), [&] {
      if (world().rank() == 0) write_files();
    });
  }

  void write_files() {
    client.emplace(tfhe::generate_client_key(circuit.parameters));
    io::save(circuit, path("circuit.h5"));
    io::save(tfhe::generate_evaluation_key(*client, team), path("evaluation.h5"));
    write_batch();
  }
  void write_batch() {
    io::save(infer::encrypt(circuit, *client, inputs.cast<double>()), path("batch.h5"));
  }

  files::path path(const std::string& name) const { return folder.path() / name; }

  ScoreSpec spec() {
    ScoreSpec made;
    made.circuit = path("circuit.h5");
    made.evaluation_key = path("evaluation.h5");
    made.batch = path("batch.h5");
    made.target = path("scores.h5");
    made.shard_rows = 8;
    made.engine = [this]() -> infer::Engine& { return engine; };
    return made;
  }

  void expect_scores() {
    if (world().rank() != 0) return;
    const infer::EncryptedScores scores = io::load_scores(path("scores.h5"));
    EXPECT_EQ(scores.rows, rows);
    EXPECT_EQ(infer::decrypt(circuit, *client, scores), expected);
    EXPECT_FALSE(files::exists(parts_of(path("scores.h5"))));
  }
};

TEST(Score, GivesEveryRowItsScores) {
  Bench bench;
  ScoreSpec spec = bench.spec();
  std::vector<std::uint64_t> done;
  spec.on_rows = [&](std::uint64_t now, std::uint64_t, std::uint64_t) { done.push_back(now); };

  const ScoreResult result = run_score(spec, world());

  bench.expect_scores();
  if (world().rank() != 0) return;
  EXPECT_EQ(result.rows, rows);
  EXPECT_EQ(result.reused_rows, 0u);
  EXPECT_TRUE(std::ranges::is_sorted(done));
  EXPECT_EQ(done.back(), rows);
}

TEST(Score, ChoosesShardsByItself) {
  Bench bench;
  ScoreSpec spec = bench.spec();
  spec.shard_rows = 0;
  run_score(spec, world());
  bench.expect_scores();
}

/// Ends a job after the first finished shards.
ScoreSpec interrupted(Bench& bench) {
  ScoreSpec spec = bench.spec();
  spec.interruption = [&bench] {
    const files::path parts = parts_of(bench.path("scores.h5"));
    const bool begun = files::exists(parts / "rows-0000000000-0000000008.h5");
    return begun ? Interruption::finish : Interruption::none;
  };
  return spec;
}

TEST(Score, GoesOnAfterAnInterruptionAndKeepsWhatIsDone) {
  Bench bench;
  const ScoreResult first = run_score(interrupted(bench), world());
  EXPECT_TRUE(first.interrupted);
  if (world().rank() == 0) {
    EXPECT_FALSE(files::exists(bench.path("scores.h5")));
  }

  const ScoreResult second = run_score(bench.spec(), world());

  EXPECT_FALSE(second.interrupted);
  bench.expect_scores();
  if (world().rank() == 0) {
    EXPECT_GE(second.reused_rows, 8u);
  }
}

TEST(Score, StopsBeforeItsTimeIsOverAndGoesOn) {
  Bench bench;
  ScoreSpec spec = bench.spec();
  spec.most_seconds = 1e-9;  // over after the first shard
  const ScoreResult first = run_score(spec, world());
  EXPECT_TRUE(first.interrupted);
  if (world().rank() == 0) {
    EXPECT_GE(first.rows, 8u);
    EXPECT_LT(first.rows, rows);
    EXPECT_EQ(first.batch_rows, rows);
  }

  spec.most_seconds = 3600.0;
  const ScoreResult second = run_score(spec, world());

  EXPECT_FALSE(second.interrupted);
  bench.expect_scores();
  if (world().rank() == 0) {
    EXPECT_GE(second.reused_rows, first.rows);
  }
}

TEST(Score, KeepsShardsBelowAnIndexThatMissesNone) {
  Bench bench;
  ScoreSpec spec = bench.spec();
  spec.keep_shards = true;
  run_score(spec, world());
  if (world().rank() != 0) return;

  const files::path target = bench.path("scores.h5");
  EXPECT_EQ(io::load_score_index(target).shards.size(), 13u);
  EXPECT_EQ(infer::decrypt(bench.circuit, *bench.client, io::load_scores(target)), bench.expected);

  files::remove(parts_of(target) / "rows-0000000008-0000000016.h5");
  expect_error(ErrorCode::not_found, "shards is missing, the first",
               [&] { io::ScoreFile{target}; });
}

TEST(Score, RefusesPartsOfAnotherBatchOnAllRanks) {
  Bench bench;
  run_score(interrupted(bench), world());
  run_on_all_ranks(world(), [&] {
    if (world().rank() == 0) bench.write_batch();  // encrypted anew, so another batch
  });
  try {
    run_score(bench.spec(), world());
    ADD_FAILURE() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::mismatch);
    EXPECT_NE(std::string(error.what()).find("another"), std::string::npos) << error.what();
  }
}

TEST(Score, RefusesADamagedPart) {
  Bench bench;
  run_score(interrupted(bench), world());
  run_on_all_ranks(world(), [&] {
    if (world().rank() != 0) return;
    const files::path part = parts_of(bench.path("scores.h5")) / "rows-0000000000-0000000008.h5";
    std::fstream file(part, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(files::file_size(part) / 2));
    file.put('x');
    file.put('y');
  });
  try {
    run_score(bench.spec(), world());
    ADD_FAILURE() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::corrupt);
  }
}

TEST(Score, RefusesAKeyOfAnotherClientBeforeItWritesAnything) {
  Bench bench;
  run_on_all_ranks(world(), [&] {
    if (world().rank() != 0) return;
    const tfhe::ClientKey stranger = tfhe::generate_client_key(bench.circuit.parameters);
    io::save(tfhe::generate_evaluation_key(stranger, bench.team), bench.path("evaluation.h5"));
  });
  expect_error(ErrorCode::mismatch, "belongs to client key",
               [&] { run_score(bench.spec(), world()); });
  EXPECT_FALSE(files::exists(parts_of(bench.path("scores.h5"))));
}

TEST(Score, SaysWhichFileIsMissing) {
  Bench bench;
  ScoreSpec spec = bench.spec();
  spec.batch = bench.path("absent.h5");
  try {
    run_score(spec, world());
    ADD_FAILURE() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_NE(std::string(error.what()).find("absent.h5"), std::string::npos);
  }
}

}  // namespace
}  // namespace basalt::jobs::score_test
