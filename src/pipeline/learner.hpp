// An estimator as its Python model is used: named parameters, fit, predict, compile.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "circuit/circuit.hpp"
#include "infer/infer.hpp"
#include "learn/estimator/train.hpp"

namespace basalt::pipeline {

/// How rows are predicted.
enum class Fhe {
  disable,   ///< The integers of the circuit, in clear.
  simulate,  ///< With the noise that encryption would add.
  execute    ///< Encrypted with keys that are made for the call and thrown away.
};

/// Parameters by name, as in a recipe.
using Parameters = std::vector<std::pair<std::string, SettingValue>>;

/// One estimator, before and after fit. A copy is a clone that keeps what was fitted.
///
/// Errors of all: invalid_argument with the parameter as subject; unsupported if something is asked
/// of an estimator that cannot do it, or before fit() or compile().
class Learner {
 public:
  /// `seed` decides everything random, unless "random_state" is set.
  explicit Learner(const std::string& estimator, const Parameters& parameters = {}, Seed seed = {});

  /// Every parameter with its value, defaults included.
  Settings get_params() const;
  Learner& set_params(const Parameters& parameters);
  /// The same parameters, not fitted.
  Learner clone() const;

  Learner& fit(const learn::Dataset& data, const learn::TrainingHooks& hooks = {});
  /// Goes on where the last fit ended, or fits.
  Learner& partial_fit(const learn::Dataset& data, const learn::TrainingHooks& hooks = {});
  /// A fine-tuned learner without that share of the hidden neurons.
  Learner prune(const learn::Dataset& data, double share,
                const learn::TrainingHooks& hooks = {}) const;

  bool is_fitted() const noexcept { return model_.has_value(); }
  const learn::Model& model() const;
  /// Errors: unsupported with the reason if no parameters serve the circuit.
  const basalt::circuit::Circuit& compile(const basalt::circuit::Target& target = {});

  /// Shape: [rows x features] -> one prediction per row. `engine` computes in mode execute.
  /// Errors: mismatch if the rows have not the features that were fitted.
  std::vector<ir::Prediction> predict(const Matrix<double>& features, Fhe mode = Fhe::disable,
                                      infer::Engine* engine = nullptr) const;
  /// Original labels of the predictions.
  std::vector<std::string> predict_labels(const Matrix<double>& features, Fhe mode = Fhe::disable,
                                          infer::Engine* engine = nullptr) const;
  /// Shape: [rows x classes]; each row sums to 1.
  Matrix<double> predict_proba(const Matrix<double>& features, Fhe mode = Fhe::disable,
                               infer::Engine* engine = nullptr) const;
  /// Scores before they become probabilities: one for two classes, else one per class, or per pair
  /// of classes with multi_class "ovo". Shape: [rows x scores].
  /// Errors: unsupported for regressors and for estimators that vote (forests, neighbours).
  Matrix<double> decision_function(const Matrix<double>& features, Fhe mode = Fhe::disable,
                                   infer::Engine* engine = nullptr) const;

 private:
  Matrix<ir::Integer> integers(const Matrix<double>& features, Fhe mode,
                               infer::Engine* engine) const;
  const basalt::circuit::Circuit& compiled() const;

  const learn::Estimator* estimator_;
  Settings given_;
  Seed seed_;
  std::optional<learn::Model> model_;
  std::optional<basalt::circuit::Circuit> circuit_;
};

}  // namespace basalt::pipeline
