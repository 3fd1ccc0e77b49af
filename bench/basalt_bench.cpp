// Benchmarks of the engine, for people and for comparison with other libraries.
#include <benchmark/benchmark.h>

#include <iostream>

#include "base/error.hpp"
#include "bench/published_sets.hpp"
#include "bench/shared_rotations.hpp"
#include "torus/kernels.hpp"

namespace {

constexpr const char* usage =
    "basalt_bench --sets tfhers|shared [--kernels NAME] [options of Google Benchmark]\n"
    "  tfhers: single-threaded key switch (ks), bootstrap (pbs) and both (ks_pbs), milliseconds "
    "per\n"
    "  ciphertext, on parameter sets of TFHE-rs\n"
    "  shared: several tables of one ciphertext in one rotation, milliseconds per table\n"
    "  example: basalt_bench --sets tfhers --benchmark_filter=gaussian_2_2"
    " --benchmark_format=json\n";

/// Takes `name VALUE` out of the arguments; the rest is Google Benchmark's.
std::string take_option(std::vector<char*>& arguments, const std::string& name,
                        const std::string& fallback) {
  for (std::size_t i = 1; i + 1 < arguments.size(); ++i) {
    if (arguments[i] != name) continue;
    const std::string value = arguments[i + 1];
    const auto at = arguments.begin() + static_cast<std::ptrdiff_t>(i);
    arguments.erase(at, at + 2);
    return value;
  }
  return fallback;
}

int run(std::vector<char*> arguments) {
  const std::string kernels =
      take_option(arguments, "--kernels", basalt::torus::name_of(basalt::torus::best_kernels()));
  const std::string sets = take_option(arguments, "--sets", "tfhers");
  basalt::require(sets == "tfhers" || sets == "shared", basalt::ErrorCode::invalid_argument,
                  "sets: \"", sets, "\" is not known, expected tfhers or shared");
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (count > 1) {
    std::cerr << "basalt_bench: unknown argument \"" << arguments[1] << "\"\n" << usage;
    return 2;
  }
  benchmark::AddCustomContext("kernels", kernels);
  sets == "tfhers" ? basalt::bench::register_published_sets(kernels)
                   : basalt::bench::register_shared_rotations(kernels);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    return run({arguments, arguments + count});
  } catch (const basalt::Error& error) {
    std::cerr << "basalt_bench: " << error.what() << "\n";
    return 2;
  }
}
