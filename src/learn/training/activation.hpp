// Univariate activations by their names in PyTorch; under encryption each is a table.
#pragma once

#include <string>
#include <vector>

namespace basalt::learn {

/// An activation and its derivative, with PyTorch's default parameters.
struct Activation {
  std::string name;
  double (*value)(double) = nullptr;
  double (*slope)(double) = nullptr;
};

/// Every known activation.
const std::vector<Activation>& activations();
/// Their names, for rules and errors.
std::vector<std::string> activation_names();
/// Errors: invalid_argument with subject "module__activation_function" and the nearest name.
const Activation& activation_named(const std::string& name);

}  // namespace basalt::learn
