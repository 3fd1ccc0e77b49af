#include "learn/data/generate.hpp"

#include <array>
#include <cmath>
#include <functional>
#include <numbers>

#include "base/error.hpp"
#include "base/text.hpp"

namespace basalt::learn {
namespace {

using Eigen::Index;

/// A classification with classes "0" to "classes - 1" and features named x0, x1, ….
Dataset empty_classification(std::size_t rows, std::size_t columns, int classes) {
  Dataset data;
  data.features.setZero(static_cast<Index>(rows), static_cast<Index>(columns));
  data.labels.assign(rows, 0);
  for (int label = 0; label < classes; ++label) data.classes.push_back(std::to_string(label));
  for (std::size_t i = 0; i < columns; ++i) data.feature_names.push_back(concat("x", i));
  return data;
}

void add_noise(Matrix<double>& features, double deviation, RandomStream random) {
  for (Index i = 0; i < features.size(); ++i) {
    features.data()[i] += deviation * random.gaussian();
  }
}

/// Cell parity of a clean point; halves go to even, as in the published notebook.
std::int32_t checker(double x, double y) {
  const auto cells = static_cast<std::int64_t>(std::nearbyint(3 * x) + std::nearbyint(3 * y));
  return static_cast<std::int32_t>(cells % 2);
}

Dataset checkerboard(std::size_t rows, RandomStream random) {
  Dataset data = empty_classification(rows, 2, 2);
  const auto side = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(rows))));
  const bool is_grid = side * side == rows;
  RandomStream points = random.child("points");
  for (std::size_t row = 0; row < rows; ++row) {
    const double last = static_cast<double>(side - 1);
    const double x = is_grid ? static_cast<double>(row % side) / last : points.uniform();
    const double y = is_grid ? static_cast<double>(row / side) / last : points.uniform();
    data.features.row(static_cast<Index>(row)) << x, y;
    data.labels[row] = checker(x, y);
  }
  add_noise(data.features, 0.01, random.child("noise"));
  return data;
}

/// A point on the curve of a class; `position` runs through [0, 1).
using Curve = std::function<std::array<double, 2>(std::int32_t label, double position)>;

/// Two classes of alternating rows, spread along their curves, with normal noise.
Dataset along_curves(std::size_t rows, double noise, const Curve& curve, RandomStream random) {
  Dataset data = empty_classification(rows, 2, 2);
  RandomStream positions = random.child("points");
  for (std::size_t row = 0; row < rows; ++row) {
    data.labels[row] = static_cast<std::int32_t>(row % 2);
    const auto [x, y] = curve(data.labels[row], positions.uniform());
    data.features.row(static_cast<Index>(row)) << x, y;
  }
  add_noise(data.features, noise, random.child("noise"));
  return data;
}

std::array<double, 2> moon(std::int32_t label, double position) {
  const double angle = std::numbers::pi * position;
  if (label == 0) return {std::cos(angle), std::sin(angle)};
  return {1.0 - std::cos(angle), 0.5 - std::sin(angle)};
}

std::array<double, 2> circle(std::int32_t label, double position) {
  const double angle = 2 * std::numbers::pi * position;
  const double radius = label == 0 ? 1.0 : 0.5;
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

/// sin(2 pi a) + 4 (b - 1/2)^2 + 2 a c on the unit cube, with noise of deviation 0.1.
Dataset smooth(std::size_t rows, RandomStream random) {
  Dataset data;
  data.task = Task::regression;
  data.features.setZero(static_cast<Index>(rows), 3);
  data.targets.setZero(static_cast<Index>(rows), 1);
  data.feature_names = {"a", "b", "c"};
  RandomStream points = random.child("points");
  for (Index row = 0; row < data.features.rows(); ++row) {
    const double a = points.uniform(), b = points.uniform(), c = points.uniform();
    data.features.row(row) << a, b, c;
    data.targets(row, 0) =
        std::sin(2 * std::numbers::pi * a) + 4 * (b - 0.5) * (b - 0.5) + 2 * a * c;
  }
  add_noise(data.targets, 0.1, random.child("noise"));
  return data;
}

/// Two arms of one and a half turns; the square root spreads points evenly along them.
std::array<double, 2> spiral(std::int32_t label, double position) {
  const double radius = 0.1 + 0.9 * std::sqrt(position);
  const double angle = 3 * std::numbers::pi * radius + std::numbers::pi * label;
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

/// Two normal clouds apart enough that a straight line errs on about one row in fifty.
Dataset linear(std::size_t rows, RandomStream random) {
  const Curve centre = [](std::int32_t label, double) {
    const double side = label == 0 ? -1.0 : 1.0;
    return std::array<double, 2>{side, side};
  };
  return along_curves(rows, 0.7, centre, random);
}

/// Three classes, two normal clouds each at corners of a cube of 8 features; 12 features of noise.
Dataset classification(std::size_t rows, RandomStream random) {
  constexpr Index informative = 8, columns = 20, classes = 3, clouds = 2;
  Dataset data = empty_classification(rows, columns, classes);
  RandomStream corners = random.child("corners");
  Matrix<double> centres(classes * clouds, informative);
  for (Index i = 0; i < centres.size(); ++i) {
    centres.data()[i] = corners.below(2) == 0 ? -1.0 : 1.0;
  }
  RandomStream choice = random.child("clouds");
  for (std::size_t row = 0; row < rows; ++row) {
    const auto label = static_cast<Index>(row) % classes;
    const Index cloud = label * clouds + static_cast<Index>(choice.below(clouds));
    data.labels[row] = static_cast<std::int32_t>(label);
    data.features.row(static_cast<Index>(row)).head(informative) = centres.row(cloud);
  }
  add_noise(data.features, 1.0, random.child("noise"));
  return data;
}

Dataset regression(std::size_t rows, RandomStream random) {
  constexpr Index columns = 10;
  Dataset data;
  data.task = Task::regression;
  data.features.setZero(static_cast<Index>(rows), columns);
  for (Index i = 0; i < columns; ++i) data.feature_names.push_back(concat("x", i));
  add_noise(data.features, 1.0, random.child("points"));
  RandomStream law = random.child("law");
  Vector<double> weights(columns);
  for (double& weight : weights) weight = law.uniform(-10.0, 10.0);
  data.targets = data.features * weights;
  add_noise(data.targets, 5.0, random.child("noise"));
  return data;
}

}  // namespace

const std::vector<std::string>& generator_names() {
  static const std::vector<std::string> names = {
      "checkerboard",   "moons",      "circles",     "linear",        "spirals",
      "classification", "regression", "noisy_moons", "noisy_circles", "smooth"};
  return names;
}

Dataset generate(const std::string& kind, std::size_t rows, RandomStream random) {
  if (rows < 4 || rows > 100'000'000) {
    throw Error(ErrorCode::invalid_argument,
                concat("generate: asked for ", rows, " rows, expected 4 to 100,000,000"), "rows");
  }
  if (kind == "checkerboard") return checkerboard(rows, random);
  if (kind == "moons") return along_curves(rows, 0.1, moon, random);
  if (kind == "circles") return along_curves(rows, 0.07, circle, random);
  if (kind == "linear") return linear(rows, random);
  if (kind == "spirals") return along_curves(rows, 0.03, spiral, random);
  if (kind == "classification") return classification(rows, random);
  if (kind == "regression") return regression(rows, random);
  if (kind == "noisy_moons") return along_curves(rows, 0.3, moon, random);
  if (kind == "noisy_circles") return along_curves(rows, 0.2, circle, random);
  if (kind == "smooth") return smooth(rows, random);
  const std::string near = nearest_name(kind, generator_names());
  throw Error(
      ErrorCode::invalid_argument,
      concat("generate: unknown kind \"", kind, "\", expected one of ", joined(generator_names()),
             near.empty() ? "" : concat("; did you mean \"", near, "\"?")),
      "generate");
}

}  // namespace basalt::learn
