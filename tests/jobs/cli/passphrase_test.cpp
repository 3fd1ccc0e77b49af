// Tests of passphrase files.
#include "jobs/cli/passphrase.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/error.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::jobs::cli::passphrase_test {
namespace {

TEST(Passphrase, IsTheFirstLineOfItsFile) {
  const testing_support::TemporaryFolder folder;
  std::ofstream(folder.file("phrase")) << "four words of mine\nand a note\n";
  std::ofstream(folder.file("empty")) << "\nsecond\n";

  EXPECT_EQ(passphrase_of(folder.file("phrase")), "four words of mine");
  EXPECT_EQ(passphrase_of(""), "");
  EXPECT_THROW(passphrase_of(folder.file("empty")), Error);
  EXPECT_THROW(passphrase_of(folder.file("absent")), Error);
}

}  // namespace
}  // namespace basalt::jobs::cli::passphrase_test
