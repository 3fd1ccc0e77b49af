#include "learn/linear/descent.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

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

/// A point with the value and the gradient there; `pull` is the steepest of the slopes that the
/// absolute values leave, which is the gradient where there are none.
struct Position {
  Vector<double> point, gradient, pull;
  double value = 0.0;
};

/// A smooth objective and absolute values.
class Problem {
 public:
  Problem(const Objective& objective, const Vector<double>& absolute)
      : objective_(objective), absolute_(absolute) {}

  Position at(Vector<double> point) const {
    Position position{std::move(point), {}, {}, 0.0};
    position.gradient.resize(position.point.size());
    position.value = objective_(position.point, position.gradient);
    position.pull = position.gradient;
    if (absolute_.size() == 0) return position;
    position.value += absolute_.dot(position.point.cwiseAbs());
    for (Index i = 0; i < absolute_.size(); ++i) {
      position.pull(i) = slope(position.gradient(i), position.point(i), absolute_(i));
    }
    return position;
  }

  /// Leaves out of a direction what climbs.
  void align(Vector<double>& direction, const Vector<double>& pull) const {
    for (Index i = 0; i < absolute_.size(); ++i) {
      if (absolute_(i) > 0 && direction(i) * pull(i) <= 0) direction(i) = 0;
    }
  }

  /// A step that stops where a coordinate would change its sign.
  Vector<double> step(const Position& from, const Vector<double>& direction, double length) const {
    Vector<double> next = from.point - length * direction;
    for (Index i = 0; i < absolute_.size(); ++i) {
      const double side = from.point(i) != 0 ? from.point(i) : -from.pull(i);
      if (absolute_(i) > 0 && next(i) * side <= 0) next(i) = 0;
    }
    return next;
  }

 private:
  static double slope(double gradient, double x, double absolute) {
    if (x != 0) return gradient + std::copysign(absolute, x);
    return std::copysign(std::max(std::abs(gradient) - absolute, 0.0), gradient);
  }

  const Objective& objective_;
  const Vector<double>& absolute_;
};

/// Steps back from `length` until the value falls enough; false if no step does.
bool line_search(const Problem& problem, const Vector<double>& direction, double length,
                 Position& at) {
  constexpr double least_fall = 1e-4;
  constexpr int halvings = 60;
  for (int i = 0; i < halvings; ++i, length *= 0.5) {
    Position next = problem.at(problem.step(at, direction, length));
    const double fall = at.pull.dot(at.point - next.point);
    // Near the minimum the value no longer resolves progress, but the gradient still does.
    const bool flat = std::abs(next.value - at.value) <= 1e-14 * std::abs(at.value) &&
                      next.pull.squaredNorm() < at.pull.squaredNorm();
    if (flat || next.value <= at.value - least_fall * fall) {
      at = std::move(next);
      return true;
    }
  }
  return false;
}

}  // namespace

Vector<double> minimize(const Objective& objective, Vector<double> start, const MinimizerSpec& spec,
                        const Vector<double>& absolute) {
  const Problem problem(objective, absolute);
  Position at = problem.at(std::move(start));
  std::deque<Curvature> memory;
  for (std::int64_t iteration = 0; iteration < spec.max_iterations; ++iteration) {
    if (at.pull.lpNorm<Eigen::Infinity>() <= spec.tolerance) break;
    Vector<double> direction = newton_direction(memory, at.pull);
    problem.align(direction, at.pull);
    const double first = memory.empty() ? std::min(1.0, 1.0 / at.pull.norm()) : 1.0;
    Curvature learned{at.point, at.gradient};
    if (!line_search(problem, direction, first, at)) {
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
    if (spec.intercept_scaling > 0) {
      const double penalty = spec.penalty / (spec.intercept_scaling * spec.intercept_scaling);
      value += 0.5 * penalty * intercepts.squaredNorm();
      gradient.tail(outputs) += penalty * intercepts;
    }
    if (!spec.fit_intercept) gradient.tail(outputs).setZero();
    return value;
  };

  Vector<double> start = Vector<double>::Zero(weights + outputs);
  if (spec.fit_intercept) start.tail(outputs) = spec.start_intercepts;
  Vector<double> absolute;
  if (spec.absolute_penalty > 0) {
    absolute.setConstant(weights + outputs, spec.absolute_penalty);
    absolute.tail(outputs).setZero();
    if (spec.intercept_scaling > 0) {
      absolute.tail(outputs).setConstant(spec.absolute_penalty / spec.intercept_scaling);
    }
  }
  const Vector<double> best = minimize(objective, std::move(start), spec.descent, absolute);
  LinearFit fit;
  fit.coefficients = Eigen::Map<const Matrix<double>>(best.data(), outputs, columns);
  fit.intercepts = best.tail(outputs);
  return fit;
}

}  // namespace basalt::learn
