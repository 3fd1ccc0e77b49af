#include "learn/convolution/cnn_warm_start.hpp"

#include <algorithm>
#include <tuple>

#include "base/error.hpp"
#include "learn/convolution/cnn_spec.hpp"
#include "learn/network/warm_start.hpp"

namespace basalt::learn {
namespace {

std::string text_of(const ImageShape& shape) {
  return concat("[", shape.height, ", ", shape.width, ", ", shape.channels, "]");
}

bool same_stage(const StageSpec& a, const StageSpec& b) {
  const auto sizes = [](const StageSpec& stage) {
    const Window& window = stage.window;
    return std::tuple(stage.kind, stage.output.height, stage.output.width, stage.output.channels,
                      window.kernel, window.stride, window.padding, stage.groups, stage.addend);
  };
  return sizes(a) == sizes(b) && a.activation == b.activation;
}

}  // namespace

void refuse_another_cnn(const Model& start, const Settings& asked, const Dataset& data) {
  if (std::get<QuantCNN>(start.family).state.empty()) return;
  const CnnSpec before = cnn_spec(settings_of_start(start, cnn_rules(data.task)), data);
  const CnnSpec now = cnn_spec(asked, data);
  if (text_of(now.image) != text_of(before.image)) {
    refuse_change("input_shape", text_of(now.image), text_of(before.image));
  }
  if (!std::ranges::equal(now.stages, before.stages, same_stage)) {
    refuse_change("layers", to_text(asked.values().at("layers")),
                  to_text(start.settings.values().at("layers")));
  }
  refuse_changed_settings(start.settings, asked);
}

}  // namespace basalt::learn
