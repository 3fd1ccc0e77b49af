// The table of named parameter sets.
#include "tfhe/parameter_sets.hpp"

#include <array>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace basalt::tfhe {
namespace {

/// A line of the table; noises are deviations, or TUniform bounds written as negative integers.
struct Line {
  const char* name;
  std::size_t n, k, N;
  Decomposition bootstrap, keyswitch;
  double lwe, glwe;
  int message, carry;
  double norm, log2_p_fail;
};

constexpr double tuniform(int bound) {
  return -bound;
}

/// Deviations of GLWE keys of 1536, 2048, and 4096 or more bits.
constexpr double s1536 = 1.9524392656e-11, s2048 = 2.8452674796e-15, s4096 = 2.1684043450e-19;

struct Family {
  const char* prefix;
  ModulusSwitch modulus_switch;
  const char* source;
  std::span<const Line> lines;
};

// clang-format off
constexpr std::array v1_4_2m128_gaussian{
    Line{"1_0", 747, 6, 256, {17, 1}, {4, 3}, 1.5944604865e-05, s1536, 1, 0, 1, -128.603},
    Line{"1_1", 837, 4, 512, {23, 1}, {5, 3}, 3.3747142482e-06, s2048, 1, 1, 3, -128.186},
    Line{"1_2", 885, 2, 1024, {23, 1}, {5, 3}, 1.4742441119e-06, s2048, 1, 2, 7, -128.536},
    Line{"1_3", 904, 1, 2048, {23, 1}, {3, 6}, 1.0621869848e-06, s2048, 1, 3, 15, -128.103},
    Line{"1_4", 930, 1, 4096, {15, 2}, {3, 6}, 6.7823629040e-07, s4096, 1, 4, 31, -128.607},
    Line{"1_5", 1011, 1, 8192, {15, 2}, {3, 7}, 1.6766481861e-07, s4096, 1, 5, 63, -128.068},
    Line{"1_6", 1060, 1, 16384, {11, 3}, {2, 11}, 7.1991507063e-08, s4096, 1, 6, 127, -128.147},
    Line{"1_7", 1104, 1, 65536, {9, 4}, {3, 7}, 3.3696590657e-08, s4096, 1, 7, 255, -128.787},
    Line{"2_0", 846, 3, 512, {17, 1}, {5, 3}, 2.8893445208e-06, s1536, 2, 0, 1, -128.285},
    Line{"2_1", 884, 2, 1024, {23, 1}, {5, 3}, 1.4999005934e-06, s2048, 2, 1, 2, -128.607},
    Line{"2_2", 866, 1, 2048, {23, 1}, {3, 5}, 2.0461516970e-06, s2048, 2, 2, 5, -128.597},
    Line{"2_3", 930, 1, 4096, {15, 2}, {3, 6}, 6.7823629040e-07, s4096, 2, 3, 10, -128.639},
    Line{"2_4", 1007, 1, 8192, {15, 2}, {3, 7}, 1.7964463167e-07, s4096, 2, 4, 21, -128.338},
    Line{"2_5", 1055, 1, 16384, {11, 3}, {2, 11}, 7.8477767597e-08, s4096, 2, 5, 42, -128.045},
    Line{"2_6", 1108, 1, 65536, {11, 3}, {3, 7}, 3.1449493969e-08, s4096, 2, 6, 85, -129.137},
    Line{"3_0", 884, 2, 1024, {23, 1}, {5, 3}, 1.4999005934e-06, s2048, 3, 0, 1, -128.664},
    Line{"3_1", 863, 1, 2048, {23, 1}, {3, 5}, 2.1548500458e-06, s2048, 3, 1, 2, -128.389},
    Line{"3_2", 928, 1, 4096, {23, 1}, {2, 9}, 7.0204859413e-07, s4096, 3, 2, 4, -128.041},
    Line{"3_3", 1006, 1, 8192, {15, 2}, {3, 7}, 1.8277101294e-07, s4096, 3, 3, 9, -128.115},
    Line{"3_4", 1070, 1, 16384, {15, 2}, {2, 11}, 6.0582963616e-08, s4096, 3, 4, 18, -128.022},
    Line{"3_5", 1099, 1, 65536, {11, 3}, {3, 7}, 3.6732571914e-08, s4096, 3, 5, 36, -128.155},
    Line{"4_0", 863, 1, 2048, {23, 1}, {3, 5}, 2.1548500458e-06, s2048, 4, 0, 1, -128.636},
    Line{"4_1", 935, 1, 4096, {23, 1}, {3, 6}, 6.2217942974e-07, s4096, 4, 1, 2, -128.261},
    Line{"4_2", 1006, 1, 8192, {15, 2}, {3, 7}, 1.8277101294e-07, s4096, 4, 2, 4, -128.146},
    Line{"4_3", 1057, 1, 16384, {15, 2}, {2, 11}, 7.5815934138e-08, s4096, 4, 3, 8, -128.11},
    Line{"4_4", 1098, 1, 65536, {11, 3}, {3, 7}, 3.7371834127e-08, s4096, 4, 4, 17, -128.731},
    Line{"5_0", 931, 1, 4096, {23, 1}, {3, 6}, 6.6663475031e-07, s4096, 5, 0, 1, -128.453},
    Line{"5_1", 1006, 1, 8192, {15, 2}, {3, 7}, 1.8277101294e-07, s4096, 5, 1, 2, -128.152},
    Line{"5_2", 1055, 1, 16384, {15, 2}, {2, 11}, 7.8477767597e-08, s4096, 5, 2, 4, -128.037},
    Line{"5_3", 1113, 1, 65536, {15, 2}, {3, 7}, 2.8850164021e-08, s4096, 5, 3, 8, -129.155},
    Line{"6_0", 1006, 1, 8192, {15, 2}, {3, 7}, 1.8277101294e-07, s4096, 6, 0, 1, -128.153},
    Line{"6_1", 1055, 1, 16384, {15, 2}, {2, 11}, 7.8477767597e-08, s4096, 6, 1, 2, -128.12},
    Line{"6_2", 1101, 1, 65536, {15, 2}, {3, 7}, 3.5486665054e-08, s4096, 6, 2, 4, -129.438},
    Line{"7_0", 1055, 1, 16384, {15, 2}, {2, 11}, 7.8477767597e-08, s4096, 7, 0, 1, -128.14},
    Line{"7_1", 1099, 1, 65536, {15, 2}, {3, 7}, 3.6732571914e-08, s4096, 7, 1, 2, -130.375},
    Line{"8_0", 1098, 1, 65536, {15, 2}, {3, 7}, 3.7371834127e-08, s4096, 8, 0, 1, -129.169},
};
constexpr std::array v1_4_2m128_tuniform{
    Line{"1_1", 879, 4, 512, {23, 1}, {5, 3}, tuniform(46), tuniform(17), 1, 1, 3, -144.322},
    Line{"2_2", 918, 1, 2048, {23, 1}, {4, 4}, tuniform(45), tuniform(17), 2, 2, 5, -129.581},
    Line{"3_3", 1077, 1, 8192, {15, 2}, {4, 5}, tuniform(41), tuniform(3), 3, 3, 9, -128.992},
    Line{"4_4", 1117, 1, 65536, {11, 3}, {3, 7}, tuniform(40), tuniform(3), 4, 4, 17, -141.559},
};
constexpr std::array v1_0_2m64_gaussian{
    Line{"1_1", 781, 4, 512, {23, 1}, {4, 3}, 8.8684803659e-06, s2048, 1, 1, 3, -64.01},
    Line{"2_2", 833, 1, 2048, {23, 1}, {3, 5}, 3.6158408373e-06, s2048, 2, 2, 5, -64.014},
    Line{"3_3", 977, 1, 8192, {15, 2}, {3, 6}, 3.0144389707e-07, s4096, 3, 3, 9, -64.177},
    Line{"4_4", 1110, 1, 32768, {11, 3}, {2, 11}, 3.0382780199e-08, s4096, 4, 4, 17, -64.014},
};
constexpr std::array v1_0_2m64_tuniform{
    Line{"1_1", 839, 4, 512, {23, 1}, {4, 3}, tuniform(47), tuniform(17), 1, 1, 3, -72.226},
    Line{"2_2", 879, 1, 2048, {23, 1}, {3, 5}, tuniform(46), tuniform(17), 2, 2, 5, -72.178},
    Line{"3_3", 998, 1, 8192, {15, 2}, {3, 6}, tuniform(43), tuniform(3), 3, 3, 9, -64.454},
    Line{"4_4", 1117, 1, 32768, {11, 3}, {1, 22}, tuniform(40), tuniform(3), 4, 4, 17, -64.037},
};
constexpr std::array v1_0_2m40_gaussian{
    Line{"1_1", 750, 3, 512, {17, 1}, {4, 3}, 1.5140301928e-05, s1536, 1, 1, 3, -40.004},
    Line{"2_2", 796, 1, 2048, {23, 1}, {3, 5}, 6.8462551852e-06, s2048, 2, 2, 5, -40.489},
    Line{"3_3", 925, 1, 8192, {15, 2}, {3, 6}, 7.3934373853e-07, s4096, 3, 3, 9, -40.298},
    Line{"4_4", 1096, 1, 32768, {15, 2}, {4, 5}, 3.8683927682e-08, s4096, 4, 4, 17, -40.107},
};
constexpr std::array v1_0_2m40_tuniform{
    Line{"1_1", 799, 3, 512, {17, 1}, {3, 4}, tuniform(48), tuniform(30), 1, 1, 3, -40.525},
    Line{"2_2", 839, 1, 2048, {23, 1}, {3, 5}, tuniform(47), tuniform(17), 2, 2, 5, -57.015},
    Line{"3_3", 958, 1, 8192, {15, 2}, {3, 6}, tuniform(44), tuniform(3), 3, 3, 9, -50.002},
    Line{"4_4", 1077, 1, 32768, {15, 2}, {3, 7}, tuniform(41), tuniform(3), 4, 4, 17, -41.009},
};
constexpr std::array wrap{
    Line{"a1", 796, 1, 2048, {23, 1}, {3, 5}, 6.8462551852e-06, s2048, 2, 2, 5, -40.489},
    Line{"b1", 884, 2, 1024, {23, 1}, {5, 3}, 1.4999005934e-06, s2048, 2, 1, 2, -128.607},
    Line{"c1", 796, 2, 1024, {23, 1}, {3, 5}, 6.8462551852e-06, s2048, 3, 0, 1, -109.485},
    Line{"d1", 866, 1, 2048, {23, 1}, {3, 5}, 2.0461516970e-06, s2048, 2, 2, 5, -128.597},
    Line{"e1", 750, 3, 512, {17, 1}, {4, 3}, 1.5140301928e-05, s1536, 1, 1, 3, -40.004},
    Line{"f1", 781, 4, 512, {23, 1}, {4, 3}, 8.8684803659e-06, s2048, 1, 1, 3, -64.010},
    Line{"a2", 796, 1, 2048, {15, 2}, {3, 5}, 6.8462551852e-06, s2048, 4, 0, 1, -50.866},
    Line{"b2", 884, 2, 1024, {15, 2}, {5, 3}, 1.4999005934e-06, s2048, 3, 0, 1, -128.683},
    Line{"c2", 796, 2, 1024, {15, 2}, {3, 5}, 6.8462551852e-06, s2048, 3, 0, 1, -109.497},
};
// clang-format on

/// Family names and sources. The claims of wrap_a1, wrap_e1 and wrap_f1 are those of the published
/// sets they equal, made for the standard modulus switch.
const std::array families{
    Family{"v1_4_2m128_gaussian_", ModulusSwitch::centred,
           "TFHE-rs 1.4, classic KS-PBS, gaussian, p_fail 2^-128", v1_4_2m128_gaussian},
    Family{"v1_4_2m128_tuniform_", ModulusSwitch::centred,
           "TFHE-rs 1.4, classic KS-PBS, tuniform, p_fail 2^-128", v1_4_2m128_tuniform},
    Family{"v1_0_2m64_gaussian_", ModulusSwitch::standard,
           "TFHE-rs 1.0, classic KS-PBS, gaussian, p_fail 2^-64", v1_0_2m64_gaussian},
    Family{"v1_0_2m64_tuniform_", ModulusSwitch::standard,
           "TFHE-rs 1.0, classic KS-PBS, tuniform, p_fail 2^-64", v1_0_2m64_tuniform},
    Family{"v1_0_2m40_gaussian_", ModulusSwitch::standard,
           "TFHE-rs 1.0, classic KS-PBS, gaussian, p_fail 2^-40", v1_0_2m40_gaussian},
    Family{"v1_0_2m40_tuniform_", ModulusSwitch::standard,
           "TFHE-rs 1.0, classic KS-PBS, tuniform, p_fail 2^-40", v1_0_2m40_tuniform},
    Family{"wrap_", ModulusSwitch::centred,
           "measured with wrapping networks; dimensions and noises of TFHE-rs sets", wrap},
};

double deviation(double noise) {
  return noise < 0.0 ? tuniform_deviation(static_cast<int>(-noise)) : noise;
}

ParameterSet make_set(const Family& family, const Line& line) {
  ParameterSet set;
  set.name = std::string(family.prefix) + line.name;
  set.spec = {.lwe_dimension = line.n,
              .glwe_dimension = line.k,
              .polynomial_size = line.N,
              .bootstrap = line.bootstrap,
              .keyswitch = line.keyswitch,
              .lwe_noise = deviation(line.lwe),
              .glwe_noise = deviation(line.glwe),
              .noise_kind = line.lwe < 0.0 ? NoiseKind::tuniform : NoiseKind::gaussian};
  set.message_bits = line.message;
  set.carry_bits = line.carry;
  set.norm = line.norm;
  set.modulus_switch = family.modulus_switch;
  set.log2_p_fail = line.log2_p_fail;
  set.source = family.source;
  return set;
}

std::vector<ParameterSet> make_sets() {
  std::vector<ParameterSet> sets;
  for (const Family& family : families) {
    for (const Line& line : family.lines) sets.push_back(make_set(family, line));
  }
  return sets;
}

}  // namespace

std::span<const ParameterSet> parameter_sets() {
  static const std::vector<ParameterSet> sets = make_sets();
  return sets;
}

const ParameterSet& parameter_set_named(std::string_view name) {
  std::vector<std::string> known;
  for (const ParameterSet& set : parameter_sets()) {
    if (set.name == name) return set;
    known.push_back(set.name);
  }
  const std::string nearest = nearest_name(std::string(name), known);
  throw Error(ErrorCode::not_found,
              concat("parameter sets: no set is named \"", name, "\"",
                     nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?"));
}

}  // namespace basalt::tfhe
