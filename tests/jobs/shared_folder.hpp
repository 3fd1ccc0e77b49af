// A temporary folder that all ranks of a test know.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "jobs/comm/collective.hpp"
#include "jobs/ranks.hpp"

namespace basalt::jobs {

/// Made by rank 0, which removes it with all it holds once every rank has left the scope.
class SharedFolder {
 public:
  SharedFolder() {
    Communicator& comm = world();
    if (comm.rank() != 0) {
      const ByteVector name = comm.receive(0, Tag::summary).bytes;
      path_ = std::string(name.begin(), name.end());
      return;
    }
    std::string pattern = (std::filesystem::temp_directory_path() / "basalt-ranks-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
    const std::string text = path_.string();
    const ByteVector name(text.begin(), text.end());
    for (int rank = 1; rank < comm.size(); ++rank) comm.send(rank, Tag::summary, name);
  }
  ~SharedFolder() {
    run_on_all_ranks(world(), [] {});
    std::error_code ignored;
    if (world().rank() == 0) std::filesystem::remove_all(path_, ignored);
  }
  SharedFolder(const SharedFolder&) = delete;
  SharedFolder& operator=(const SharedFolder&) = delete;

  const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace basalt::jobs
