#include <algorithm>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "tfhe/detail/evaluation_key_layout.hpp"
#include "tfhe/detail/key_shape.hpp"
#include "tfhe/glwe.hpp"
#include "tfhe/key_memory.hpp"

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

void expand_rotation_key(const SeededEvaluationKey& seeded, const torus::RotationPlan& plan,
                         std::span<double> numbers, ThreadTeam& team) {
  const torus::RotationShape& shape = plan.shape();
  const std::size_t steps = detail::rotation_steps(seeded.parameters);
  const std::size_t bodies = steps * shape.products() * shape.rows() * shape.size;
  require(seeded.bootstrap_bodies.size() == bodies, ErrorCode::mismatch,
          "bootstrap key: ", seeded.bootstrap_bodies.size(),
          " words of bodies, the parameters expect ", bodies);
  const std::size_t words = shape.products() * shape.rows() * shape.components * shape.size;
  team.for_each(steps, [&](std::size_t step, std::size_t) {
    std::vector<Torus> expanded(words);
    expand_step(seeded, shape, step, expanded);
    plan.pack_key(expanded, numbers.subspan(step * plan.key_doubles(), plan.key_doubles()));
  });
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

/// Set `i` of a key in its part of `memory`, which is taken away.
std::unique_ptr<EvaluationKey::Layout> lay_out(const EvaluationKeyHeader& header, std::size_t i,
                                               const torus::Kernels& kernels,
                                               std::span<std::byte>& memory) {
  const Parameters set = header.parameters.set(i);
  auto layout = std::make_unique<EvaluationKey::Layout>(
      EvaluationKey::Layout{.parameters = i == 0 ? header.parameters : set,
                            .id = header.id,
                            .client_key_id = header.client_key_id,
                            .kernels = &kernels,
                            .keyswitch = {},
                            .rotation = {},
                            .rotation_numbers = {},
                            .rotation_key = {},
                            .memory_owner = {},
                            .further = {}});
  if (!set.has_bootstrap()) return layout;
  const detail::KeyExtent extent = detail::extent_of(header.parameters, i, kernels);
  const std::size_t rotation_begin = detail::whole_lines(extent.keyswitch);
  const std::size_t end = rotation_begin + detail::whole_lines(extent.rotation);
  require(memory.size() >= end, ErrorCode::mismatch, "evaluation key: memory of ", memory.size(),
          " bytes for set ", i, ", expected ", end);
  layout->keyswitch.emplace(set, header.parameters.source_dimension(i), kernels,
                            memory.first(extent.keyswitch));
  layout->rotation.emplace(detail::rotation_shape(set), kernels);
  layout->rotation_numbers = {reinterpret_cast<double*>(memory.data() + rotation_begin),
                              extent.rotation / sizeof(double)};
  layout->rotation_key = {detail::rotation_steps(set), layout->rotation_numbers};
  memory = memory.subspan(end);
  return layout;
}

}  // namespace

EvaluationKey::EvaluationKey(std::unique_ptr<Layout> layout) : layout_(std::move(layout)) {}

EvaluationKey::EvaluationKey(const EvaluationKeyHeader& header, const torus::Kernels& kernels,
                             KeyMemory memory)
    : layout_(lay_out(header, 0, kernels, memory.bytes)) {
  for (std::size_t i = 1; i < header.parameters.sets(); ++i) {
    layout_->further.push_back(EvaluationKey(lay_out(header, i, kernels, memory.bytes)));
  }
  layout_->memory_owner = std::move(memory.owner);
}

EvaluationKey::EvaluationKey(const SeededEvaluationKey& seeded, const torus::Kernels& kernels,
                             ThreadTeam& team, KeyMemory memory)
    : EvaluationKey(EvaluationKeyHeader{seeded.parameters, seeded.id(), seeded.client_key_id},
                    kernels, std::move(memory)) {
  check_sets(seeded);
  expand(seeded, team);
  for (std::size_t i = 0; i < seeded.further.size(); ++i) {
    layout_->further[i].expand(seeded.further[i], team);
  }
}

EvaluationKey::EvaluationKey(const SeededEvaluationKey& seeded, const torus::Kernels& kernels,
                             ThreadTeam& team)
    : EvaluationKey(seeded, kernels, team, own_memory(expanded_bytes(seeded.parameters, kernels))) {
}

void EvaluationKey::expand(const SeededEvaluationKey& seeded, ThreadTeam& team) {
  if (!layout_->keyswitch) return;
  layout_->keyswitch->expand(seeded, team);
  expand_rotation_key(seeded, *layout_->rotation, layout_->rotation_numbers, team);
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
  std::size_t bytes = keyswitch + layout_->rotation_numbers.size_bytes();
  for (const EvaluationKey& set : layout_->further) bytes += set.memory().value;
  return {bytes};
}

}  // namespace basalt::tfhe
