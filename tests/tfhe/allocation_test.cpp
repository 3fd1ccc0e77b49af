// Bootstraps after the first allocate nothing.
#include <atomic>
#include <cstdlib>
#include <new>

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

TEST(Allocation, NoneInBootstrapsAfterTheFirst) {
  for (const ParameterSpec& spec :
       {toy_spec(8, 1, 512, {23, 1}), with_group_of_two(toy_spec(8, 2, 256, {15, 2})),
        toy_spec(2, 1, 16384, {11, 3})}) {
    SCOPED_TRACE(spec.polynomial_size);
    const Toy toy(spec);
    ThreadTeam team(2);
    BootstrapWorkspace workspace(toy.key, 2);
    LookupTables tables(1, spec.polynomial_size);
    tables.set(0, std::vector<Torus>(8, Torus{1} << 60));
    const LweBatch in = encrypt_batch(toy.client, std::vector<Torus>(20, Torus{1} << 61));
    const std::vector<std::uint32_t> table_of(in.count(), 0);
    LweBatch out(in.count(), in.dimension());
    const std::size_t before_first = allocations;
    const std::vector<Torus> counted(1);
    ASSERT_EQ(allocations, before_first + 1);
    bootstrap(toy.key, in, tables, table_of, out, workspace, team);

    const std::size_t before = allocations;
    for (int i = 0; i < 3; ++i) bootstrap(toy.key, in, tables, table_of, out, workspace, team);

    EXPECT_EQ(allocations, before);
  }
}

}  // namespace
}  // namespace basalt::tfhe::allocation_test
