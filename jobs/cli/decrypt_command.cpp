// `basalt decrypt`: encrypted scores as labels and probabilities, compared with the clear circuit.
#include "base/error.hpp"
#include "io/file/file.hpp"
#include "io/store/circuit_store.hpp"
#include "io/store/client_key_store.hpp"
#include "io/store/score_store.hpp"
#include "jobs/cli/every_command.hpp"
#include "jobs/cli/passphrase.hpp"
#include "jobs/cli/predictions.hpp"
#include "jobs/cli/rows.hpp"
#include "pipeline/pipeline.hpp"

namespace basalt::jobs::cli {
namespace {

struct Options {
  std::string circuit, key, scores, labels, rows, output, passphrase_file;
};

/// The integers of all rows, shard after shard.
Matrix<ir::Integer> decrypt_all(const compile::Solution& solution, const tfhe::ClientKey& key,
                                const std::string& file) {
  std::vector<ir::Integer> words;
  Eigen::Index columns = 0;
  io::for_each_shard(file, [&](const infer::EncryptedScores& scores) {
    const Matrix<ir::Integer> part = infer::decrypt(solution, key, scores);
    words.insert(words.end(), part.data(), part.data() + part.size());
    columns = part.cols();
  });
  require(columns > 0, ErrorCode::corrupt, file, ": holds no rows");
  return Eigen::Map<const Matrix<ir::Integer>>(
      words.data(), static_cast<Eigen::Index>(words.size()) / columns, columns);
}

void compare(const Options& options, const compile::Solution& solution,
             const Matrix<ir::Integer>& integers, Json& answer) {
  const learn::Dataset rows = load_rows(options.labels, options.rows).rows;
  require(rows.rows() == static_cast<std::size_t>(integers.rows()), ErrorCode::mismatch,
          options.labels, ": ", rows.rows(), " rows are chosen, ", options.scores, " has ",
          integers.rows(), "; choose the encrypted rows with --rows A:B");
  const ir::Circuit& circuit = solution.circuit;
  for (const auto& [name, value] : pipeline::judge(circuit.postprocessing, rows, integers)) {
    answer[name] = value;
  }
  const Matrix<ir::Integer> clear =
      ir::evaluate(circuit.graph, ir::quantize_rows(circuit.preprocessing, rows.features));
  answer["mismatches"] = rows.rows() - equal_rows(integers, clear);
}

Exit decrypt(const Options& options, Context& context) {
  require(options.rows.empty() || !options.labels.empty(), ErrorCode::invalid_argument,
          "--rows chooses rows of --labels, which is not given");
  const compile::Solution solution = io::load_circuit(options.circuit);
  const tfhe::ClientKey key =
      io::load_client_key(options.key, passphrase_of(options.passphrase_file));
  const Matrix<ir::Integer> integers = decrypt_all(solution, key, options.scores);
  Json answer{{"rows", integers.rows()}};
  if (!options.labels.empty()) compare(options, solution, integers, answer);
  io::publish(options.output, predictions_csv(solution.circuit.postprocessing, integers, 0));
  context.answer(answer);
  return Exit::done;
}

Action define(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("circuit", options->circuit, "The circuit file")->required()->type_name("CIRCUIT");
  app.add_option("key", options->key, "The client's key")->required()->type_name("CLIENT_KEY");
  app.add_option("scores", options->scores, "The encrypted scores")
      ->required()
      ->type_name("SCORES");
  app.add_option("--labels", options->labels,
                 "The dataset, to compare with its labels and with "
                 "the clear circuit")
      ->type_name("DATA");
  app.add_option("--rows", options->rows, "Rows of the dataset that were encrypted (all)")
      ->type_name("A:B");
  app.add_option("-o,--output", options->output, "A CSV file of the predictions")
      ->required()
      ->type_name("FILE");
  add_passphrase_option(app, options->passphrase_file);
  return [options](Context& context) { return decrypt(*options, context); };
}

}  // namespace

Command decrypt_command() {
  return {.name = "decrypt",
          .summary = "Decrypt scores to labels and probabilities",
          .example = "basalt decrypt circuit.h5 client.key scores.h5 -o predictions.csv",
          .uses = {},
          .define = define};
}

}  // namespace basalt::jobs::cli
