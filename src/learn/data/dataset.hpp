// Tables of data points: what models are trained and evaluated on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/describe.hpp"
#include "base/digest.hpp"
#include "base/matrix.hpp"
#include "base/random.hpp"

namespace basalt::learn {

enum class Task { classification, regression };

/// Pixels of an image, where a row is one: row-major, channel last.
struct ImageShape {
  std::size_t height = 0, width = 0, channels = 1;
};

/// Rows of features with their labels or targets.
struct Dataset {
  Task task = Task::classification;
  Matrix<double> features;                 ///< Shape: [rows x features].
  std::vector<std::int32_t> labels;        ///< Classification: index into `classes`, per row.
  std::vector<std::string> classes;        ///< Original labels, in sorted order.
  Matrix<double> targets;                  ///< Regression: [rows x outputs]; else empty.
  std::vector<std::string> feature_names;  ///< One per column; may be empty.
  std::optional<ImageShape> image;         ///< Set when a row is an image.

  std::size_t rows() const noexcept { return static_cast<std::size_t>(features.rows()); }
  std::size_t columns() const noexcept { return static_cast<std::size_t>(features.cols()); }
  /// Digest of the whole content.
  Digest id() const;
};

template <class Visitor>
void describe(Visitor& visit, MaybeConst<Dataset> auto& data) {
  visit("task", data.task);
  visit("features", data.features);
  visit("labels", data.labels);
  visit("classes", data.classes);
  visit("targets", data.targets);
  visit("feature_names", data.feature_names);
  ImageShape shape = data.image.value_or(ImageShape{0, 0, 0});  // no channels: not an image
  visit("image_height", shape.height);
  visit("image_width", shape.width);
  visit("image_channels", shape.channels);
  if constexpr (Visitor::reads) {
    data.image = shape.channels > 0 ? std::optional(shape) : std::nullopt;
  }
}

/// The chosen rows, in the given order. Errors: invalid_argument if an index is out of range.
Dataset take_rows(const Dataset& data, const std::vector<std::size_t>& rows);

struct Split {
  Dataset train, test;
  std::vector<std::size_t> train_rows, test_rows;  ///< Rows of the original, in file order.
};

/// Splits at random; with `stratify` every class keeps its share.
/// Errors: invalid_argument unless 0 < test_share < 1 and both parts are non-empty; stratify needs
/// a classification with at least 2 rows per class.
Split split(const Dataset& data, double test_share, bool stratify, RandomStream random);

/// x -> (x - mean) / deviation per feature; a constant feature maps to 0.
class Standardizer {
 public:
  /// Identity on `columns` features.
  static Standardizer identity(std::size_t columns);
  static Standardizer fit(const Matrix<double>& features);
  /// One mean and one deviation for all features: pixels of an image.
  static Standardizer fit_whole(const Matrix<double>& features);
  Standardizer(std::vector<double> mean, std::vector<double> deviation);
  Matrix<double> apply(const Matrix<double>& features) const;
  const std::vector<double>& mean() const noexcept { return mean_; }
  const std::vector<double>& deviation() const noexcept { return deviation_; }

  template <class Visitor>
  friend void describe(Visitor& visit, MaybeConst<Standardizer> auto& standardizer) {
    visit("mean", standardizer.mean_);
    visit("deviation", standardizer.deviation_);
  }

 private:
  std::vector<double> mean_, deviation_;
};

}  // namespace basalt::learn
