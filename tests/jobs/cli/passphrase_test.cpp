// Tests of passphrase files.
#include "jobs/cli/passphrase.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/error.hpp"
#include "support/expect_error.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::jobs::cli::passphrase_test {
namespace {

TEST(Passphrase, IsTheFirstLineOfItsFile) {
  const testing_support::TemporaryFolder folder;
  std::ofstream(folder.file("phrase")) << "four words of mine\nand a note\n";
  std::ofstream(folder.file("empty")) << "\nsecond\n";

  EXPECT_EQ(passphrase_of(folder.file("phrase")), "four words of mine");
  EXPECT_EQ(passphrase_of(""), "");
  expect_error(ErrorCode::invalid_argument, "first line is empty, expected",
               [&] { passphrase_of(folder.file("empty")); });
  expect_error(ErrorCode::not_found, "No such file or directory",
               [&] { passphrase_of(folder.file("absent")); });
}

}  // namespace
}  // namespace basalt::jobs::cli::passphrase_test
