// The convolutional estimator that recipes can name.
#include <algorithm>

#include "base/error.hpp"
#include "learn/augment.hpp"
#include "learn/cnn_in_training.hpp"
#include "learn/post_training_estimators.hpp"
#include "learn/training_rows.hpp"

namespace basalt::learn {
namespace {

constexpr std::size_t sample_rows = 2000;
constexpr std::size_t few_rows = 5000;
constexpr std::size_t most_copies = 16;
constexpr double shifted_share = 0.3;  ///< Of the rows, with the augmentation "shift".
constexpr std::size_t copy_memory = std::size_t{256} << 20;  ///< Bytes for augmented rows.
/// Moves the borders between steps off the values that pixels take.
constexpr double nudge = 1.37e-6;

[[noreturn]] void refuse(const std::string& setting, const std::string& message) {
  throw Error(ErrorCode::invalid_argument, message, setting);
}

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
        cat("the data does not say what image its ", data.columns(),
            " features are; set \"input_shape\" = [height, width], [height, width, channels] or, "
            "for lines, [length]"));
  }
  ImageShape shape = data.image.value_or(ImageShape{});
  if (given.size() > 3) {
    refuse("input_shape", cat("\"input_shape\" has ", given.size(), " numbers, expected 1 to 3"));
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
           cat("an image of ", shape.height, " x ", shape.width, " x ", shape.channels, " has ",
               size, " values, the data has ", data.columns(), " features"));
  }
  return shape;
}

QuantCNN pixel_grid(const ImageShape& image, const Matrix<double>& features, Bits bits) {
  QuantCNN grid;
  grid.image = image;
  const std::int64_t high = (std::int64_t{1} << bits.value) - 1;
  const double low = features.minCoeff(), width = (features.maxCoeff() - low) * (1.0 + nudge);
  require(width > 0, ErrorCode::invalid_argument,
          "convolutional network: every pixel has the same value, there is nothing to learn from");
  grid.origin = low - nudge * width;
  grid.pixels = quant::Quantizer(
      {.scale = width / static_cast<double>(high), .zero_point = 0, .low = 0, .high = high});
  return grid;
}

LoopRows rows_of(const NetworkSpec& spec, const QuantCNN& grid, const Dataset& data, bool changes,
                 const RandomStream& random) {
  LoopRows rows;
  if (data.rows() == 0) return rows;
  rows.labels = data.labels;
  rows.copies.push_back(grid.quantize(data.features).cast<float>());
  if (!changes || spec.augmentation == Augmentation::none) return rows;
  const std::size_t size = data.rows() * data.columns() * sizeof(float);
  const std::size_t count = std::clamp<std::size_t>(copy_memory / size, 2, most_copies);
  const double background = data.features.minCoeff();
  for (std::size_t copy = 1; copy < count; ++copy) {
    rows.copies.push_back(grid.quantize(augmented(data.features, spec.augmentation, grid.image,
                                                  background, random.child("augment", copy)))
                              .cast<float>());
  }
  const auto changed = static_cast<double>(count - 1);
  rows.changed_share =
      spec.augmentation == Augmentation::affine ? changed / (changed + 1.0) : shifted_share;
  return rows;
}

void check_activations(const Settings& settings, const NetworkSpec& spec,
                       const std::vector<StageSpec>& stages) {
  if (spec.rule != AccumulatorRule::wrap) return;
  for (const StageSpec& stage : stages) {
    if (stage.activation.empty()) continue;
    refuse("layers",
           cat("\"layers\", entry ", stage.entry, ", \"", settings.texts("layers")[stage.entry],
               "\", has an activation, but "
               "wrapping sums are read by a triangle; leave it out or set "
               "\"module__accumulator\" = \"bound\""));
  }
}

QuantCNN train_cnn(const Settings& settings, const Dataset& data, RandomStream given,
                   const EpochHook& hook, std::vector<EpochRecord>& history) {
  const NetworkSpec spec = training_spec(settings, data);
  const ImageShape image = shape_of(settings, data);
  const Bits input_bits{static_cast<int>(settings.integer("module__n_input_bits"))};
  const QuantCNN grid = pixel_grid(image, data.features,
                                   input_bits.value > 0 ? input_bits : Bits{spec.activation_bits});
  const std::vector<StageSpec> stages = read_layers(
      settings.texts("layers"), {.image = image,
                                 .input_high = grid.pixels.spec().high,
                                 .activation_high = (std::int64_t{1} << spec.activation_bits) - 1});
  check_activations(settings, spec, stages);

  const RandomStream random =
      spec.random_state >= 0 ? RandomStream(Seed{static_cast<std::uint64_t>(spec.random_state)})
                             : given;
  const auto [learned, watched] = hold_out(spec, data, random);
  const LoopRows rows = rows_of(spec, grid, learned, true, random);
  const auto sampled = static_cast<Eigen::Index>(std::min(rows.rows(), sample_rows));
  CnnInTraining network(spec, grid, stages, outputs_of(data), rows.copies.front().topRows(sampled),
                        learned.rows() < few_rows, random.child("network"));
  run_training(spec, network, rows, rows_of(spec, grid, watched, false, random), random, hook,
               history);
  return network.finished();
}

}  // namespace

std::vector<Estimator> convolutional_estimators() {
  std::vector<SettingRule> rules = shared_training_rules(
      Task::classification,
      {"module__n_w_bits", "module__n_a_bits", "module__n_accum_bits", "module__accumulator",
       "module__n_readout_bits", "module__skip", "module__fan_in", "module__activation_function"},
      {"restarts", "warm_start", "fit_benchmark"});
  for (SettingRule& rule : rules) {
    if (rule.name == "module__accumulator") rule.choices = {"bound", "wrap"};
  }
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
  return {
      {.name = "QuantCNN",
       .task = Task::classification,
       .rules = std::move(rules),
       .train = train_cnn,
       .prepare = [](Settings& given) { prepare_network_settings(given, Task::classification); }}};
}

}  // namespace basalt::learn
