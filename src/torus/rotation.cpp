#include "torus/rotation.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "torus/detail/kernel_table.hpp"
#include "torus/detail/rotation_layout.hpp"

namespace basalt::torus {
namespace {

std::size_t round_up(std::size_t count, std::size_t unit) {
  return (count + unit - 1) / unit * unit;
}

/// Ciphertexts [first, first + count), of which the first is a multiple of the lanes.
void rotate_together(const RotationPlan& plan, const RotationKey& key,
                     std::span<const std::uint32_t> exponents, std::size_t first, std::size_t count,
                     RotationWorkspace& workspace) {
  const std::size_t lanes = plan.lanes(), capacity = workspace.capacity();
  const auto group = static_cast<std::size_t>(plan.shape().group);
  // Steps outside, ciphertexts inside: a step's key comes from memory once for all of them. Each
  // group of lanes fetches an equal share of the next step's key, which so arrives while there is
  // work.
  const std::size_t share = plan.key_doubles() / (round_up(count, lanes) / lanes);
  for (std::size_t step = 0; step < key.steps; ++step) {
    const double* row = key.numbers.data() + step * plan.key_doubles();
    const double* prefetch = row + plan.key_doubles();
    for (std::size_t c = 0; c < count; c += lanes, prefetch += share) {
      for (std::size_t g = 0; g < group; ++g) {
        std::ranges::copy(exponents.subspan((step * group + g) * capacity + first + c, lanes),
                          workspace.exponents().subspan(g * lanes, lanes).begin());
      }
      plan.kernels().step(plan, {.key = row,
                                 .exponents = workspace.exponents().data(),
                                 .accumulators = workspace.accumulators() + first + c,
                                 .count = std::min(lanes, count - c),
                                 .scratch = workspace.scratch(),
                                 .prefetch = prefetch,
                                 .prefetch_count = step + 1 == key.steps ? 0 : share});
    }
  }
}

}  // namespace

RotationPlan::RotationPlan(const RotationShape& shape, const Kernels& kernels)
    : shape_(shape),
      kernels_(&kernels),
      fourier_(shape.size),
      layout_(std::make_unique<detail::RotationLayout>()) {
  require(shape.components >= 2 && shape.size >= 256, ErrorCode::invalid_argument,
          "rotation: ", shape.components, " polynomials of ", shape.size,
          " coefficients, expected at least 2 of 256");
  require(shape.base_log >= 1 && shape.levels >= 1 && shape.base_log * shape.levels <= 63,
          ErrorCode::invalid_argument, "rotation: ", shape.levels, " levels of ", shape.base_log,
          " bits, expected at least 1 each and 63 bits together");
  require(shape.group == 1 || shape.group == 2, ErrorCode::invalid_argument, "rotation: group of ",
          shape.group, " key bits, expected 1 or 2");
  kernels.lay_out(*this);
}

RotationPlan::RotationPlan(RotationPlan&&) noexcept = default;
RotationPlan::~RotationPlan() = default;

std::size_t RotationPlan::lanes() const noexcept {
  return layout_->lanes;
}

std::size_t RotationPlan::round_up_to_lanes(std::size_t count) const noexcept {
  return count <= layout_->single_path_limit ? count : round_up(count, lanes());
}

std::size_t RotationPlan::key_doubles() const noexcept {
  return layout_->key_doubles;
}

std::size_t RotationPlan::accumulator_words() const noexcept {
  return layout_->accumulator_words;
}

std::size_t RotationPlan::scratch_doubles() const noexcept {
  return layout_->scratch_doubles;
}

void RotationPlan::pack_key(std::span<const Torus> words, std::span<double> key) const {
  const std::size_t polynomials = shape_.products() * shape_.rows() * shape_.components;
  require(words.size() == polynomials * shape_.size && key.size() == key_doubles(),
          ErrorCode::mismatch, "rotation key: a step of ", words.size(), " words and ", key.size(),
          " numbers, expected ", polynomials * shape_.size, " and ", key_doubles());
  std::vector<double> spectra(words.size());
  std::ranges::transform(words, spectra.begin(), to_real);
  for (std::size_t i = 0; i < polynomials; ++i) {
    fourier_.forward(std::span(spectra).subspan(i * shape_.size, shape_.size));
  }
  kernels_->pack_key(*this, spectra.data(), key.data());
}

void RotationPlan::load(const Torus* words, Torus* accumulator) const {
  kernels_->load(*this, words, accumulator);
}

void RotationPlan::store(const Torus* accumulator, Torus* words) const {
  kernels_->store(*this, accumulator, words);
}

RotationWorkspace::RotationWorkspace(const RotationPlan& plan, std::size_t capacity)
    : capacity_(round_up(capacity, plan.lanes())),
      scratch_(plan.scratch_doubles()),
      accumulators_(capacity_),
      exponents_(static_cast<std::size_t>(plan.shape().group) * plan.lanes()) {
  const std::size_t stride = round_up(plan.accumulator_words(), 8);
  words_.resize(capacity_ * stride);
  for (std::size_t i = 0; i < capacity_; ++i) accumulators_[i] = words_.data() + i * stride;
}

void rotate_blindly(const RotationPlan& plan, const RotationKey& key,
                    std::span<const std::uint32_t> exponents, std::size_t count,
                    RotationWorkspace& workspace) {
  const auto group = static_cast<std::size_t>(plan.shape().group);
  const std::size_t capacity = workspace.capacity();
  require(count <= capacity && exponents.size() >= key.steps * group * capacity,
          ErrorCode::mismatch, "rotation: ", count, " ciphertexts with ", exponents.size(),
          " exponents, expected at most ", capacity, " with ", key.steps * group * capacity);
  const std::size_t limit = plan.layout().ciphertexts_per_key_pass;
  const std::size_t per_pass = limit == 0 ? count : limit;
  for (std::size_t first = 0; first < count; first += per_pass) {
    rotate_together(plan, key, exponents, first, std::min(per_pass, count - first), workspace);
  }
}

}  // namespace basalt::torus
