// A convolutional network as integers: windows and pooling become sparse matrices over images.
#include <algorithm>
#include <bit>
#include <utility>

#include "base/error.hpp"
#include "compile/lower.hpp"

namespace basalt::compile {
namespace {

using ir::Integer;
using ir::Linear;
using ir::SparseMatrix;
using ir::ValueId;
using learn::ImageShape;
using learn::QuantCNN;
using learn::QuantStage;
using learn::StageKind;
using learn::WindowMap;

std::size_t size_of(const ImageShape& shape) {
  return shape.height * shape.width * shape.channels;
}

/// A matrix under construction, row by row; columns of a row ascend.
class Rows {
 public:
  explicit Rows(std::size_t columns)
      : matrix_{.rows = 0, .columns = columns, .row_start = {0}, .column = {}, .weight = {}} {}
  void add(std::size_t column, std::int64_t weight) {
    if (weight == 0) return;
    matrix_.column.push_back(static_cast<std::uint32_t>(column));
    matrix_.weight.push_back(static_cast<std::int32_t>(weight));
  }
  void end_row() {
    matrix_.row_start.push_back(static_cast<std::uint32_t>(matrix_.column.size()));
    ++matrix_.rows;
  }
  SparseMatrix take() && { return std::move(matrix_); }

 private:
  SparseMatrix matrix_;
};

/// The graph so far.
class Builder {
 public:
  explicit Builder(const QuantCNN& network) : network_(network) {
    add("input", ir::Input{.size = network.inputs(), .low = 0, .high = network.grid.input_high()});
    values_.push_back(0);
    for (std::size_t i = 0; i < network.stages.size(); ++i) {
      values_.push_back(lower_stage(network.stages[i], i));
    }
    add_readout();
  }
  ir::Graph graph() && { return std::move(graph_); }

 private:
  ValueId add(std::string name, ir::Op op) {
    graph_.nodes.push_back({std::move(name), std::move(op)});
    return graph_.nodes.size() - 1;
  }

  ValueId add_linear(std::string name, std::vector<Linear::Term> terms) {
    const std::size_t rows = terms.front().weights.rows;
    return add(std::move(name),
               Linear{.terms = std::move(terms), .bias = std::vector<Integer>(rows, 0)});
  }

  ValueId lower_stage(const QuantStage& stage, std::size_t i) {
    switch (stage.kind) {
      case StageKind::layer:
        return lower_layer(stage, i);
      case StageKind::average_pooling:
        return add_linear(concat("avgpool", i), {{values_.back(), windows_of_ones(stage)}});
      case StageKind::maximum_pooling:
        return stage.input_high == 1 ? any_of(stage, i) : largest_of(stage, i);
      case StageKind::addition:
        break;
    }
    const SparseMatrix whole = SparseMatrix::identity(size_of(stage.output));
    return add_linear(concat("add", i),
                      {{values_.back(), whole}, {values_.at(stage.addend), whole}});
  }

  ValueId lower_layer(const QuantStage& stage, std::size_t i) {
    const std::size_t read = stage.input.channels / stage.groups;
    const std::size_t made = stage.output.channels / stage.groups;
    std::vector<WindowMap> maps;
    for (std::size_t group = 0; group < stage.groups; ++group) {
      maps.push_back(learn::window_map(stage.input, stage.window, group * read, read));
    }
    const bool is_dense = maps.front().positions == 1;
    Rows rows(size_of(stage.input));
    Linear linear;
    std::vector<std::uint32_t> table_of;
    for (std::size_t position = 0; position < maps.front().positions; ++position) {
      for (std::size_t channel = 0; channel < stage.output.channels; ++channel) {
        const WindowMap& map = maps[channel / made];
        for (std::size_t e = 0; e < map.patch; ++e) {
          const std::int32_t source = map.source[position * map.patch + e];
          if (source < 0) continue;
          rows.add(static_cast<std::size_t>(source),
                   stage.layer.weights(static_cast<Eigen::Index>(channel),
                                       static_cast<Eigen::Index>(e)));
        }
        rows.end_row();
        linear.bias.push_back(stage.layer.bias[channel]);
        table_of.push_back(stage.layer.table_of[channel]);
      }
    }
    linear.terms.push_back({values_.back(), std::move(rows).take()});
    ValueId sums = add(concat(is_dense ? "dense" : "conv", i), std::move(linear));
    if (stage.layer.rounds_exactly) {
      sums =
          add(concat("round", i), ir::Round{.input = sums, .removed = stage.layer.truncated_bits});
    }
    return add(concat("act", i), ir::Lookup{.input = sums,
                                            .bits = stage.layer.bits,
                                            .wraps = stage.layer.wraps,
                                            .offset = 0,
                                            .truncated_bits = stage.layer.truncated_bits,
                                            .tables = stage.layer.tables,
                                            .table_of = std::move(table_of)});
  }

  /// Elements under the window of each output, position by position, channel last.
  static std::vector<std::vector<std::size_t>> windows_of(const QuantStage& stage) {
    std::vector<std::vector<std::size_t>> windows(size_of(stage.output));
    for (std::size_t channel = 0; channel < stage.input.channels; ++channel) {
      const WindowMap map = learn::window_map(stage.input, stage.window, channel, 1);
      for (std::size_t i = 0; i < map.source.size(); ++i) {
        if (map.source[i] < 0) continue;
        windows[i / map.patch * stage.input.channels + channel].push_back(
            static_cast<std::size_t>(map.source[i]));
      }
    }
    return windows;
  }

  static SparseMatrix windows_of_ones(const QuantStage& stage) {
    Rows rows(size_of(stage.input));
    for (const std::vector<std::size_t>& window : windows_of(stage)) {
      for (const std::size_t element : window) rows.add(element, 1);
      rows.end_row();
    }
    return std::move(rows).take();
  }

  /// Of bits, the largest is 1 if their sum is not 0: one look-up.
  ValueId any_of(const QuantStage& stage, std::size_t i) {
    const ValueId sums =
        add_linear(concat("maxpool", i), {{values_.back(), windows_of_ones(stage)}});
    const std::size_t most = stage.window.kernel[0] * stage.window.kernel[1];
    const int bits = static_cast<int>(std::bit_width(most));
    Matrix<Integer> table = Matrix<Integer>::Ones(1, Eigen::Index{1} << bits);
    table(0, 0) = 0;
    return add(concat("max", i),
               ir::Lookup{.input = sums,
                          .bits = Bits{bits},
                          .tables = std::move(table),
                          .table_of = std::vector<std::uint32_t>(size_of(stage.output), 0)});
  }

  /// Pairs (a, b) are read as a * (high + 1) + b; half as many values are left after each round.
  ValueId largest_of(const QuantStage& stage, std::size_t i) {
    const Integer base = stage.input_high + 1;
    std::vector<std::vector<std::size_t>> left = windows_of(stage);
    ValueId value = values_.back();
    std::size_t size = size_of(stage.input);
    for (std::size_t round = 0; std::ranges::any_of(left, [](auto& w) { return w.size() > 1; });
         ++round) {
      Rows pairs(size), kept(size);
      std::vector<std::vector<std::pair<bool, std::size_t>>> next(left.size());
      std::size_t looked_up = 0, passed = 0;
      for (std::size_t output = 0; output < left.size(); ++output) {
        const std::vector<std::size_t>& window = left[output];
        for (std::size_t at = 0; at + 1 < window.size(); at += 2) {
          const bool ascends = window[at] < window[at + 1];
          pairs.add(ascends ? window[at] : window[at + 1], base);
          pairs.add(ascends ? window[at + 1] : window[at], 1);
          pairs.end_row();
          next[output].push_back({true, looked_up++});
        }
        if (window.size() % 2 == 0) continue;
        kept.add(window.back(), 1);
        kept.end_row();
        next[output].push_back({false, passed++});
      }
      const std::string name = concat(i, "_", round);
      const ValueId sums = add_linear("maxpool" + name, {{value, std::move(pairs).take()}});
      const ValueId maxima = add("max" + name, pair_maximum(sums, base, looked_up));
      value = joined("left" + name, maxima, looked_up, value, std::move(kept).take());
      size = looked_up + passed;
      for (std::size_t output = 0; output < left.size(); ++output) {
        left[output].clear();
        for (const auto& [is_new, place] : next[output]) {
          left[output].push_back(is_new ? place : looked_up + place);
        }
      }
    }
    std::vector<std::uint32_t> order;
    for (const std::vector<std::size_t>& window : left) {
      order.push_back(static_cast<std::uint32_t>(window.front()));
    }
    return add_linear(concat("maxima", i), {{value, SparseMatrix::selection(order, size)}});
  }

  static ir::Lookup pair_maximum(ValueId input, Integer base, std::size_t count) {
    const int bits = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(base * base - 1)));
    Matrix<Integer> table(1, Eigen::Index{1} << bits);
    for (Eigen::Index entry = 0; entry < table.cols(); ++entry) {
      table(0, entry) = std::min(base - 1, std::max<Integer>(entry / base, entry % base));
    }
    return {.input = input,
            .bits = Bits{bits},
            .tables = std::move(table),
            .table_of = std::vector<std::uint32_t>(count, 0)};
  }

  /// The new maxima, then the values that had no partner.
  ValueId joined(std::string name, ValueId maxima, std::size_t count, ValueId before,
                 const SparseMatrix& kept) {
    if (kept.rows == 0) return maxima;
    Rows upper(count), lower(kept.columns);
    for (std::size_t row = 0; row < count + kept.rows; ++row) {
      if (row < count) {
        upper.add(row, 1);
      } else {
        lower.add(kept.column[row - count], 1);
      }
      upper.end_row();
      lower.end_row();
    }
    return add_linear(std::move(name),
                      {{maxima, std::move(upper).take()}, {before, std::move(lower).take()}});
  }

  void add_readout() {
    const learn::ReadOut& readout = network_.readout;
    std::vector<Linear::Term> terms;
    const auto sparse = [](const Matrix<std::int32_t>& weights) {
      return SparseMatrix::from_dense(weights.cast<std::int64_t>());
    };
    terms.push_back({values_.back(), sparse(readout.weights)});
    if (readout.skip.cols() > 0) terms.push_back({0, sparse(readout.skip)});
    const ValueId logits = add_linear("logits", std::move(terms));
    add("output", ir::Output{.input = logits});
  }

  const QuantCNN& network_;
  ir::Graph graph_;
  std::vector<ValueId> values_;  ///< Value 0 are the inputs, value i the output of stage i - 1.
};

}  // namespace

Lowered lower(const QuantCNN& network, const learn::Model& model) {
  require(!network.stages.empty() && network.outputs() > 0, ErrorCode::invalid_argument,
          "lower: a convolutional network of ", network.stages.size(), " stages and ",
          network.outputs(), " outputs");
  Lowered lowered;
  lowered.graph = Builder(network).graph();
  lowered.preprocessing = standardization_of(model);
  for (std::size_t i = 0; i < network.inputs(); ++i) {
    lowered.preprocessing.mean.at(i) += network.grid.origin * lowered.preprocessing.deviation.at(i);
    lowered.preprocessing.quantizers.push_back(network.grid.pixels);
    lowered.preprocessing.feature_of.push_back(static_cast<std::uint32_t>(i));
  }
  lowered.postprocessing.scale = network.readout.scale;
  lowered.postprocessing.offset = network.readout.offset;
  lowered.postprocessing.link =
      model.task == learn::Task::classification ? ir::Link::softmax : ir::Link::identity;
  lowered.postprocessing.classes = model.classes;
  return lowered;
}

}  // namespace basalt::compile
