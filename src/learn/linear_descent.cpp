#include "learn/linear_descent.hpp"

#include <algorithm>
#include <cmath>
#include <deque>

namespace basalt::learn {
namespace {

using Eigen::Index;

constexpr std::size_t remembered_steps = 12;

/// One remembered step and the change of the gradient along it.
struct Curvature {
  Vector<double> step, change;
  double inverse_product = 0.0;
};

/// The inverse Hessian of the remembered steps times `gradient` (two-loop recursion).
Vector<double> newton_direction(const std::deque<Curvature>& memory,
                                const Vector<double>& gradient) {
  Vector<double> direction = gradient;
  std::vector<double> along(memory.size());
  for (std::size_t i = memory.size(); i-- > 0;) {
    along[i] = memory[i].inverse_product * memory[i].step.dot(direction);
    direction -= along[i] * memory[i].change;
  }
  if (!memory.empty()) {
    const Curvature& last = memory.back();
    direction /= last.inverse_product * last.change.squaredNorm();
  }
  for (std::size_t i = 0; i < memory.size(); ++i) {
    const double back = memory[i].inverse_product * memory[i].change.dot(direction);
    direction += (along[i] - back) * memory[i].step;
  }
  return direction;
}

struct Position {
  Vector<double> point, gradient;
  double value = 0.0;
};

/// Steps back from `length` until the value falls enough; false if no step does.
bool line_search(const Objective& objective, const Vector<double>& direction, double length,
                 Position& at) {
  constexpr double least_fall = 1e-4;
  constexpr int halvings = 60;
  const double slope = at.gradient.dot(direction);
  Position next;
  next.gradient.resize(at.gradient.size());
  for (int i = 0; i < halvings; ++i, length *= 0.5) {
    next.point = at.point - length * direction;
    next.value = objective(next.point, next.gradient);
    // Near the minimum the value no longer resolves progress, but the gradient still does.
    const bool flat = std::abs(next.value - at.value) <= 1e-14 * std::abs(at.value) &&
                      next.gradient.squaredNorm() < at.gradient.squaredNorm();
    if (flat || next.value <= at.value - least_fall * length * slope) {
      at = std::move(next);
      return true;
    }
  }
  return false;
}

}  // namespace

Vector<double> minimize(const Objective& objective, Vector<double> start, const DescentSpec& spec) {
  Position at{std::move(start), {}, 0.0};
  at.gradient.resize(at.point.size());
  at.value = objective(at.point, at.gradient);
  std::deque<Curvature> memory;
  for (std::int64_t iteration = 0; iteration < spec.max_iterations; ++iteration) {
    if (at.gradient.lpNorm<Eigen::Infinity>() <= spec.tolerance) break;
    const Vector<double> direction = newton_direction(memory, at.gradient);
    const double first = memory.empty() ? std::min(1.0, 1.0 / at.gradient.norm()) : 1.0;
    Curvature learned{at.point, at.gradient};
    if (!line_search(objective, direction, first, at)) {
      if (memory.empty()) break;
      memory.clear();
      continue;
    }
    learned.step = at.point - learned.step;
    learned.change = at.gradient - learned.change;
    const double product = learned.step.dot(learned.change);
    if (product <= 1e-16 * learned.change.squaredNorm()) continue;
    learned.inverse_product = 1.0 / product;
    memory.push_back(std::move(learned));
    if (memory.size() > remembered_steps) memory.pop_front();
  }
  return at.point;
}

LinearFit fit_smooth(const Matrix<double>& features, const ScoreLoss& loss,
                     const SmoothFitSpec& spec) {
  const Index outputs = spec.start_intercepts.size(), columns = features.cols();
  const Index weights = outputs * columns;
  Matrix<double> derivative(features.rows(), outputs);
  const Objective objective = [&](const Vector<double>& point, Vector<double>& gradient) {
    const Eigen::Map<const Matrix<double>> coefficients(point.data(), outputs, columns);
    const auto intercepts = point.tail(outputs);
    Matrix<double> scores = features * coefficients.transpose();
    scores.rowwise() += intercepts.transpose();
    double value = loss(scores, derivative);
    Eigen::Map<Matrix<double>>(gradient.data(), outputs, columns) =
        derivative.transpose() * features + spec.penalty * coefficients;
    gradient.tail(outputs) = derivative.colwise().sum().transpose();
    value += 0.5 * spec.penalty * point.head(weights).squaredNorm();
    if (spec.penalize_intercept) {
      value += 0.5 * spec.penalty * intercepts.squaredNorm();
      gradient.tail(outputs) += spec.penalty * intercepts;
    }
    if (!spec.fit_intercept) gradient.tail(outputs).setZero();
    return value;
  };

  Vector<double> start = Vector<double>::Zero(weights + outputs);
  if (spec.fit_intercept) start.tail(outputs) = spec.start_intercepts;
  const Vector<double> best = minimize(objective, std::move(start), spec.descent);
  LinearFit fit;
  fit.coefficients = Eigen::Map<const Matrix<double>>(best.data(), outputs, columns);
  fit.intercepts = best.tail(outputs);
  return fit;
}

}  // namespace basalt::learn
