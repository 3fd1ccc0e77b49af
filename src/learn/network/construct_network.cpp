#include "learn/network/construct_network.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "learn/layer/readout_fit.hpp"
#include "learn/model/matrix_view.hpp"
#include "learn/network/fit_input_grid.hpp"
#include "learn/training/target_scale.hpp"

namespace basalt::learn {
namespace {

constexpr std::size_t most_directions = 2000, most_weights = 4;
constexpr std::size_t most_values = std::size_t{1} << 25;  ///< Of all candidates on all rows.
constexpr std::size_t exchange_rounds = 4;
constexpr double least_deviation = 0.05;  ///< Of a candidate that differs from a constant.
constexpr double least_gain = 1e-4;       ///< Relative fall of the loss for which to exchange.
/// With inputs of few bits it matters where their steps begin: ends of a feature's range move by
/// these shares of it, from the first, halved, to the last.
constexpr int coarse_bits = 3;
constexpr double first_move = 1.0 / 32.0, last_move = 1.0 / 4096.0;
/// Borders are evaluated on this many copies of every row, each shifted a little (in deviations of
/// the standardized features): a smooth loss places them more surely than the rows themselves.
constexpr std::size_t shifted_copies = 8;
constexpr double copy_shift = 0.03;
/// Soft sums: a weight of 1 spans this power of 1/2 of a period, so that sums vary slowly.
constexpr int slow_bits = 3;

/// A wrapping neuron that may join: floor((weights x inputs + phase) / 2^truncated_bits) mod
/// 2^bits.
struct Candidate {
  std::vector<std::int32_t> weights;
  std::int64_t phase = 0;
};

/// Odd integers of the triangle, by table index.
std::vector<std::int64_t> triangle(int bits) {
  const std::int64_t size = std::int64_t{1} << bits, half = size / 2;
  std::vector<std::int64_t> codes;
  for (std::int64_t m = 0; m < size; ++m) {
    codes.push_back(m < half ? half - 1 - 2 * m : 2 * m + 1 - 3 * half);
  }
  return codes;
}

/// All vectors of [-largest, largest]^inputs but 0, one of each pair of opposite ones.
std::vector<std::vector<std::int32_t>> all_directions(std::size_t inputs, int largest) {
  std::vector<std::vector<std::int32_t>> directions;
  std::vector<std::int32_t> weights(inputs, -largest);
  while (true) {
    const auto first = std::ranges::find_if(weights, [](std::int32_t w) { return w != 0; });
    if (first != weights.end() && *first > 0) directions.push_back(weights);
    std::size_t i = 0;
    while (i < inputs && weights[i] == largest) weights[i++] = -largest;
    if (i == inputs) return directions;
    ++weights[i];
  }
}

std::vector<std::int32_t> random_direction(std::size_t inputs, int largest, RandomStream& random) {
  std::vector<std::int32_t> weights(inputs, 0);
  const std::size_t count = 1 + random.below(std::min(inputs, most_weights));
  const std::vector<std::size_t> order = random.permutation(inputs);
  for (std::size_t i = 0; i < count; ++i) {
    const auto magnitude =
        static_cast<std::int32_t>(1 + random.below(static_cast<std::uint64_t>(largest)));
    weights[order[i]] = random.below(2) == 0 ? magnitude : -magnitude;
  }
  return weights;
}

std::vector<std::vector<std::int32_t>> directions_for(std::size_t inputs, int largest,
                                                      RandomStream random) {
  const double all = std::pow(2.0 * largest + 1.0, static_cast<double>(inputs)) / 2.0;
  if (all <= static_cast<double>(most_directions)) return all_directions(inputs, largest);
  std::vector<std::vector<std::int32_t>> directions;
  for (std::size_t i = 0; i < most_directions; ++i) {
    directions.push_back(random_direction(inputs, largest, random));
  }
  return directions;
}

/// The construction of one network.
class Builder {
 public:
  Builder(const NetworkSpec& spec, const Dataset& data, const RandomStream& random);

  void run(const TrainingHooks& hooks, std::vector<EpochRecord>& history);
  SparseQuantNeuralNetwork finish() const;

 private:
  Matrix<double> values_of(const Candidate& candidate, const Matrix<std::int64_t>& integers) const;
  void choose_rows(const Dataset& data, RandomStream random);
  void tabulate();
  std::size_t best_candidate(const Matrix<double>& residual) const;
  Matrix<double> hidden_of(const std::vector<std::size_t>& chosen) const;
  FittedReadOut fit(const std::vector<std::size_t>& chosen) const;
  bool record(const TrainingHooks& hooks, std::vector<EpochRecord>& history) const;
  bool exchange();
  void shift_copies();
  void move_borders();
  void try_borders(std::size_t input, double low_move, double high_move);
  void read_inputs();

  const NetworkSpec& spec_;
  const Dataset& data_;
  RandomStream random_;
  TargetScale scale_;
  InputGrid grid_;
  int truncated_bits_ = 0;
  std::vector<std::int64_t> codes_;
  std::vector<Candidate> candidates_;
  Dataset part_;  ///< The rows that choose; all rows fit the last read-out.
  Matrix<std::int64_t> integers_;
  Matrix<double> inputs_, targets_;
  FloatMatrix table_;  ///< Shape: [candidates x rows], centred, of norm 1 (or 0 if constant).
  std::vector<std::size_t> chosen_;
  FittedReadOut fitted_;
};

Builder::Builder(const NetworkSpec& spec, const Dataset& data, const RandomStream& random)
    : spec_(spec),
      data_(data),
      random_(random),
      scale_(data),
      codes_(triangle(spec.quantization.accumulator_bits)) {
  grid_ = fit_input_grid(data.features, Bits{spec.quantization.activation_bits},
                         data.image.has_value());
  if (spec.quantization.soft_inputs) {
    truncated_bits_ = std::max(
        0, spec.quantization.activation_bits + slow_bits - spec.quantization.accumulator_bits);
  }
  const int largest = std::max(1, (1 << (spec.quantization.weight_bits - 1)) - 1);
  const std::int64_t half_period = std::int64_t{1}
                                   << (spec.quantization.accumulator_bits + truncated_bits_ - 1);
  const std::int64_t stride = truncated_bits_ > 0 ? std::int64_t{1} << (truncated_bits_ - 1) : 1;
  for (auto& weights : directions_for(grid_.inputs(), largest, random.child("directions"))) {
    for (std::int64_t phase = 0; phase < half_period; phase += stride) {
      candidates_.push_back({weights, phase});
    }
  }
  choose_rows(data, random.child("rows"));
  tabulate();
}

void Builder::choose_rows(const Dataset& data, RandomStream random) {
  std::vector<std::size_t> order = random.permutation(data.rows());
  order.resize(std::clamp<std::size_t>(most_values / candidates_.size(), 1, order.size()));
  std::ranges::sort(order);
  part_ = take_rows(data, order);
  targets_ = scale_.apply(part_);
  read_inputs();
}

void Builder::read_inputs() {
  integers_ = grid_.quantize(part_.features);
  inputs_ = integers_.cast<double>();
}

Matrix<double> Builder::values_of(const Candidate& candidate,
                                  const Matrix<std::int64_t>& integers) const {
  const auto mask = static_cast<std::int64_t>(codes_.size()) - 1;
  const double top = 0.5 * static_cast<double>(codes_.size());
  Matrix<double> values(integers.rows(), 1);
  for (Eigen::Index row = 0; row < integers.rows(); ++row) {
    std::int64_t sum = candidate.phase;
    for (std::size_t i = 0; i < candidate.weights.size(); ++i) {
      sum += candidate.weights[i] * integers(row, as_index(i));
    }
    const auto entry = static_cast<std::size_t>((sum >> truncated_bits_) & mask);
    values(row, 0) = static_cast<double>(codes_[entry]) / top;
  }
  return values;
}

void Builder::tabulate() {
  table_.resize(as_index(candidates_.size()), integers_.rows());
  const double least = least_deviation * std::sqrt(static_cast<double>(integers_.rows()));
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    const Matrix<double> values = values_of(candidates_[i], integers_);
    const Vector<double> centred = values.col(0).array() - values.mean();
    const double norm = centred.norm();
    const double factor = norm > least ? 1.0 / norm : 0.0;
    table_.row(as_index(i)) = (factor * centred).cast<float>().transpose();
  }
}

/// The candidate that explains most of the squared residual.
std::size_t Builder::best_candidate(const Matrix<double>& residual) const {
  FloatMatrix products;
  multiply(table_, residual.cast<float>(), products);
  Eigen::Index best = 0;
  products.rowwise().squaredNorm().maxCoeff(&best);
  return static_cast<std::size_t>(best);
}

Matrix<double> Builder::hidden_of(const std::vector<std::size_t>& chosen) const {
  Matrix<double> hidden(integers_.rows(), as_index(chosen.size()));
  for (std::size_t j = 0; j < chosen.size(); ++j) {
    hidden.col(as_index(j)) = values_of(candidates_[chosen[j]], integers_);
  }
  return hidden;
}

FittedReadOut Builder::fit(const std::vector<std::size_t>& chosen) const {
  return fit_readout(part_, targets_, inputs_, hidden_of(chosen), grid_.input_high);
}

bool Builder::record(const TrainingHooks& hooks, std::vector<EpochRecord>& history) const {
  EpochRecord record{.epoch = static_cast<std::int64_t>(history.size() + 1)};
  record.train_loss = fitted_.loss;
  history.push_back(record);
  return !hooks.on_epoch_end || hooks.on_epoch_end(record);
}

/// Replaces each neuron by the best one for the others; false if no loss fell.
bool Builder::exchange() {
  bool improved = false;
  for (std::size_t j = 0; j < chosen_.size(); ++j) {
    std::vector<std::size_t> others = chosen_;
    others.erase(others.begin() + as_index(j));
    others.push_back(best_candidate(fit(others).residual));
    if (others.back() == chosen_[j]) continue;
    FittedReadOut fitted = fit(others);
    if (fitted.loss > (1.0 - least_gain) * fitted_.loss) continue;
    std::rotate(others.begin() + as_index(j), others.end() - 1, others.end());
    chosen_ = std::move(others);
    fitted_ = std::move(fitted);
    improved = true;
  }
  return improved;
}

/// Moves the ends of an input's range, by shares of it, if the read-out as it is then errs less.
void Builder::try_borders(std::size_t input, double low_move, double high_move) {
  const double origin = grid_.origin[input];
  const quant::Quantizer quantizer = grid_.quantizers[input];
  quant::QuantizerSpec spec = quantizer.spec();
  const double width = spec.scale * static_cast<double>(grid_.input_high);
  grid_.origin[input] += low_move * width;
  spec.scale *= 1.0 + high_move - low_move;
  grid_.quantizers[input] = quant::Quantizer(spec);
  read_inputs();
  FittedReadOut fitted = evaluate_readout(fitted_.real, part_, targets_, inputs_,
                                          hidden_of(chosen_), grid_.input_high);
  if (fitted.loss < fitted_.loss) {
    fitted_ = std::move(fitted);
    return;
  }
  grid_.origin[input] = origin;
  grid_.quantizers[input] = quantizer;
  read_inputs();
}

/// Fills the rows that choose with shifted copies of them.
void Builder::shift_copies() {
  std::vector<std::size_t> rows;
  for (std::size_t copy = 0; copy < shifted_copies; ++copy) {
    for (std::size_t row = 0; row < part_.rows(); ++row) rows.push_back(row);
  }
  part_ = take_rows(part_, rows);
  RandomStream random = random_.child("shifts");
  for (double& value : part_.features.reshaped()) value += copy_shift * random.gaussian();
  targets_ = scale_.apply(part_);
  read_inputs();
}

void Builder::move_borders() {
  shift_copies();
  fitted_ = evaluate_readout(fitted_.real, part_, targets_, inputs_, hidden_of(chosen_),
                             grid_.input_high);
  for (double move = first_move; move >= last_move; move *= 0.5) {
    for (std::size_t input = 0; input < grid_.inputs(); ++input) {
      for (const double signed_move : {move, -move}) {
        try_borders(input, signed_move, 0.0);
        try_borders(input, 0.0, signed_move);
      }
    }
  }
}

void Builder::run(const TrainingHooks& hooks, std::vector<EpochRecord>& history) {
  fitted_ = fit(chosen_);
  while (chosen_.size() < spec_.hidden.front()) {
    chosen_.push_back(best_candidate(fitted_.residual));
    fitted_ = fit(chosen_);
    if (!record(hooks, history)) return;
  }
  for (std::size_t round = 0; round < exchange_rounds && exchange(); ++round) {
    if (!record(hooks, history)) return;
  }
  if (spec_.quantization.activation_bits > coarse_bits) return;
  move_borders();
}

SparseQuantNeuralNetwork Builder::finish() const {
  SparseQuantNeuralNetwork network;
  network.grid = grid_;
  const Matrix<std::int64_t> integers = grid_.quantize(data_.features);
  QuantLayer layer;
  layer.wraps = true;
  layer.bits = Bits{spec_.quantization.accumulator_bits};
  layer.truncated_bits = Bits{truncated_bits_};
  layer.weights.resize(as_index(chosen_.size()), as_index(grid_.inputs()));
  layer.tables = Eigen::Map<const Matrix<std::int64_t>>(codes_.data(), 1, as_index(codes_.size()));
  layer.table_of.assign(chosen_.size(), 0);
  const std::int64_t period = std::int64_t{1}
                              << (spec_.quantization.accumulator_bits + truncated_bits_);
  // A look-up rounds half up where candidates round down.
  const std::int64_t half = truncated_bits_ > 0 ? std::int64_t{1} << (truncated_bits_ - 1) : 0;
  Matrix<double> hidden(integers.rows(), as_index(chosen_.size()));
  for (std::size_t j = 0; j < chosen_.size(); ++j) {
    const Candidate& candidate = candidates_[chosen_[j]];
    for (std::size_t i = 0; i < grid_.inputs(); ++i) {
      layer.weights(as_index(j), as_index(i)) = candidate.weights[i];
    }
    layer.bias.push_back((candidate.phase - half + period) % period);
    hidden.col(as_index(j)) = values_of(candidate, integers);
  }
  network.layers = {std::move(layer)};
  const RealReadOut real =
      fit_readout(data_, scale_.apply(data_), integers.cast<double>(), hidden, grid_.input_high)
          .real;
  network.readout =
      rounded({.bits = spec_.quantization.readout_bits,
               .wraps = true,
               .hidden_high = std::ldexp(1.0, spec_.quantization.accumulator_bits - 1),
               .input_high = grid_.input_high},
              real);
  scale_.restore(network);
  return network;
}

}  // namespace

SparseQuantNeuralNetwork construct_network(const NetworkSpec& spec, const Dataset& data,
                                           const RandomStream& random, const TrainingHooks& hooks,
                                           std::vector<EpochRecord>& history) {
  require(spec.hidden.size() == 1 && spec.quantization.rule == AccumulatorRule::wrap,
          ErrorCode::invalid_argument, "construct: ", spec.hidden.size(),
          " hidden layers, expected one of wrapping neurons");
  Builder builder(spec, data, random);
  builder.run(hooks, history);
  return builder.finish();
}

}  // namespace basalt::learn
