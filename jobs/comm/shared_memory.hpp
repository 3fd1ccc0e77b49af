// Memory with equal content in several processes of one machine, held once.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>

#include "base/digest.hpp"

namespace basalt::jobs {

/// A block of memory that every process of this machine, user and program which asks for `name`
/// gets the same pages of. The first one fills it, the others wait for that; if it dies or fails
/// meanwhile, one of them takes its place. Where a host does not allow sharing, each process fills
/// memory of its own.
///
/// Nothing of it outlives the processes, however they end, and it has no name in a file system.
/// Threads: construction in any one; the bytes are written to by nobody and shared by all.
class SharedMemory {
 public:
  using Fill = std::function<void(std::span<std::byte>)>;

  /// `bytes` are zero before `fill` writes them.
  /// Errors: those of `fill` if this process was to fill it.
  SharedMemory(const Digest& name, std::size_t bytes, const Fill& fill);
  ~SharedMemory();
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;

  /// Begins at a page; at a huge page where the system has them for shared memory.
  std::span<std::byte> bytes() const noexcept { return bytes_; }
  /// Whether this process filled it.
  bool filled_here() const noexcept { return filled_here_; }

 private:
  class Host;
  std::unique_ptr<Host>
      host_;  ///< Hands the memory to those who ask; the one who filled it has it.
  std::span<std::byte> bytes_;
  bool filled_here_ = false;
};

}  // namespace basalt::jobs
