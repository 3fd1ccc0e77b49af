// Who may include whom: the floors of src/README.md, checked on every file.
#include <gtest/gtest.h>

#include <algorithm>
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
    {"search",
     {"base", "quant", "learn", "ir", "torus", "tfhe", "circuit", "compile", "infer", "pipeline"}},
    {"io",
     {"base", "quant", "learn", "ir", "torus", "tfhe", "circuit", "compile", "infer", "pipeline",
      "search"}},
    {"jobs",
     {"base", "quant", "learn", "ir", "torus", "tfhe", "circuit", "compile", "infer", "pipeline",
      "search", "io"}},
};

/// The rooms of src/learn: room -> rooms that it may include, beside itself. Floors from the
/// ground: what is read and stored; the door and the loop; families without a network; layers of
/// integers; whole networks; real ones beside them.
const std::map<std::string, Folders> rooms_of_learn = {
    {"data", {}},
    {"model", {"data"}},
    {"estimator", {"data", "model"}},
    {"training", {"data", "model", "estimator"}},
    {"linear", {"data", "model", "estimator"}},
    {"trees", {"data", "model", "estimator"}},
    {"neighbors", {"data", "model", "estimator"}},
    {"layer", {"data", "model", "estimator", "training", "linear"}},
    {"network", {"data", "model", "estimator", "training", "layer"}},
    {"convolution", {"data", "model", "estimator", "training", "layer", "network"}},
    {"float", {"data", "model", "estimator", "training", "layer", "network", "convolution"}},
};

/// Libraries that only some floors may see.
const std::map<std::string, Folders> libraries = {
    {"mpi.h", {"jobs"}}, {"boost/", {"jobs", "search"}},
    {"CLI/", {"jobs"}},  {"spdlog/", {"jobs"}},
    {"hdf5", {"io"}},    {"H5", {"io"}},
    {"toml++/", {"io"}}, {"xgboost/", {"learn"}},
    {"onnx/", {"io"}},   {"hwy/", {"torus"}},
    {"zlib.h", {"io"}},  {"immintrin.h", {"torus"}},
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

/// The room of a path such as "learn/data/dataset.hpp"; none of a file that lies beside the rooms.
std::string room_of_learn(const fs::path& path) {
  const std::string text = path.generic_string(), floor = "learn/";
  const std::size_t from = text.find(floor), to = text.rfind('/');
  if (from == std::string::npos || to <= from + floor.size()) return "";
  return text.substr(from + floor.size(),
                     text.find('/', from + floor.size()) - from - floor.size());
}

TEST(Layers, RoomsOfLearnIncludeNoneAboveThem) {
  std::size_t rooms_read = 0;
  for (const auto& [file, floor, target] : includes_of_tree()) {
    if (floor != "learn" || !target.starts_with("learn/")) continue;
    const std::string room = room_of_learn(file), other = room_of_learn(target);
    ASSERT_TRUE(rooms_of_learn.contains(room)) << file << " lies in no room of the table";
    if (room == other) continue;
    ++rooms_read;
    EXPECT_TRUE(rooms_of_learn.at(room).contains(other)) << file << " includes " << target;
  }
  EXPECT_GT(rooms_read, 50u);
}

TEST(Layers, RoomsOfLearnHaveNoCycle) {
  Folders placed;
  while (placed.size() < rooms_of_learn.size()) {
    const std::size_t before = placed.size();
    for (const auto& [room, seen] : rooms_of_learn) {
      if (std::ranges::includes(placed, seen)) placed.insert(room);
    }
    ASSERT_GT(placed.size(), before) << "the rooms that are left include each other";
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
