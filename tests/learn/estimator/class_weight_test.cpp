#include "learn/estimator/class_weight.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace basalt::learn::class_weight_test {
namespace {

/// Three rows of "a", one of "b".
Dataset uneven() {
  Dataset data;
  data.features = Matrix<double>::Zero(4, 1);
  data.labels = {0, 0, 1, 0};
  data.classes = {"a", "b"};
  return data;
}

TEST(ClassWeight, BalancedGivesEveryClassTheSameSum) {
  const Vector<double> weights = row_weights("balanced", uneven());
  EXPECT_DOUBLE_EQ(weights(0), 4.0 / (2 * 3));
  EXPECT_DOUBLE_EQ(weights(2), 4.0 / (2 * 1));
  EXPECT_DOUBLE_EQ(weights.sum(), 4.0);
}

TEST(ClassWeight, NamedLabelsWeighAsToldTheOthersOne) {
  EXPECT_EQ(row_weights("b: 2.5", uneven()), (Vector<double>(4) << 1, 1, 2.5, 1).finished());
  EXPECT_EQ(row_weights(" b:3 , a: 0", uneven()), (Vector<double>(4) << 0, 0, 3, 0).finished());
  EXPECT_EQ(row_weights("none", uneven()), Vector<double>::Ones(4));
}

TEST(ClassWeight, TheRestWeighsOne) {
  const Dataset data = uneven();
  const Vector<double> weights = row_weights("a: 3, b: 2", data);
  EXPECT_EQ(against_the_rest(weights, data.labels, 0),
            (Vector<double>(4) << 3, 3, 1, 3).finished());
  EXPECT_EQ(against_the_rest({}, data.labels, 0).size(), 0);
}

TEST(ClassWeight, RefusesUnknownLabelsAndBadWeightsByName) {
  for (const char* text : {"c: 1", "a", "a: -1", "a: heavy", "a: inf", "a: 0, b: 0", "a: 1,"}) {
    try {
      row_weights(text, uneven());
      ADD_FAILURE() << text << " was accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.subject(), "class_weight") << text;
    }
  }
}

}  // namespace
}  // namespace basalt::learn::class_weight_test
