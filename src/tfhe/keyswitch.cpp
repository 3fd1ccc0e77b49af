#include "tfhe/keyswitch.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "base/error.hpp"
#include "torus/decomposition.hpp"
#include "torus/linear.hpp"
#include "torus/panel_product.hpp"

namespace basalt::tfhe {
namespace {

constexpr std::size_t block = 8;  ///< Most ciphertexts of one kernel call.
constexpr std::size_t rows_at_once =
    1024;  ///< A panel's part that stays in the second level cache.

/// True if words of 32 bits add less than a hundredth to the variance of the key's errors: a row's
/// rounding weighs 2^-64/12 for the body and for half of the masks.
bool fits_32_bits(const ParameterSpec& spec) {
  const double rounding = (1.0 + static_cast<double>(spec.lwe_dimension) / 2.0) * 0x1p-64 / 12.0;
  return spec.keyswitch.base_log * spec.keyswitch.levels <= 32 &&
         spec.lwe_noise * spec.lwe_noise >= 100.0 * rounding;
}

std::size_t levels_of(Decomposition digits) {
  return static_cast<std::size_t>(digits.levels);
}

/// Ciphertexts of a kernel call where `count` are left: few pay for few.
std::size_t ciphertexts_of_a_call(std::size_t count) {
  return std::bit_ceil(std::min(block, count));
}

/// Digits of ciphertexts [first, first + count), side by side; absent ciphertexts count as zero.
void write_digits(const KeyswitchKey& key, const LweBatch& in, std::size_t first, std::size_t count,
                  std::int32_t* out) {
  const std::size_t width = ciphertexts_of_a_call(count);
  const torus::Decomposer decomposer(key.digits().base_log, key.digits().levels);
  const std::size_t levels = levels_of(key.digits());
  std::array<std::int64_t, 64> memory{};
  const auto digits = std::span(memory).first(levels);
  if (count < width) std::fill_n(out, key.rows() * width, 0);
  for (std::size_t c = 0; c < count; ++c) {
    const auto mask = in[first + c].first(key.source_dimension());
    for (std::size_t i = 0; i < mask.size(); ++i) {
      decomposer.decompose(mask[i], digits);
      std::int32_t* to = out + i * levels * width + c;
      for (std::size_t level = 0; level < levels; ++level) {
        to[level * width] = static_cast<std::int32_t>(digits[level]);
      }
    }
  }
}

void multiply_panels(const KeyswitchKey& key, std::size_t count, KeyswitchWorkspace& workspace) {
  const std::size_t width = torus::panel_width(key.kernels()), columns = key.columns();
  for (std::size_t row = 0; row < key.rows(); row += rows_at_once) {
    for (std::size_t p = 0; p < key.panels(); ++p) {
      for (std::size_t c = 0; c < count; c += block) {
        const std::size_t ciphertexts = ciphertexts_of_a_call(count - c);
        const std::int32_t* digits = workspace.digits.data() + c * key.rows();
        torus::subtract_panel_product(key.kernels(),
                                      {.ciphertexts = ciphertexts,
                                       .panel = key.panel(p) + row * width,
                                       .digits = digits + row * ciphertexts,
                                       .rows = std::min(rows_at_once, key.rows() - row),
                                       .out = workspace.sums.data() + c * columns + p * width,
                                       .stride = columns});
      }
    }
  }
}

void keyswitch_narrow(const KeyswitchKey& key, const LweBatch& in, std::size_t first,
                      std::size_t count, std::span<Torus> out, KeyswitchWorkspace& workspace) {
  const std::size_t n = key.target_dimension(), columns = key.columns();
  for (std::size_t c = 0; c < count; c += block) {
    write_digits(key, in, first + c, std::min(block, count - c),
                 workspace.digits.data() + c * key.rows());
  }
  const std::size_t used = (count + block - 1) / block * block;
  std::fill_n(workspace.sums.begin(), used * columns, 0);
  multiply_panels(key, count, workspace);
  for (std::size_t c = 0; c < count; ++c) {
    const std::uint32_t* sums = workspace.sums.data() + c * columns;
    Torus* to = out.data() + c * (n + 1);
    for (std::size_t j = 0; j <= n; ++j) to[j] = static_cast<Torus>(sums[j]) << 32;
    to[n] += in[first + c].back();
  }
}

void keyswitch_wide(const KeyswitchKey& key, const LweBatch& in, std::size_t first,
                    std::size_t count, std::span<Torus> out) {
  const torus::Decomposer decomposer(key.digits().base_log, key.digits().levels);
  const std::size_t levels = levels_of(key.digits()), width = key.target_dimension() + 1;
  std::array<std::int64_t, 64> memory{};
  const auto digits = std::span(memory).first(levels);
  std::ranges::fill(out.first(count * width), 0);
  for (std::size_t c = 0; c < count; ++c) {
    const auto to = out.subspan(c * width, width);
    const auto words = in[first + c];
    to.back() = words.back();
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
      decomposer.decompose(words[i], digits);
      for (std::size_t level = 0; level < levels; ++level) {
        torus::add_scaled(key.kernels(), to, key.wide_row(i * levels + level),
                          0 - static_cast<Torus>(digits[level]));
      }
    }
  }
}

}  // namespace

KeyswitchKey::KeyswitchKey(const Parameters& set, std::size_t source_dimension,
                           const torus::Kernels& kernels, std::span<std::byte> memory)
    : source_(source_dimension),
      target_(set.n()),
      width_(torus::panel_width(kernels)),
      panels_((target_ + width_) / width_),
      digits_(set.spec().keyswitch),
      kernels_(&kernels),
      wide_(!fits_32_bits(set.spec())),
      memory_(memory.data()) {
  require(memory.size() >= this->memory().value, ErrorCode::mismatch, "keyswitch key: memory of ",
          memory.size(), " bytes, expected ", this->memory().value);
}

std::size_t KeyswitchKey::expanded_bytes(const Parameters& set, std::size_t source_dimension,
                                         const torus::Kernels& kernels) {
  const std::size_t rows = source_dimension * levels_of(set.spec().keyswitch);
  const std::size_t width = torus::panel_width(kernels);
  if (!fits_32_bits(set.spec())) return rows * (set.n() + 1) * sizeof(Torus);
  return rows * ((set.n() + width) / width) * width * sizeof(std::uint32_t);
}

Bytes KeyswitchKey::memory() const noexcept {
  return {wide_ ? rows() * (target_ + 1) * sizeof(Torus)
                : rows() * columns() * sizeof(std::uint32_t)};
}

void KeyswitchKey::expand(const SeededStageKeys& seeded, ThreadTeam& team) {
  require(seeded.keyswitch_bodies.size() == rows(), ErrorCode::mismatch,
          "keyswitch key: ", seeded.keyswitch_bodies.size(), " bodies, expected ", rows(), ": ",
          digits_.levels, " levels of ", source_, " words");
  constexpr std::size_t batch = 64;  // rows per item of the loop
  team.for_each((rows() + batch - 1) / batch, [&](std::size_t item, std::size_t) {
    std::vector<Torus> words(target_ + 1);
    const std::size_t end = std::min(rows(), (item + 1) * batch);
    for (std::size_t row = item * batch; row < end; ++row) {
      MaskStream(seeded.keyswitch_seed, row).fill(std::span(words).first(target_));
      words.back() = seeded.keyswitch_bodies[row];
      place_row(row, words);
    }
  });
}

void KeyswitchKey::place_row(std::size_t row, std::span<const Torus> words) {
  if (wide_) {
    std::ranges::copy(words, reinterpret_cast<Torus*>(memory_) + row * (target_ + 1));
    return;
  }
  auto* narrow = reinterpret_cast<std::uint32_t*>(memory_);
  for (std::size_t j = 0; j < columns(); ++j) {
    const Torus word = j < words.size() ? words[j] : 0;  // columns beyond the last word are 0
    narrow[(j / width_ * rows() + row) * width_ + j % width_] =
        static_cast<std::uint32_t>((word + (Torus{1} << 31)) >> 32);
  }
}

KeyswitchWorkspace::KeyswitchWorkspace(const KeyswitchKey& key, std::size_t wanted)
    : capacity((wanted + block - 1) / block * block),
      digits(key.wide() ? 0 : capacity * key.rows()),
      sums(key.wide() ? 0 : capacity * key.columns()) {}

void keyswitch(const KeyswitchKey& key, const LweBatch& in, std::size_t first, std::size_t count,
               std::span<Torus> out, KeyswitchWorkspace& workspace) {
  require(in.dimension() == key.source_dimension(), ErrorCode::mismatch,
          "keyswitch: input has dimension ", in.dimension(), ", the key expects ",
          key.source_dimension());
  require(first + count <= in.count() && out.size() >= count * (key.target_dimension() + 1) &&
              count <= workspace.capacity,
          ErrorCode::mismatch, "keyswitch: ", count, " ciphertexts from ", first, " of ",
          in.count(), " to ", out.size(), " words, expected at most ", workspace.capacity,
          " with room for ", key.target_dimension() + 1, " words each");
  if (key.wide()) {
    keyswitch_wide(key, in, first, count, out);
  } else {
    keyswitch_narrow(key, in, first, count, out, workspace);
  }
}

}  // namespace basalt::tfhe
