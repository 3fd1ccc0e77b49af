// `basalt split`: one dataset into a part to train on and a part to test on.
#include "base/error.hpp"
#include "io/store/dataset_store.hpp"
#include "jobs/cli/every_command.hpp"

namespace basalt::jobs::cli {
namespace {

struct Options {
  std::string data, train, test;
  double test_share = 0.25;
  bool stratify = false;
};

Exit split(const Options& options, Context& context) {
  const learn::Dataset data = io::load_dataset(options.data);
  const Seed seed{context.options().seed.value_or(42)};
  const learn::Split parts =
      learn::split(data, options.test_share, options.stratify, RandomStream(seed));
  io::save(parts.train, options.train);
  io::save(parts.test, options.test);
  context.answer({{"train_id", parts.train.id().hex()},
                  {"test_id", parts.test.id().hex()},
                  {"train_rows", parts.train.rows()},
                  {"test_rows", parts.test.rows()}});
  return Exit::done;
}

Action define(const Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.option("data", options->data, "The dataset file").required().type_name("DATA");
  arguments.option("--test-share", options->test_share, "Share of rows to test on (0.25)")
      .type_name("SHARE");
  arguments.flag("--stratify", options->stratify, "Keep the share of every class");
  arguments.option("--train", options->train, "File of the rows to train on")
      .required()
      .type_name("FILE");
  arguments.option("--test", options->test, "File of the rows to test on")
      .required()
      .type_name("FILE");
  return [options](Context& context) { return split(*options, context); };
}

}  // namespace

Command split_command() {
  return {
      .name = "split",
      .summary = "Split a dataset into rows to train and rows to test on",
      .example =
          "basalt split data.h5 --test-share 0.25 --seed 42 --stratify --train a.h5 --test b.h5",
      .uses = {.seed = true},
      .define = define};
}

}  // namespace basalt::jobs::cli
