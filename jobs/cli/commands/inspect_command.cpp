// `basalt inspect`: what a file of Basalt is, where it comes from, and what is in it.
#include "base/error.hpp"
#include "io/checksum/envelope.hpp"
#include "io/store/batch_store.hpp"
#include "io/store/circuit_store.hpp"
#include "io/store/dataset_store.hpp"
#include "io/store/model_store.hpp"
#include "io/store/score_store.hpp"
#include "jobs/cli/circuit_text.hpp"
#include "jobs/cli/dataset_text.hpp"
#include "jobs/cli/every_command.hpp"
#include "pipeline/result_names.hpp"

namespace basalt::jobs::cli {
namespace {

Json json_of(const io::Identity& identity) {
  Json parents = Json::object();
  for (const io::Parent& parent : identity.parents) parents[parent.role] = parent.id.hex();
  return {{"noun", identity.noun},
          {"version", identity.version},
          {"id", identity.id.hex()},
          {"bytes", identity.bytes},
          {"parents", parents}};
}

Json json_of(const learn::Model& model) {
  Json settings = Json::object();
  for (const auto& [name, value] : model.settings.values()) {
    settings[name] = std::visit([](const auto& held) { return Json(held); }, value);
  }
  return {{"model_id", model.id().hex()},
          {"estimator", model.estimator},
          {"classes", model.classes},
          {"features", model.standardizer.mean().size()},
          {pipeline::result_name::epochs, model.history.size()},
          {"settings", settings}};
}

Json content_of(const std::string& noun, const std::string& file) {
  if (noun == "dataset") return cli::json_of(io::load_dataset(file));
  if (noun == "model") return json_of(io::load_model(file));
  if (noun == "circuit") return cli::json_of(io::load_circuit(file));
  if (noun == "batch") {
    const io::BatchReader batch(file);
    return {{"rows", batch.rows()}, {"inputs", batch.inputs()}};
  }
  if (noun == "scores") {
    const io::ScoreReader scores(file);
    const infer::EncryptedScores& shape = scores.header();
    return {{"first_row", shape.first_row},
            {"rows", shape.rows},
            {"outputs", shape.outputs},
            {"dimension", shape.dimension}};
  }
  if (noun == "scores_index") {
    const io::ScoreIndex index = io::load_score_index(file);
    return {{"rows", index.rows}, {"outputs", index.outputs}, {"shards", index.shards.size()}};
  }
  return Json::object();
}

Exit inspect(const std::string& file, bool text, Context& context) {
  const io::Identity identity = io::verify(file);
  if (text) {
    require(identity.noun == "circuit", ErrorCode::invalid_argument, file, ": is a ", identity.noun,
            "; --text prints circuits");
    context.print(ir::print(io::load_circuit(file).encoded));
    return Exit::done;
  }
  Json answer = json_of(identity);
  const Json content = content_of(identity.noun, file);
  for (const auto& [name, value] : content.items()) answer[name] = value;
  context.answer(answer);
  return Exit::done;
}

Action define(const Arguments& arguments) {
  auto file = std::make_shared<std::string>();
  auto text = std::make_shared<bool>(false);
  arguments.option("file", *file, "Any file of Basalt").required().type_name("FILE");
  arguments.flag("--text", *text, "Print a circuit operation by operation");
  return [file, text](Context& context) { return inspect(*file, *text, context); };
}

}  // namespace

Command inspect_command() {
  return {.name = "inspect",
          .summary = "What a file is: noun, id, parents, sizes, layers",
          .example = "basalt inspect circuit.h5",
          .uses = {},
          .define = define};
}

}  // namespace basalt::jobs::cli
