#include "learn/convolution/cnn_spec.hpp"

#include <algorithm>

#include "learn/convolution/cnn_pruning.hpp"
#include "learn/estimator/refuse.hpp"
#include "learn/estimator/setting_rules.hpp"
#include "learn/network/network_spec.hpp"

namespace basalt::learn {
namespace {

/// Whether a layer is one-dimensional: two numbers are then length and channels.
bool reads_lines(const Settings& settings) {
  return std::ranges::any_of(settings.texts("layers"), [](const std::string& entry) {
    return entry.find("1d") != std::string::npos;
  });
}

/// The image that a row is, by the setting or the data.
ImageShape shape_of(const Settings& settings, const Dataset& data) {
  const std::vector<std::int64_t>& given = settings.integers("input_shape");
  if (given.empty() && !data.image) {
    refuse(
        "input_shape",
        concat(
            "the data does not say what image its ", data.columns(),
            " features are; set \"input_shape\" = [height, width], [height, width, channels] or, "
            "for lines, [length]"));
  }
  ImageShape shape = data.image.value_or(ImageShape{});
  if (given.size() > 3) {
    refuse("input_shape",
           concat("\"input_shape\" has ", given.size(), " numbers, expected 1 to 3"));
  }
  if (!given.empty()) {
    const bool is_line = given.size() == 1 || (given.size() == 2 && reads_lines(settings));
    const auto at = [&](std::size_t i) {
      return i < given.size() ? static_cast<std::size_t>(given[i]) : std::size_t{1};
    };
    shape = is_line ? ImageShape{at(0), 1, at(1)} : ImageShape{at(0), at(1), at(2)};
  }
  const std::size_t size = shape.height * shape.width * shape.channels;
  if (size != data.columns()) {
    refuse("input_shape",
           concat("an image of ", shape.height, " x ", shape.width, " x ", shape.channels, " has ",
                  size, " values, the data has ", data.columns(), " features"));
  }
  return shape;
}

int input_bits(const Settings& settings, const QuantizationSpec& spec) {
  const auto given = static_cast<int>(settings.integer("module__n_input_bits"));
  if (given > 0) return given;
  return spec.soft_inputs ? std::max(spec.activation_bits, soft_input_bits) : spec.activation_bits;
}

void check_activations(const Settings& settings, const CnnSpec& spec) {
  if (spec.quantization.rule != AccumulatorRule::wrap) return;
  for (const StageSpec& stage : spec.stages) {
    if (stage.activation.empty()) continue;
    refuse(
        "layers",
        concat("\"layers\", entry ", stage.entry, ", \"", settings.texts("layers")[stage.entry],
               "\", has an activation, but wrapping sums are read by a triangle; leave it out or "
               "set \"module__accumulator\" = \"bound\""));
  }
}

/// A share that takes no channel at all would be ignored without a word.
void check_pruning(const CnnSpec& spec) {
  const double share = spec.quantization.pruned_share;
  if (share <= 0) return;
  const std::vector<std::size_t> channels = channels_of(spec.stages);
  std::vector<std::vector<double>> squares;
  for (const std::size_t count : channels) squares.emplace_back(count, 0.0);
  const KeptChannels kept = kept_channels(spec.stages, squares, share);
  for (std::size_t value = 0; value < channels.size(); ++value) {
    if (kept[value].size() < channels[value]) return;
  }
  refuse(
      "module__n_prune_neurons_percentage",
      concat("\"module__n_prune_neurons_percentage\" = ", share,
             " removes no channel of these \"layers\": channels that are added to the inputs, or "
             "that groups do not share evenly, stay, and so does one of every group; set a larger "
             "share, more channels, or 0"));
}

}  // namespace

std::vector<SettingRule> cnn_rules(Task task) {
  std::vector<SettingRule> rules = rules::joined(
      rules::selected(
          module_rules(),
          {"module__n_w_bits", "module__n_a_bits", "module__n_accum_bits", "module__accumulator",
           "module__n_readout_bits", "module__inputs", "module__skip", "module__fan_in",
           "module__activation_function", "module__quant_narrow", "module__quant_signed",
           "module__power_of_two_scaling", "module__n_prune_neurons_percentage"}),
      rules::without(training_rules(task), {"preset"}));
  for (const char* name : {"module__n_layers", "module__hidden", "module", "module__construction",
                           "module__n_hidden_neurons_multiplier"}) {
    rules.push_back(rules::unused(name, "the topology of this network is said by \"layers\""));
  }
  rules.push_back(rules::unused(
      "n_bits", "use \"module__n_w_bits\", \"module__n_a_bits\" and \"module__n_accum_bits\""));
  rules.push_back(rules::unused("preset", "Concrete ML has no built-in convolutional network"));
  rules.push_back({.name = "layers",
                   .type = SettingType::texts,
                   .fallback = std::vector<std::string>{},
                   .meaning = "The layers in order, such as \"conv2d(8, 3)\", \"maxpool2d(2)\", "
                              "\"flatten\", \"dense(32)\"; the read-out follows by itself.",
                   .required = true});
  rules.push_back({.name = "input_shape",
                   .type = SettingType::integers,
                   .fallback = std::vector<std::int64_t>{},
                   .low = 1,
                   .high = 65536,
                   .meaning = "Height, width and channels of the image that a row is; "
                              "length and channels for conv1d."});
  rules.push_back({.name = "module__n_input_bits",
                   .type = SettingType::integer,
                   .fallback = std::int64_t{0},
                   .low = 0,
                   .high = 8,
                   .meaning = "Bits of a pixel; 0: as of activations."});
  return rules;
}

CnnSpec cnn_spec(const Settings& settings, const Dataset& data) {
  CnnSpec spec;
  spec.quantization = quantization_spec(settings, data.task);
  check_accumulator(spec.quantization);
  spec.training = training_spec(settings, data);
  spec.image = shape_of(settings, data);
  const std::int64_t one = 1;
  spec.stages = read_layers(settings.texts("layers"),
                            {.image = spec.image,
                             .input_high = (one << input_bits(settings, spec.quantization)) - 1,
                             .activation_high = (one << spec.quantization.activation_bits) - 1});
  check_activations(settings, spec);
  check_pruning(spec);
  if (spec.quantization.soft_inputs && spec.stages.front().kind != StageKind::layer) {
    refuse("module__inputs",
           "\"module__inputs\" = \"soft\" needs a convolution or dense layer as the first of "
           "\"layers\", whose tables leave out the finer bits");
  }
  return spec;
}

}  // namespace basalt::learn
