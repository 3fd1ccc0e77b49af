// Batches that are encrypted part by part.
#include "infer/encryptor.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/encrypted.hpp"
#include "support/expect_error.hpp"
#include "torus/detail/kernel_table.hpp"

namespace basalt::infer::encryptor_test {
namespace {

using testing::Encrypted;

/// A circuit that sends its inputs back.
circuit::Circuit echo(std::size_t inputs, std::size_t N) {
  return testing::circuit(
      testing::lowered({{{"x", ir::Input{inputs, -3, 12}}, {"y", ir::Output{0}}}}),
      testing::linear_spec(N));
}

TEST(Encryptor, PartsMakeUpTheWholeBatch) {
  Encrypted both(echo(600, 512));  // two polynomials a row
  RandomStream random{Seed{12}};
  const auto inputs = testing::random_inputs(7, {600, -3, 12}, random);
  Encryptor encryptor(both.circuit, both.client);

  EncryptedBatch whole = encryptor.header(7);
  for (const auto& [first, rows] : {std::pair{0, 3}, {3, 1}, {4, 3}}) {
    const EncryptedBatch part = encryptor.encrypt(inputs.middleRows(first, rows).cast<double>());
    EXPECT_EQ(part.first_stream, static_cast<std::uint64_t>(2 * first));
    EXPECT_EQ(part.seed, whole.seed);
    whole.bodies.insert(whole.bodies.end(), part.bodies.begin(), part.bodies.end());
  }

  const EncryptedScores scores = score(both.circuit, both.key, whole, 0, 7, both.engine);
  EXPECT_EQ(decrypt(both.circuit, both.client, scores), inputs);
}

TEST(Encryptor, EachBatchHasASeedOfItsOwn) {
  Encrypted both(echo(4, 512));
  EXPECT_NE(Encryptor(both.circuit, both.client).header(1).seed,
            Encryptor(both.circuit, both.client).header(1).seed);
}

bool called = false;

TEST(Encryptor, UsesTheKernelsThatWereChosen) {
  torus::Kernels kernels = torus::reference_kernels;
  kernels.add_products = [](const torus::ProductTask& task) {
    called = true;
    torus::reference_kernels.add_products(task);
  };
  Encrypted both(echo(4, 512));
  called = false;

  (void)encrypt(both.circuit, both.client, Matrix<double>::Zero(1, 4));
  EXPECT_FALSE(called);
  (void)encrypt(both.circuit, both.client, Matrix<double>::Zero(1, 4), kernels);
  EXPECT_TRUE(called);
}

TEST(Encryptor, RefusesAKeyOfOtherParameters) {
  Encrypted one(echo(4, 512)), other(echo(4, 1024));
  expect_error(ErrorCode::mismatch, "circuit is run with parameters",
               [&] { Encryptor(one.circuit, other.client); });
}

}  // namespace
}  // namespace basalt::infer::encryptor_test
