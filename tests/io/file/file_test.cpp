// Files: whole or absent, private if asked, errors that name the path.
#include "io/file/file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <functional>
#include <iterator>

#include "support/temporary_folder.hpp"

namespace basalt::io::file_test {
namespace {

using testing_support::TemporaryFolder;

std::size_t entries(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

ErrorCode code_of(const std::function<void()>& action, const std::string& word) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
    return error.code();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorCode::internal;
}

TEST(File, APublishedTextIsReadBack) {
  const TemporaryFolder folder;

  publish(folder.file("a.txt"), "first");
  publish(folder.file("a.txt"), "second, longer");

  EXPECT_EQ(read_text(folder.file("a.txt")), "second, longer");
  EXPECT_EQ(entries(folder.path()), 1U);
}

TEST(File, ADraftThatIsNotPublishedLeavesNothing) {
  const TemporaryFolder folder;
  publish(folder.file("a.txt"), "old");
  {
    const Draft draft(folder.file("a.txt"));
    write_at(draft.descriptor(), draft.path(), 0, std::vector<std::uint8_t>{'n', 'e', 'w'});
    EXPECT_TRUE(is_draft_name(draft.path()));
    EXPECT_EQ(entries(folder.path()), 2U);
  }

  EXPECT_EQ(entries(folder.path()), 1U);
  EXPECT_EQ(read_text(folder.file("a.txt")), "old");
  EXPECT_FALSE(is_draft_name(folder.file("a.txt")));
}

TEST(File, AFolderIsMadeWithThoseAboveItOrFound) {
  const TemporaryFolder folder;

  make_folder(folder.path() / "a" / "b" / "c");
  make_folder(folder.file("a/b/"));
  publish(folder.file("a/b/c/text"), "here");

  EXPECT_EQ(read_text(folder.file("a/b/c/text")), "here");
  EXPECT_EQ(code_of([&] { make_folder(folder.file("a/b/c/text")); }, "text"), ErrorCode::io);
}

TEST(File, TwoDraftsOfOneTargetDoNotMeet) {
  const TemporaryFolder folder;
  Draft one(folder.file("a")), two(folder.file("a"));

  EXPECT_NE(one.path(), two.path());
}

TEST(File, ASecretIsPrivateFromTheFirstByte) {
  const TemporaryFolder folder;
  Draft draft(folder.file("client.key"), Access::secret);
  struct stat status {};

  ASSERT_EQ(::stat(draft.path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  draft.publish();
  ASSERT_EQ(::stat(draft.target().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST(File, ErrorsNameThePathAndTheKind) {
  const TemporaryFolder folder;
  publish(folder.file("short"), "abc");

  EXPECT_EQ(code_of([&] { (void)read_text(folder.file("absent")); }, "absent"),
            ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { publish(folder.file("no/such/x"), "a"); }, "no/such/x"),
            ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { (void)read_text(folder.path()); }, "folder"), ErrorCode::io);
  EXPECT_EQ(code_of(
                [&] {
                  std::vector<std::uint8_t> four(4);
                  read_at(open_for_reading(folder.file("short")), "short", 0, four);
                },
                "short"),
            ErrorCode::corrupt);
}

}  // namespace
}  // namespace basalt::io::file_test
