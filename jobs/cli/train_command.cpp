// `basalt train`: one model, by its recipe.
#include "base/error.hpp"
#include "base/stopwatch.hpp"
#include "io/config/recipe_config.hpp"
#include "io/store/model_store.hpp"
#include "jobs/cli/every_command.hpp"
#include "jobs/report/data_source.hpp"
#include "pipeline/pipeline.hpp"

namespace basalt::jobs::cli {
namespace {

struct Options {
  std::string recipe, data, output;
};

/// Metrics of the quantized integers, in clear.
std::map<std::string, double> metrics_of(const learn::Model& model, const learn::Dataset& rows) {
  const compile::Lowered lowered = compile::lower(model);
  const Matrix<ir::Integer> integers =
      ir::evaluate(lowered.graph, ir::quantize_rows(lowered.preprocessing, rows.features));
  return pipeline::judge(lowered.postprocessing, rows, integers);
}

/// Whether training held rows out to watch itself.
bool held_out(const learn::Model& model) {
  return !model.history.empty() && model.history.back().has_valid_rows();
}

learn::Model train_model(const pipeline::Recipe& recipe, const learn::Dataset& rows,
                         Context& context) {
  const bool counts_epochs = recipe.model.has("max_epochs");
  Progress progress(
      context.console(), "epochs",
      counts_epochs ? static_cast<std::size_t>(recipe.model.integer("max_epochs")) : 0);
  const auto watch = [&](const learn::EpochRecord& epoch) {
    char note[48];
    std::snprintf(note, sizeof note, "loss %.4f", epoch.train_loss);
    progress.at(static_cast<std::size_t>(epoch.epoch), note);
    return true;
  };
  return learn::train(learn::estimator_named(recipe.estimator), recipe.model, rows,
                      recipe.data.standardize, RandomStream(recipe.seed).child("train"), watch);
}

Exit train(const Options& options, Context& context) {
  const std::optional<std::string> data_file =
      options.data.empty() ? std::nullopt : std::optional(options.data);
  io::RecipeDocument document = io::load_recipe(options.recipe, data_file);
  if (context.options().seed) document.recipe.seed.value = *context.options().seed;
  try {
    const pipeline::DataSpec& source = document.recipe.data;
    const learn::Dataset data = dataset_of(document.recipe, options.recipe);
    const learn::Split parts = learn::split(data, source.test_share, source.stratify,
                                            RandomStream(Seed{source.split_seed}));
    const Stopwatch watch;
    const learn::Model model = train_model(document.recipe, parts.train, context);
    const double seconds = watch.elapsed().value;
    Json answer{{"model_id", io::save(model, options.output, data.id()).hex()},
                {"estimator", model.estimator}};
    for (const auto& [name, value] : metrics_of(model, parts.train))
      answer["train_" + name] = value;
    for (const auto& [name, value] : metrics_of(model, parts.test)) {
      answer["test_" + name] = value;
      if (model.task == learn::Task::regression) answer[name] = value;
    }
    if (model.task == learn::Task::classification) {
      answer["valid_accuracy"] =
          held_out(model) ? Json(model.history.back().valid_accuracy) : Json();
    }
    answer["epochs"] = model.history.size();
    answer["seconds"] = seconds;
    context.answer(answer);
  } catch (const Error& error) {
    throw io::located(document.given, error);
  }
  return Exit::done;
}

Action define(const Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.option("recipe", options->recipe, "The recipe, a TOML file")
      .required()
      .type_name("RECIPE");
  arguments.option("--data", options->data, "A dataset file in place of the recipe's")
      .type_name("DATA");
  arguments.option("-o,--output", options->output, "The model file").required().type_name("FILE");
  return [options](Context& context) { return train(*options, context); };
}

}  // namespace

Command train_command() {
  return {.name = "train",
          .summary = "Train one model by a recipe",
          .example = "basalt train digits.toml -o model.h5",
          .uses = {.seed = true},
          .define = define};
}

}  // namespace basalt::jobs::cli
