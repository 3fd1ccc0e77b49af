// What no source may say: rules of the text that no compiler checks.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Line {
  fs::path file;  ///< From the root of the tree.
  int number = 0;
  std::string text;
};

const fs::path root = BASALT_SOURCE_FOLDER;

void append_lines(const fs::path& file, std::vector<Line>& lines) {
  std::ifstream text(file);
  int number = 0;
  for (std::string line; std::getline(text, line);) {
    lines.push_back({fs::relative(file, root), ++number, line});
  }
}

/// All lines of the files with one of these extensions; vectors are other people's words.
std::vector<Line> lines_of_tree(const std::vector<std::string>& extensions) {
  std::vector<Line> lines;
  append_lines(root / "README.md", lines);
  for (const char* top : {"src", "io", "jobs", "bench", "tests", "cluster"}) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / top)) {
      const bool is_vector = entry.path().string().find("tests/vectors") != std::string::npos;
      const std::string type = entry.path().extension();
      if (!is_vector && std::ranges::find(extensions, type) != extensions.end()) {
        append_lines(entry.path(), lines);
      }
    }
  }
  return lines;
}

/// A word of the past, as a regular expression, and what is said today.
struct RetiredWord {
  std::string pattern, replacement;
};

/// The block "retired" of src/README.md: a pattern, two blanks or more, its replacement.
std::vector<RetiredWord> retired_words() {
  std::vector<Line> page;
  append_lines(root / "src/README.md", page);
  std::vector<RetiredWord> words;
  bool inside = false;
  const std::regex entry(R"((\S.*?) {2,}(\S.*))");
  for (const Line& line : page) {
    std::smatch match;
    if (line.text.starts_with("```")) inside = line.text == "```retired";
    if (inside && std::regex_match(line.text, match, entry)) words.push_back({match[1], match[2]});
  }
  return words;
}

/// The list itself has to spell the words.
bool is_list(const Line& line, const RetiredWord& word) {
  return line.file == fs::path("src/README.md") && line.text.starts_with(word.pattern);
}

// Who is given a const object may rely on it: threads read it together without a lock.
TEST(TextRules, NothingCastsConstAway) {
  const std::vector<Line> lines = lines_of_tree({".hpp", ".cpp", ".inc"});
  ASSERT_GT(lines.size(), 10000U) << "the tree was not found";
  const std::string cast = std::string("const_") + "cast";  // not to be found here

  for (const auto& [file, number, text] : lines) {
    EXPECT_EQ(text.find(cast), std::string::npos) << file.string() << ":" << number << ": " << text;
  }
}

// "Some Error was thrown" also holds for the wrong one.
TEST(TextRules, TestsExpectErrorsByCodeAndWords) {
  const std::vector<Line> lines = lines_of_tree({".cpp", ".hpp"});
  ASSERT_GT(lines.size(), 10000U) << "the tree was not found";
  const std::string vague = std::string("T_") + "THROW(";  // not to be found here

  for (const auto& [file, number, text] : lines) {
    EXPECT_EQ(text.find(vague), std::string::npos)
        << file.string() << ":" << number << ": say expect_error(): " << text;
  }
}

// One word has one meaning, that of the field; src/README.md is the glossary.
TEST(TextRules, NobodyUsesAWordThatTheGlossaryRetired) {
  const std::vector<Line> lines = lines_of_tree({".hpp", ".cpp", ".md", ".sh", ".toml", ".txt"});
  const std::vector<RetiredWord> words = retired_words();
  ASSERT_GT(words.size(), 15U) << "the block of retired words was not found";

  for (const RetiredWord& word : words) {
    const std::regex pattern("\\b(?:" + word.pattern + ")\\b");
    for (const Line& line : lines) {
      if (is_list(line, word) || !std::regex_search(line.text, pattern)) continue;
      ADD_FAILURE() << line.file.string() << ":" << line.number << ": \"" << word.pattern
                    << "\" is retired, say " << word.replacement << ": " << line.text;
    }
  }
}

}  // namespace
