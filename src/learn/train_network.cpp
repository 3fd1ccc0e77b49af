#include "learn/train_network.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "learn/augment.hpp"
#include "learn/construct_network.hpp"
#include "learn/input_grid.hpp"
#include "learn/metrics.hpp"
#include "learn/network_in_training.hpp"
#include "learn/target_scale.hpp"

namespace basalt::learn {
namespace {

constexpr double settled_from = 0.8;  ///< Share of the steps after which statistics stand still.
constexpr double rounded_from = 0.5;  ///< From here on the read-out has integer weights.
constexpr double pruned_at = 0.4;     ///< Neurons are removed here; the rest adapts.
constexpr std::size_t sample_rows = 2000;
constexpr int soft_input_bits = 4;
constexpr double least_fan_in = 4.0;  ///< Below, exact inputs get fewer bits.
constexpr std::size_t most_copies = 16;
constexpr double shifted_share = 0.3;  ///< Of the rows, with the augmentation "shift".
constexpr std::size_t copy_memory = std::size_t{256} << 20;  ///< Bytes for augmented rows.

using Bytes8 = Matrix<std::uint8_t>;

/// Rows to learn from and rows to watch.
struct Parts {
  Dataset train, valid;
};

Parts hold_out(const NetworkSpec& spec, const Dataset& data, const RandomStream& random) {
  if (spec.validation_share <= 0.0) return {data, {}};
  Split parts = split(data, spec.validation_share, data.task == Task::classification,
                      random.child("validation"));
  return {std::move(parts.train), std::move(parts.test)};
}

FloatMatrix first_rows(const SparseQuantNeuralNetwork& grid, const Matrix<double>& features) {
  const Eigen::Index rows =
      std::min<Eigen::Index>(features.rows(), static_cast<Eigen::Index>(sample_rows));
  return grid.quantize(features.topRows(rows)).cast<float>();
}

/// The inputs, some of their integers, and the bits below a step of the first table.
struct Entrance {
  SparseQuantNeuralNetwork grid;
  FloatMatrix sample;
  int dropped = 0;
};

Entrance make_entrance(const NetworkSpec& spec, const Dataset& data) {
  const bool pixels = data.image.has_value() || spec.augmentation != Augmentation::none;
  const bool soft = spec.soft_inputs && !spec.hidden.empty();
  int bits = soft ? std::max(spec.activation_bits, soft_input_bits) : spec.activation_bits;
  if (spec.hidden.empty()) bits = std::max(bits, soft_input_bits);
  const auto entrance = [&](int input_bits) {
    Entrance made;
    fit_input_grid(data.features, Bits{input_bits}, pixels, made.grid);
    made.sample = first_rows(made.grid, data.features);
    return made;
  };
  Entrance made = entrance(bits);
  if (spec.rule != AccumulatorRule::wrap || spec.hidden.empty()) return made;
  const auto inputs = static_cast<double>(made.grid.inputs());
  if (soft) {
    const double wanted = spec.fan_in > 0 ? static_cast<double>(spec.fan_in)
                                          : std::clamp(inputs / 3.0, std::min(inputs, 4.0), 40.0);
    const auto fan_in = [&](int dropped) {
      return wrapping_fan_in(spec.accumulator_bits, dropped, mean_variance(made.sample),
                             made.grid.inputs());
    };
    while (made.dropped < 8 && fan_in(made.dropped) < wanted) ++made.dropped;
    return made;
  }
  const double enough = std::min(std::max(least_fan_in, std::sqrt(inputs)), inputs);
  while (bits > 1 && spec.fan_in == 0 &&
         wrapping_fan_in(spec.accumulator_bits, 0, mean_variance(made.sample), made.grid.inputs()) <
             enough) {
    made = entrance(--bits);
  }
  return made;
}

/// The integers of the training rows: the original and augmented copies.
std::vector<Bytes8> make_copies(const NetworkSpec& spec, const Dataset& data,
                                const SparseQuantNeuralNetwork& grid, const RandomStream& random) {
  std::vector<Bytes8> copies;
  copies.push_back(grid.quantize(data.features).cast<std::uint8_t>());
  if (spec.augmentation == Augmentation::none) return copies;
  const ImageShape shape = image_shape(data.image, data.columns());
  const std::size_t size = std::max<std::size_t>(1, data.rows() * data.columns());
  const std::size_t count = std::clamp<std::size_t>(copy_memory / size, 2, most_copies);
  const double background = data.features.minCoeff();
  for (std::size_t copy = 1; copy < count; ++copy) {
    copies.push_back(grid.quantize(augmented(data.features, spec.augmentation, shape, background,
                                             random.child("augment", copy)))
                         .cast<std::uint8_t>());
  }
  return copies;
}

std::vector<std::int32_t> largest_of(const Matrix<double>& scores) {
  std::vector<std::int32_t> labels;
  for (Eigen::Index row = 0; row < scores.rows(); ++row) {
    Eigen::Index label = 0;
    scores.row(row).maxCoeff(&label);
    labels.push_back(static_cast<std::int32_t>(label));
  }
  return labels;
}

/// One run of the loop over batches and epochs.
class Loop {
 public:
  Loop(const NetworkSpec& spec, const Dataset& data, const RandomStream& random)
      : spec_(spec),
        random_(random),
        parts_(hold_out(spec, data, random)),
        scale_(parts_.train),
        targets_(scale_.apply(parts_.train).cast<float>()),
        entrance_(make_entrance(spec, parts_.train)),
        copies_(make_copies(spec, parts_.train, entrance_.grid, random)),
        network_(spec, entrance_.grid, outputs(), entrance_.sample, entrance_.dropped,
                 parts_.train.rows(), random.child("network")),
        batch_(std::min(spec.batch_size, parts_.train.rows())),
        steps_(spec.epochs * (parts_.train.rows() / batch_)) {}

  SparseQuantNeuralNetwork run(const EpochHook& hook, std::vector<EpochRecord>& history);
  /// Share of wrong labels, or mean squared error, of a finished network on the training rows.
  double misfit(const SparseQuantNeuralNetwork& network) const;

 private:
  std::size_t outputs() const {
    return parts_.train.task == Task::classification
               ? parts_.train.classes.size()
               : static_cast<std::size_t>(parts_.train.targets.cols());
  }
  double progress() const { return static_cast<double>(step_) / static_cast<double>(steps_); }
  double train_epoch(std::size_t epoch);
  void milestones();
  std::size_t drawn_copy(RandomStream& draw) const;
  void gather(const std::vector<std::size_t>& order, std::size_t from, RandomStream& draw);
  double loss_of(const FloatMatrix& scores, const Dataset& rows, const FloatMatrix& targets,
                 const std::vector<std::int32_t>& labels, FloatMatrix& gradient) const;
  void judge(EpochRecord& record);
  bool stops(const EpochRecord& record);
  SparseQuantNeuralNetwork finished();

  const NetworkSpec& spec_;
  const RandomStream& random_;
  Parts parts_;
  TargetScale scale_;
  FloatMatrix targets_;
  Entrance entrance_;
  std::vector<Bytes8> copies_;
  NetworkInTraining network_;
  std::size_t batch_, steps_, step_ = 0;
  bool pruned_ = false, settled_ = false;
  FloatMatrix inputs_, batch_targets_;
  std::vector<std::int32_t> batch_labels_;
  double best_ = std::numeric_limits<double>::infinity();
  std::int64_t waited_ = 0;
  SparseQuantNeuralNetwork kept_;
};

std::size_t Loop::drawn_copy(RandomStream& draw) const {
  if (copies_.size() == 1) return 0;
  if (spec_.augmentation == Augmentation::affine) return draw.below(copies_.size());
  return draw.uniform() < shifted_share ? 1 + draw.below(copies_.size() - 1) : 0;
}

void Loop::gather(const std::vector<std::size_t>& order, std::size_t from, RandomStream& draw) {
  const Eigen::Index columns = copies_.front().cols();
  inputs_.resize(static_cast<Eigen::Index>(batch_), columns);
  batch_targets_.resize(targets_.rows() > 0 ? static_cast<Eigen::Index>(batch_) : 0,
                        targets_.cols());
  batch_labels_.clear();
  for (std::size_t i = 0; i < batch_; ++i) {
    const std::size_t row = order[from + i];
    const auto at = static_cast<Eigen::Index>(i), source = static_cast<Eigen::Index>(row);
    const std::size_t copy = drawn_copy(draw);
    inputs_.row(at) = copies_[copy].row(source).cast<float>();
    if (targets_.rows() > 0) batch_targets_.row(at) = targets_.row(source);
    if (!parts_.train.labels.empty()) batch_labels_.push_back(parts_.train.labels[row]);
  }
}

double Loop::loss_of(const FloatMatrix& scores, const Dataset& rows, const FloatMatrix& targets,
                     const std::vector<std::int32_t>& labels, FloatMatrix& gradient) const {
  return rows.task == Task::classification
             ? cross_entropy(spec_.cross_entropy, scores, labels, gradient)
             : regression_loss(spec_.loss, scores, targets, gradient);
}

void Loop::milestones() {
  if (!pruned_ && spec_.pruned_share > 0 && progress() >= pruned_at) {
    network_.prune(spec_.pruned_share);
    pruned_ = true;
  }
  if (!settled_ && progress() >= settled_from) {
    network_.round_weights();
    network_.settle(copies_.front().cast<float>());
    settled_ = true;
  }
}

double Loop::train_epoch(std::size_t epoch) {
  RandomStream draw = random_.child("epoch", epoch);
  std::vector<std::size_t> order(parts_.train.rows());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (spec_.shuffle) order = draw.permutation(order.size());
  double sum = 0.0;
  std::size_t batches = 0;
  FloatMatrix gradient;
  for (std::size_t from = 0; from + batch_ <= order.size(); from += batch_, ++batches, ++step_) {
    milestones();
    gather(order, from, draw);
    network_.round_weights();
    const FloatMatrix& scores = network_.forward(
        inputs_, settled_ ? Phase::settled : Phase::learning, progress() >= rounded_from);
    sum += loss_of(scores, parts_.train, batch_targets_, batch_labels_, gradient);
    network_.backward(inputs_, gradient);
    network_.step(scheduled_rate(spec_.schedule, spec_.descent.learning_rate, step_, steps_));
  }
  return sum / static_cast<double>(batches);
}

SparseQuantNeuralNetwork Loop::finished() {
  network_.round_weights();
  if (!settled_) network_.settle(copies_.front().cast<float>());
  return network_.finish();
}

void Loop::judge(EpochRecord& record) {
  if (parts_.valid.rows() == 0) return;
  const SparseQuantNeuralNetwork now = finished();
  const FloatMatrix scores = now.scores(parts_.valid.features).cast<float>();
  FloatMatrix gradient;
  record.valid_loss = loss_of(scores, parts_.valid, scale_.apply(parts_.valid).cast<float>(),
                              parts_.valid.labels, gradient);
  if (parts_.valid.task != Task::classification) return;
  record.valid_accuracy = accuracy(parts_.valid.labels, largest_of(scores.cast<double>()));
}

double Loop::misfit(const SparseQuantNeuralNetwork& network) const {
  const Matrix<double> scores = network.scores(parts_.train.features);
  return parts_.train.task == Task::classification
             ? 1.0 - accuracy(parts_.train.labels, largest_of(scores))
             : mean_squared_error(parts_.train.targets, scores);
}

/// Keeps the best network; true once it has not improved for too long.
bool Loop::stops(const EpochRecord& record) {
  if (!spec_.stopping.active && !spec_.checkpoint) return false;
  const double loss = parts_.valid.rows() > 0 ? record.valid_loss : record.train_loss;
  const double margin = spec_.stopping.active ? spec_.stopping.threshold : 0.0;
  if (!(loss < best_ - margin * std::abs(std::isfinite(best_) ? best_ : 0.0))) {
    return ++waited_ >= spec_.stopping.patience && spec_.stopping.active;
  }
  best_ = loss;
  waited_ = 0;
  if (spec_.checkpoint) kept_ = finished();
  return false;
}

SparseQuantNeuralNetwork Loop::run(const EpochHook& hook, std::vector<EpochRecord>& history) {
  for (std::size_t epoch = 0; epoch < spec_.epochs; ++epoch) {
    EpochRecord record{.epoch = static_cast<std::int64_t>(epoch + 1)};
    record.train_loss = train_epoch(epoch);
    require(std::isfinite(record.train_loss), ErrorCode::invalid_argument,
            "train: the loss is no longer finite in epoch ", epoch + 1, "; set a smaller \"lr\"");
    judge(record);
    history.push_back(record);
    const bool goes_on = !hook || hook(record);
    if (stops(record) || !goes_on) break;
  }
  SparseQuantNeuralNetwork network =
      spec_.checkpoint && kept_.outputs() > 0 ? std::move(kept_) : finished();
  scale_.restore(network);
  return network;
}

}  // namespace

SparseQuantNeuralNetwork train_network(const NetworkSpec& spec, const Dataset& data,
                                       RandomStream random, const EpochHook& hook,
                                       std::vector<EpochRecord>& history) {
  const RandomStream stream =
      spec.random_state >= 0 ? RandomStream(Seed{static_cast<std::uint64_t>(spec.random_state)})
                             : random;
  if (spec.construction == Construction::greedy) {
    return construct_network(spec, data, stream, hook, history);
  }
  SparseQuantNeuralNetwork best;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t start = 0; start < spec.restarts; ++start) {
    const RandomStream own = start == 0 ? stream : stream.child("restart", start);
    std::vector<EpochRecord> records;
    Loop loop(spec, data, own);
    SparseQuantNeuralNetwork network = loop.run(hook, records);
    const double loss = spec.restarts > 1 ? loop.misfit(network) : 0.0;
    if (start > 0 && loss >= least) continue;
    least = loss;
    best = std::move(network);
    history = std::move(records);
  }
  return best;
}

}  // namespace basalt::learn
