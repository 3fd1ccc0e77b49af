// Runs one kind of table look-up on real keys and counts what comes out wrong.
#pragma once

#include "compile/optimize.hpp"
#include "tfhe/toy.hpp"

namespace basalt::compile {

using tfhe::LweBatch;
using tfhe::Torus;

/// The requirements of one table, and how to run it: the input is a bootstrap's output
/// times `weight`.
struct Job {
  int bits;
  std::int64_t weight;
  double p_error;
  std::size_t draws;

  double norm2() const { return static_cast<double>(weight) * static_cast<double>(weight); }
};

/// Keys and tables of a job.
class Runner {
 public:
  Runner(const Job& job, const tfhe::ParameterChain& parameters)
      : job_(job),
        keys_(parameters),
        workspace_(keys_.keys(), 1),
        first_(1, parameters.stage(0).N()),
        second_(1, parameters.stage(0).N()) {
    std::vector<Torus> small, plain;
    for (Torus x = 0; x < values(); ++x) {
      small.push_back(encode(x) / static_cast<Torus>(job.weight));
      plain.push_back(encode(x));
    }
    first_.set(0, small);
    second_.set(0, plain);
  }

  /// How many of `count` values come out wrong of the second table.
  std::size_t failures(std::size_t count) {
    std::vector<Torus> inputs;
    for (std::size_t i = 0; i < count; ++i) inputs.push_back(encode(i % values()));
    LweBatch batch = encrypt_batch(keys_.secret(), inputs);
    const std::vector<std::uint32_t> table_of(count, 0);
    ThreadTeam team(1);

    bootstrap(keys_.keys(), batch, first_, table_of, batch, workspace_, team);
    for (Torus& word : batch.words()) word *= static_cast<Torus>(job_.weight);
    bootstrap(keys_.keys(), batch, second_, table_of, batch, workspace_, team);

    std::size_t wrong = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const Torus found = tfhe::decode(phase(keys_.secret(), batch[i]), job_.bits);
      wrong += found % (2 * values()) != i % values() ? 1 : 0;
    }
    return wrong;
  }

 private:
  Torus values() const { return Torus{1} << job_.bits; }
  Torus encode(Torus x) const { return x << (63 - job_.bits); }

  Job job_;
  tfhe::Toy keys_;
  tfhe::BootstrapWorkspace workspace_;
  tfhe::LookupTables first_, second_;
};

}  // namespace basalt::compile
