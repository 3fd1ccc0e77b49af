// What the machine under a run is and offers: for `doctor`, logs and reports.
#pragma once

#include <string>
#include <vector>

#include "base/strong.hpp"

namespace basalt::jobs {

/// Facts of one host at one moment. They describe a run and never enter its digests.
struct Machine {
  std::string host{}, system{}, processor{};
  std::size_t processors = 1;          ///< That this process may use.
  std::vector<std::string> kernels{};  ///< Kernel sets that run here, plainest first.
  std::string best_kernels{};
  std::string mpi{}, hdf5{}, compiler{}, version{};
  std::string huge_pages{};  ///< "always", "madvise", "never" or "unknown".
  double memory_gib = 0.0, free_memory_gib = 0.0, shared_memory_gib = 0.0;
  std::size_t open_files = 0;  ///< Limit of this process.
};

Machine examine_machine();

/// Free space of the file system that holds `folder`, in GiB; 0 if it is unknown.
double free_space_gib(const std::string& folder);

/// Sentences about what will hurt, each with what to do.
std::vector<std::string> warnings_of(const Machine& machine, double free_space);

}  // namespace basalt::jobs
