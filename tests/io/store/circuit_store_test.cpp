#include "io/store/circuit_store.hpp"

#include <gtest/gtest.h>

#include "io/checksum/envelope.hpp"
#include "io/nouns.hpp"
#include "support/expect_error.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::io::circuit_store_test {
namespace {

TEST(CircuitStore, ACircuitComesBackWithItsMeaning) {
  const testing_support::TemporaryFolder folder;
  const circuit::Circuit circuit = toy_solution();

  const Digest id = save(circuit, folder.file("c.h5"));
  const circuit::Circuit found = load_circuit(folder.file("c.h5"));

  EXPECT_EQ(found.id(), id);
  EXPECT_EQ(found.id(), circuit.id());
  EXPECT_EQ(found.parameters.id(), circuit.parameters.id());
  EXPECT_EQ(ir::print(found.encoded), ir::print(circuit.encoded));
  EXPECT_EQ(found.readout, circuit.readout);
  EXPECT_EQ(found.p_error, circuit.p_error);
  const std::vector<ir::Integer> inputs(circuit.encoded.inputs(), 2);
  EXPECT_EQ(ir::evaluate(found.encoded.graph, inputs), ir::evaluate(circuit.encoded.graph, inputs));
}

TEST(CircuitStore, ASetPerStageComesBackAndRaisesTheVersion) {
  const testing_support::TemporaryFolder folder;
  const circuit::Circuit chain = toy_chain_solution();
  save(chain, folder.file("chain.h5"));
  save(toy_solution(), folder.file("one.h5"));

  EXPECT_EQ(load_circuit(folder.file("chain.h5")).parameters.id(), chain.parameters.id());
  EXPECT_EQ(read_identity(folder.file("chain.h5")).version, 2U);
  EXPECT_EQ(read_identity(folder.file("one.h5")).version, 1U);
}

TEST(CircuitStore, SharedRotationsComeBackAndRaiseTheVersion) {
  const testing_support::TemporaryFolder folder;
  circuit::Circuit circuit = toy_solution();
  circuit.log2_tables_per_rotation = {0, 0, 1, 0, 0};
  save(circuit, folder.file("shared.h5"));

  EXPECT_EQ(load_circuit(folder.file("shared.h5")).log2_tables_per_rotation,
            circuit.log2_tables_per_rotation);
  EXPECT_EQ(read_identity(folder.file("shared.h5")).version, 3U);
  circuit.log2_tables_per_rotation = {0, 0, 9, 0, 0};
  save(circuit, folder.file("wrong.h5"));
  expect_error(ErrorCode::corrupt, "tables in one rotation, expected",
               [&] { (void)load_circuit(folder.file("wrong.h5")); });
}

TEST(CircuitStore, TheWidthOfScoresComesBackAndRaisesTheVersion) {
  const testing_support::TemporaryFolder folder;
  circuit::Circuit circuit = toy_solution();
  circuit.score_word_bits = 16;
  save(circuit, folder.file("short.h5"));

  EXPECT_EQ(load_circuit(folder.file("short.h5")).score_word_bits, 16);
  EXPECT_EQ(read_identity(folder.file("short.h5")).version, 3U);
  circuit.score_word_bits = 24;
  save(circuit, folder.file("odd.h5"));
  expect_error(ErrorCode::corrupt, "words of scores have",
               [&] { (void)load_circuit(folder.file("odd.h5")); });
}

TEST(CircuitStore, NamesModelAndParameters) {
  const testing_support::TemporaryFolder folder;
  const circuit::Circuit circuit = toy_solution();
  save(circuit, folder.file("c.h5"));

  const Identity identity = read_identity(folder.file("c.h5"));

  EXPECT_EQ(identity.parent("model"), circuit.encoded.model_id);
  EXPECT_EQ(identity.parent("parameters"), circuit.parameters.id());
}

TEST(CircuitStore, ACircuitThatContradictsItselfIsRefused) {
  const testing_support::TemporaryFolder folder;
  circuit::Circuit circuit = toy_solution();
  circuit.encoded.encodings.pop_back();
  save(circuit, folder.file("c.h5"));

  try {
    (void)load_circuit(folder.file("c.h5"));
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::corrupt);
    EXPECT_NE(std::string(error.what()).find("c.h5"), std::string::npos);
  }
}

}  // namespace
}  // namespace basalt::io::circuit_store_test
