#include "tfhe/bootstrap.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "base/error.hpp"
#include "support/expect_error.hpp"
#include "support/kernels.hpp"
#include "tfhe/toy.hpp"

namespace basalt::tfhe::bootstrap_test {
namespace {

constexpr int bits = 3;
constexpr Torus messages = Torus{1} << bits;

Torus encode(Torus message) {
  return message << (63 - bits);
}

/// Tables of x -> x^2 + 1 and x -> 3 x.
LookupTables two_tables(std::size_t N) {
  LookupTables tables(2, N);
  std::vector<Torus> square(messages), triple(messages);
  for (Torus x = 0; x < messages; ++x) {
    square[x] = encode((x * x + 1) % messages);
    triple[x] = encode(3 * x % messages);
  }
  tables.set(0, square);
  tables.set(1, triple);
  return tables;
}

/// Bootstraps every message through both tables and checks what comes out.
void expect_tables_applied(const Toy& toy, std::size_t threads = 1) {
  std::vector<Torus> inputs;
  std::vector<std::uint32_t> table_of;
  for (Torus x = 0; x < 2 * messages; ++x) {
    inputs.push_back(encode(x % messages));
    table_of.push_back(static_cast<std::uint32_t>(x / messages));
  }
  ThreadTeam team(threads);
  const LweBatch in = encrypt_batch(toy.secret(), inputs);
  LweBatch out(in.count(), in.dimension());
  BootstrapWorkspace workspace(toy.keys(), threads);

  bootstrap(toy.keys(), in, two_tables(toy.keys().parameters().N()), table_of, out, workspace,
            team);

  for (Torus x = 0; x < messages; ++x) {
    EXPECT_EQ(decode(phase(toy.secret(), out[x]), bits), (x * x + 1) % messages);
    EXPECT_EQ(decode(phase(toy.secret(), out[messages + x]), bits), 3 * x % messages);
  }
}

TEST(Bootstrap, OfAChainGoesFromKeyToKey) {
  const Toy toy(chain_of({toy_spec(10, 1, 512, {23, 1}), toy_spec(12, 2, 256, {15, 2}),
                          toy_spec(9, 1, 1024, {23, 1})}));
  std::vector<Torus> inputs;
  for (Torus x = 0; x < messages; ++x) inputs.push_back(encode(x));
  const std::vector<std::uint32_t> table_of{0, 1, 0, 1, 0, 1, 0, 1};
  LweBatch value = encrypt_batch(toy.secret(), inputs);
  ThreadTeam team(1);

  for (std::size_t i = 0; i < 3; ++i) {
    const StageKeys& keys = toy.key.stage(i);
    LweBatch out(value.count(), keys.parameters().big_dimension());
    BootstrapWorkspace workspace(keys, 1);
    bootstrap(keys, value, two_tables(keys.parameters().N()), table_of, out, workspace, team);
    value = std::move(out);
    for (Torus x = 0; x < messages; ++x) {
      inputs[x] = encode((x % 2 == 0 ? decode(inputs[x], bits) * decode(inputs[x], bits) + 1
                                     : 3 * decode(inputs[x], bits)) %
                         messages);
      EXPECT_EQ(decode(phase(toy.client.stage(i), value[x]), bits), decode(inputs[x], bits));
    }
  }
}

struct Case {
  const char* name;
  ParameterSpec spec;
};

class EverySet : public ::testing::TestWithParam<Case> {};

TEST_P(EverySet, BootstrapAppliesTheTableOfEachCiphertextOnEveryKernel) {
  for (const torus::Kernels* kernels : testing_support::kernel_sets()) {
    SCOPED_TRACE(torus::name_of(*kernels));
    expect_tables_applied(Toy(GetParam().spec, *kernels));
  }
}

ParameterSpec with_group_of_two(ParameterSpec spec) {
  spec.group = 2;
  return spec;
}

ParameterSpec with_tuniform(ParameterSpec spec) {
  spec.noise_kind = NoiseKind::tuniform;
  return spec;
}

INSTANTIATE_TEST_SUITE_P(
    Sets, EverySet,
    ::testing::Values(Case{"k1_N512_l1", toy_spec(20, 1, 512, {23, 1})},
                      Case{"k1_N512_l2", toy_spec(20, 1, 512, {15, 2})},
                      Case{"k1_N512_l3", toy_spec(20, 1, 512, {10, 3})},
                      Case{"k1_N512_l3_wide", toy_spec(20, 1, 512, {11, 3})},
                      Case{"k1_N512_l4", toy_spec(20, 1, 512, {7, 4})},
                      Case{"k1_N512_l5", toy_spec(20, 1, 512, {6, 5})},
                      Case{"k2_N256_l1", toy_spec(16, 2, 256, {23, 1})},
                      Case{"k2_N256_l3", toy_spec(16, 2, 256, {8, 3})},
                      Case{"k3_N256_l1", toy_spec(16, 3, 256, {17, 1})},
                      Case{"k4_N256_l1", toy_spec(16, 4, 256, {23, 1})},
                      Case{"k4_N256_l2", toy_spec(16, 4, 256, {15, 2})},
                      Case{"k5_N256_l1", toy_spec(16, 5, 256, {17, 1})},
                      Case{"k6_N256_l1", toy_spec(16, 6, 256, {17, 1})},
                      Case{"k6_N256_l4", toy_spec(16, 6, 256, {7, 4})},
                      Case{"k1_N1024_l1", toy_spec(20, 1, 1024, {23, 1})},
                      Case{"k1_N2048_l1", toy_spec(20, 1, 2048, {23, 1})},
                      Case{"k1_N4096_l1", toy_spec(12, 1, 4096, {22, 1})},
                      Case{"k1_N8192_l2", toy_spec(8, 1, 8192, {15, 2})},
                      Case{"tuniform", with_tuniform(toy_spec(20, 1, 512, {23, 1}))},
                      Case{"group_of_two", with_group_of_two(toy_spec(20, 1, 512, {23, 1}))},
                      Case{"group_of_two_k2_l2", with_group_of_two(toy_spec(20, 2, 256, {15, 2}))}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(Bootstrap, OneResultDependsOnNeitherBatchNorPositionNorThreads) {
  const ParameterSpec spec = toy_spec(12, 1, 512, {23, 1});
  const ClientKey client = generate_client_key(Parameters(spec));
  ThreadTeam one(1), two(2);
  const SeededEvaluationKey seeded = generate_evaluation_key(client, one);
  std::vector<Torus> inputs(37);
  for (std::size_t i = 0; i < inputs.size(); ++i) inputs[i] = encode(i % messages);
  const LweBatch in = encrypt_batch(client.stage(0), inputs);
  const LookupTables tables = two_tables(spec.polynomial_size);
  const std::vector<std::uint32_t> table_of(inputs.size(), 1);
  for (const torus::Kernels* kernels : testing_support::kernel_sets()) {
    SCOPED_TRACE(torus::name_of(*kernels));
    const EvaluationKey evaluation(seeded, *kernels, one);
    const StageKeys& key = evaluation.stage(0);
    LweBatch together(in.count(), in.dimension()), shared = together;
    BootstrapWorkspace workspace(key, 2);

    bootstrap(key, in, tables, table_of, together, workspace, one);
    bootstrap(key, in, tables, table_of, shared, workspace, two);

    EXPECT_TRUE(std::ranges::equal(together.words(), shared.words()));
    for (const std::size_t few : {1, 3, 7, 12}) {
      LweBatch some(few, in.dimension()), out(few, in.dimension());
      std::ranges::copy(in.words().first(some.words().size()), some.words().begin());
      bootstrap(key, some, tables, std::span(table_of).first(few), out, workspace, two);
      EXPECT_TRUE(std::ranges::equal(out.words(), together.words().first(out.words().size())));
    }
    for (const std::size_t i : {0, 3, 36}) {
      LweBatch single(1, in.dimension()), out(1, in.dimension());
      std::ranges::copy(in[i], single[0].begin());
      const std::uint32_t table = 1;
      bootstrap(key, single, tables, std::span(&table, 1), out, workspace, one);
      EXPECT_TRUE(std::ranges::equal(out[0], together[i]));
    }
  }
}

TEST(Bootstrap, ABatchMayBeReplacedByItsResults) {
  const Toy toy(toy_spec(12, 1, 512, {23, 1}));
  LweBatch batch = encrypt_batch(toy.secret(), std::vector<Torus>(20, encode(2)));
  LweBatch out(batch.count(), batch.dimension());
  const std::vector<std::uint32_t> table_of(batch.count(), 0);
  const LookupTables tables = two_tables(512);
  BootstrapWorkspace workspace(toy.keys(), 1);
  ThreadTeam team(1);

  bootstrap(toy.keys(), batch, tables, table_of, out, workspace, team);
  bootstrap(toy.keys(), batch, tables, table_of, batch, workspace, team);

  EXPECT_TRUE(std::ranges::equal(batch.words(), out.words()));
}

TEST(Bootstrap, ANegacyclicTableNeedsNoPaddingBit) {
  const Toy toy(toy_spec(20, 1, 1024, {23, 1}));
  // The triangle of 4 bits: 7 5 3 1 -1 -3 -5 -7, then its opposite.
  std::vector<Torus> half(8);
  for (std::size_t m = 0; m < 8; ++m) half[m] = (7 - 2 * m) << 59;
  LookupTables tables(1, 1024);
  tables.set(0, half);
  std::vector<Torus> inputs(16);
  for (std::size_t m = 0; m < 16; ++m) inputs[m] = m << 60;
  const LweBatch in = encrypt_batch(toy.secret(), inputs);
  LweBatch out(16, in.dimension());
  BootstrapWorkspace workspace(toy.keys(), 1);
  ThreadTeam team(1);

  bootstrap(toy.keys(), in, tables, std::vector<std::uint32_t>(16, 0), out, workspace, team);

  for (std::size_t m = 0; m < 16; ++m) {
    const Torus expected = m < 8 ? half[m] : 0 - half[m - 8];
    const auto error = static_cast<std::int64_t>(phase(toy.secret(), out[m]) - expected);
    EXPECT_LT(std::abs(error), std::int64_t{1} << 58) << "m = " << m;
  }
}

/// Two sets of 2^log2_tables_per_rotation tables, every ciphertext through one of them in one
/// rotation, against the clear tables.
void expect_parts_read(const Toy& toy, int log2_tables_per_rotation) {
  const std::size_t parts = std::size_t{1} << log2_tables_per_rotation,
                    N = toy.keys().parameters().N();
  const auto image = [](Torus x, std::size_t set, std::size_t part) {
    return (set == 0 ? x * x + part : 5 * x + 3 * part) % messages;
  };
  LookupTables tables(2, N);
  for (std::size_t i = 0; i < 2 * parts; ++i) {
    std::vector<Torus> values(messages);
    for (Torus x = 0; x < messages; ++x) values[x] = encode(image(x, i / parts, i % parts));
    tables.set_part(i / parts, values, i % parts, log2_tables_per_rotation);
  }
  std::vector<Torus> inputs;
  std::vector<std::uint32_t> table_of;
  for (Torus x = 0; x < 2 * messages; ++x) {
    inputs.push_back(encode(x % messages));
    table_of.push_back(static_cast<std::uint32_t>(x / messages));
  }
  const LweBatch in = encrypt_batch(toy.secret(), inputs);
  LweBatch out(in.count() * parts, in.dimension());
  BootstrapWorkspace workspace(toy.keys(), 1);
  ThreadTeam team(1);

  bootstrap_many(toy.keys(), in, tables, table_of, log2_tables_per_rotation, out, workspace, team);

  for (std::size_t i = 0; i < out.count(); ++i) {
    const std::size_t input = i / parts;
    EXPECT_EQ(decode(phase(toy.secret(), out[i]), bits),
              image(input % messages, table_of[input], i % parts));
  }
}

TEST(Bootstrap, OfManyReadsAllTablesOfACiphertextInOneRotation) {
  for (const torus::Kernels* kernels : testing_support::kernel_sets()) {
    for (const ParameterSpec& spec :
         {toy_spec(20, 2, 1024, {15, 2}), with_group_of_two(toy_spec(20, 1, 1024, {23, 1}))}) {
      SCOPED_TRACE(concat(torus::name_of(*kernels), ", group of ", spec.group));
      const Toy toy(spec, *kernels);
      for (const int log2_tables_per_rotation : {1, 2, 3})
        expect_parts_read(toy, log2_tables_per_rotation);
    }
  }
}

TEST(Bootstrap, OfManyRefusesOtherCounts) {
  const Toy toy(toy_spec(12, 1, 512, {23, 1}));
  const LweBatch in(2, 512);
  LweBatch out(4, 512), fewer(2, 512), huge(2048, 512);
  const LookupTables tables(1, 512);
  const std::vector<std::uint32_t> table_of(2, 0);
  BootstrapWorkspace workspace(toy.keys(), 1);
  ThreadTeam team(1);

  EXPECT_NO_THROW(bootstrap_many(toy.keys(), in, tables, table_of, 1, out, workspace, team));
  expect_error(ErrorCode::mismatch, "2 ciphertexts to 2", [&] {
    bootstrap_many(toy.keys(), in, tables, table_of, 1, fewer, workspace, team);
  });
  expect_error(ErrorCode::invalid_argument, "2^-1 tables in one rotation",
               [&] { bootstrap_many(toy.keys(), in, tables, table_of, -1, out, workspace, team); });
  expect_error(ErrorCode::invalid_argument, "2^10 tables in one rotation", [&] {
    bootstrap_many(toy.keys(), in, tables, table_of, 10, huge, workspace, team);
  });
}

TEST(Bootstrap, RefusesWhatDoesNotFitTheKey) {
  const Toy toy(toy_spec(12, 1, 512, {23, 1}));
  const LweBatch in(2, 512), other(2, 256);
  LweBatch out(2, 512), fewer(1, 512);
  const LookupTables tables(1, 512), small(1, 256);
  const std::vector<std::uint32_t> good(2, 0), bad(2, 1), one(1, 0);
  BootstrapWorkspace workspace(toy.keys(), 1);
  ThreadTeam team(1), many(3);

  expect_error(ErrorCode::mismatch, "ciphertexts of dimension 256",
               [&] { bootstrap(toy.keys(), other, tables, good, out, workspace, team); });
  expect_error(ErrorCode::mismatch, "tables of 256 words",
               [&] { bootstrap(toy.keys(), in, small, good, out, workspace, team); });
  expect_error(ErrorCode::mismatch, "a table index is not below 1",
               [&] { bootstrap(toy.keys(), in, tables, bad, out, workspace, team); });
  expect_error(ErrorCode::mismatch, "with 1 tables",
               [&] { bootstrap(toy.keys(), in, tables, one, out, workspace, team); });
  expect_error(ErrorCode::mismatch, "2 ciphertexts to 1",
               [&] { bootstrap(toy.keys(), in, tables, good, fewer, workspace, team); });
  expect_error(ErrorCode::mismatch, "the workspace has 1 threads",
               [&] { bootstrap(toy.keys(), in, tables, good, out, workspace, many); });
}

}  // namespace
}  // namespace basalt::tfhe::bootstrap_test
