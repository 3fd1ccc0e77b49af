// Callables that the training loop calls: at the beginning and end of training, epoch and batch.
#pragma once

#include <concepts>
#include <functional>
#include <utility>

#include "learn/model/history.hpp"

namespace basalt::learn {

/// Hooks by the names of skorch's callbacks; any may be empty. They watch; results depend on none
/// of them but on_epoch_end, which can end training.
struct TrainingHooks {
  TrainingHooks() = default;
  /// Of a callable for the end of each epoch alone.
  template <class EpochEnd>
  requires std::predicate<EpochEnd, const EpochRecord&> TrainingHooks(EpochEnd epoch_end)
      : on_epoch_end(std::move(epoch_end)) {}

  std::function<void(std::size_t epochs)> on_train_begin;
  std::function<void(std::int64_t epoch)> on_epoch_begin;
  std::function<void(const BatchRecord&)> on_batch_begin, on_grad_computed, on_batch_end;
  std::function<bool(const EpochRecord&)> on_epoch_end;  ///< False ends training.
  std::function<void(const std::vector<EpochRecord>&)> on_train_end;
};

/// Calls a hook that may be empty.
template <class Hook, class... Arguments>
void call(const Hook& hook, Arguments&&... arguments) {
  if (hook) hook(std::forward<Arguments>(arguments)...);
}

}  // namespace basalt::learn
