#include "io/store/batch_store.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "io/nouns.hpp"
#include "support/expect_error.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::io::batch_store_test {
namespace {

TEST(BatchStore, ABatchComesBack) {
  const testing_support::TemporaryFolder folder;
  const infer::EncryptedBatch batch = toy_batch();

  save(batch, folder.file("b.h5"));
  const infer::EncryptedBatch found = load_batch(folder.file("b.h5"));

  EXPECT_EQ(found.id(), batch.id());
  EXPECT_EQ(found.bodies, batch.bodies);
  EXPECT_EQ(found.seed, batch.seed);
  EXPECT_EQ(found.circuit_id, batch.circuit_id);
  EXPECT_EQ(found.client_key_id, batch.client_key_id);
}

TEST(BatchStore, RowsAreReadWithTheirMaskStreams) {
  const testing_support::TemporaryFolder folder;
  const infer::EncryptedBatch batch = toy_batch();
  save(batch, folder.file("b.h5"));
  const BatchReader reader(folder.file("b.h5"));

  const infer::EncryptedBatch part = reader.read(2, 3, 512);  // 600 inputs: two polynomials a row

  EXPECT_EQ(reader.id(), batch.id());
  EXPECT_EQ(reader.rows(), 7U);
  EXPECT_EQ(part.first_stream, 40U + 2 * 2);
  EXPECT_EQ(part.rows, 3U);
  EXPECT_TRUE(std::ranges::equal(part.bodies, std::span(batch.bodies).subspan(1200, 1800)));
  EXPECT_EQ(reader.read(2, 3, 1024).first_stream, 40U + 2);
  expect_error(ErrorCode::invalid_argument, "are asked for, it", [&] { reader.read(5, 3, 512); });
}

/// Rows [first, first + count) of the toy batch, whose rows have one stream each.
infer::EncryptedBatch part_of(const infer::EncryptedBatch& whole, std::size_t first,
                              std::size_t count) {
  infer::EncryptedBatch part = whole;
  part.first_stream += first;
  part.rows = count;
  const auto begin = whole.bodies.begin() + static_cast<std::ptrdiff_t>(first * whole.inputs);
  part.bodies.assign(begin, begin + static_cast<std::ptrdiff_t>(count * whole.inputs));
  return part;
}

TEST(BatchStore, PartsWrittenOneByOneGiveTheFileOfTheWhole) {
  const testing_support::TemporaryFolder folder;
  const infer::EncryptedBatch batch = toy_batch();
  save(batch, folder.file("whole.h5"));
  infer::EncryptedBatch header = batch;
  header.bodies.clear();

  BatchWriter writer(folder.file("parts.h5"), header);
  for (const auto& [first, count] : {std::pair{0U, 3U}, {3U, 0U}, {3U, 4U}}) {
    writer.append(part_of(batch, first, count));
  }
  EXPECT_FALSE(std::filesystem::exists(folder.file("parts.h5")));
  EXPECT_EQ(writer.publish(), batch.id());

  EXPECT_EQ(read_bytes(folder.file("parts.h5")), read_bytes(folder.file("whole.h5")));
}

TEST(BatchStore, MissingForeignAndSurplusPartsAreRefused) {
  const testing_support::TemporaryFolder folder;
  const infer::EncryptedBatch batch = toy_batch();
  infer::EncryptedBatch header = batch, foreign = part_of(batch, 0, 3);
  header.bodies.clear();
  foreign.seed[0] ^= 1;

  BatchWriter writer(folder.file("b.h5"), header);
  expect_error(ErrorCode::mismatch, "do not follow the first", [&] { writer.append(foreign); });
  expect_error(ErrorCode::mismatch, "do not follow the first",
               [&] { writer.append(part_of(batch, 3, 3)); });
  writer.append(part_of(batch, 0, 3));
  expect_error(ErrorCode::mismatch, "do not follow the first",
               [&] { writer.append(part_of(batch, 0, 7)); });
  expect_error(ErrorCode::mismatch, "rows were written", [&] { writer.publish(); });
}

TEST(BatchStore, RowsThatDoNotFitAreRefused) {
  const testing_support::TemporaryFolder folder;
  infer::EncryptedBatch batch = toy_batch();
  batch.bodies.pop_back();

  expect_error(ErrorCode::invalid_argument, "bodies, expected",
               [&] { save(batch, folder.file("b.h5")); });
}

}  // namespace
}  // namespace basalt::io::batch_store_test
