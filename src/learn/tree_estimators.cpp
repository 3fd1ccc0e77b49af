// The tree estimators that recipes can name.
#include "learn/train.hpp"

namespace basalt::learn {

std::vector<Estimator> tree_estimators() {
  return {};
}

}  // namespace basalt::learn
