#include "learn/training/training_loop.hpp"

#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "learn/data/metrics.hpp"
#include "learn/data/scores.hpp"
#include "learn/training/callbacks.hpp"
#include "learn/training/schedule.hpp"

namespace basalt::learn {
namespace {

using Eigen::Index;

/// Rows of one step.
struct Batch {
  FloatMatrix inputs, targets;
  std::vector<std::int32_t> labels;
};

double loss_of(const TrainingSpec& spec, const FloatMatrix& scores, const FloatMatrix& targets,
               std::span<const std::int32_t> labels, FloatMatrix& gradient) {
  return targets.cols() > 0 ? regression_loss(spec.loss, scores, targets, gradient)
                            : cross_entropy(spec.cross_entropy, scores, labels, gradient);
}

/// Outputs of the loop in the unit of the real targets.
Matrix<double> unscaled(const LoopRows& rows, const FloatMatrix& scaled) {
  Matrix<double> values = scaled.cast<double>();
  for (std::size_t output = 0; output < rows.target_mean.size(); ++output) {
    auto column = values.col(static_cast<Index>(output)).array();
    column = column * rows.target_deviation[output] + rows.target_mean[output];
  }
  return values;
}

class Loop {
 public:
  Loop(const TrainingSpec& spec, TrainableNetwork& network, const LoopRows& train,
       const LoopRows& valid, const RandomStream& random, const TrainingHooks& hooks)
      : spec_(spec),
        network_(network),
        train_(train),
        valid_(valid),
        random_(random),
        hooks_(hooks),
        batch_rows_(std::min(spec.batch_size, train.rows())),
        steps_(spec.epochs * steps_per_epoch()),
        schedule_(spec.schedule, spec.descent.learning_rate, steps_, spec.epochs),
        stopping_(spec.stopping),
        checkpoint_(spec.checkpoint.monitor) {}

  /// Trains one epoch and evaluates it.
  EpochRecord epoch(std::size_t number);
  /// Keeps the best parameters; true once training shall end.
  bool ends(const EpochRecord& record);
  bool has_best() const { return has_best_; }

 private:
  std::size_t steps_per_epoch() const {
    return spec_.drop_last ? train_.rows() / batch_rows_
                           : (train_.rows() + batch_rows_ - 1) / batch_rows_;
  }
  std::size_t drawn_copy(RandomStream& draw) const;
  void gather(std::span<const std::size_t> chosen, RandomStream& draw);
  float clip_factor() const;
  double train_batch(std::size_t epoch, BatchRecord& record);
  double train_epoch(std::size_t number);
  void evaluate(EpochRecord& record);

  const TrainingSpec& spec_;
  TrainableNetwork& network_;
  const LoopRows& train_;
  const LoopRows& valid_;
  const RandomStream& random_;
  const TrainingHooks& hooks_;
  std::size_t batch_rows_, steps_, step_ = 0;
  Schedule schedule_;
  EarlyStopping stopping_;
  Best checkpoint_;
  Batch batch_;
  Matrix<std::uint8_t> changed_;  ///< The changed copy of this epoch.
  FloatMatrix gradient_;
  bool has_best_ = false;
};

std::size_t Loop::drawn_copy(RandomStream& draw) const {
  const std::size_t copies = train_.copy_count();
  if (copies == 1) return 0;
  return draw.uniform() < train_.changed_share ? 1 + draw.below(copies - 1) : 0;
}

void Loop::gather(std::span<const std::size_t> chosen, RandomStream& draw) {
  const auto rows = static_cast<Index>(chosen.size());
  const bool has_bytes = !train_.integers.empty();
  const Index columns = has_bytes ? train_.integers.front().cols() : train_.copies.front().cols();
  batch_.inputs.resize(rows, columns);
  batch_.targets.resize(train_.targets.cols() > 0 ? rows : 0, train_.targets.cols());
  batch_.labels.clear();
  for (Index i = 0; i < rows; ++i) {
    const std::size_t row = chosen[static_cast<std::size_t>(i)], copy = drawn_copy(draw);
    const auto source = static_cast<Index>(row);
    if (has_bytes) {
      const auto& integers = copy < train_.integers.size() ? train_.integers[copy] : changed_;
      batch_.inputs.row(i) = integers.row(source).cast<float>();
    } else {
      batch_.inputs.row(i) = train_.copies[copy].row(source);
    }
    if (train_.targets.cols() > 0) batch_.targets.row(i) = train_.targets.row(source);
    if (!train_.labels.empty()) batch_.labels.push_back(train_.labels[row]);
  }
}

/// What shortens the gradient of the last backward pass to the longest that the spec allows.
float Loop::clip_factor() const {
  if (spec_.gradient_clip <= 0) return 1.0F;
  const double norm = network_.gradient_norm();
  return norm > spec_.gradient_clip ? static_cast<float>(spec_.gradient_clip / norm) : 1.0F;
}

/// One step on the gathered rows.
double Loop::train_batch(std::size_t epoch, BatchRecord& record) {
  const double progress = static_cast<double>(step_) / static_cast<double>(steps_);
  const FloatMatrix& scores = network_.forward(batch_.inputs, progress);
  record.loss = loss_of(spec_, scores, batch_.targets, batch_.labels, gradient_);
  network_.backward(batch_.inputs, gradient_);
  if (hooks_.on_grad_computed) {
    record.gradient_norm = network_.gradient_norm();
    hooks_.on_grad_computed(record);
  }
  network_.step(spec_.descent, schedule_.rate(step_, epoch), clip_factor());
  return record.loss;
}

double Loop::train_epoch(std::size_t number) {
  RandomStream draw = random_.child("epoch", number);
  std::vector<std::size_t> order(train_.rows());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (spec_.shuffle) order = draw.permutation(order.size());
  if (train_.change) changed_ = train_.change(number);
  double sum = 0.0, trained = 0.0;
  for (std::size_t i = 0; i < steps_per_epoch(); ++i, ++step_) {
    const std::size_t from = i * batch_rows_, count = std::min(batch_rows_, order.size() - from);
    BatchRecord record{.epoch = static_cast<std::int64_t>(number + 1),
                       .batch = static_cast<std::int64_t>(i + 1),
                       .rows = static_cast<std::int64_t>(count)};
    call(hooks_.on_batch_begin, record);
    gather(std::span(order).subspan(from, count), draw);
    sum += train_batch(number, record) * static_cast<double>(count);
    trained += static_cast<double>(count);
    call(hooks_.on_batch_end, record);
  }
  return sum / trained;
}

void Loop::evaluate(EpochRecord& record) {
  const auto& scoring = spec_.scoring;
  FloatMatrix scores, gradient;
  if (valid_.rows() > 0) {
    scores = network_.finished_scores(valid_.originals());
    record.valid_loss = loss_of(spec_, scores, valid_.targets, valid_.labels, gradient);
    if (!valid_.labels.empty()) {
      record.valid_accuracy = accuracy(valid_.labels, predicted_classes(scores.cast<double>()));
    }
  }
  if (scoring.scoring.empty()) return;
  const LoopRows& rows = scoring.on_train ? train_ : valid_;
  if (scoring.on_train) scores = network_.finished_scores(train_.originals());
  const GroundTruth truth{rows.labels, unscaled(rows, rows.targets)};
  for (const std::string& name : scoring.scoring) {
    record.scores[name] = score_named(name, truth, unscaled(rows, scores));
  }
}

EpochRecord Loop::epoch(std::size_t number) {
  EpochRecord record{.epoch = static_cast<std::int64_t>(number + 1)};
  call(hooks_.on_epoch_begin, record.epoch);
  if (spec_.records_rate) record.scores["event_lr"] = schedule_.rate(step_, number);
  record.train_loss = train_epoch(number);
  if (!std::isfinite(record.train_loss)) {
    throw Error(ErrorCode::invalid_argument,
                concat("train: the loss is no longer finite in epoch ", number + 1,
                       "; set a smaller \"lr\""),
                "lr");
  }
  evaluate(record);
  return record;
}

bool Loop::ends(const EpochRecord& record) {
  const Monitor& watched = spec_.schedule_monitor;
  schedule_.observe(watched.lower_is_better ? watched.of(record) : -watched.of(record));
  if (spec_.checkpoint.active && checkpoint_.improves(record)) {
    network_.save_best();
    has_best_ = true;
  }
  const bool goes_on = !hooks_.on_epoch_end || hooks_.on_epoch_end(record);
  return (spec_.stopping.active && stopping_.ends(record)) || !goes_on;
}

}  // namespace

void run_training(const TrainingSpec& spec, TrainableNetwork& network, const LoopRows& train,
                  const LoopRows& valid, const RandomStream& random, const TrainingHooks& hooks,
                  std::vector<EpochRecord>& history) {
  Loop loop(spec, network, train, valid, random, hooks);
  call(hooks.on_train_begin, spec.epochs);
  for (std::size_t epoch = 0; epoch < spec.epochs; ++epoch) {
    history.push_back(loop.epoch(epoch));
    if (loop.ends(history.back())) break;
  }
  if (loop.has_best()) network.restore_best();
  call(hooks.on_train_end, history);
}

}  // namespace basalt::learn
