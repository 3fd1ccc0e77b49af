// `basalt generate`: a synthetic dataset of any size.
#include "base/error.hpp"
#include "base/text.hpp"
#include "io/store/dataset_store.hpp"
#include "jobs/cli/dataset_text.hpp"
#include "jobs/cli/every_command.hpp"
#include "learn/data/generate.hpp"

namespace basalt::jobs::cli {
namespace {

struct Options {
  std::string kind, output;
  std::size_t rows = 1000;
};

Exit generate(const Options& options, Context& context) {
  const RandomStream random(Seed{context.options().seed.value_or(0)});
  const learn::Dataset data = learn::generate(options.kind, options.rows, random);
  io::save(data, options.output);
  context.answer(json_of(data));
  return Exit::done;
}

Action define(const Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.option("kind", options->kind, "One of " + joined(learn::generator_names()))
      .required()
      .type_name("KIND");
  arguments.option("--rows", options->rows, "Rows to make (1000)")
      .type_name("N")
      .within(4, 100'000'000);
  arguments.option("-o,--output", options->output, "The dataset file").required().type_name("FILE");
  return [options](Context& context) { return generate(*options, context); };
}

}  // namespace

Command generate_command() {
  return {.name = "generate",
          .summary = "Make up a dataset: checkerboard, moons, circles, ...",
          .example = "basalt generate checkerboard --rows 10000 --seed 1 -o data.h5",
          .uses = {.seed = true},
          .define = define};
}

}  // namespace basalt::jobs::cli
