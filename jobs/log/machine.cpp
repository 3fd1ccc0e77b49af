#include "jobs/log/machine.hpp"

#include <mpi.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <fstream>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "torus/kernels.hpp"

namespace basalt::jobs {
namespace {

constexpr double gib = 1024.0 * 1024.0 * 1024.0;

/// What follows the colon in the first line of a file of the system that starts with `key`.
std::string field_of(const char* file, const std::string& key) {
  std::ifstream text(file);
  for (std::string line; std::getline(text, line);) {
    if (!line.starts_with(key)) continue;
    const std::size_t start = line.find_first_not_of(" \t", line.find(':') + 1);
    return start == std::string::npos ? "" : line.substr(start);
  }
  return "";
}

double memory_gib(const std::string& key) {
  const std::string text = field_of("/proc/meminfo", key);
  return text.empty() ? 0.0 : std::stod(text) * 1024.0 / gib;
}

/// "always [madvise] never" chooses "madvise".
std::string chosen_word(const char* file) {
  std::ifstream stream(file);
  std::string text;
  std::getline(stream, text);
  const std::size_t open = text.find('['), close = text.find(']');
  return open < close && close != std::string::npos ? text.substr(open + 1, close - open - 1)
                                                    : "unknown";
}

std::string mpi_version() {
  char text[MPI_MAX_LIBRARY_VERSION_STRING];
  int length = 0;
  MPI_Get_library_version(text, &length);
  const std::string whole(text, static_cast<std::size_t>(length));
  return whole.substr(0, whole.find(','));
}

}  // namespace

Machine examine_machine() {
  Machine machine;
  utsname system{};
  if (uname(&system) == 0) {
    machine.host = system.nodename;
    machine.system = concat(system.sysname, " ", system.release);
  }
  machine.processor = field_of("/proc/cpuinfo", "model name");
  machine.processors = usable_processors();
  for (const torus::Kernels* set : torus::available_kernels()) {
    machine.kernels.push_back(torus::name_of(*set));
  }
  machine.best_kernels = torus::name_of(torus::best_kernels());
  machine.mpi = mpi_version();
  machine.hdf5 = BASALT_HDF5_VERSION;
  machine.compiler = "g++ " __VERSION__;
  machine.version = BASALT_VERSION;
  machine.huge_pages = chosen_word("/sys/kernel/mm/transparent_hugepage/enabled");
  machine.memory_gib = memory_gib("MemTotal");
  machine.free_memory_gib = memory_gib("MemAvailable");
  machine.shared_memory_gib = free_space_gib("/dev/shm");
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) machine.open_files = files.rlim_cur;
  return machine;
}

double free_space_gib(const std::string& folder) {
  struct statvfs space {};
  if (statvfs(folder.c_str(), &space) != 0) return 0.0;
  return static_cast<double>(space.f_bavail) * static_cast<double>(space.f_frsize) / gib;
}

std::vector<std::string> warnings_of(const Machine& machine, double free_space) {
  std::vector<std::string> warnings;
  const auto warn_if = [&](bool condition, const char* sentence) {
    if (condition) warnings.push_back(sentence);
  };
  warn_if(machine.best_kernels == "reference", "no AVX2: encrypted work will be slow");
  warn_if(machine.free_memory_gib < 2.0,
          "less than 2 GiB of memory are free: large evaluation keys will not fit");
  warn_if(free_space < 1.0, "less than 1 GiB is free in this folder");
  warn_if(machine.shared_memory_gib < 0.05,
          "/dev/shm is small: start mpirun with --mca btl ^vader, or enlarge it");
  warn_if(machine.open_files < 1024,
          "fewer than 1024 open files are allowed: raise the limit with ulimit -n");
  warn_if(machine.huge_pages == "never",
          "huge pages are off: set transparent_hugepage to madvise for faster bootstraps");
  return warnings;
}

}  // namespace basalt::jobs
