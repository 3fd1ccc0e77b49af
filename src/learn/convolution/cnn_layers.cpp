#include "learn/convolution/cnn_layers.hpp"

#include <algorithm>
#include <cctype>
#include <map>

#include "base/error.hpp"
#include "base/text.hpp"
#include "learn/training/activation.hpp"

namespace basalt::learn {
namespace {

constexpr std::size_t largest_number = 65536;
constexpr std::int64_t widest_pair = 1 << 16;  ///< Entries of the table of a maximum.

/// name(first, second, key=value): what stands in an entry.
struct Entry {
  std::string text, name;
  std::vector<std::string> values;
  std::map<std::string, std::string> named;
};

/// How an entry of this name is written.
std::string example_of(const std::string& name) {
  if (name == "add") return "\"add(0)\"";
  if (name == "dense" || name == "linear") return "\"dense(32)\"";
  return concat('"', name, name.starts_with("conv") ? "(8, 3)\"" : "(2)\"");
}

class Reader {
 public:
  Reader(const std::vector<std::string>& entries, const StagesSpec& sizes)
      : entries_(entries), shape_(sizes.image), sizes_(sizes), high_(sizes.input_high) {}

  std::vector<StageSpec> read() {
    for (at_ = 0; at_ < entries_.size(); ++at_) {
      take(parse(entries_[at_]));
      value_after_.push_back(stages_.size());
    }
    if (stages_.empty()) {
      throw Error(ErrorCode::invalid_argument,
                  "\"layers\" is empty, expected a list such as [\"conv2d(8, 3)\", "
                  "\"maxpool2d(2)\", \"flatten\", \"dense(32)\"]",
                  "layers");
    }
    return stages_;
  }

 private:
  [[noreturn]] void refuse(const std::string& message) const {
    throw Error(ErrorCode::invalid_argument,
                concat("\"layers\", entry ", at_, ", \"", entries_[at_], "\": ", message),
                "layers");
  }

  static std::string plain(const std::string& text) {
    std::string letters;
    for (const char c : text) {
      if (c == '_' || c == ' ') continue;
      letters += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return letters;
  }

  Entry parse(const std::string& given) const {
    const std::string text = plain(given);
    const std::size_t open = text.find('(');
    Entry entry{given, text.substr(0, open), {}, {}};
    if (open == std::string::npos) return entry;
    if (text.back() != ')') refuse("the bracket is not closed");
    std::string inner = text.substr(open + 1, text.size() - open - 2);
    while (!inner.empty()) {
      const std::size_t comma = inner.find(',');
      const std::string part = inner.substr(0, comma);
      inner = comma == std::string::npos ? "" : inner.substr(comma + 1);
      const std::size_t equals = part.find('=');
      if (equals == std::string::npos) {
        entry.values.push_back(part);
      } else {
        entry.named[part.substr(0, equals)] = part.substr(equals + 1);
      }
    }
    return entry;
  }

  std::size_t number(const std::string& text, const std::string& what) const {
    const std::optional<std::size_t> value = parse_number<std::size_t>(text);
    if (!value || *value > largest_number) {
      refuse(concat(what, " is \"", text, "\", expected a whole number"));
    }
    return *value;
  }

  /// One number for both axes, or two as in 3x5; of one-dimensional layers the first axis.
  std::array<std::size_t, 2> pair(const std::string& text, const std::string& what, bool line,
                                  std::size_t other) const {
    const std::size_t cross = text.find('x');
    if (cross != std::string::npos && !line) {
      return {number(text.substr(0, cross), what), number(text.substr(cross + 1), what)};
    }
    const std::size_t value = number(text, what);
    return {value, line ? other : value};
  }

  /// Positional values get the names in `names`; others must be among them or in `more`.
  std::map<std::string, std::string> arguments(const Entry& entry,
                                               const std::vector<std::string>& names,
                                               const std::vector<std::string>& more) const {
    std::map<std::string, std::string> found;
    if (entry.values.size() > names.size()) {
      refuse(concat("has ", entry.values.size(), " values, expected at most ", names.size()));
    }
    for (std::size_t i = 0; i < entry.values.size(); ++i) found[names[i]] = entry.values[i];
    static const std::map<std::string, std::string> other_names{{"outchannels", "channels"},
                                                                {"kernelsize", "kernel"}};
    for (const auto& [given, value] : entry.named) {
      const auto other = other_names.find(given);
      const std::string name = other == other_names.end() ? given : other->second;
      if (std::ranges::count(names, name) + std::ranges::count(more, name) == 0) {
        refuse(concat("does not know \"", given, "\""));
      }
      found[name] = value;
    }
    for (const std::string& name : names) {
      if (!found.contains(name))
        refuse(concat("lacks its ", name, ", as in ", example_of(entry.name)));
    }
    return found;
  }

  Window window_from(const std::map<std::string, std::string>& given, bool line,
                     bool strides_by_itself) const {
    Window window{.kernel = pair(given.at("kernel"), "the kernel", line, 1)};
    if (strides_by_itself) window.stride = window.kernel;
    if (given.contains("stride")) window.stride = pair(given.at("stride"), "the stride", line, 1);
    if (given.contains("padding")) {
      window.padding = pair(given.at("padding"), "the padding", line, 0);
    }
    return window;
  }

  void take(const Entry& entry) {
    const std::string& name = entry.name;
    const bool line = name.ends_with("1d");
    if (line && name != "batchnorm1d" && shape_.width != 1) {
      refuse("is for inputs of one line; set \"input_shape\" to [length] or [length, channels]");
    }
    if (name == "conv1d" || name == "conv2d") {
      take_convolution(entry, line);
    } else if (name == "avgpool1d" || name == "avgpool2d") {
      take_pooling(entry, StageKind::average_pooling, line);
    } else if (name == "maxpool1d" || name == "maxpool2d") {
      take_pooling(entry, StageKind::maximum_pooling, line);
    } else if (name == "flatten") {
      shape_ = {
          .height = 1, .width = 1, .channels = shape_.height * shape_.width * shape_.channels};
    } else if (name == "dense" || name == "linear") {
      take_dense(entry);
    } else if (name == "add") {
      take_addition(entry);
    } else if (name.starts_with("batchnorm")) {
      follow_layer().normalized = true;
    } else {
      take_activation(entry);
    }
  }

  void push(StageSpec stage, std::int64_t high) {
    const std::size_t values = stage.output.height * stage.output.width * stage.output.channels;
    if (values > largest_number) {
      refuse(concat("makes ", values, " values per row, expected at most ", largest_number));
    }
    stage.entry = at_;
    stage.input_high = high_;
    stage.output_high = high;
    shape_ = stage.output;
    high_ = high;
    stages_.push_back(std::move(stage));
  }

  ImageShape slid(const Window& window) const {
    try {
      return slid_over(shape_, window);
    } catch (const Error& error) {
      refuse(concat(error.what(), "; it reads ", shape_.height, " x ", shape_.width, " x ",
                    shape_.channels));
    }
  }

  void take_convolution(const Entry& entry, bool line) {
    const auto given = arguments(entry, {"channels", "kernel"}, {"stride", "padding", "groups"});
    StageSpec stage{.input = shape_, .window = window_from(given, line, false)};
    stage.output = slid(stage.window);
    stage.output.channels = number(given.at("channels"), "the number of channels");
    if (stage.output.channels == 0) refuse("has no neurons");
    if (given.contains("groups")) stage.groups = number(given.at("groups"), "groups");
    if (stage.groups == 0 || shape_.channels % stage.groups != 0 ||
        stage.output.channels % stage.groups != 0) {
      refuse(concat(stage.groups, " groups do not divide the ", shape_.channels,
                    " channels that it "
                    "reads and the ",
                    stage.output.channels, " that it makes"));
    }
    push(std::move(stage), sizes_.activation_high);
  }

  void take_pooling(const Entry& entry, StageKind kind, bool line) {
    const auto given = arguments(entry, {"kernel"}, {"stride", "padding"});
    StageSpec stage{.kind = kind, .input = shape_, .window = window_from(given, line, true)};
    stage.output = slid(stage.window);
    const auto elements =
        static_cast<std::int64_t>(stage.window.kernel[0] * stage.window.kernel[1]);
    if (kind == StageKind::maximum_pooling && (high_ + 1) * (high_ + 1) > widest_pair) {
      refuse(concat("values of [0, ", high_,
                    "] are too wide for tables of pairs; pool them before "
                    "they are summed"));
    }
    push(std::move(stage), kind == StageKind::average_pooling ? high_ * elements : high_);
  }

  void take_dense(const Entry& entry) {
    const auto given = arguments(entry, {"channels"}, {});
    StageSpec stage{.input = shape_,
                    .output = {.height = 1,
                               .width = 1,
                               .channels = number(given.at("channels"), "the number of neurons")},
                    .window = {.kernel = {shape_.height, shape_.width}}};
    if (stage.output.channels == 0) refuse("has no neurons");
    push(std::move(stage), sizes_.activation_high);
  }

  void take_addition(const Entry& entry) {
    const auto given = arguments(entry, {"entry"}, {});
    StageSpec stage{.kind = StageKind::addition, .input = shape_, .output = shape_};
    if (given.at("entry") != "input") {
      const std::size_t from = number(given.at("entry"), "the entry");
      if (from >= at_) refuse(concat("adds entry ", from, ", which does not stand before it"));
      stage.addend = value_after_[from];
    }
    const bool is_input = stage.addend == 0;
    const ImageShape other = is_input ? sizes_.image : stages_[stage.addend - 1].output;
    const std::int64_t other_high =
        is_input ? sizes_.input_high : stages_[stage.addend - 1].output_high;
    if (other.height * other.width * other.channels !=
            shape_.height * shape_.width * shape_.channels ||
        stages_.empty() || stage.addend == stages_.size()) {
      refuse(concat("adds a value of ", other.height, " x ", other.width, " x ", other.channels,
                    " to one of ", shape_.height, " x ", shape_.width, " x ", shape_.channels,
                    ", expected an earlier value of the same shape"));
    }
    push(std::move(stage), high_ + other_high);
  }

  StageSpec& follow_layer() {
    if (stages_.empty() || stages_.back().kind != StageKind::layer) {
      refuse("follows no convolution or dense layer");
    }
    return stages_.back();
  }

  void take_activation(const Entry& entry) {
    std::vector<std::string> known{"conv1d",    "conv2d",    "avgpool1d", "avgpool2d", "maxpool1d",
                                   "maxpool2d", "batchnorm", "add",       "flatten",   "dense"};
    for (const std::string& name : activation_names()) {
      if (plain(name) == entry.name && entry.values.empty() && entry.named.empty()) {
        follow_layer().activation = name;
        return;
      }
      known.push_back(plain(name));
    }
    const std::string near = nearest_name(entry.name, known);
    refuse(near.empty() ? "is no known layer; known are conv1d, conv2d, avgpool1d, avgpool2d, "
                          "maxpool1d, maxpool2d, batchnorm, add, flatten, dense and activations"
                        : concat("is no known layer; did you mean \"", near, "\"?"));
  }

  const std::vector<std::string>& entries_;
  ImageShape shape_;
  const StagesSpec& sizes_;
  std::int64_t high_;
  std::size_t at_ = 0;
  std::vector<StageSpec> stages_;
  std::vector<std::size_t> value_after_;  ///< Per entry.
};

}  // namespace

std::vector<WindowMap> window_maps(const StageSpec& stage) {
  std::vector<WindowMap> maps;
  if (stage.kind == StageKind::addition) return maps;
  const std::size_t parts = stage.kind == StageKind::layer ? stage.groups : stage.input.channels;
  const std::size_t channels = stage.input.channels / parts;
  for (std::size_t part = 0; part < parts; ++part) {
    maps.push_back(window_map(stage.input, stage.window, part * channels, channels));
  }
  return maps;
}

std::vector<StageSpec> read_layers(const std::vector<std::string>& entries,
                                   const StagesSpec& sizes) {
  return Reader(entries, sizes).read();
}

}  // namespace basalt::learn
