// `basalt import`: foreign tables, images and models become files of Basalt.
#include <algorithm>

#include "base/error.hpp"
#include "io/import/csv.hpp"
#include "io/import/idx.hpp"
#include "io/import/onnx.hpp"
#include "io/import/xgboost.hpp"
#include "io/store/dataset_store.hpp"
#include "io/store/model_store.hpp"
#include "jobs/cli/dataset_text.hpp"
#include "jobs/cli/every_command.hpp"

namespace basalt::jobs::cli {
namespace {

struct Options {
  std::string file, labels, label, task, calibration, output;
  int bits = 0, rounding = -1;
  std::string rounding_method = "approximate";
};

void add_output(const Arguments& arguments, Options& options) {
  arguments.option("-o,--output", options.output, "The dataset file").required().type_name("FILE");
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

const char* family_of(const learn::Model& model) {
  if (std::holds_alternative<learn::LinearModel>(model.family)) return "linear model";
  if (std::holds_alternative<learn::TreeEnsemble>(model.family)) return "tree ensemble";
  if (std::holds_alternative<learn::SparseQuantNeuralNetwork>(model.family)) return "network";
  return "neighbours";
}

Exit save_model(const io::ImportedModel& imported, const learn::Dataset& calibration,
                const Options& options, Context& context) {
  const Digest id = io::save(imported.model, options.output, calibration.id());
  context.answer({{"model_id", id.hex()},
                  {"family", family_of(imported.model)},
                  {"operators", imported.operators},
                  {"estimator", imported.model.estimator}});
  return Exit::done;
}

/// How a network is quantized, where the user says so.
learn::PostTrainingBits network_bits(const Options& options) {
  learn::PostTrainingBits bits;
  if (options.bits > 0) {
    bits = {.inputs = Bits{std::max(options.bits, 5)},
            .weights = Bits{options.bits},
            .activations = Bits{options.bits},
            .rounding = Bits{0}};
  }
  if (options.rounding >= 0) bits.rounding = Bits{options.rounding};
  bits.exact_rounding = options.rounding_method == "exact";
  return bits;
}

void add_network_bits(const Arguments& arguments, Options& options) {
  arguments.option("--n-bits", options.bits, "Bits of a network's weights and activations")
      .within(2, 8);
  arguments
      .option("--rounding-threshold-bits", options.rounding,
              "Sums of more bits are rounded to this many; 0: never")
      .within(0, 8);
  arguments.option("--rounding-method", options.rounding_method, "exact or approximate")
      .one_of({"exact", "approximate"});
}

Exit import_onnx(const Options& options, Context& context) {
  const learn::Dataset calibration = io::load_dataset(options.calibration);
  return save_model(io::import_onnx(options.file, calibration, {}, network_bits(options)),
                    calibration, options, context);
}

Exit import_xgboost(const Options& options, Context& context) {
  const learn::Dataset calibration = io::load_dataset(options.calibration);
  return save_model(io::import_xgboost(options.file, calibration), calibration, options, context);
}

Arguments define_model(const Arguments& arguments, const std::string& name, const std::string& what,
                       Options& options) {
  const Arguments parser = arguments.subcommand(name, what);
  parser.option("model", options.file, "The model").required().type_name("MODEL");
  parser.option("--calibration", options.calibration, "Rows that show the range of its inputs")
      .required()
      .type_name("DATA");
  parser.option("-o,--output", options.output, "The model file").required().type_name("FILE");
  return parser;
}

Action define(const Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.require_subcommand();
  const Arguments csv =
      arguments.subcommand("csv", "A table with commas or semicolons, gzip or not");
  csv.option("file", options->file, "The table").required().type_name("FILE");
  csv.option("--label", options->label,
             "Column to predict: its name, or its position (from the end when negative); "
             "several targets of a regression as a,b")
      .required()
      .type_name("COLUMN");
  csv.option("--task", options->task, "classification or regression (by the labels)")
      .one_of({"classification", "regression"});
  add_output(csv, *options);
  const Arguments idx =
      arguments.subcommand("idx", "Images and labels in MNIST's format, gzip or not");
  idx.option("images", options->file, "The images").required().type_name("IMAGES");
  idx.option("labels", options->labels, "The labels").required().type_name("LABELS");
  add_output(idx, *options);
  const Arguments onnx =
      define_model(arguments, "onnx", "A model that was saved as ONNX", *options);
  add_network_bits(onnx, *options);
  const Arguments xgboost =
      define_model(arguments, "xgboost", "XGBoost's own JSON or UBJ", *options);
  return [options, csv, onnx, xgboost](Context& context) {
    if (csv.chosen()) return import_csv(*options, context);
    if (onnx.chosen()) return import_onnx(*options, context);
    return xgboost.chosen() ? import_xgboost(*options, context) : import_idx(*options, context);
  };
}

}  // namespace

Command import_command() {
  return {.name = "import",
          .summary = "Read foreign tables, images and models",
          .example = "basalt import csv iris.csv --label target -o iris.h5",
          .uses = {},
          .define = define};
}

}  // namespace basalt::jobs::cli
