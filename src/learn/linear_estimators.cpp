// The linear estimators that recipes can name.
#include "learn/train.hpp"

namespace basalt::learn {

std::vector<Estimator> linear_estimators() {
  return {};
}

}  // namespace basalt::learn
