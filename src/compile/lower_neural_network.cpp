// A neural network as integers: per layer one linear node and one look-up, then the read-out.
#include <utility>

#include "base/error.hpp"
#include "compile/lower.hpp"

namespace basalt::compile {
namespace {

using learn::QuantLayer;
using learn::SparseQuantNeuralNetwork;

/// Inputs that any weight reads. Under encryption the others would be carried for nothing.
std::vector<std::uint32_t> inputs_read(const SparseQuantNeuralNetwork& network) {
  std::vector<std::uint32_t> read;
  for (std::size_t i = 0; i < network.inputs(); ++i) {
    const auto column = static_cast<Eigen::Index>(i);
    const bool by_layer =
        !network.layers.empty() && (network.layers.front().weights.col(column).array() != 0).any();
    const bool by_skip =
        network.readout.skip.cols() > 0 && (network.readout.skip.col(column).array() != 0).any();
    if (by_layer || by_skip) read.push_back(static_cast<std::uint32_t>(i));
  }
  if (read.empty()) read.push_back(0);
  return read;
}

ir::SparseMatrix columns_of(const Matrix<std::int32_t>& weights,
                            const std::vector<std::uint32_t>& columns) {
  Matrix<std::int64_t> kept(weights.rows(), static_cast<Eigen::Index>(columns.size()));
  for (std::size_t j = 0; j < columns.size(); ++j) {
    kept.col(static_cast<Eigen::Index>(j)) = weights.col(columns[j]).cast<std::int64_t>();
  }
  return ir::SparseMatrix::from_dense(kept);
}

ir::SparseMatrix sparse(const Matrix<std::int32_t>& weights) {
  return ir::SparseMatrix::from_dense(weights.cast<std::int64_t>());
}

/// The client's part. A grid that does not start at a multiple of its step moves the mean.
ir::Preprocessing preprocessing_of(const SparseQuantNeuralNetwork& network,
                                   const learn::Model& model,
                                   const std::vector<std::uint32_t>& read) {
  ir::Preprocessing pre = standardization_of(model);
  for (const std::uint32_t i : read) {
    const std::uint32_t feature = network.grid.feature_of[i];
    pre.mean.at(feature) += network.grid.origin[i] * pre.deviation.at(feature);
    pre.quantizers.push_back(network.grid.quantizers[i]);
    pre.feature_of.push_back(feature);
  }
  return pre;
}

ir::Postprocessing postprocessing_of(const SparseQuantNeuralNetwork& network,
                                     const learn::Model& model) {
  ir::Postprocessing post;
  post.scale = network.readout.scale;
  post.offset = network.readout.offset;
  post.link = model.task == learn::Task::classification ? ir::Link::softmax : ir::Link::identity;
  post.classes = model.classes;
  return post;
}

ir::Lookup lookup_of(const QuantLayer& layer, ir::ValueId input) {
  return {.input = input,
          .bits = layer.bits,
          .wraps = layer.wraps,
          .offset = 0,
          .truncated_bits = layer.truncated_bits,
          .tables = layer.tables,
          .table_of = layer.table_of};
}

}  // namespace

Lowered lower(const SparseQuantNeuralNetwork& network, const learn::Model& model) {
  require(network.inputs() > 0 && network.outputs() > 0, ErrorCode::invalid_argument,
          "lower: a neural network of ", network.inputs(), " inputs and ", network.outputs(),
          " outputs");
  const std::vector<std::uint32_t> read = inputs_read(network);
  ir::Graph graph;
  graph.nodes.push_back(
      {"input", ir::Input{.size = read.size(), .low = 0, .high = network.grid.input_high}});
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const QuantLayer& layer = network.layers[i];
    const ir::ValueId below = graph.nodes.size() - 1;
    graph.nodes.push_back(
        {concat("fc", i), ir::Linear{.terms = {{below, i == 0 ? columns_of(layer.weights, read)
                                                              : sparse(layer.weights)}},
                                     .bias = layer.bias}});
    if (layer.rounds_exactly) {
      graph.nodes.push_back({concat("round", i), ir::Round{.input = graph.nodes.size() - 1,
                                                           .removed = layer.truncated_bits}});
    }
    graph.nodes.push_back({concat("act", i), lookup_of(layer, graph.nodes.size() - 1)});
  }
  ir::Linear readout{.terms = {}, .bias = std::vector<ir::Integer>(network.outputs(), 0)};
  if (!network.layers.empty()) {
    readout.terms.push_back({graph.nodes.size() - 1, sparse(network.readout.weights)});
  }
  if (network.readout.skip.cols() > 0) {
    readout.terms.push_back({0, columns_of(network.readout.skip, read)});
  }
  graph.nodes.push_back({"logits", std::move(readout)});
  graph.nodes.push_back({"output", ir::Output{.input = graph.nodes.size() - 1}});
  return {.graph = std::move(graph),
          .preprocessing = preprocessing_of(network, model, read),
          .postprocessing = postprocessing_of(network, model)};
}

}  // namespace basalt::compile
