#include "io/hdf5/describe_visitors.hpp"

#include <algorithm>
#include <map>

namespace basalt::io::h5 {
namespace {

/// Lists of settings are datasets, because attributes cannot be empty lists.
struct PutSetting {
  const Group& group;
  const std::string& name;
  void operator()(bool flag) const { group.put(name, flag); }
  void operator()(std::int64_t number) const { group.put(name, number); }
  void operator()(double number) const { group.put(name, number); }
  void operator()(const std::string& text) const { group.put_text(name, text); }
  void operator()(const std::vector<std::string>& texts) const { group.put_texts(name, texts); }
  template <class T>
  void operator()(const std::vector<T>& numbers) const {
    group.put_vector<T>(name, numbers);
  }
};

SettingValue get_scalar_setting(const Group& group, const std::string& name) {
  switch (group.scalar_element(name)) {
    case Element::boolean:
      return group.get<bool>(name);
    case Element::i64:
      return group.get<std::int64_t>(name);
    case Element::f64:
      return group.get<double>(name);
    case Element::text:
      return group.get_text(name);
    default:
      break;
  }
  throw Error(ErrorCode::corrupt, group.where() + "/" + name + ": is not a setting");
}

SettingValue get_list_setting(const Group& group, const std::string& name) {
  switch (group.open_array(name).element()) {
    case Element::i64:
      return group.get_vector<std::int64_t>(name);
    case Element::f64:
      return group.get_vector<double>(name);
    case Element::text:
      return group.get_texts(name);
    default:
      break;
  }
  throw Error(ErrorCode::corrupt, group.where() + "/" + name + ": is not a setting");
}

}  // namespace

std::string item_name(std::size_t index) {
  std::string digits = std::to_string(index);
  return std::string(4 - std::min<std::size_t>(4, digits.size()), '0') + digits;
}

void put_settings(const Group& group, const Settings& settings) {
  for (const auto& [name, value] : settings.values()) std::visit(PutSetting{group, name}, value);
}

Settings get_settings(const Group& group) {
  Settings settings;
  for (const std::string& name : group.attribute_names()) {
    settings.restore(name, get_scalar_setting(group, name));
  }
  for (const std::string& name : group.names()) {
    settings.restore(name, get_list_setting(group, name));
  }
  return settings;
}

void put_digest(const Group& group, const std::string& name, const Digest& digest) {
  group.put_text(name, digest.hex());
}

Digest get_digest(const Group& group, const std::string& name) {
  try {
    return Digest::from_hex(group.get_text(name));
  } catch (const Error& error) {
    throw Error(ErrorCode::corrupt, concat(group.where(), "/", name, ": ", error.what()));
  }
}

std::size_t get_count(const Group& list) {
  const auto count = list.get<std::uint64_t>("count");
  const std::size_t present = list.names().size();
  require(count == present, ErrorCode::corrupt, list.where(), ": counts ", count,
          " items, but holds ", present);
  return present;
}

const Notes& notes_of(const std::string& field) {
  static const std::map<std::string, Notes> notes{
      {"features", {"as imported", "one row per data point, one column per feature"}},
      {"labels", {"index", "position of each row's class in `classes`"}},
      {"classes", {"", "original labels, in sorted order"}},
      {"targets", {"as imported", "real values to predict, one column per output"}},
      {"feature_names", {"", "one per column of the features"}},
      {"mean", {"as the feature", "subtracted from each feature"}},
      {"deviation", {"as the feature", "divides each feature after the mean is subtracted"}},
      {"scale", {"per step", "real width of one integer step"}},
      {"zero_point", {"integer", "the integer that stands for 0"}},
      {"epoch", {"1", "number of the epoch, from 0"}},
      {"train_loss", {"1", "mean loss on the training rows"}},
      {"valid_loss", {"1", "mean loss on the validation rows"}},
      {"valid_accuracy", {"share", "share of validation rows predicted rightly"}},
      {"row_start", {"position", "where each row begins in `column` and `weight`; one more entry"}},
      {"column", {"index", "columns of the weights that are not 0, ascending in each row"}},
      {"weight", {"integer", "weights that are not 0"}},
      {"bias", {"integer", "added to each neuron, in clear"}},
      {"tables", {"integer", "look-up tables, one per row"}},
      {"table_of", {"index", "row of `tables` that each element looks up"}},
      {"feature_of", {"index", "feature that each encrypted integer is made from"}},
      {"low", {"integer", "smallest integer of each"}},
      {"high", {"integer", "largest integer of each"}},
      {"step", {"integer", "distance of neighbouring possible values of each output"}},
      {"weights", {"integer", "one row per neuron or score, one column per input"}},
      {"skip", {"integer", "weights from the inputs straight to the scores"}},
      {"origin", {"as the feature", "subtracted from each standardized feature before quantizing"}},
      {"constant", {"integer", "added to the combined integers of each score"}},
      {"coefficients", {"score per feature", "as solved, before quantization"}},
      {"intercepts", {"score", "as solved, before quantization"}},
      {"offset", {"as the score", "added to each score after scaling"}}};
  static const Notes none;
  const auto found = notes.find(field);
  return found == notes.end() ? none : found->second;
}

}  // namespace basalt::io::h5
