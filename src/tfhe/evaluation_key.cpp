#include "tfhe/evaluation_key.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "tfhe/detail/key_shape.hpp"
#include "tfhe/detail/stage_keys_layout.hpp"
#include "tfhe/glwe.hpp"
#include "tfhe/key_memory.hpp"

namespace basalt::tfhe {
namespace {

/// The words of one step, masks expanded. Shape: [products][rows][k + 1][N].
void expand_step(const SeededStageKeys& seeded, const Parameters& parameters,
                 const torus::RotationShape& shape, std::size_t step, std::span<Torus> out) {
  const std::size_t rows = shape.products() * shape.rows();
  const std::size_t masks = (shape.components - 1) * shape.size;
  const std::size_t width = shape.components * shape.size;
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t index = step * rows + row;
    const auto to = out.subspan(row * width, width);
    expand_masks(parameters, seeded.bootstrap_seed, index, to.first(masks));
    std::ranges::copy(std::span(seeded.bootstrap_bodies).subspan(index * shape.size, shape.size),
                      to.subspan(masks).begin());
  }
}

void expand_rotation_key(const SeededStageKeys& seeded, const Parameters& parameters,
                         const torus::RotationPlan& plan, std::span<double> numbers,
                         ThreadTeam& team) {
  const torus::RotationShape& shape = plan.shape();
  const std::size_t steps = detail::rotation_steps(parameters);
  const std::size_t bodies = steps * shape.products() * shape.rows() * shape.size;
  require(seeded.bootstrap_bodies.size() == bodies, ErrorCode::mismatch,
          "bootstrap key: ", seeded.bootstrap_bodies.size(),
          " words of bodies, the parameters expect ", bodies);
  const std::size_t words = shape.products() * shape.rows() * shape.components * shape.size;
  team.for_each(steps, [&](std::size_t step, std::size_t) {
    std::vector<Torus> expanded(words);
    expand_step(seeded, parameters, shape, step, expanded);
    plan.pack_key(expanded, numbers.subspan(step * plan.key_doubles(), plan.key_doubles()));
  });
}

/// Stage `i` of a key in its part of `memory`, which is taken away.
std::unique_ptr<StageKeys::Layout> lay_out(const ParameterChain& chain, std::size_t i,
                                           const torus::Kernels& kernels,
                                           std::span<std::byte>& memory) {
  const Parameters& stage = chain.stage(i);
  auto layout = std::make_unique<StageKeys::Layout>(StageKeys::Layout{.parameters = stage,
                                                                      .kernels = &kernels,
                                                                      .keyswitch = {},
                                                                      .rotation = {},
                                                                      .rotation_numbers = {},
                                                                      .rotation_key = {}});
  if (!stage.has_bootstrap()) return layout;
  const detail::KeyExtent extent = detail::extent_of(chain, i, kernels);
  const std::size_t rotation_begin = detail::whole_lines(extent.keyswitch);
  const std::size_t end = rotation_begin + detail::whole_lines(extent.rotation);
  require(memory.size() >= end, ErrorCode::mismatch, "evaluation key: memory of ", memory.size(),
          " bytes for stage ", i, ", expected ", end);
  layout->keyswitch.emplace(stage, chain.source_dimension(i), kernels,
                            memory.first(extent.keyswitch));
  layout->rotation.emplace(detail::rotation_shape(stage), kernels);
  layout->rotation_numbers = {reinterpret_cast<double*>(memory.data() + rotation_begin),
                              extent.rotation / sizeof(double)};
  layout->rotation_key = {detail::rotation_steps(stage), layout->rotation_numbers};
  memory = memory.subspan(end);
  return layout;
}

}  // namespace

Digest SeededEvaluationKey::id() const {
  require(stages.size() == parameters.stage_count(), ErrorCode::mismatch,
          "evaluation key: keys of ", stages.size(), " stages, the parameters expect ",
          parameters.stage_count());
  const auto hash_of = [&](const SeededStageKeys& keys, const Digest& parameters_id) {
    Hasher hasher("evaluation key");
    hasher.add(parameters_id).add(client_key_id);
    hasher.add(std::span<const std::uint8_t>(keys.keyswitch_seed));
    hasher.add(std::span<const std::uint8_t>(keys.bootstrap_seed));
    hasher.add_values(std::span<const Torus>(keys.keyswitch_bodies));
    hasher.add_values(std::span<const Torus>(keys.bootstrap_bodies));
    return hasher;
  };
  // The first stage stands for all: it names the whole chain, the later ones their own set.
  Hasher hasher = hash_of(stages.front(), parameters.id());
  for (std::size_t i = 1; i < stages.size(); ++i) {
    hasher.add(hash_of(stages[i], parameters.stage(i).id()).finish());
  }
  return hasher.finish();
}

StageKeys::StageKeys(std::unique_ptr<Layout> layout) : layout_(std::move(layout)) {}
StageKeys::~StageKeys() = default;
StageKeys::StageKeys(StageKeys&&) noexcept = default;

void StageKeys::expand(const SeededStageKeys& seeded, ThreadTeam& team) {
  if (!layout_->keyswitch) return;
  layout_->keyswitch->expand(seeded, team);
  expand_rotation_key(seeded, layout_->parameters, *layout_->rotation, layout_->rotation_numbers,
                      team);
}

const Parameters& StageKeys::parameters() const noexcept {
  return layout_->parameters;
}
const torus::Kernels& StageKeys::kernels() const noexcept {
  return *layout_->kernels;
}
const KeyswitchKey& StageKeys::keyswitch_key() const {
  require(layout_->keyswitch.has_value(), ErrorCode::mismatch,
          "evaluation key: the parameters have no bootstrap, so there is no key switch");
  return *layout_->keyswitch;
}
Bytes StageKeys::memory() const noexcept {
  const std::size_t keyswitch = layout_->keyswitch ? layout_->keyswitch->memory().value : 0;
  return {keyswitch + layout_->rotation_numbers.size_bytes()};
}

EvaluationKey::EvaluationKey(const EvaluationKeyHeader& header, const torus::Kernels& kernels,
                             KeyMemory memory)
    : header_(header), kernels_(&kernels), memory_owner_(std::move(memory.owner)) {
  for (std::size_t i = 0; i < header.parameters.stage_count(); ++i) {
    stages_.push_back(StageKeys(lay_out(header.parameters, i, kernels, memory.bytes)));
  }
}

EvaluationKey::EvaluationKey(const SeededEvaluationKey& seeded, const torus::Kernels& kernels,
                             ThreadTeam& team, KeyMemory memory)
    : EvaluationKey(EvaluationKeyHeader{seeded.parameters, seeded.id(), seeded.client_key_id},
                    kernels, std::move(memory)) {
  for (std::size_t i = 0; i < stages_.size(); ++i) stages_[i].expand(seeded.stages[i], team);
}

EvaluationKey::EvaluationKey(const SeededEvaluationKey& seeded, const torus::Kernels& kernels,
                             ThreadTeam& team)
    : EvaluationKey(seeded, kernels, team, own_memory(expanded_bytes(seeded.parameters, kernels))) {
}

const StageKeys& EvaluationKey::stage(std::size_t i) const {
  require(i < stages_.size(), ErrorCode::invalid_argument, "evaluation key: stage ", i, " of ",
          stages_.size());
  return stages_[i];
}
Bytes EvaluationKey::memory() const noexcept {
  std::size_t bytes = 0;
  for (const StageKeys& keys : stages_) bytes += keys.memory().value;
  return {bytes};
}

}  // namespace basalt::tfhe
