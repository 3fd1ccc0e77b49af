// Lowers a linear model: one matrix product, no table; everything real stays with the client.
#include <algorithm>
#include <utility>

#include "compile/lower.hpp"

namespace basalt::compile {
namespace {

/// Features with a weight in some score, in order; at least one, as a circuit needs an input.
std::vector<std::uint32_t> used_features(const learn::LinearModel& family) {
  std::vector<std::uint32_t> used;
  for (Eigen::Index j = 0; j < family.weights.cols(); ++j) {
    if ((family.weights.col(j).array() != 0).any()) used.push_back(static_cast<std::uint32_t>(j));
  }
  if (used.empty()) used.push_back(0);
  return used;
}

ir::Link link_of(learn::LinearLink link) {
  switch (link) {
    case learn::LinearLink::identity:
      return ir::Link::identity;
    case learn::LinearLink::exponential:
      return ir::Link::exponential;
    case learn::LinearLink::sign:
      return ir::Link::sign;
    case learn::LinearLink::argmax:
      return ir::Link::softmax;
    case learn::LinearLink::one_vs_one:
      return ir::Link::one_vs_one;
  }
  return ir::Link::identity;
}

}  // namespace

Lowered lower(const learn::LinearModel& family, const learn::Model& model) {
  Lowered lowered;
  lowered.preprocessing = standardization_of(model);
  lowered.preprocessing.feature_of = used_features(family);
  const auto inputs = static_cast<Eigen::Index>(lowered.preprocessing.feature_of.size());
  Matrix<std::int64_t> weights(family.weights.rows(), inputs);
  for (Eigen::Index i = 0; i < inputs; ++i) {
    const std::uint32_t feature = lowered.preprocessing.feature_of[static_cast<std::size_t>(i)];
    lowered.preprocessing.quantizers.push_back(family.features[feature]);
    weights.col(i) = family.weights.col(static_cast<Eigen::Index>(feature));
  }

  const auto scores = static_cast<std::size_t>(weights.rows());
  ir::Input input{.size = static_cast<std::size_t>(inputs), .low = 0, .high = 0};
  for (const quant::Quantizer& quantizer : lowered.preprocessing.quantizers) {
    input.high = std::max(input.high, quantizer.spec().high);
  }
  ir::Linear linear{.terms = {{.input = 0, .weights = ir::SparseMatrix::from_dense(weights)}},
                    .bias = std::vector<ir::Integer>(scores, 0)};
  lowered.graph.nodes = {
      {"features", input}, {"scores", std::move(linear)}, {"output", ir::Output{.input = 1}}};

  lowered.postprocessing.combine = ir::SparseMatrix::identity(scores);
  lowered.postprocessing.scale = family.scale;
  lowered.postprocessing.offset = family.offset;
  lowered.postprocessing.link = link_of(family.link);
  lowered.postprocessing.classes = model.classes;
  return lowered;
}

}  // namespace basalt::compile
