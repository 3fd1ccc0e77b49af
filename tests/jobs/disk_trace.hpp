// What a disk may hold after a power cut: all that was synced, and anything of the rest.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/random.hpp"

namespace basalt::testing_support {

/// One entry of a trace of disk_recorder.cpp.
struct DiskChange {
  struct Head {
    /// c(reate), d(irectory), w(rite), t(runcate), l(ength), s(ync), r(ename), u(nlink)
    char kind = 0;
    std::uint64_t path = 0, target = 0, at = 0, size = 0;
  };
  char kind = 0;
  std::string path, target, bytes;
  std::uint64_t at = 0;
};

inline std::vector<DiskChange> read_trace(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<DiskChange> changes;
  DiskChange::Head head;
  while (file.read(reinterpret_cast<char*>(&head), sizeof head)) {
    DiskChange change{head.kind, std::string(head.path, ' '), std::string(head.target, ' '),
                      std::string(head.size, ' '), head.at};
    for (std::string* part : {&change.path, &change.target, &change.bytes}) {
      file.read(part->data(), static_cast<std::streamsize>(part->size()));
    }
    changes.push_back(std::move(change));
  }
  return changes;
}

/// A disk that promises no more than POSIX does. Contents are durable by fsync of the file, names
/// by fsync of their folder; until then each page of each write and each change of a name may have
/// arrived or not, in any order.
class Disk {
 public:
  /// `root` is there from the beginning.
  explicit Disk(std::string root) : root_(std::move(root)) {}

  void apply(const DiskChange& change) {
    switch (change.kind) {
      case 'c':
      case 'd':
        files_.push_back({.folder = change.kind == 'd'});
        name(change.path, static_cast<int>(files_.size()) - 1);
        return;
      case 'r':
        name(change.target, live_.at(change.path));
        name(change.path, gone);
        return;
      case 'u':
        name(change.path, gone);
        return;
      case 's':
        return sync(change.path);
      default:
        return write(change);
    }
  }

  /// Makes in `place` what is left: each page with probability `pages`, each name with `names`.
  void cut(const std::filesystem::path& place, RandomStream& random, double names,
           double pages) const {
    std::map<std::string, int> left = durable_;
    for (const Name& one : pending_) {
      if (random.uniform() < names) left[one.path] = one.file;
    }
    for (const auto& [path, file] : left) {
      const std::filesystem::path here = place / path.substr(root_.size() + 1);
      if (file == gone || !std::filesystem::exists(here.parent_path())) continue;
      if (files_[static_cast<std::size_t>(file)].folder) {
        std::filesystem::create_directory(here);
      } else {
        std::string content = files_[static_cast<std::size_t>(file)].durable;
        for (const Piece& piece : files_[static_cast<std::size_t>(file)].pending) {
          if (random.uniform() < pages) put(content, piece);
        }
        std::ofstream(here, std::ios::binary) << content;
      }
    }
  }

 private:
  static constexpr int gone = -1;
  static constexpr std::size_t page = 4096;

  /// Part of a write within one page; without bytes, a new length.
  struct Piece {
    std::size_t at = 0;
    std::string bytes;
  };
  struct File {
    bool folder = false;
    std::string durable = {};
    std::vector<Piece> pending = {};
  };
  struct Name {
    std::string path;
    int file = gone;
  };

  static std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

  static void put(std::string& content, const Piece& piece) {
    if (piece.bytes.empty()) return content.resize(piece.at);
    content.resize(std::max(content.size(), piece.at + piece.bytes.size()));
    content.replace(piece.at, piece.bytes.size(), piece.bytes);
  }

  void name(const std::string& path, int file) {
    live_[path] = file;
    pending_.push_back({path, file});
  }

  void write(const DiskChange& change) {
    File& file = files_.at(static_cast<std::size_t>(live_.at(change.path)));
    if (change.kind != 'w') file.pending.push_back({change.at, {}});
    for (std::size_t done = 0; done < change.bytes.size();) {
      const std::size_t at = change.at + done;
      const std::size_t size = std::min(change.bytes.size() - done, page - at % page);
      file.pending.push_back({at, change.bytes.substr(done, size)});
      done += size;
    }
  }

  void sync(const std::string& path) {
    const bool folder = path == root_ || files_.at(static_cast<std::size_t>(live_.at(path))).folder;
    if (!folder) {
      File& file = files_.at(static_cast<std::size_t>(live_.at(path)));
      for (const Piece& piece : file.pending) put(file.durable, piece);
      file.pending.clear();
      return;
    }
    std::erase_if(pending_, [&](const Name& one) {
      if (folder_of(one.path) != path) return false;
      durable_[one.path] = one.file;
      return true;
    });
  }

  std::string root_;
  std::vector<File> files_;
  std::map<std::string, int> live_, durable_;
  std::vector<Name> pending_;
};

}  // namespace basalt::testing_support
