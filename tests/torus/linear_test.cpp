#include "torus/linear.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/random.hpp"
#include "support/expect_error.hpp"
#include "support/kernels.hpp"
#include "torus/detail/kernel_table.hpp"

namespace basalt::torus::linear_test {
namespace {

TEST(Linear, AddsWeightedWordsModulo2To64OnEveryKernel) {
  for (const Kernels* kernels : testing_support::kernel_sets()) {
    SCOPED_TRACE(kernels->name);
    RandomStream random(Seed{1});
    for (const std::size_t count : {0, 1, 3, 8, 17, 2049}) {
      std::vector<Torus> in(count), out(count), expected(count);
      for (std::size_t i = 0; i < count; ++i) {
        in[i] = random.next();
        out[i] = expected[i] = random.next();
      }
      const Torus weight = 0 - random.below(100);
      for (std::size_t i = 0; i < count; ++i) expected[i] += weight * in[i];

      add_scaled(*kernels, out, in, weight);

      EXPECT_EQ(out, expected);
    }
  }
}

TEST(Linear, RefusesUnequalSizes) {
  std::vector<Torus> in(4), out(5);
  expect_error(ErrorCode::mismatch, "expected equal counts",
               [&] { add_scaled(testing_support::chosen_kernels(), out, in, 1); });
}

/// Inputs, starts and a sparse matrix of short, negative, long and zero weights.
struct Product {
  std::vector<std::vector<Torus>> in, out;
  std::vector<std::uint32_t> row_start{0}, column;
  std::vector<Torus> weight;
};

Product product_of(std::size_t inputs, std::size_t outputs, std::size_t count) {
  const std::vector<Torus> kinds{7, 0 - Torus{5}, Torus{1} << 40, 0, 0x123456789ABCDEFull};
  MaskStream stream({3}, 0);
  RandomStream random(Seed{4});
  Product product;
  product.in.assign(inputs, std::vector<Torus>(count));
  product.out.assign(outputs, std::vector<Torus>(count));
  for (std::vector<Torus>& words : product.in) stream.fill(words);
  for (std::vector<Torus>& words : product.out) {
    stream.fill(words);
    for (std::uint32_t i = 0; i < inputs; ++i) {
      if (random.below(3) == 0) continue;
      product.column.push_back(i);
      product.weight.push_back(kinds[random.below(kinds.size())]);
    }
    product.row_start.push_back(static_cast<std::uint32_t>(product.column.size()));
  }
  return product;
}

std::vector<std::vector<Torus>> summed(const Kernels& kernels, Product product, std::size_t first,
                                       std::size_t rows) {
  std::vector<const Torus*> in;
  std::vector<Torus*> out;
  for (const std::vector<Torus>& words : product.in) in.push_back(words.data());
  for (std::size_t i = first; i < first + rows; ++i) out.push_back(product.out[i].data());
  const SparseRows part{std::span(product.row_start).subspan(first, rows + 1), product.column,
                        product.weight};
  add_products(kernels, part, out, in, product.in[0].size());
  return product.out;
}

TEST(AddProducts, EqualsOneWeightAfterTheOtherOnEveryKernel) {
  for (const std::size_t count : {1U, 64U, 203U}) {  // also no multiple of any block
    const Product product = product_of(7, 5, count);
    std::vector<std::vector<Torus>> expected = product.out;
    for (std::size_t o = 1; o < 4; ++o) {
      for (std::size_t t = product.row_start[o]; t < product.row_start[o + 1]; ++t) {
        const std::vector<Torus>& in = product.in[product.column[t]];
        for (std::size_t i = 0; i < count; ++i) expected[o][i] += product.weight[t] * in[i];
      }
    }
    for (const Kernels* kernels : testing_support::kernel_sets()) {
      EXPECT_EQ(summed(*kernels, product, 1, 3), expected) << name_of(*kernels) << ", " << count;
    }
  }
}

TEST(AddProducts, RefusesShapesThatDoNotFit) {
  const Product product = product_of(3, 2, 8);
  const std::vector<const Torus*> in(3, product.in[0].data());
  std::vector<Torus> words(8);
  const std::vector<Torus*> one{words.data()};
  const SparseRows rows{product.row_start, product.column, product.weight};
  expect_error(ErrorCode::mismatch, "starts of rows, expected one",
               [&] { add_products(testing_support::chosen_kernels(), rows, one, in, 8); });
  const SparseRows short_rows{std::span(product.row_start).last(2), product.column,
                              std::span(product.weight).first(1)};
  expect_error(ErrorCode::mismatch, "columns, the rows end",
               [&] { add_products(testing_support::chosen_kernels(), short_rows, one, in, 8); });
}

}  // namespace
}  // namespace basalt::torus::linear_test
