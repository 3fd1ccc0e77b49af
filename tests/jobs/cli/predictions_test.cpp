// Tests of the CSV of predictions and of the comparison of integers.
#include "jobs/cli/predictions.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace basalt::jobs::cli::predictions_test {
namespace {

ir::Postprocessing two_classes() {
  ir::Postprocessing post;
  post.combine = ir::SparseMatrix::identity(2);
  post.scale = {1.0, 1.0};
  post.offset = {0.0, 0.0};
  post.link = ir::Link::softmax;
  post.classes = {"no", "yes, \"surely\""};
  return post;
}

TEST(Predictions, HaveAHeaderAndOneLinePerRow) {
  Matrix<ir::Integer> integers(2, 2);
  integers << 0, 0, 40, 0;

  EXPECT_EQ(predictions_csv(two_classes(), integers, 7),
            "row,label,probability_no,\"probability_yes, \"\"surely\"\"\"\n"
            "7,no,0.5,0.5\n8,no,1,4.24835426e-18\n");
}

TEST(Predictions, OfARegressionAreValues) {
  ir::Postprocessing post;
  post.combine = ir::SparseMatrix::identity(1);
  post.scale = {0.5};
  post.offset = {1.0};
  const Matrix<ir::Integer> integers = Matrix<ir::Integer>::Constant(1, 1, 3);

  EXPECT_EQ(predictions_csv(post, integers, 0), "row,value\n0,2.5\n");
}

}  // namespace
}  // namespace basalt::jobs::cli::predictions_test
