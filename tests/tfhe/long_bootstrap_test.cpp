// 100,000 bootstraps at a failure probability of 2^-40 without one wrong: some minutes.
#include <gtest/gtest.h>

#include "tfhe/bootstrap.hpp"
#include "tfhe/parameter_sets.hpp"
#include "tfhe/toy.hpp"

namespace basalt::tfhe::long_bootstrap_test {
namespace {

TEST(LongBootstrap, NoneOf100000TablesOf4BitsIsMisread) {
  constexpr int bits = 4;
  constexpr std::size_t batch = 4096, rounds = 25, entries = std::size_t{1} << bits;
  const Toy toy(parameter_set_named("wrap_a1").spec);
  ThreadTeam team(usable_processors());
  std::vector<Torus> values(entries), messages(batch);
  for (std::size_t m = 0; m < entries; ++m) values[m] = Torus{(7 * m + 3) % entries} << (63 - bits);
  for (std::size_t i = 0; i < batch; ++i) messages[i] = Torus{i % entries} << (63 - bits);
  LookupTables tables(1, toy.secret().parameters().N());
  tables.set(0, values);
  const std::vector<std::uint32_t> table_of(batch, 0);
  BootstrapWorkspace workspace(toy.keys(), team.size());
  LweBatch out(batch, toy.secret().parameters().big_dimension());

  std::size_t wrong = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    const LweBatch in = encrypt_batch(toy.secret(), messages);
    bootstrap(toy.keys(), in, tables, table_of, out, workspace, team);
    for (std::size_t i = 0; i < batch; ++i) {
      const Torus expected = (7 * (i % entries) + 3) % entries;
      wrong += decode(phase(toy.secret(), out[i]), bits) == expected ? 0 : 1;
    }
  }

  EXPECT_EQ(wrong, 0u);
}

}  // namespace
}  // namespace basalt::tfhe::long_bootstrap_test
