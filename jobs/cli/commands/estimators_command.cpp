// `basalt estimators`: the estimators that recipes can name, and their settings.
#include "base/error.hpp"
#include "jobs/cli/every_command.hpp"
#include "learn/estimator/settings_page.hpp"

namespace basalt::jobs::cli {
namespace {

struct Options {
  std::string name;
  bool markdown = false;
};

Json json_of(const SettingRule& rule) {
  return {{"name", rule.name},
          {"default", std::visit([](const auto& held) { return Json(held); }, rule.fallback)},
          {"values", learn::values_text(rule)},
          {"meaning", rule.meaning}};
}

Json json_of(const learn::Estimator& estimator) {
  Json settings = Json::array();
  for (const SettingRule& rule : estimator.rules) {
    if (rule.forbidden.empty()) settings.push_back(json_of(rule));
  }
  return {{"estimator", estimator.name},
          {"task", estimator.task == learn::Task::classification ? "classification" : "regression"},
          {"settings", settings}};
}

Exit estimators(const Options& options, Context& context) {
  if (options.markdown) {
    context.print(learn::settings_page(options.name));
    return Exit::done;
  }
  if (!options.name.empty()) {
    context.answer(json_of(learn::estimator_named(options.name)));
    return Exit::done;
  }
  Json names = Json::array();
  for (const learn::Estimator& estimator : learn::estimators()) names.push_back(estimator.name);
  context.answer({{"estimators", names}});
  return Exit::done;
}

Action define(const Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.option("name", options->name, "One estimator, with its settings").type_name("NAME");
  arguments.flag("--markdown", options->markdown,
                 "As a page; NAME: how the names of the estimators begin, separated by commas");
  return [options](Context& context) { return estimators(*options, context); };
}

}  // namespace

Command estimators_command() {
  return {.name = "estimators",
          .summary = "What recipes can name, and every setting with default and meaning",
          .example = "basalt estimators NeuralNetClassifier",
          .uses = {},
          .define = define};
}

}  // namespace basalt::jobs::cli
