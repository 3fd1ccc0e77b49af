// Who may include whom: the floors of src/README.md, checked on every file.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Folders = std::set<std::string>;

/// Folder -> folders that it may include, beside itself. A new edge is a decision: say why in
/// src/DECISIONS.md.
const std::map<std::string, Folders> allowed = {
    {"base", {}},
    {"quant", {"base"}},
    {"torus", {"base"}},
    {"learn", {"base", "quant"}},
    {"ir", {"base", "quant"}},
    {"tfhe", {"base", "torus"}},
    {"circuit", {"base", "quant", "ir", "tfhe"}},
    {"compile", {"base", "quant", "learn", "ir", "tfhe", "circuit"}},
    {"infer", {"base", "quant", "ir", "torus", "tfhe", "circuit"}},
    {"pipeline", {"base", "quant", "learn", "ir", "torus", "tfhe", "circuit", "compile", "infer"}},
    {"io",
     {"base", "quant", "learn", "ir", "torus", "tfhe", "circuit", "compile", "infer", "pipeline"}},
    {"jobs",
     {"base", "quant", "learn", "ir", "torus", "tfhe", "circuit", "compile", "infer", "pipeline",
      "io"}},
};

/// Libraries that only some floors may see.
const std::map<std::string, Folders> libraries = {
    {"mpi.h", {"jobs"}}, {"boost/", {"jobs"}}, {"CLI/", {"jobs"}},  {"spdlog/", {"jobs"}},
    {"hdf5", {"io"}},    {"H5", {"io"}},       {"toml++/", {"io"}}, {"xgboost/", {"learn"}},
    {"onnx/", {"io"}},   {"hwy/", {"torus"}},  {"zlib.h", {"io"}},  {"immintrin.h", {"torus"}},
};

struct Include {
  fs::path file;
  std::string floor, target;
};

/// The folder of a source file that the table speaks of: "tfhe" for src/tfhe/…, "io" for io/….
std::string floor_of(const fs::path& file) {
  auto part = file.begin();
  return *part == "src" ? (++part)->string() : part->string();
}

std::vector<Include> includes_of_tree() {
  const fs::path root = BASALT_SOURCE_FOLDER;
  const std::regex pattern(R"re(^\s*#\s*include\s*[<"]([^>"]+)[>"])re");
  std::vector<Include> found;
  for (const char* top : {"src", "io", "jobs"}) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / top)) {
      const std::string type = entry.path().extension();
      if (type != ".hpp" && type != ".cpp" && type != ".inc") continue;
      const fs::path file = fs::relative(entry.path(), root);
      std::ifstream text(entry.path());
      for (std::string line; std::getline(text, line);) {
        std::smatch match;
        if (std::regex_search(line, match, pattern))
          found.push_back({file, floor_of(file), match[1]});
      }
    }
  }
  return found;
}

TEST(Layers, EveryFileBelongsToAFloorOfTheTable) {
  const std::vector<Include> includes = includes_of_tree();
  ASSERT_GT(includes.size(), 50u) << "the tree was not found";

  for (const Include& include : includes) {
    EXPECT_TRUE(allowed.contains(include.floor)) << include.file;
  }
}

TEST(Layers, NoFileIncludesAFloorThatItMayNotSee) {
  for (const auto& [file, floor, target] : includes_of_tree()) {
    const std::string folder = target.substr(0, target.find('/'));
    if (folder == target || folder == floor || !allowed.contains(folder)) continue;
    EXPECT_TRUE(allowed.at(floor).contains(folder)) << file << " includes " << target;
  }
}

TEST(Layers, PrivateFoldersAreIncludedFromTheirOwnFolderOnly) {
  for (const auto& [file, floor, target] : includes_of_tree()) {
    const std::size_t detail = target.find("/detail/");
    if (detail == std::string::npos) continue;
    const std::string owner = target.substr(0, detail);
    EXPECT_NE(file.generic_string().find(owner + "/"), std::string::npos)
        << file << " includes " << target;
  }
}

TEST(Layers, LibrariesStayOnTheirFloors) {
  for (const auto& [file, floor, target] : includes_of_tree()) {
    for (const auto& [prefix, floors] : libraries) {
      if (!target.starts_with(prefix)) continue;
      EXPECT_TRUE(floors.contains(floor)) << file << " includes " << target;
    }
  }
}

}  // namespace
