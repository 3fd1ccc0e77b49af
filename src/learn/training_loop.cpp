#include "learn/training_loop.hpp"

#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "learn/metrics.hpp"

namespace basalt::learn {
namespace {

using Eigen::Index;

std::vector<std::int32_t> largest_of(const FloatMatrix& scores) {
  std::vector<std::int32_t> labels;
  for (Index row = 0; row < scores.rows(); ++row) {
    Index label = 0;
    scores.row(row).maxCoeff(&label);
    labels.push_back(static_cast<std::int32_t>(label));
  }
  return labels;
}

/// Rows of one step.
struct Batch {
  FloatMatrix inputs, targets;
  std::vector<std::int32_t> labels;
};

double loss_of(const NetworkSpec& spec, const FloatMatrix& scores, const FloatMatrix& targets,
               std::span<const std::int32_t> labels, FloatMatrix& gradient) {
  return targets.cols() > 0 ? regression_loss(spec.loss, scores, targets, gradient)
                            : cross_entropy(spec.cross_entropy, scores, labels, gradient);
}

class Loop {
 public:
  Loop(const NetworkSpec& spec, Trainee& trainee, const LoopRows& train, const LoopRows& valid,
       const RandomStream& random)
      : spec_(spec),
        trainee_(trainee),
        train_(train),
        valid_(valid),
        random_(random),
        batch_rows_(std::min(spec.batch_size, train.rows())),
        steps_(spec.epochs * (train.rows() / batch_rows_)) {}

  /// Mean loss over the batches.
  double epoch(std::size_t number);
  void judge(EpochRecord& record);
  /// Keeps the best parameters; true once they have not improved for too long.
  bool stops(const EpochRecord& record);
  bool has_kept() const { return spec_.checkpoint && std::isfinite(best_); }

 private:
  std::size_t drawn_copy(RandomStream& draw) const;
  void gather(const std::vector<std::size_t>& order, std::size_t from, RandomStream& draw);

  const NetworkSpec& spec_;
  Trainee& trainee_;
  const LoopRows& train_;
  const LoopRows& valid_;
  const RandomStream& random_;
  std::size_t batch_rows_, steps_, step_ = 0;
  Batch batch_;
  double best_ = std::numeric_limits<double>::infinity();
  std::int64_t waited_ = 0;
};

std::size_t Loop::drawn_copy(RandomStream& draw) const {
  if (train_.copies.size() == 1 || draw.uniform() >= train_.changed_share) return 0;
  return 1 + draw.below(train_.copies.size() - 1);
}

void Loop::gather(const std::vector<std::size_t>& order, std::size_t from, RandomStream& draw) {
  const auto rows = static_cast<Index>(batch_rows_);
  batch_.inputs.resize(rows, train_.copies.front().cols());
  batch_.targets.resize(train_.targets.cols() > 0 ? rows : 0, train_.targets.cols());
  batch_.labels.clear();
  for (Index i = 0; i < rows; ++i) {
    const std::size_t row = order[from + static_cast<std::size_t>(i)];
    const auto source = static_cast<Index>(row);
    batch_.inputs.row(i) = train_.copies[drawn_copy(draw)].row(source);
    if (train_.targets.cols() > 0) batch_.targets.row(i) = train_.targets.row(source);
    if (!train_.labels.empty()) batch_.labels.push_back(train_.labels[row]);
  }
}

double Loop::epoch(std::size_t number) {
  RandomStream draw = random_.child("epoch", number);
  std::vector<std::size_t> order(train_.rows());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (spec_.shuffle) order = draw.permutation(order.size());
  double sum = 0.0;
  std::size_t batches = 0;
  FloatMatrix gradient;
  for (std::size_t from = 0; from + batch_rows_ <= order.size(); from += batch_rows_, ++step_) {
    gather(order, from, draw);
    const double progress = static_cast<double>(step_) / static_cast<double>(steps_);
    const FloatMatrix& scores = trainee_.forward(batch_.inputs, progress);
    sum += loss_of(spec_, scores, batch_.targets, batch_.labels, gradient);
    trainee_.backward(batch_.inputs, gradient);
    trainee_.step(spec_,
                  scheduled_rate(spec_.schedule, spec_.descent.learning_rate, step_, steps_));
    ++batches;
  }
  return sum / static_cast<double>(batches);
}

void Loop::judge(EpochRecord& record) {
  if (valid_.rows() == 0) return;
  const FloatMatrix scores = trainee_.finished_scores(valid_.copies.front());
  FloatMatrix gradient;
  record.valid_loss = loss_of(spec_, scores, valid_.targets, valid_.labels, gradient);
  if (!valid_.labels.empty()) record.valid_accuracy = accuracy(valid_.labels, largest_of(scores));
}

bool Loop::stops(const EpochRecord& record) {
  if (!spec_.stopping.active && !spec_.checkpoint) return false;
  const double loss = valid_.rows() > 0 ? record.valid_loss : record.train_loss;
  const double margin = spec_.stopping.active ? spec_.stopping.threshold : 0.0;
  if (!(loss < best_ - margin * std::abs(std::isfinite(best_) ? best_ : 0.0))) {
    return ++waited_ >= spec_.stopping.patience && spec_.stopping.active;
  }
  best_ = loss;
  waited_ = 0;
  if (spec_.checkpoint) trainee_.keep();
  return false;
}

}  // namespace

std::size_t outputs_of(const Dataset& data) {
  return data.task == Task::classification ? data.classes.size()
                                           : static_cast<std::size_t>(data.targets.cols());
}

void run_training(const NetworkSpec& spec, Trainee& trainee, const LoopRows& train,
                  const LoopRows& valid, const RandomStream& random, const EpochHook& hook,
                  std::vector<EpochRecord>& history) {
  Loop loop(spec, trainee, train, valid, random);
  for (std::size_t epoch = 0; epoch < spec.epochs; ++epoch) {
    EpochRecord record{.epoch = static_cast<std::int64_t>(epoch + 1)};
    record.train_loss = loop.epoch(epoch);
    if (!std::isfinite(record.train_loss)) {
      throw Error(
          ErrorCode::invalid_argument,
          cat("train: the loss is no longer finite in epoch ", epoch + 1, "; set a smaller \"lr\""),
          "lr");
    }
    loop.judge(record);
    history.push_back(record);
    const bool goes_on = !hook || hook(record);
    if (loop.stops(record) || !goes_on) break;
  }
  if (loop.has_kept()) trainee.recall();
}

}  // namespace basalt::learn
