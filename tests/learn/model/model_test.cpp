#include "learn/model/model.hpp"

#include <gtest/gtest.h>

#include "base/describe.hpp"
#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::learn::model_test {
namespace {

TEST(Model, HasAnIdThatCoversSharedFieldsAndFamily) {
  Model model;
  const Digest empty = model.id();

  model.classes = {"x", "y"};
  const Digest with_classes = model.id();
  select_family(model, "trees");

  EXPECT_NE(with_classes, empty);
  EXPECT_NE(model.id(), with_classes);
}

TEST(Model, SelectsEveryFamilyByName) {
  Model model;
  for (const char* name : {"trees", "neural_network", "linear"}) {
    select_family(model, name);
    EXPECT_EQ(family_name(model), name);
  }
  expect_error(ErrorCode::corrupt, "expected linear, neural",
               [&] { select_family(model, "oracle"); });
}

TEST(Model, CountsItsHistoryInItsId) {
  Model model;
  const Digest before = model.id();

  model.history.push_back({.epoch = 1, .train_loss = 0.5});

  EXPECT_NE(model.id(), before);
  EXPECT_EQ(model.history.size(), 1U);  // hashing goes through columns and back
}

}  // namespace
}  // namespace basalt::learn::model_test
