#include "io/store/model_store.hpp"

#include <gtest/gtest.h>

#include "io/checksum/envelope.hpp"
#include "io/nouns.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::io::model_store_test {
namespace {

class ModelStore : public ::testing::TestWithParam<const char*> {};

TEST_P(ModelStore, AModelComesBackWithItsId) {
  const testing_support::TemporaryFolder folder;
  const learn::Model model = toy_model(GetParam());

  save(model, folder.file("m.h5"), toy_id(8));
  const learn::Model found = load_model(folder.file("m.h5"));

  EXPECT_EQ(found.id(), model.id());
  EXPECT_EQ(found.estimator, GetParam());
  EXPECT_EQ(found.settings.values(), model.settings.values());
  EXPECT_EQ(found.history.size(), model.history.size());
  EXPECT_EQ(family_name(found), family_name(model));
  EXPECT_EQ(read_identity(folder.file("m.h5")).parent("dataset"), toy_id(8));
}

INSTANTIATE_TEST_SUITE_P(Families, ModelStore,
                         ::testing::Values("LogisticRegression", "Ridge", "NeuralNetClassifier",
                                           "QuantCNN"));

}  // namespace
}  // namespace basalt::io::model_store_test
