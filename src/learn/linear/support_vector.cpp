#include "learn/linear/support_vector.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "learn/estimator/class_weight.hpp"

namespace basalt::learn {
namespace {

using Eigen::Index;

/// Half squared weights plus C times |w x - target| beyond the tube, solved over one dual variable
/// per row. A margin of 1 is the case of targets +-1 whose variables keep the sign of the target.
struct DualProblem {
  Matrix<double> features;  ///< With the constant feature, if there is an intercept.
  Vector<double> targets;
  double epsilon = 0.0;
  double diagonal = 0.0;  ///< Added to the squared norms: 1 / (2C) for squared losses.
  Vector<double> low, high;
};

double weight_of(const SupportVectorSpec& spec, Index row) {
  return spec.row_weights.size() > 0 ? spec.row_weights(row) : 1.0;
}

/// Moves one dual variable to its best value; returns how far the weights' score moved.
double move(const DualProblem& problem, Index row, double square, Vector<double>& dual,
            Vector<double>& weights) {
  const auto feature = problem.features.row(row);
  const double slope = feature.dot(weights) - problem.targets(row) + problem.diagonal * dual(row);
  const double goal = dual(row) - slope / square;
  const double shrunk =
      std::copysign(std::max(std::abs(goal) - problem.epsilon / square, 0.0), goal);
  const double change = std::clamp(shrunk, problem.low(row), problem.high(row)) - dual(row);
  if (change == 0.0) return 0.0;
  dual(row) += change;
  weights += change * feature.transpose();
  return std::abs(change) * square;
}

Vector<double> solve(const DualProblem& problem, const MinimizerSpec& spec, RandomStream random) {
  const Index rows = problem.features.rows();
  const Vector<double> squares =
      problem.features.rowwise().squaredNorm().array() + problem.diagonal;
  const double scale = std::max(1.0, problem.targets.lpNorm<Eigen::Infinity>());
  Vector<double> dual = Vector<double>::Zero(rows);
  Vector<double> weights = Vector<double>::Zero(problem.features.cols());
  for (std::int64_t sweep = 0; sweep < spec.max_iterations; ++sweep) {
    double furthest = 0.0;
    for (const std::size_t row : random.permutation(static_cast<std::size_t>(rows))) {
      const auto i = static_cast<Index>(row);
      if (squares(i) == 0.0) continue;
      furthest = std::max(furthest, move(problem, i, squares(i), dual, weights));
    }
    if (furthest <= spec.tolerance * scale) break;
  }
  return weights;
}

Matrix<double> with_constant(const Matrix<double>& features, const SupportVectorSpec& spec) {
  Matrix<double> extended(features.rows(), features.cols() + (spec.fit_intercept ? 1 : 0));
  extended.leftCols(features.cols()) = features;
  if (spec.fit_intercept) extended.rightCols(1).setConstant(spec.intercept_scaling);
  return extended;
}

DualProblem dual_problem(const Matrix<double>& features, Vector<double> targets,
                         const SupportVectorSpec& spec) {
  DualProblem problem;
  problem.features = with_constant(features, spec);
  problem.targets = std::move(targets);
  problem.epsilon = spec.epsilon;
  problem.diagonal = spec.squared ? 0.5 / spec.inverse_penalty : 0.0;
  problem.high = Vector<double>::Constant(features.rows(), 1e300);
  for (Index row = 0; row < features.rows() && !spec.squared; ++row) {
    problem.high(row) = spec.inverse_penalty * weight_of(spec, row);
  }
  problem.low = -problem.high;
  return problem;
}

/// Sum of weighted max(0, 1 - side * score)^2, per row.
ScoreLoss squared_hinge(const Vector<double>& sides, const SupportVectorSpec& spec) {
  return [&sides, &spec](const Matrix<double>& scores, Matrix<double>& derivative) {
    const double rows = static_cast<double>(sides.size());
    double total = 0.0;
    for (Index row = 0; row < sides.size(); ++row) {
      const double share = weight_of(spec, row) / rows;
      const double missing = std::max(0.0, 1.0 - sides(row) * scores(row, 0));
      total += share * missing * missing;
      derivative(row, 0) = -2 * share * sides(row) * missing;
    }
    return total;
  };
}

/// The parameters of one class against the rest; last, the weight of the constant feature.
Vector<double> fit_side(const Matrix<double>& features, const Vector<double>& sides,
                        const SupportVectorSpec& spec, RandomStream random) {
  if (!spec.squared) {
    DualProblem problem = dual_problem(features, sides, spec);
    problem.epsilon = 0.0;
    problem.low = problem.low.cwiseMax((sides.array() > 0).select(0.0, problem.low));
    problem.high = problem.high.cwiseMin((sides.array() < 0).select(0.0, problem.high));
    return solve(problem, spec.descent, std::move(random));
  }
  SmoothFitSpec smooth;
  const double penalty = 1.0 / (spec.inverse_penalty * static_cast<double>(sides.size()));
  (spec.absolute ? smooth.absolute_penalty : smooth.penalty) = penalty;
  smooth.fit_intercept = spec.fit_intercept;
  smooth.intercept_scaling = spec.intercept_scaling;
  smooth.start_intercepts = Vector<double>::Zero(1);
  smooth.descent = spec.descent;
  const LinearFit fit = fit_smooth(features, squared_hinge(sides, spec), smooth);
  Vector<double> parameters(features.cols() + 1);
  parameters << fit.coefficients.row(0).transpose(), fit.intercepts(0) / spec.intercept_scaling;
  return parameters;
}

/// Writes one output of a fit; parameters without a constant feature leave the intercept 0.
void place(LinearFit& fit, Index output, const Vector<double>& parameters, double constant) {
  const Index columns = fit.coefficients.cols();
  fit.coefficients.row(output) = parameters.head(columns).transpose();
  fit.intercepts(output) = parameters.size() > columns ? constant * parameters(columns) : 0.0;
}

LinearFit empty_fit(Index outputs, Index columns) {
  return {Matrix<double>::Zero(outputs, columns), Vector<double>::Zero(outputs)};
}

}  // namespace

LinearFit fit_support_vectors(const Matrix<double>& features, std::span<const std::int32_t> labels,
                              std::size_t classes, const SupportVectorSpec& spec,
                              RandomStream random) {
  const bool binary = classes == 2;
  LinearFit fit = empty_fit(binary ? 1 : static_cast<Index>(classes), features.cols());
  Vector<double> sides(features.rows());
  SupportVectorSpec one = spec;
  for (Index output = 0; output < fit.coefficients.rows(); ++output) {
    const Index wanted = binary ? 1 : output;
    if (!binary) {
      one.row_weights =
          against_the_rest(spec.row_weights, labels, static_cast<std::int32_t>(output));
    }
    for (Index row = 0; row < sides.size(); ++row) {
      sides(row) = labels[static_cast<std::size_t>(row)] == wanted ? 1.0 : -1.0;
    }
    RandomStream own = random.child("class", static_cast<std::uint64_t>(output));
    place(fit, output, fit_side(features, sides, one, std::move(own)), spec.intercept_scaling);
  }
  return fit;
}

LinearFit fit_support_regression(const Matrix<double>& features, const Matrix<double>& targets,
                                 const SupportVectorSpec& spec, RandomStream random) {
  LinearFit fit = empty_fit(targets.cols(), features.cols());
  for (Index output = 0; output < targets.cols(); ++output) {
    const DualProblem problem = dual_problem(features, targets.col(output), spec);
    place(fit, output,
          solve(problem, spec.descent, random.child("target", static_cast<std::uint64_t>(output))),
          spec.intercept_scaling);
  }
  return fit;
}

}  // namespace basalt::learn
