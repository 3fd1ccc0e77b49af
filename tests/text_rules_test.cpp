// What no source may say: rules of the text that no compiler checks.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Line {
  fs::path file;  ///< From the root of the tree.
  int number = 0;
  std::string text;
};

std::vector<Line> lines_of_tree() {
  const fs::path root = BASALT_SOURCE_FOLDER;
  std::vector<Line> lines;
  for (const char* top : {"src", "io", "jobs", "bench", "tests"}) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / top)) {
      const std::string type = entry.path().extension();
      if (type != ".hpp" && type != ".cpp" && type != ".inc") continue;
      std::ifstream text(entry.path());
      int number = 0;
      for (std::string line; std::getline(text, line);) {
        lines.push_back({fs::relative(entry.path(), root), ++number, line});
      }
    }
  }
  return lines;
}

// Who is given a const object may rely on it: threads read it together without a lock.
TEST(TextRules, NothingCastsConstAway) {
  const std::vector<Line> lines = lines_of_tree();
  ASSERT_GT(lines.size(), 10000U) << "the tree was not found";
  const std::string cast = std::string("const_") + "cast";  // not to be found here

  for (const auto& [file, number, text] : lines) {
    EXPECT_EQ(text.find(cast), std::string::npos) << file.string() << ":" << number << ": " << text;
  }
}

}  // namespace
