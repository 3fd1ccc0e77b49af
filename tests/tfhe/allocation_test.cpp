// Bootstraps after the first allocate nothing.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "base/error.hpp"
#include "support/kernels.hpp"
#include "tfhe/bootstrap.hpp"
#include "tfhe/toy.hpp"

namespace {

std::atomic<std::size_t> allocations{0};

void* allocate(std::size_t bytes, std::size_t alignment) {
  ++allocations;
  void* memory = nullptr;
  if (posix_memalign(&memory, alignment, bytes) != 0) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(std::size_t bytes) {
  return allocate(bytes, alignof(std::max_align_t));
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return allocate(bytes, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}

namespace basalt::tfhe::allocation_test {
namespace {

ParameterSpec with_group_of_two(ParameterSpec spec) {
  spec.group = 2;
  return spec;
}

/// Bootstraps of 2^log2_tables_per_rotation tables each, on one kernel set: the first may allocate.
void expect_none_after_the_first(const ParameterSpec& spec, int log2_tables_per_rotation,
                                 const torus::Kernels& kernels) {
  const Toy toy(spec, kernels);
  ThreadTeam team(2);
  BootstrapWorkspace workspace(toy.keys(), 2);
  const std::size_t parts = std::size_t{1} << log2_tables_per_rotation;
  LookupTables tables(1, spec.polynomial_size);
  for (std::size_t part = 0; part < parts; ++part) {
    tables.set_part(0, std::vector<Torus>(8, Torus{1} << 60), part, log2_tables_per_rotation);
  }
  const LweBatch in = encrypt_batch(toy.secret(), std::vector<Torus>(20, Torus{1} << 61));
  const std::vector<std::uint32_t> table_of(in.count(), 0);
  LweBatch out(in.count() * parts, in.dimension());
  const auto once = [&] {
    bootstrap_many(toy.keys(), in, tables, table_of, log2_tables_per_rotation, out, workspace,
                   team);
  };
  const std::size_t before_first = allocations;
  const std::vector<Torus> counted(1);
  ASSERT_EQ(allocations, before_first + 1);
  once();

  const std::size_t before = allocations;
  for (int i = 0; i < 3; ++i) once();

  EXPECT_EQ(allocations, before);
}

TEST(Allocation, NoneInBootstrapsAfterTheFirst) {
  for (const torus::Kernels* kernels : testing_support::kernel_sets()) {
    for (const ParameterSpec& spec :
         {toy_spec(8, 1, 512, {23, 1}), with_group_of_two(toy_spec(8, 2, 256, {15, 2})),
          with_group_of_two(toy_spec(8, 1, 1024, {11, 3}))}) {
      for (const int log2_tables_per_rotation : {0, 1, 3}) {
        SCOPED_TRACE(concat(torus::name_of(*kernels), ", N = ", spec.polynomial_size, ", 2^",
                            log2_tables_per_rotation, " tables"));
        expect_none_after_the_first(spec, log2_tables_per_rotation, *kernels);
      }
    }
  }
  expect_none_after_the_first(toy_spec(2, 1, 16384, {11, 3}), 0, testing_support::chosen_kernels());
  expect_none_after_the_first(toy_spec(2, 1, 16384, {11, 3}), 3, testing_support::chosen_kernels());
}

}  // namespace
}  // namespace basalt::tfhe::allocation_test
