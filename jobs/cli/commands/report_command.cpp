// `basalt report`: one self-contained page from the folder of a sweep.
#include <filesystem>

#include "io/file/file.hpp"
#include "jobs/cli/every_command.hpp"
#include "jobs/report/page.hpp"

namespace basalt::jobs::cli {
namespace {

struct Options {
  std::string folder, output;
};

Exit report(const Options& options, Context& context) {
  const Report summary = report_of(options.folder);
  const std::string output =
      options.output.empty() ? options.folder + "/report.html" : options.output;
  io::publish(output, page_of(summary));
  Json answer{{"report", output}, {"trials", summary.trials.size()}, {"front", summary.front}};
  answer["best"] = summary.best ? Json(*summary.best) : Json();
  context.answer(answer);
  return Exit::done;
}

Action define(const Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.option("folder", options->folder, "The folder of a sweep").required().type_name("DIR");
  arguments.option("-o,--output", options->output, "The page (DIR/report.html)").type_name("FILE");
  return [options](Context& context) { return report(*options, context); };
}

}  // namespace

Command report_command() {
  return {.name = "report",
          .summary = "One page about a sweep, readable without any network",
          .example = "basalt report digits -o report.html",
          .uses = {},
          .define = define};
}

}  // namespace basalt::jobs::cli
