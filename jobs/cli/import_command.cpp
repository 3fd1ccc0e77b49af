// `basalt import`: foreign tables, images and models become files of Basalt.
#include "base/error.hpp"
#include "io/import/csv.hpp"
#include "io/import/idx.hpp"
#include "io/store/dataset_store.hpp"
#include "jobs/cli/dataset_text.hpp"
#include "jobs/cli/every_command.hpp"

namespace basalt::jobs::cli {
namespace {

struct Options {
  std::string file, labels, label, task, output;
};

void add_output(CLI::App& app, Options& options) {
  app.add_option("-o,--output", options.output, "The dataset file")->required()->type_name("FILE");
}

Exit import_csv(const Options& options, Context& context) {
  std::optional<learn::Task> task;
  if (options.task == "classification") task = learn::Task::classification;
  if (options.task == "regression") task = learn::Task::regression;
  const learn::Dataset data = io::import_csv(options.file, options.label, task);
  io::save(data, options.output);
  context.answer(json_of(data));
  return Exit::done;
}

Exit import_idx(const Options& options, Context& context) {
  const learn::Dataset data = io::import_idx(options.file, options.labels);
  io::save(data, options.output);
  context.answer(json_of(data));
  return Exit::done;
}

Action define(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.require_subcommand(1);
  CLI::App* csv = app.add_subcommand("csv", "A table with commas or semicolons, gzip or not");
  csv->add_option("file", options->file, "The table")->required()->type_name("FILE");
  csv->add_option("--label", options->label,
                  "Column to predict: its name, or its position (from the end when negative)")
      ->required()
      ->type_name("COLUMN");
  csv->add_option("--task", options->task, "classification or regression (by the labels)")
      ->check(CLI::IsMember({"classification", "regression"}));
  add_output(*csv, *options);
  CLI::App* idx = app.add_subcommand("idx", "Images and labels in MNIST's format, gzip or not");
  idx->add_option("images", options->file, "The images")->required()->type_name("IMAGES");
  idx->add_option("labels", options->labels, "The labels")->required()->type_name("LABELS");
  add_output(*idx, *options);
  return [options, csv](Context& context) {
    return csv->parsed() ? import_csv(*options, context) : import_idx(*options, context);
  };
}

}  // namespace

Command import_command() {
  return {.name = "import",
          .summary = "Read foreign tables and images",
          .example = "basalt import csv iris.csv --label target -o iris.h5",
          .uses = {},
          .define = define};
}

}  // namespace basalt::jobs::cli
