// `basalt train`: one model, by its recipe.
#include <algorithm>

#include "base/error.hpp"
#include "base/stopwatch.hpp"
#include "compile/compile.hpp"
#include "io/config/recipe_config.hpp"
#include "io/config/recipe_data.hpp"
#include "io/store/model_store.hpp"
#include "jobs/cli/circuit_text.hpp"
#include "jobs/cli/epoch_table.hpp"
#include "jobs/cli/every_command.hpp"
#include "pipeline/data.hpp"
#include "pipeline/result_names.hpp"
#include "pipeline/steps.hpp"

namespace basalt::jobs::cli {
namespace {

struct Options {
  std::string recipe, data, start, output;
};

namespace name = pipeline::result_name;

void add_results(const pipeline::Results& results, Json& answer) {
  for (const auto& [result, value] : results) answer[result] = value;
}

/// What a row of the model will cost under encryption, and the bits of each layer's sums: to be
/// known before a key is made.
void add_price(const learn::Model& model, const compile::Lowered& lowered,
               const circuit::Target& target, Json& answer, Console& console) {
  const auto found = compile::compile(lowered, model.estimator, model.id(), target);
  if (const auto* none = std::get_if<compile::Infeasible>(&found)) {
    console.say(concat("this model cannot be encrypted as it is: ", none->reason));
    for (const char* field :
         {name::pbs_per_row, name::max_bits, name::predicted_seconds_per_row, "layers"}) {
      answer[field] = Json();
    }
    answer["infeasible"] = none->reason;
    return;
  }
  const auto& circuit = std::get<circuit::Circuit>(found);
  const pipeline::Price price = pipeline::price(model, circuit);
  answer[name::pbs_per_row] = price.bootstraps_per_row;
  answer[name::max_bits] = price.max_bits;
  answer[name::predicted_seconds_per_row] = price.predicted_seconds_per_row;
  answer["layers"] = json_of(circuit.encoded.layers());
  if (const auto per_tree = price.bootstraps_per_tree()) answer[name::pbs_per_tree] = *per_tree;
}

/// What people see of a training: a line per epoch if the recipe asks for it, a status line else.
class EpochProgress {
 public:
  EpochProgress(const pipeline::Recipe& recipe, Console& console)
      : console_(console),
        progress_(console, name::epochs,
                  recipe.model.has("max_epochs")
                      ? static_cast<std::size_t>(recipe.model.integer("max_epochs"))
                      : 0),
        table_(console.spec().colour),
        has_table_(asks_for_table(recipe.model)) {}

  bool ended(const learn::EpochRecord& epoch) {
    const double seconds = watch_.elapsed().value;
    if (has_table_) {
      for (const std::string& line : table_.lines(epoch, seconds - shown_)) console_.say(line);
    }
    shown_ = seconds;
    char note[48];
    std::snprintf(note, sizeof note, "loss %.4f", epoch.train_loss);
    progress_.at(static_cast<std::size_t>(epoch.epoch), note);
    return true;
  }

 private:
  static bool asks_for_table(const Settings& model) {
    if (!model.has("verbose") || !model.has("callbacks")) return false;
    const std::vector<std::string>& callbacks = model.texts("callbacks");
    const auto names = [&](const char* name) { return std::ranges::count(callbacks, name) > 0; };
    return !names("disable") && (model.integer("verbose") > 0 || names("PrintLog"));
  }

  Console& console_;
  Progress progress_;
  EpochTable table_;
  bool has_table_;
  Stopwatch watch_;
  double shown_ = 0.0;
};

pipeline::Training train_model(const pipeline::Recipe& recipe, const learn::Dataset& rows,
                               const Options& options, Context& context) {
  const RandomStream random = pipeline::training_stream(recipe);
  if (recipe.trained) return pipeline::train(recipe, rows, random);
  EpochProgress progress(recipe, context.console());
  const auto watch = [&](const learn::EpochRecord& epoch) { return progress.ended(epoch); };
  const bool goes_on = recipe.model.has("warm_start") && recipe.model.flag("warm_start");
  if (!goes_on) {
    require(options.start.empty(), ErrorCode::invalid_argument,
            "--start is for recipes with warm_start = true");
    return pipeline::train(recipe, rows, random, watch);
  }
  if (options.start.empty()) {
    throw Error(ErrorCode::invalid_argument,
                "\"warm_start\" needs a model to go on from: --start MODEL", "warm_start");
  }
  const learn::Model start = io::load_model(options.start);
  require(start.estimator == recipe.estimator, ErrorCode::mismatch, options.start, ": is a ",
          start.estimator, ", the recipe asks for a ", recipe.estimator);
  return pipeline::resume_training(start, recipe, rows, random, watch);
}

/// Small tables make few batches: 10 epochs of 128 rows leave a network all but untrained.
void tell_few_steps(const learn::Model& model, std::size_t rows, Console& console) {
  constexpr std::size_t few = 100;
  const Settings& settings = model.settings;
  const bool constructs =
      settings.has("module__construction") && settings.text("module__construction") == "greedy";
  if (!settings.has("batch_size") || model.history.empty() || constructs) return;
  const auto batch = static_cast<std::size_t>(settings.integer("batch_size"));
  const std::size_t steps = model.history.size() * std::max<std::size_t>(1, rows / batch);
  if (steps >= few) return;
  console.say(concat("only ", steps, " steps of training: \"batch_size\" is ", batch, " of ", rows,
                     " rows; a smaller one or more \"max_epochs\" train further"));
}

/// Metrics of the model, of its float reference and of the baseline.
void add_metrics(const pipeline::Recipe& recipe, const pipeline::Training& training,
                 const compile::Lowered& lowered, const learn::Split& parts, Json& answer) {
  const pipeline::SplitMetrics metrics = pipeline::evaluate_clear(lowered, parts);
  add_results(metrics.results(), answer);
  if (training.model.task == learn::Task::regression) {
    add_results(metrics.test.results(), answer);
  } else {
    const std::optional<double> valid = training.valid_accuracy();
    answer[name::valid_accuracy] = valid ? Json(*valid) : Json();
  }
  const RandomStream random = pipeline::training_stream(recipe);
  if (const auto reference = pipeline::evaluate_float_reference(training.model, parts, random)) {
    add_results(reference->results(), answer);
  }
  if (const auto baseline = pipeline::evaluate_baseline(recipe, parts, random)) {
    add_results(baseline->results(), answer);
  }
}

Exit train(const Options& options, Context& context) {
  const std::optional<std::string> data_file =
      options.data.empty() ? std::nullopt : std::optional(options.data);
  io::RecipeDocument document = io::load_recipe(options.recipe, data_file);
  if (context.options().seed) document.recipe.seed.value = *context.options().seed;
  try {
    const pipeline::Recipe& recipe = document.recipe;
    const pipeline::Data data = io::load_data(recipe, options.recipe);
    const learn::Split parts = pipeline::split(data, recipe.data);
    const pipeline::Training training = train_model(recipe, parts.train, options, context);
    const learn::Model& model = training.model;
    tell_few_steps(model, parts.train.rows(), context.console());
    Json answer{{"model_id", io::save(model, options.output, data.rows.id()).hex()},
                {"estimator", model.estimator}};
    const compile::Lowered lowered = compile::lower(model);
    add_metrics(recipe, training, lowered, parts, answer);
    answer[name::epochs] = training.epochs();
    answer["seconds"] = training.seconds.value;
    add_price(model, lowered, recipe.fhe.target, answer, context.console());
    context.answer(answer);
  } catch (const Error& error) {
    throw pipeline::located(document.given, error);
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
  arguments
      .option("--start", options->start,
              "The model that training goes on from, with warm_start = true")
      .type_name("MODEL");
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
