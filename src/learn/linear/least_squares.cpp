#include "learn/linear/least_squares.hpp"

#include <Eigen/Cholesky>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>

namespace basalt::learn {
namespace {

using Eigen::Index;
using Row = Eigen::RowVectorXd;

/// Features and targets less their means, where an intercept takes these up.
struct Centred {
  Centred(const Matrix<double>& x, const Matrix<double>& y, bool fit_intercept)
      : feature_means(Row::Zero(x.cols())), target_means(Row::Zero(y.cols())) {
    if (fit_intercept) {
      feature_means = x.colwise().mean();
      target_means = y.colwise().mean();
    }
    features = x.rowwise() - feature_means;
    targets = y.rowwise() - target_means;
  }

  /// Shape: solution [columns x outputs].
  LinearFit finish(const Eigen::MatrixXd& solution) const {
    return {solution.transpose(), (target_means - feature_means * solution).transpose()};
  }

  Row feature_means, target_means;
  Eigen::MatrixXd features, targets;  // by columns: coordinate descent walks them
};

/// The coordinate descent of one target, with its residual kept up to date.
class CoordinateDescent {
 public:
  CoordinateDescent(const Eigen::MatrixXd& features, const Vector<double>& target,
                    const ElasticNetSpec& spec)
      : features_(features),
        target_(target),
        l1_(spec.alpha * spec.l1_ratio * static_cast<double>(features.rows())),
        l2_(spec.alpha * (1 - spec.l1_ratio) * static_cast<double>(features.rows())),
        positive_(spec.positive),
        weights_(Vector<double>::Zero(features.cols())),
        residual_(target) {}

  Vector<double> run(const ElasticNetSpec& spec) {
    const double enough = spec.tolerance * target_.squaredNorm();
    for (std::int64_t i = 0; i < spec.max_iterations; ++i) {
      for (Index column = 0; column < features_.cols(); ++column) update(column);
      if (gap() <= enough) break;
    }
    return weights_;
  }

 private:
  void update(Index column) {
    const auto feature = features_.col(column);
    const double square = feature.squaredNorm();
    if (square == 0.0) return;
    const double old = weights_(column);
    const double pull = feature.dot(residual_) + square * old;
    const double shrunk = positive_ ? std::max(pull - l1_, 0.0)
                                    : std::copysign(std::max(std::abs(pull) - l1_, 0.0), pull);
    weights_(column) = shrunk / (square + l2_);
    if (weights_(column) != old) residual_ += (old - weights_(column)) * feature;
  }

  double gap() const {
    const Vector<double> pull = features_.transpose() * residual_ - l2_ * weights_;
    const double steepest = positive_ ? pull.maxCoeff() : pull.lpNorm<Eigen::Infinity>();
    const double square = residual_.squaredNorm();
    const double shrink = steepest > l1_ ? l1_ / steepest : 1.0;
    return 0.5 * square * (1 + shrink * shrink) + l1_ * weights_.lpNorm<1>() -
           shrink * residual_.dot(target_) +
           0.5 * l2_ * (1 + shrink * shrink) * weights_.squaredNorm();
  }

  const Eigen::MatrixXd& features_;
  const Vector<double> target_;
  const double l1_, l2_;
  const bool positive_;
  Vector<double> weights_, residual_;
};

}  // namespace

LinearFit fit_least_squares(const Matrix<double>& features, const Matrix<double>& targets,
                            bool fit_intercept) {
  const Centred centred(features, targets, fit_intercept);
  const Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd> factors(centred.features);
  return centred.finish(factors.solve(centred.targets));
}

LinearFit fit_ridge(const Matrix<double>& features, const Matrix<double>& targets, double alpha,
                    bool fit_intercept) {
  if (alpha == 0.0) return fit_least_squares(features, targets, fit_intercept);
  const Centred centred(features, targets, fit_intercept);
  Eigen::MatrixXd gram = centred.features.transpose() * centred.features;
  gram.diagonal().array() += alpha;
  return centred.finish(gram.ldlt().solve(centred.features.transpose() * centred.targets));
}

LinearFit fit_elastic_net(const Matrix<double>& features, const Matrix<double>& targets,
                          const ElasticNetSpec& spec) {
  const Centred centred(features, targets, spec.fit_intercept);
  Eigen::MatrixXd solution(features.cols(), targets.cols());
  for (Index output = 0; output < targets.cols(); ++output) {
    solution.col(output) =
        CoordinateDescent(centred.features, centred.targets.col(output), spec).run(spec);
  }
  return centred.finish(solution);
}

}  // namespace basalt::learn
