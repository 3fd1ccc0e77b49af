// Tests of what the program says about the machine under it.
#include "jobs/log/machine.hpp"

#include <gtest/gtest.h>

namespace basalt::jobs::machine_test {
namespace {

TEST(Machine, KnowsItsKernelsMemoryAndLibraries) {
  const Machine machine = examine_machine();

  ASSERT_FALSE(machine.kernels.empty());
  EXPECT_EQ(machine.kernels.front(), "reference");
  EXPECT_EQ(machine.best_kernels, machine.kernels.back());
  EXPECT_GT(machine.memory_gib, 0.1);
  EXPECT_LE(machine.free_memory_gib, machine.memory_gib);
  EXPECT_NE(machine.mpi.find("Open MPI"), std::string::npos);
  EXPECT_FALSE(machine.hdf5.empty());
  EXPECT_GE(machine.processors, 1u);
}

TEST(FreeSpace, IsZeroWhereThereIsNoFolder) {
  EXPECT_GT(free_space_gib("/tmp"), 0.0);
  EXPECT_EQ(free_space_gib("/no such folder"), 0.0);
}

TEST(Warnings, NameWhatWillHurt) {
  Machine machine{.best_kernels = "avx2",
                  .huge_pages = "madvise",
                  .free_memory_gib = 8.0,
                  .shared_memory_gib = 1.0,
                  .open_files = 1024};
  EXPECT_TRUE(warnings_of(machine, 10.0).empty());

  machine.best_kernels = "reference";
  machine.free_memory_gib = 0.5;
  machine.huge_pages = "never";
  machine.shared_memory_gib = 0.0;
  machine.open_files = 256;
  EXPECT_EQ(warnings_of(machine, 0.1).size(), 6u);
}

}  // namespace
}  // namespace basalt::jobs::machine_test
