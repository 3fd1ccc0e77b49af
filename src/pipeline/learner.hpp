// An estimator as its Python model is used: named parameters, fit, predict, compile.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "circuit/circuit.hpp"
#include "compile/compile.hpp"
#include "infer/infer.hpp"
#include "learn/estimator/train.hpp"

namespace basalt::pipeline {

/// How rows are predicted.
class Fhe {
 public:
  static const Fhe disable;   ///< The integers of the circuit, in clear.
  static const Fhe simulate;  ///< With the noise that encryption would add.
  /// Encrypted with keys that are made for the call and thrown away; `engine` computes.
  static Fhe execute(infer::Engine& engine) { return Fhe(std::ref(engine)); }

 private:
  friend class Learner;
  struct Clear {};
  struct Simulated {};
  using Encrypted = std::reference_wrapper<infer::Engine>;
  using Mode = std::variant<Clear, Simulated, Encrypted>;
  constexpr explicit Fhe(Mode mode) : mode_(mode) {}

  Mode mode_;
};
inline constexpr Fhe Fhe::disable{Fhe::Clear{}};
inline constexpr Fhe Fhe::simulate{Fhe::Simulated{}};

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

  /// Errors: unsupported, too, if the circuits of this version cannot express the fitted model.
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

  /// Shape: [rows x features] -> one prediction per row.
  /// Errors: mismatch if the rows have not the features that were fitted.
  std::vector<ir::Prediction> predict(const Matrix<double>& features,
                                      const Fhe& mode = Fhe::disable) const;
  /// Original labels of the predictions.
  std::vector<std::string> predict_labels(const Matrix<double>& features,
                                          const Fhe& mode = Fhe::disable) const;
  /// Shape: [rows x classes]; each row sums to 1.
  Matrix<double> predict_proba(const Matrix<double>& features,
                               const Fhe& mode = Fhe::disable) const;
  /// Scores before they become probabilities: one for two classes, else one per class, or per pair
  /// of classes with multi_class "ovo". Shape: [rows x scores].
  /// Errors: unsupported for regressors and for estimators that vote (forests, neighbours).
  Matrix<double> decision_function(const Matrix<double>& features,
                                   const Fhe& mode = Fhe::disable) const;

 private:
  void take(learn::Model model);
  const compile::Lowered& lowered() const;
  const basalt::circuit::Circuit& compiled() const;
  const ir::Postprocessing& postprocessing(const Fhe& mode) const;
  Matrix<ir::Integer> integers(const Matrix<double>& features, const Fhe& mode) const;

  const learn::Estimator* estimator_;
  Settings given_;
  Seed seed_;
  std::optional<learn::Model> model_;
  std::optional<compile::Lowered> lowered_;  ///< Of the model.
  std::optional<basalt::circuit::Circuit> circuit_;
};

}  // namespace basalt::pipeline
