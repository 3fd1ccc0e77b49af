// Names of anonymous namespaces: sources of a folder may be compiled together, so no two of them
// give one name to different things.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

/// "learn::index(std::size_t)", "learn::Search", "learn::Values = …": what clashes if equal.
using Names = std::vector<std::string>;

/// The parts between the commas that are not in brackets of any kind.
std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (const char c : text) {
    depth += c == '<' || c == '(' || c == '{' ? 1 : c == '>' || c == ')' || c == '}' ? -1 : 0;
    if (c == ',' && depth == 0) {
      parts.emplace_back();
    } else if (c != ' ' || !parts.back().empty()) {
      parts.back() += c;
    }
  }
  return parts;
}

/// "const A& a, B b = {}" -> "const A&,B,".
std::string types_of(const std::string& parameters) {
  static const std::regex spaces(R"(\s+)"), name_and_default(R"( ?\w+( = .*)?$)");
  std::string types;
  for (const std::string& one : parts_of(std::regex_replace(parameters, spaces, " "))) {
    const std::string type = std::regex_replace(one, name_and_default, "");
    types += (type.empty() ? one : type) + ",";
  }
  return types;
}

/// "constexpr double a = 1, b{2};" -> "a", "b".
Names variables_of(const std::string& line) {
  static const std::regex variable(R"(^(?:[^={]* )?(\w+)(?:\[\w*\])*(?: =.*|\{.*)?$)");
  Names names;
  std::smatch match;
  for (const std::string& part : parts_of(line.substr(0, line.find(';')))) {
    if (std::regex_match(part, match, variable)) names.push_back(match[1]);
  }
  return names;
}

/// What a line of column 0 declares; a function's parameters may go on in the lines after it.
Names declared_by(const std::string& line, std::istream& rest) {
  static const std::regex type(R"(^(?:struct|class|enum class|union) (\w+))");
  static const std::regex alias(R"(^(?:using|namespace) (\w+ = .*);)");
  static const std::regex function(R"(^[\w:<>,\*& ]+?[ \*&](\w+)\((.*)$)");
  std::smatch match;
  if (std::regex_search(line, match, type) || std::regex_search(line, match, alias)) {
    return {match[1].str()};
  }
  const std::size_t bracket = line.find('('), equals = line.find_first_of("={");
  if (line.starts_with("constexpr ") && equals < bracket) return variables_of(line);
  if (!std::regex_search(line, match, function)) return {};
  std::string parameters = match[2], more;
  const auto open = [&] {
    return std::ranges::count(parameters, '(') + 1 > std::ranges::count(parameters, ')');
  };
  while (open() && std::getline(rest, more)) parameters += " " + more;
  std::size_t end = 0;
  for (int depth = 1; end < parameters.size(); ++end) {
    depth += parameters[end] == '(' ? 1 : parameters[end] == ')' ? -1 : 0;
    if (depth == 0) break;
  }
  return {match[1].str() + "(" + types_of(parameters.substr(0, end)) + ")"};
}

/// Names that the anonymous namespaces of a source declare, formatted as the tree is.
Names private_names(std::istream& text) {
  Names names;
  std::string scope;
  bool inside = false;
  for (std::string line; std::getline(text, line);) {
    if (line == "namespace {") inside = true;
    if (line == "}  // namespace") inside = false;
    if (line.starts_with("namespace ") && line.ends_with(" {")) scope = inside ? scope : line;
    if (!inside || line.empty() || !(std::isalpha(static_cast<unsigned char>(line.front())))) {
      continue;
    }
    for (const std::string& name : declared_by(line, text)) names.push_back(scope + " " + name);
  }
  return names;
}

/// The library of a source: "src/learn", "io"; empty where sources are never compiled together.
std::string library_of(const fs::path& file) {
  const std::string name = file.generic_string();
  if (name.starts_with("jobs/cli/")) return {};
  const std::size_t first = name.find('/');
  return name.substr(0, name.starts_with("src/") ? name.find('/', first + 1) : first);
}

TEST(Names, AreFoundInEveryKindOfDeclaration) {
  std::istringstream text(
      "int outside(int a);\n"
      "namespace basalt::learn {\n"
      "namespace {\n"
      "\n"
      "constexpr double low = 0.5, high{2.0};\n"
      "constexpr Schema schema{.id = 1, .limit = std::size_t{16} << 20};\n"
      "using Values = std::vector<int>;\n"
      "class Search {\n"
      "  int inside = 0;\n"
      "};\n"
      "std::size_t index(const std::map<int, int>& from,\n"
      "                  Index at = 0) {\n"
      "  return at;\n"
      "}\n"
      "}  // namespace\n"
      "int later() {\n");

  const std::string scope = "namespace basalt::learn { ";
  EXPECT_EQ(private_names(text), (Names{scope + "low", scope + "high", scope + "schema",
                                        scope + "Values = std::vector<int>", scope + "Search",
                                        scope + "index(const std::map<int, int>&,Index,)"}));
}

TEST(Names, OfOneSourceAreNotThoseOfAnother) {
  const fs::path root = BASALT_SOURCE_FOLDER;
  struct Declared {
    std::string file, name;
  };
  std::map<std::string, Declared> first;
  for (const char* top : {"src", "io", "jobs"}) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / top)) {
      const fs::path file = fs::relative(entry.path(), root);
      const std::string library = library_of(file);
      if (library.empty() || file.extension() != ".cpp") continue;
      std::ifstream text(entry.path());
      const Names names = private_names(text);
      for (const std::string& name : std::set<std::string>(names.begin(), names.end())) {
        const std::size_t alias = name.find(" = ");
        const auto [known, added] =
            first.try_emplace(library + ": " + name.substr(0, alias), Declared{file, name});
        const bool same_alias = alias != std::string::npos && known->second.name == name;
        EXPECT_TRUE(added || same_alias)
            << file << " and " << known->second.file << " both declare " << name
            << "; name each for what it is, or share one";
      }
    }
  }
  ASSERT_GT(first.size(), 300u) << "the tree was not found";
}

}  // namespace
