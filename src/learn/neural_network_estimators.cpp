// The neural network estimators that recipes can name.
#include "learn/train.hpp"

namespace basalt::learn {

std::vector<Estimator> neural_network_estimators() {
  return {};
}

}  // namespace basalt::learn
