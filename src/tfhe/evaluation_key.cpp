#include <algorithm>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "tfhe/detail/evaluation_key_layout.hpp"
#include "tfhe/detail/key_shape.hpp"
#include "tfhe/glwe.hpp"

namespace basalt::tfhe {
namespace {

/// The words of one step, masks expanded. Shape: [products][rows][k + 1][N].
void expand_step(const SeededEvaluationKey& seeded, const torus::RotationShape& shape,
                 std::size_t step, std::span<Torus> out) {
  const std::size_t rows = shape.products() * shape.rows();
  const std::size_t masks = (shape.components - 1) * shape.size;
  const std::size_t width = shape.components * shape.size;
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t index = step * rows + row;
    const auto to = out.subspan(row * width, width);
    expand_masks(seeded.parameters, seeded.bootstrap_seed, index, to.first(masks));
    std::ranges::copy(std::span(seeded.bootstrap_bodies).subspan(index * shape.size, shape.size),
                      to.subspan(masks).begin());
  }
}

torus::RotationKey expand_rotation_key(const SeededEvaluationKey& seeded,
                                       const torus::RotationPlan& plan, ThreadTeam& team) {
  const torus::RotationShape& shape = plan.shape();
  const std::size_t steps = detail::rotation_steps(seeded.parameters);
  const std::size_t bodies = steps * shape.products() * shape.rows() * shape.size;
  require(seeded.bootstrap_bodies.size() == bodies, ErrorCode::mismatch,
          "bootstrap key: ", seeded.bootstrap_bodies.size(),
          " words of bodies, the parameters expect ", bodies);
  torus::RotationKey key{.steps = steps, .numbers = {}};
  key.numbers.resize(steps * plan.key_doubles());
  const std::size_t words = shape.products() * shape.rows() * shape.components * shape.size;
  team.for_each(steps, [&](std::size_t step, std::size_t) {
    std::vector<Torus> expanded(words);
    expand_step(seeded, shape, step, expanded);
    plan.pack_key(expanded,
                  std::span(key.numbers).subspan(step * plan.key_doubles(), plan.key_doubles()));
  });
  return key;
}

/// Errors: mismatch if the key of a set is missing or does not come from the source it should.
void check_sets(const SeededEvaluationKey& seeded) {
  const Parameters& parameters = seeded.parameters;
  require(1 + seeded.further.size() == parameters.sets(), ErrorCode::mismatch,
          "evaluation key: keys of ", 1 + seeded.further.size(), " sets, the parameters expect ",
          parameters.sets());
  for (std::size_t i = 1; i < parameters.sets(); ++i) {
    const SeededEvaluationKey& set = seeded.further[i - 1];
    const auto levels = static_cast<std::size_t>(parameters.further()[i - 1].keyswitch.levels);
    require(set.parameters.id() == parameters.set(i).id() &&
                set.keyswitch_bodies.size() == parameters.source_dimension(i) * levels,
            ErrorCode::mismatch, "evaluation key: the keys of set ", i,
            " do not fit the parameters of the chain");
  }
}

}  // namespace

EvaluationKey::EvaluationKey(const SeededEvaluationKey& seeded, const torus::Kernels& kernels,
                             ThreadTeam& team)
    : layout_(std::make_unique<Layout>(Layout{.parameters = seeded.parameters,
                                              .id = seeded.id(),
                                              .client_key_id = seeded.client_key_id,
                                              .kernels = &kernels,
                                              .keyswitch = {},
                                              .rotation = {},
                                              .rotation_key = {},
                                              .further = {}})) {
  check_sets(seeded);
  for (const SeededEvaluationKey& set : seeded.further) {
    layout_->further.emplace_back(set, kernels, team);
  }
  if (!seeded.parameters.has_bootstrap()) return;
  layout_->keyswitch.emplace(seeded, kernels, team);
  layout_->rotation.emplace(detail::rotation_shape(seeded.parameters), kernels);
  layout_->rotation_key = expand_rotation_key(seeded, *layout_->rotation, team);
}

EvaluationKey::~EvaluationKey() = default;
EvaluationKey::EvaluationKey(EvaluationKey&&) noexcept = default;

const Parameters& EvaluationKey::parameters() const noexcept {
  return layout_->parameters;
}
const Digest& EvaluationKey::id() const noexcept {
  return layout_->id;
}
const Digest& EvaluationKey::client_key_id() const noexcept {
  return layout_->client_key_id;
}
const torus::Kernels& EvaluationKey::kernels() const noexcept {
  return *layout_->kernels;
}
const KeyswitchKey& EvaluationKey::keyswitch_key() const {
  require(layout_->keyswitch.has_value(), ErrorCode::mismatch,
          "evaluation key: the parameters have no bootstrap, so there is no key switch");
  return *layout_->keyswitch;
}
const EvaluationKey& EvaluationKey::set(std::size_t i) const {
  require(i <= layout_->further.size(), ErrorCode::invalid_argument, "evaluation key: set ", i,
          " of ", 1 + layout_->further.size());
  return i == 0 ? *this : layout_->further[i - 1];
}
Bytes EvaluationKey::memory() const noexcept {
  const std::size_t keyswitch = layout_->keyswitch ? layout_->keyswitch->memory().value : 0;
  std::size_t bytes = keyswitch + layout_->rotation_key.numbers.size() * sizeof(double);
  for (const EvaluationKey& set : layout_->further) bytes += set.memory().value;
  return {bytes};
}

}  // namespace basalt::tfhe
