// The search for parameters once more, from the published formulas and without any of the engine's
// own: plain loops over the whole space, which leave out only what breaks a limit or costs more.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <optional>
#include <vector>

namespace basalt::compile::reference {

/// One look-up of `bits` padded bits of a sum of table values with squared 2-norm `norm2`.
struct Query {
  int bits = 4;
  double norm2 = 1.0;
  double p_error = 0x1p-40;
  int security = 128;
};

struct Set {
  double n = 0, k = 0, N = 0, group = 1;
  int base = 0, levels = 0, ks_base = 0, ks_levels = 0;
  double lwe_noise = 0, glwe_noise = 0;
};

/// Slope and bias of log2(noise) by dimension, and the smallest dimension.
struct Curve {
  double slope, bias, smallest;
};

/// Lines of the lattice estimator; 128 bits are served from the line of 132.
inline const std::map<int, Curve>& curves() {
  static const std::map<int, Curve> lines = {
      {80, {-0.04045822621883835, 1.7183812000404686, 450}},
      {96, {-0.03414780360867054, 2.0173102586603733, 450}},
      {112, {-0.029881371645803536, 2.6539316216894946, 450}},
      {128, {-0.024891456582633045, 2.65734593837534, 450}},
      {132, {-0.024891456582633045, 2.65734593837534, 450}},
      {144, {-0.023821437305989134, 2.7177789440636673, 450}},
      {160, {-0.021743582187160406, 2.9388105484933504, 498}},
      {176, {-0.019904056582117705, 2.8161252801542673, 551}},
      {192, {-0.018894148763647572, 4.2700349965659115, 606}},
      {256, {-0.014606812351714961, 3.8493629234693145, 826}}};
  return lines;
}

/// The least noise that is secure; infinite where a dimension is too small.
inline double least_noise(double dimension, int security) {
  const Curve& curve = curves().at(security);
  if (dimension < curve.smallest) return std::numeric_limits<double>::infinity();
  double log2_noise = curve.slope * dimension + curve.bias;
  if (security != 128 && security != 132) {  // older estimates also keep the newest ones' law
    log2_noise = std::max(log2_noise, -3.2870 / security * dimension + 2.66);
  }
  return std::sqrt(std::exp2(-124.0) + std::exp2(2.0 * log2_noise));
}

inline double power(double base, int exponent) {
  return std::pow(base, exponent);
}

/// Variance that one step of the blind rotation adds.
inline double step_variance(const Set& s) {
  const double B = std::exp2(s.base), q = 0x1p64, bits = s.k * s.N;
  const double digits = s.levels * s.N * (s.k + 1) * s.glwe_noise * s.glwe_noise * (B * B + 2) / 12;
  const double dropped = (1 + bits / 2) / power(B, 2 * s.levels) / 12;
  const double words = (bits / 96 - 1.0 / 24) / q / q;
  double transform = 2 * 0.00705 * 0x1p22 * B * B / q / q *
                     std::pow(s.levels * (s.k + 1), 1.01827) * std::pow(s.k, 1.22003) *
                     std::pow(s.N, 2.22003) * std::pow(std::max(1.0, s.N / 2048), 0.3);
  if (s.group == 2) transform *= 12;
  if (s.base * s.levels <= 30) transform += (1 + bits / 2) * 0x1p-64 / 12;
  return s.group == 2 ? 6 * digits + 1.5 * dropped + 3 * words + transform
                      : digits + 0.5 * dropped + words + transform;
}

/// Variance that a key switch adds per bit of its source.
inline double keyswitch_variance(int base, int levels, double noise) {
  const double B = std::exp2(base), q = 0x1p64;
  double squares = 0, tie = 0;  // a digit of +-B/2 makes the next one 0 where it would be +-B/2
  for (int level = 0; level < levels; ++level) {
    squares += (B * B + 2) / 12 - tie * B / 4;
    tie = (1 - tie) / B;
  }
  return noise * noise * squares + 1 / q / q / 48 + 1 / power(B, 2 * levels) / 24;
}

/// The centred modulus switch with the body's own rounding.
inline double switch_variance(double n, double N) {
  return n * (0x1p-128 / 24 + 1 / (4 * N * N) / 48) + 1 / (4 * N * N) / 12;
}

inline double variance(const Query& query, const Set& s) {
  return query.norm2 * s.n / s.group * step_variance(s) +
         s.k * s.N * keyswitch_variance(s.ks_base, s.ks_levels, s.lwe_noise) +
         switch_variance(s.n, s.N);
}

/// log2 of the probability to leave half a box of the table.
inline double log2_failure(const Query& query, double variance) {
  return std::log2(std::erfc(std::exp2(-query.bits - 2) / std::sqrt(2 * variance)));
}

/// The largest variance that a query allows.
inline double allowed_variance(const Query& query) {
  double low = 1e-40, high = 1;
  for (int i = 0; i < 200; ++i) {
    const double middle = std::sqrt(low * high);
    (log2_failure(query, middle) <= std::log2(query.p_error) ? low : high) = middle;
  }
  return low;
}

/// Nanoseconds of the cost model, in two parts.
inline double step_time(const Set& s) {
  const double log2_N = std::log2(s.N), w = s.k + 1, l = s.levels;
  double time = w * (l + 1) * s.N * (0.0102 * log2_N + 0.265) + w * w * l * s.N * 0.051;
  if (s.group == 2) time += w * w * l * s.N * 0.10 + s.N * 0.30;
  return time * (1 + 0.15 * std::max(0.0, log2_N - 11)) * (s.base * s.levels > 30 ? 1.15 : 1.0);
}

struct Found {
  Set set;
  double nanoseconds = std::numeric_limits<double>::infinity();
};

struct Digits {
  int base, levels;
  double variance;
};

/// Every key switch of every small key.
inline std::map<int, std::vector<Digits>> keyswitches(int security) {
  std::map<int, std::vector<Digits>> all;
  for (int n = 512; n <= 2047; ++n) {
    const double noise = least_noise(n, security);
    if (!std::isfinite(noise)) continue;
    for (int levels = 1; levels <= 32; ++levels) {
      for (int base = 1; base <= 8 && base * levels <= 32; ++base) {
        all[n].push_back({base, levels, keyswitch_variance(base, levels, noise)});
      }
    }
  }
  return all;
}

/// The cheapest set of all, or none.
inline std::optional<Found> cheapest(const Query& query) {
  const double allowed = allowed_variance(query);
  const auto switches = keyswitches(query.security);
  Found best;
  const auto visit = [&](Set s) {
    const double step = query.norm2 * step_variance(s), time = step_time(s), bits = s.k * s.N;
    for (const auto& [n, digits] : switches) {
      s.n = n;
      if (n % static_cast<int>(s.group) != 0) continue;
      const double rotation = s.n / s.group * time;
      const double left = allowed - s.n / s.group * step - switch_variance(s.n, s.N);
      if (rotation >= best.nanoseconds || left <= 0) continue;
      for (const Digits& d : digits) {
        const double all = rotation + bits * d.levels * (s.n + 1) * 0.0165;
        if (all >= best.nanoseconds || bits * d.variance > left) continue;
        s.ks_base = d.base;
        s.ks_levels = d.levels;
        s.lwe_noise = least_noise(s.n, query.security);
        best = {s, all};
      }
    }
  };
  for (const int group : {1, 2}) {
    for (int k = 1; k <= 6; ++k) {
      for (int log2_N = std::max(8, query.bits); log2_N <= 16; ++log2_N) {
        const double N = std::exp2(log2_N), noise = least_noise(k * N, query.security);
        if (!std::isfinite(noise)) continue;
        for (int levels = 1; levels <= 4; ++levels) {
          for (int base = 1; base * levels <= 63; ++base) {
            visit({.k = static_cast<double>(k),
                   .N = N,
                   .group = static_cast<double>(group),
                   .base = base,
                   .levels = levels,
                   .glwe_noise = noise});
          }
        }
      }
    }
  }
  if (!std::isfinite(best.nanoseconds)) return std::nullopt;
  return best;
}

}  // namespace basalt::compile::reference
