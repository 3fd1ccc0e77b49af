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
#include "learn/float/float_reference.hpp"
#include "pipeline/pipeline.hpp"

namespace basalt::jobs::cli {
namespace {

struct Options {
  std::string recipe, data, start, output;
};

/// Metrics of the quantized integers, in clear.
std::map<std::string, double> metrics_of(const learn::Model& model, const learn::Dataset& rows) {
  const compile::Lowered lowered = compile::lower(model);
  const Matrix<ir::Integer> integers =
      ir::evaluate(lowered.graph, ir::quantize_rows(lowered.preprocessing, rows.features));
  return pipeline::judge(lowered.postprocessing, rows, integers);
}

void add_scores(Json& answer, const std::string& prefix,
                const std::map<std::string, double>& scores) {
  for (const auto& [name, value] : scores) answer[prefix + name] = value;
}

/// What a row of the model will cost under encryption, and the bits of each layer's sums: to be
/// known before a key is made.
void add_price(const learn::Model& model, const circuit::Target& target, Json& answer,
               Console& console) {
  const auto found = compile::compile(model, target);
  if (const auto* none = std::get_if<compile::Infeasible>(&found)) {
    console.say(cat("this model cannot be encrypted as it is: ", none->reason));
    for (const char* name : {"pbs_per_row", "max_bits", "predicted_seconds_per_row", "layers"}) {
      answer[name] = Json();
    }
    answer["infeasible"] = none->reason;
    return;
  }
  const Json price = json_of(std::get<circuit::Circuit>(found));
  for (const char* name : {"pbs_per_row", "max_bits", "predicted_seconds_per_row", "layers"}) {
    answer[name] = price.at(name);
  }
  if (const auto* ensemble = std::get_if<learn::TreeEnsemble>(&model.family)) {
    answer["pbs_per_tree"] =
        price.at("pbs_per_row").get<double>() / static_cast<double>(ensemble->trees.size());
  }
}

/// Whether training held rows out to watch itself.
bool held_out(const learn::Model& model) {
  return !model.history.empty() && model.history.back().has_valid_rows();
}

/// What people see of a training: a line per epoch if the recipe asks for it, a status line else.
class EpochProgress {
 public:
  EpochProgress(const pipeline::Recipe& recipe, Console& console)
      : console_(console),
        progress_(console, "epochs",
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

learn::Model train_model(const pipeline::Recipe& recipe, const learn::Dataset& rows,
                         const Options& options, Context& context) {
  if (recipe.trained) return *recipe.trained;
  EpochProgress shown(recipe, context.console());
  const auto watch = [&](const learn::EpochRecord& epoch) { return shown.ended(epoch); };
  const RandomStream random = RandomStream(recipe.seed).child("train");
  const bool goes_on = recipe.model.has("warm_start") && recipe.model.flag("warm_start");
  if (!goes_on) {
    require(options.start.empty(), ErrorCode::invalid_argument,
            "--start is for recipes with warm_start = true");
    return learn::train(learn::estimator_named(recipe.estimator), recipe.model, rows,
                        recipe.data.standardize, random, watch);
  }
  if (options.start.empty()) {
    throw Error(ErrorCode::invalid_argument,
                "\"warm_start\" needs a model to go on from: --start MODEL", "warm_start");
  }
  const learn::Model start = io::load_model(options.start);
  require(start.estimator == recipe.estimator, ErrorCode::mismatch, options.start, ": is a ",
          start.estimator, ", the recipe asks for a ", recipe.estimator);
  return learn::resume_training(start, recipe.model, rows, random, watch);
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
  console.say(cat("only ", steps, " steps of training: \"batch_size\" is ", batch, " of ", rows,
                  " rows; a smaller one or more \"max_epochs\" train further"));
}

/// Scores of the recipe's second model on the same rows.
void judge_baseline(const pipeline::Recipe& recipe, const learn::Split& parts, Json& answer) {
  if (!recipe.baseline) return;
  const learn::Model model =
      pipeline::train_baseline(recipe, parts.train, RandomStream(recipe.seed).child("train"));
  add_scores(answer, "baseline_train_", metrics_of(model, parts.train));
  add_scores(answer, "baseline_test_", metrics_of(model, parts.test));
}

/// Scores of the float network that "fit_benchmark" trains beside.
void evaluate_float_reference(const learn::Model& model, const learn::Split& parts,
                              const RandomStream& random, Json& answer) {
  if (!learn::wants_float_reference(model)) return;
  const learn::FloatReference reference = learn::train_float_reference(model, parts.train, random);
  add_scores(answer, "float_train_", learn::evaluate(reference, parts.train));
  add_scores(answer, "float_test_", learn::evaluate(reference, parts.test));
}

Exit train(const Options& options, Context& context) {
  const std::optional<std::string> data_file =
      options.data.empty() ? std::nullopt : std::optional(options.data);
  io::RecipeDocument document = io::load_recipe(options.recipe, data_file);
  if (context.options().seed) document.recipe.seed.value = *context.options().seed;
  try {
    const pipeline::DataSpec& source = document.recipe.data;
    const pipeline::Data data = io::load_data(document.recipe, options.recipe);
    const learn::Split parts = pipeline::split(data, source);
    const Stopwatch watch;
    const learn::Model model = train_model(document.recipe, parts.train, options, context);
    const double seconds = watch.elapsed().value;
    tell_few_steps(model, parts.train.rows(), context.console());
    Json answer{{"model_id", io::save(model, options.output, data.rows.id()).hex()},
                {"estimator", model.estimator}};
    add_scores(answer, "train_", metrics_of(model, parts.train));
    const auto test_scores = metrics_of(model, parts.test);
    add_scores(answer, "test_", test_scores);
    if (model.task == learn::Task::regression) add_scores(answer, "", test_scores);
    if (model.task == learn::Task::classification) {
      answer["valid_accuracy"] =
          held_out(model) ? Json(model.history.back().valid_accuracy) : Json();
    }
    evaluate_float_reference(model, parts, RandomStream(document.recipe.seed).child("train"),
                             answer);
    judge_baseline(document.recipe, parts, answer);
    answer["epochs"] = model.history.size();
    answer["seconds"] = seconds;
    add_price(model, document.recipe.fhe.target, answer, context.console());
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
