// `basalt doctor`: what this machine offers, and what will hurt.
#include "jobs/cli/every_command.hpp"
#include "jobs/log/machine.hpp"

namespace basalt::jobs::cli {
namespace {

Exit examine(Context& context) {
  const Machine machine = examine_machine();
  const double free_space = free_space_gib(".");
  Json answer;
  answer["host"] = machine.host;
  answer["system"] = machine.system;
  answer["processor"] = machine.processor;
  answer["processors"] = machine.processors;
  answer["kernels"] = machine.kernels;
  answer["kernels_best"] = machine.best_kernels;
  answer["mpi"] = machine.mpi;
  answer["hdf5"] = machine.hdf5;
  answer["memory_gib"] = machine.memory_gib;
  answer["memory_free_gib"] = machine.free_memory_gib;
  answer["huge_pages"] = machine.huge_pages;
  answer["shared_memory_gib"] = machine.shared_memory_gib;
  answer["free_space_gib"] = free_space;
  answer["open_files"] = machine.open_files;
  answer["version"] = machine.version;
  answer["warnings"] = warnings_of(machine, free_space);
  context.answer(answer);
  return Exit::done;
}

}  // namespace

Command doctor_command() {
  return {.name = "doctor",
          .summary = "What this machine offers, and what will hurt",
          .example = "basalt doctor",
          .uses = {},
          .define = [](const Arguments&) -> Action { return examine; }};
}

}  // namespace basalt::jobs::cli
