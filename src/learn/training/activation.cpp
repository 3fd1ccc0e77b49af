#include "learn/training/activation.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.hpp"

namespace basalt::learn {
namespace {

double logistic(double x) {
  return 1.0 / (1.0 + std::exp(-x));
}
double softplus(double x) {
  return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
}
double normal_density(double x) {
  return std::exp(-0.5 * x * x) / std::sqrt(2.0 * std::numbers::pi);
}
double normal_share(double x) {
  return 0.5 * std::erfc(-x / std::numbers::sqrt2);
}

// Self-normalising constants. Source: Klambauer et al., Self-Normalizing Neural Networks, 2017.
constexpr double selu_alpha = 1.6732632423543772;
constexpr double selu_scale = 1.0507009873554805;
constexpr double leaky_slope = 0.01;
constexpr double prelu_slope = 0.25;
constexpr double shrink = 0.5;

// A triangle wave of period 4 that is x near 0: what a torus-native neuron computes.
double triangle_phase(double x) {
  return x + 1.0 - 4.0 * std::floor((x + 1.0) / 4.0);
}
double triangle(double x) {
  const double phase = triangle_phase(x);
  return phase < 2.0 ? phase - 1.0 : 3.0 - phase;
}
double triangle_slope(double x) {
  return triangle_phase(x) < 2.0 ? 1.0 : -1.0;
}

double mish_slope(double x) {
  const double t = std::tanh(softplus(x));
  return t + x * (1.0 - t * t) * logistic(x);
}

std::vector<Activation> smooth_ones() {
  return {
      {"Sigmoid", logistic, [](double x) { return logistic(x) * (1.0 - logistic(x)); }},
      {"Tanh", [](double x) { return std::tanh(x); },
       [](double x) { return 1.0 - std::tanh(x) * std::tanh(x); }},
      {"SELU", [](double x) { return selu_scale * (x > 0 ? x : selu_alpha * std::expm1(x)); },
       [](double x) { return selu_scale * (x > 0 ? 1.0 : selu_alpha * std::exp(x)); }},
      {"CELU", [](double x) { return x > 0 ? x : std::expm1(x); },
       [](double x) { return x > 0 ? 1.0 : std::exp(x); }},
      {"ELU", [](double x) { return x > 0 ? x : std::expm1(x); },
       [](double x) { return x > 0 ? 1.0 : std::exp(x); }},
      {"GELU", [](double x) { return x * normal_share(x); },
       [](double x) { return normal_share(x) + x * normal_density(x); }},
      {"SiLU", [](double x) { return x * logistic(x); },
       [](double x) { return logistic(x) * (1.0 + x * (1.0 - logistic(x))); }},
      {"Softplus", softplus, logistic},
      {"LogSigmoid", [](double x) { return -softplus(-x); }, [](double x) { return logistic(-x); }},
      {"Mish", [](double x) { return x * std::tanh(softplus(x)); }, mish_slope},
      {"Softsign", [](double x) { return x / (1.0 + std::abs(x)); },
       [](double x) { return 1.0 / ((1.0 + std::abs(x)) * (1.0 + std::abs(x))); }},
      {"Tanhshrink", [](double x) { return x - std::tanh(x); },
       [](double x) { return std::tanh(x) * std::tanh(x); }},
  };
}

std::vector<Activation> piecewise_ones() {
  return {
      {"ReLU", [](double x) { return std::max(x, 0.0); },
       [](double x) { return x > 0 ? 1.0 : 0.0; }},
      {"LeakyReLU", [](double x) { return x > 0 ? x : leaky_slope * x; },
       [](double x) { return x > 0 ? 1.0 : leaky_slope; }},
      {"PReLU", [](double x) { return x > 0 ? x : prelu_slope * x; },
       [](double x) { return x > 0 ? 1.0 : prelu_slope; }},
      {"ReLU6", [](double x) { return std::clamp(x, 0.0, 6.0); },
       [](double x) { return x > 0 && x < 6.0 ? 1.0 : 0.0; }},
      {"Hardtanh", [](double x) { return std::clamp(x, -1.0, 1.0); },
       [](double x) { return std::abs(x) < 1.0 ? 1.0 : 0.0; }},
      {"HardSigmoid", [](double x) { return std::clamp(x / 6.0 + 0.5, 0.0, 1.0); },
       [](double x) { return std::abs(x) < 3.0 ? 1.0 / 6.0 : 0.0; }},
      {"Hardsigmoid", [](double x) { return std::clamp(x / 6.0 + 0.5, 0.0, 1.0); },
       [](double x) { return std::abs(x) < 3.0 ? 1.0 / 6.0 : 0.0; }},
      {"Hardswish", [](double x) { return x * std::clamp(x + 3.0, 0.0, 6.0) / 6.0; },
       [](double x) { return x <= -3.0  ? 0.0
                             : x >= 3.0 ? 1.0
                                        : (2.0 * x + 3.0) / 6.0; }},
      {"Softshrink",
       [](double x) { return x > shrink    ? x - shrink
                             : x < -shrink ? x + shrink
                                           : 0.0; },
       [](double x) { return std::abs(x) > shrink ? 1.0 : 0.0; }},
      {"Hardshrink", [](double x) { return std::abs(x) > shrink ? x : 0.0; },
       [](double x) { return std::abs(x) > shrink ? 1.0 : 0.0; }},
      {"Threshold", [](double x) { return x > 0.0 ? x : 0.0; },
       [](double x) { return x > 0.0 ? 1.0 : 0.0; }},
      {"Identity", [](double x) { return x; }, [](double) { return 1.0; }},
      {"Triangle", triangle, triangle_slope},
  };
}

}  // namespace

const std::vector<Activation>& activations() {
  static const std::vector<Activation> all = [] {
    std::vector<Activation> list = piecewise_ones();
    for (Activation& activation : smooth_ones()) list.push_back(std::move(activation));
    return list;
  }();
  return all;
}

std::vector<std::string> activation_names() {
  std::vector<std::string> names;
  for (const Activation& activation : activations()) names.push_back(activation.name);
  return names;
}

const Activation& activation_named(const std::string& name) {
  for (const Activation& activation : activations()) {
    if (activation.name == name) return activation;
  }
  const std::string near = nearest_name(name, activation_names());
  throw Error(ErrorCode::invalid_argument,
              concat("unknown activation \"", name, "\"",
                     near.empty() ? "" : concat("; did you mean \"", near, "\"?")),
              "module__activation_function");
}

}  // namespace basalt::learn
