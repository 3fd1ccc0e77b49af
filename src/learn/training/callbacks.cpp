#include "learn/training/callbacks.hpp"

#include <cmath>

#include "base/error.hpp"

namespace basalt::learn {
bool falls_when_better(const std::string& monitored) {
  const bool is_loss = monitored.ends_with("_loss") || monitored.ends_with("_loss_best");
  return is_loss && !monitored.starts_with("neg_");
}

double Monitor::of(const EpochRecord& record) const {
  if (name.empty()) return record.has_valid_rows() ? record.valid_loss : record.train_loss;
  if (name == "train_loss") return record.train_loss;
  if (name == "valid_loss") return record.valid_loss;
  if (name == "valid_acc") return record.valid_accuracy;
  const auto found = record.scores.find(name);
  require(found != record.scores.end(), ErrorCode::internal, "callbacks: epoch ", record.epoch,
          " has no \"", name, "\"");
  return found->second;
}

bool EarlyStopping::ends(const EpochRecord& record) {
  const double found = spec_.monitor.of(record);
  const double value = spec_.monitor.lower_is_better ? found : -found;
  const double scale = spec_.relative && std::isfinite(best_) ? std::abs(best_) : 1.0;
  const bool improves = !std::isfinite(best_) || value < best_ - spec_.threshold * scale;
  if (!improves) return ++waited_ >= spec_.patience;
  best_ = value;
  waited_ = 0;
  return false;
}

bool Best::improves(const EpochRecord& record) {
  const double found = monitor_.of(record);
  const double value = monitor_.lower_is_better ? found : -found;
  if (!(value < best_)) return false;
  best_ = value;
  return true;
}

}  // namespace basalt::learn
