#include "io/store/batch_store.hpp"

#include <gtest/gtest.h>

#include "io/nouns.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::io {
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
  EXPECT_THROW(reader.read(5, 3, 512), Error);
}

TEST(BatchStore, RowsThatDoNotFitAreRefused) {
  const testing_support::TemporaryFolder folder;
  infer::EncryptedBatch batch = toy_batch();
  batch.bodies.pop_back();

  EXPECT_THROW(save(batch, folder.file("b.h5")), Error);
}

}  // namespace
}  // namespace basalt::io
