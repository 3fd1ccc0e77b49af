#include "learn/linear/discriminant.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "learn/estimator/refuse.hpp"

namespace basalt::learn {
namespace {

using Eigen::Index;
/// In place of the logarithm of a share that is 0: finite, and below every score.
constexpr double never = -1e9;

/// The rows of one class.
struct ClassRows {
  Eigen::RowVectorXd mean;
  Matrix<double> centred;  ///< Less the mean. Shape: [rows of the class x features].
};

std::vector<ClassRows> rows_by_class(const Matrix<double>& features,
                                     std::span<const std::int32_t> labels, std::size_t classes) {
  std::vector<std::vector<Index>> rows(classes);
  for (std::size_t row = 0; row < labels.size(); ++row) {
    rows[static_cast<std::size_t>(labels[row])].push_back(static_cast<Index>(row));
  }
  std::vector<ClassRows> found;
  for (const std::vector<Index>& own : rows) {
    ClassRows one{Eigen::RowVectorXd::Zero(features.cols()), features(own, Eigen::all)};
    if (!own.empty()) {
      const Eigen::RowVectorXd low = one.centred.colwise().minCoeff();
      const Eigen::RowVectorXd high = one.centred.colwise().maxCoeff();
      // Equal values have exactly their own mean, so that rounding is no deviation.
      one.mean = (low.array() == high.array()).select(low, one.centred.colwise().mean());
      one.centred.rowwise() -= one.mean;
    }
    found.push_back(std::move(one));
  }
  return found;
}

/// Shares that sum to 1.
Vector<double> shares_of(const std::vector<ClassRows>& classes, const Vector<double>& priors) {
  const auto count = static_cast<Index>(classes.size());
  Vector<double> shares = priors;
  if (priors.size() == 0) {
    shares.resize(count);
    for (Index k = 0; k < count; ++k) {
      shares(k) = static_cast<double>(classes[static_cast<std::size_t>(k)].centred.rows());
    }
  }
  if (shares.size() != count || !(shares.minCoeff() >= 0) || !(shares.sum() > 0)) {
    refuse("priors", concat("\"priors\" are ", shares.size(), " numbers for ", count,
                            " classes, expected one per class, none below 0 and not all 0"));
  }
  for (Index k = 0; k < count; ++k) {
    if (shares(k) > 0 && classes[static_cast<std::size_t>(k)].centred.rows() == 0) {
      refuse("priors", concat("\"priors\" give class ", k, " of ", count, " the share ", shares(k),
                              ", but no training row is of that class"));
    }
  }
  return shares / shares.sum();
}

Eigen::MatrixXd plain_covariance(const Matrix<double>& centred) {
  return centred.transpose() * centred / static_cast<double>(std::max<Index>(1, centred.rows()));
}

/// Draws to the mean variance by `strength`.
Eigen::MatrixXd shrunk(const Eigen::MatrixXd& covariance, double strength) {
  const double variance = covariance.trace() / static_cast<double>(covariance.rows());
  Eigen::MatrixXd drawn = (1.0 - strength) * covariance;
  drawn.diagonal().array() += strength * variance;
  return drawn;
}

/// The strength of shrinking that is nearest to the true covariance in expectation.
double advised_shrinkage(const Matrix<double>& centred, const Eigen::MatrixXd& covariance) {
  const auto rows = static_cast<double>(centred.rows()),
             columns = static_cast<double>(centred.cols());
  const double squares = covariance.squaredNorm();
  const double variance = covariance.trace() / columns;
  const double fourth = centred.rowwise().squaredNorm().squaredNorm() / rows;
  const double chance = (fourth - squares) / rows;
  const double distance = squares - columns * variance * variance;
  return chance > 0 && distance > 0 ? std::min(1.0, chance / distance) : 0.0;
}

/// Deviations, 1 in place of 0.
Vector<double> deviations_of(const Eigen::MatrixXd& covariance) {
  const Vector<double> found = covariance.diagonal().cwiseMax(0.0).cwiseSqrt();
  return (found.array() > 0).select(found, 1.0);
}

Eigen::MatrixXd class_covariance(const Matrix<double>& centred, std::optional<double> shrinkage) {
  const Eigen::MatrixXd plain = plain_covariance(centred);
  if (shrinkage) return shrunk(plain, *shrinkage);
  const Vector<double> scale = deviations_of(plain);
  const Matrix<double> unit = centred * scale.cwiseInverse().asDiagonal();
  const Eigen::MatrixXd correlation = plain_covariance(unit);
  return scale.asDiagonal() * shrunk(correlation, advised_shrinkage(unit, correlation)) *
         scale.asDiagonal();
}

/// The inverse on the directions that vary within the classes, 0 on the others.
Eigen::MatrixXd inverse_of(const Eigen::MatrixXd& covariance, double tolerance) {
  const Vector<double> scale = deviations_of(covariance).cwiseInverse();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> axes(scale.asDiagonal() * covariance *
                                                            scale.asDiagonal());
  const Vector<double> deviations = axes.eigenvalues().cwiseMax(0.0).cwiseSqrt();
  const double most = deviations.maxCoeff();
  if (!(most > 0)) {
    refuse("estimator",
           "LinearDiscriminantAnalysis: all rows of each class are equal, which leaves no "
           "covariance; use LogisticRegression");
  }
  if (!(most > tolerance)) {
    refuse("tol", concat("\"tol\" is ", tolerance, ", expected less than ", most,
                         ", the largest deviation of a direction within the classes"));
  }
  const double rounding = static_cast<double>(scale.size()) * 0x1p-52;  // relative, of eigenvalues
  const double least = std::max(tolerance, most * std::sqrt(rounding));
  const Vector<double> inverse =
      (deviations.array() > least).select(deviations.array().square().inverse(), 0.0);
  const Eigen::MatrixXd whitened = scale.asDiagonal() * axes.eigenvectors();
  return whitened * inverse.asDiagonal() * whitened.transpose();
}

}  // namespace

LinearFit fit_discriminant(const Matrix<double>& features, std::span<const std::int32_t> labels,
                           std::size_t classes, const DiscriminantSpec& spec) {
  const std::vector<ClassRows> rows = rows_by_class(features, labels, classes);
  const Vector<double> shares = shares_of(rows, spec.priors);
  const auto count = static_cast<Index>(classes);
  Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(features.cols(), features.cols());
  Matrix<double> means(count, features.cols());
  for (Index k = 0; k < count; ++k) {
    const ClassRows& own = rows[static_cast<std::size_t>(k)];
    covariance += shares(k) * class_covariance(own.centred, spec.shrinkage);
    means.row(k) = own.mean;
  }
  const Eigen::RowVectorXd centre = shares.transpose() * means;
  means.rowwise() -= centre;
  LinearFit fit{means * inverse_of(covariance, spec.tolerance), Vector<double>(count)};
  for (Index k = 0; k < count; ++k) {
    const double share = shares(k) > 0 ? std::log(shares(k)) : never;
    fit.intercepts(k) = share - fit.coefficients.row(k).dot(0.5 * means.row(k) + centre);
  }
  if (classes > 2) return fit;
  return {fit.coefficients.row(1) - fit.coefficients.row(0),
          Vector<double>::Constant(1, fit.intercepts(1) - fit.intercepts(0))};
}

}  // namespace basalt::learn
