// What the client encrypts and decrypts, and what it refuses.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "support/encrypted.hpp"
#include "support/expect_error.hpp"
#include "tfhe/glwe.hpp"

namespace basalt::infer::client_test {
namespace {

using testing::Encrypted;

/// A circuit that sends its inputs back.
circuit::Circuit echo(std::size_t inputs, std::size_t N) {
  return testing::circuit(
      testing::lowered({{{"x", ir::Input{inputs, -3, 12}}, {"y", ir::Output{0}}}}),
      testing::linear_spec(N));
}

TEST(Encrypt, HidesIntegersAtTheScaleOfTheCircuit) {
  Encrypted both(echo(5, 1024));
  Matrix<double> row(1, 5);
  row << -3, 0, 1, 12, 99;  // 99 is clamped to 12

  const EncryptedBatch batch = encrypt(both.circuit, both.client, row);

  EXPECT_EQ(batch.bodies.size(), 5u);
  EXPECT_EQ(batch.circuit_id, both.circuit.id());
  EXPECT_EQ(batch.client_key_id, both.client.id());
  std::vector<tfhe::Torus> masks(1024), lwe(1025);
  expand_masks(both.circuit.parameters.stage(0), batch.seed, batch.first_stream, masks);
  const std::vector<ir::Integer> expected{-3, 0, 1, 12, 12};
  std::size_t silent = 0;
  for (std::size_t i = 0; i < 5; ++i) {
    tfhe::sample_extract(masks, batch.bodies[i], 1, 1024, i, lwe);
    const auto error = static_cast<std::int64_t>(phase(both.client.stage(0), lwe) -
                                                 ir::torus_word(expected[i], 60));
    EXPECT_LT(std::abs(static_cast<double>(error)), 0x1p16 * 10);
    silent += error == 0 ? 1 : 0;
  }
  // An error is 0 with probability 6e-6, two of five with 4e-10.
  EXPECT_LE(silent, 1U);
}

TEST(Encrypt, TwiceGivesOtherCiphertexts) {
  Encrypted both(echo(4, 1024));
  const Matrix<double> rows = Matrix<double>::Zero(2, 4);
  const EncryptedBatch first = encrypt(both.circuit, both.client, rows);
  EXPECT_NE(first.seed, encrypt(both.circuit, both.client, rows).seed);
  EXPECT_NE(first.bodies[0], first.bodies[4]);
}

TEST(Encrypt, TakesRowsLongerThanAPolynomial) {
  Encrypted both(echo(700, 256));
  RandomStream random{Seed{11}};
  const auto inputs = testing::random_inputs(3, {700, -3, 12}, random);
  EXPECT_EQ(both.run(inputs), inputs);
}

TEST(EvaluateEncrypted, TakesMoreRowsThanFitItsMemory) {
  Encrypted both(echo(700, 2048));  // 11 MiB of scores per row, so five rows at a time
  RandomStream random{Seed{12}};
  const auto inputs = testing::random_inputs(12, {700, -3, 12}, random);
  std::vector<std::size_t> reported;

  const auto found =
      evaluate_encrypted(both.circuit, both.client, both.key, inputs.cast<double>(), both.engine,
                         [&](std::size_t rows, std::size_t) { reported.push_back(rows); });

  EXPECT_EQ(found.integers, inputs);
  EXPECT_TRUE(std::ranges::is_sorted(reported));
  EXPECT_EQ(reported.back(), 12U);
}

TEST(Decrypt, RefusesOtherKeysAndCircuits) {
  Encrypted both(echo(4, 1024));
  const EncryptedBatch batch = encrypt(both.circuit, both.client, Matrix<double>::Zero(1, 4));
  const EncryptedScores scores = score(both.circuit, both.key, batch, 0, 1, both.engine);
  const tfhe::ClientKey stranger = tfhe::generate_client_key(both.circuit.parameters);
  const circuit::Circuit other = echo(4, 512);

  expect_error(ErrorCode::mismatch, "scores are encrypted under key",
               [&] { decrypt(both.circuit, stranger, scores); });
  expect_error(ErrorCode::mismatch, "circuit is run with parameters",
               [&] { decrypt(other, both.client, scores); });
  expect_error(ErrorCode::mismatch, "circuit is run with parameters",
               [&] { encrypt(other, both.client, Matrix<double>::Zero(1, 4)); });
  EncryptedScores cut = scores;
  cut.words.pop_back();
  expect_error(ErrorCode::mismatch, "words, expected",
               [&] { decrypt(both.circuit, both.client, cut); });
  EXPECT_EQ(decrypt(both.circuit, both.client, scores), Matrix<ir::Integer>::Zero(1, 4));
}

}  // namespace
}  // namespace basalt::infer::client_test
