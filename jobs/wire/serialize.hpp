// Boost's serialize() for the types that travel, beside them rather than in them.
#pragma once

#include <bit>
#include <boost/serialization/level.hpp>
#include <boost/serialization/split_free.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/tracking.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "base/describe.hpp"
#include "base/error.hpp"
#include "jobs/score/shard.hpp"
#include "search/trial.hpp"

namespace basalt::jobs::wire {

/// More elements than this in one list are not ours.
constexpr std::uint64_t most_elements = std::uint64_t{1} << 24;

/// The one description of each type, for writing and reading: `archive & member` does either. What
/// is written may be const.
template <class Archive>
class Fields {
  static constexpr bool reads = !Archive::is_saving::value;

 public:
  explicit Fields(Archive& archive) : archive_(archive) {}

  template <class T>
  requires std::is_integral_v<T>
  void operator()(T& value) { archive_& value; }
  /// Real numbers travel as their bits: infinity and not-a-number too, in text as well.
  void operator()(MaybeConst<double> auto& value) {
    auto bits = std::bit_cast<std::uint64_t>(value);
    archive_& bits;
    if constexpr (reads) value = std::bit_cast<double>(bits);
  }
  template <class T>
  requires std::is_enum_v<T>
  void operator()(T& value) {
    auto number = static_cast<std::int64_t>(value);
    archive_& number;
    if constexpr (reads) value = static_cast<T>(number);
  }
  void operator()(MaybeConst<std::string> auto& text) { archive_& text; }
  void operator()(MaybeConst<Digest> auto& digest) {
    for (auto& byte : digest.bytes) {
      std::uint32_t number = byte;
      archive_& number;
      if constexpr (reads) byte = static_cast<std::uint8_t>(number);
    }
  }
  template <class T>
  void operator()(const std::vector<T>& items) {
    count_of(items.size());
    for (const T& item : items) (*this)(item);
  }
  template <class T>
  requires reads void operator()(std::vector<T>& items) {
    items.assign(count_of(items.size()), T{});
    for (T& item : items) (*this)(item);
  }
  template <class Value>
  void operator()(const std::map<std::string, Value>& values) {
    count_of(values.size());
    for (const auto& [name, value] : values) {
      (*this)(name);
      (*this)(value);
    }
  }
  template <class Value>
  requires reads void operator()(std::map<std::string, Value>& values) {
    const std::uint64_t count = count_of(values.size());
    values.clear();
    for (std::uint64_t i = 0; i < count; ++i) {
      std::string key;
      (*this)(key);
      (*this)(values[key]);
    }
  }
  void operator()(MaybeConst<SettingValue> auto& value) {
    std::uint64_t kind = value.index();
    (*this)(kind);
    if constexpr (reads) value = empty_value(kind);
    std::visit([this](auto& held) { (*this)(held); }, value);
  }

  void operator()(MaybeConst<learn::EpochRecord> auto& epoch) {
    all(epoch.epoch, epoch.train_loss, epoch.valid_loss, epoch.valid_accuracy, epoch.scores);
  }
  void operator()(MaybeConst<pipeline::Record> auto& record) {
    all(record.state, record.reason, record.result, record.timing, record.model_id,
        record.circuit_id, record.history);
  }
  void operator()(MaybeConst<search::TrialTask> auto& task) {
    all(task.trial, task.rung, task.share, task.configuration);
  }
  void operator()(MaybeConst<search::TrialOutcome> auto& outcome) {
    all(outcome.task, outcome.record);
  }
  void operator()(MaybeConst<Shard> auto& shard) { all(shard.index, shard.first, shard.count); }
  void operator()(MaybeConst<ShardOutcome> auto& outcome) {
    all(outcome.shard, outcome.scores_id, outcome.outputs, outcome.dimension, outcome.reused,
        outcome.seconds);
  }

 private:
  template <class... T>
  void all(T&... values) {
    ((*this)(values), ...);
  }

  std::uint64_t count_of(std::size_t size) {
    std::uint64_t count = size;
    (*this)(count);
    require(count <= most_elements, ErrorCode::corrupt, "archive: a list of ", count, " elements");
    return count;
  }

  template <std::size_t kind = 0>
  static SettingValue empty_value(std::uint64_t wanted) {
    if constexpr (kind < std::variant_size_v<SettingValue>) {
      if (kind == wanted) return SettingValue(std::in_place_index<kind>);
      return empty_value<kind + 1>(wanted);
    } else {
      throw Error(ErrorCode::corrupt, concat("archive: a setting of kind ", wanted));
    }
  }

  Archive& archive_;
};

/// A value as Boost sees it.
template <class T>
struct Carried {
  T& value;
};

}  // namespace basalt::jobs::wire

namespace boost::serialization {

template <class Archive, class T>
void serialize(Archive& archive, basalt::jobs::wire::Carried<T>& carried, unsigned) {
  basalt::jobs::wire::Fields<Archive> fields(archive);
  fields(carried.value);
}

template <class T>
struct implementation_level<basalt::jobs::wire::Carried<T>> {
  using tag = mpl::integral_c_tag;
  using type = mpl::int_<object_serializable>;
  BOOST_STATIC_CONSTANT(int, value = object_serializable);
};
template <class T>
struct tracking_level<basalt::jobs::wire::Carried<T>> {
  using tag = mpl::integral_c_tag;
  using type = mpl::int_<track_never>;
  BOOST_STATIC_CONSTANT(int, value = track_never);
};

}  // namespace boost::serialization
