// Ranks hold equal memory once, and go on as if it were theirs.
#include "jobs/comm/shared_memory.hpp"

#include <sys/mman.h>

#include <fstream>

#include "jobs/comm/agreement.hpp"
#include "jobs/ranks.hpp"

namespace basalt::jobs::shared_memory_test {
namespace {

using Words = std::vector<std::uint64_t>;

Words counted(std::uint64_t first, std::size_t count) {
  Words words(count);
  for (std::size_t i = 0; i < count; ++i) words[i] = first + i * i;
  return words;
}

/// Of /proc/self/smaps_rollup, in bytes.
std::size_t private_memory() {
  std::ifstream file("/proc/self/smaps_rollup");
  std::size_t sum = 0, size = 0;
  for (std::string word; file >> word;) {
    if (word == "Private_Clean:" || word == "Private_Dirty:") {
      file >> size;
      sum += 1024 * size;
    }
  }
  return sum;
}

TEST(ShareMemory, KeepsContentsAndHoldsThemOnce) {
  constexpr std::size_t count = std::size_t{4} << 20;  // 32 MiB
  const Words expected = counted(7, count);
  Words ours = expected;
  Words different = counted(static_cast<std::uint64_t>(world().rank()), 100000);
  const Words before = different;
  const std::size_t had = private_memory();

  const std::size_t shared =
      share_memory(world(), {std::as_bytes(std::span(ours)), std::as_bytes(std::span(different)),
                             std::as_bytes(std::span(ours).first(3))});

  EXPECT_EQ(ours, expected);
  EXPECT_EQ(different, before);
  if (world().size() == 1) {
    EXPECT_EQ(shared, 0u);
    return;
  }
  EXPECT_GT(shared, count * sizeof(std::uint64_t) - 8192);
  // A page counts as private until a second process has touched it, which EXPECT_EQ did.
  run_together(world(), [] {});
  if (std::ifstream("/proc/self/smaps_rollup")) {
    EXPECT_LT(private_memory() + count * sizeof(std::uint64_t) / 2, had);
  }
  // Whoever writes has a copy of his own.
  ours[count / 2] = static_cast<std::uint64_t>(world().rank());
  share_memory(world(), {});
  EXPECT_EQ(ours[count / 2], static_cast<std::uint64_t>(world().rank()));
}

}  // namespace
}  // namespace basalt::jobs::shared_memory_test
