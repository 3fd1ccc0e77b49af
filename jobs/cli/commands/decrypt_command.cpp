// `basalt decrypt`: encrypted scores as labels and probabilities, compared with the clear circuit.
#include "base/error.hpp"
#include "io/file/file.hpp"
#include "io/store/circuit_store.hpp"
#include "io/store/client_key_store.hpp"
#include "io/store/dataset_reader.hpp"
#include "io/store/score_store.hpp"
#include "jobs/cli/every_command.hpp"
#include "jobs/cli/passphrase.hpp"
#include "jobs/cli/predictions.hpp"
#include "jobs/cli/rows.hpp"
#include "pipeline/result_names.hpp"
#include "pipeline/streaming_metrics.hpp"

namespace basalt::jobs::cli {
namespace {

struct Options {
  std::string circuit, key, scores, labels, rows, output, passphrase_file;
};

/// The rows that were encrypted, beside what came of them.
class Comparison {
 public:
  /// Errors: as row_range; mismatch unless as many rows are chosen as were scored.
  Comparison(const Options& options, const ir::EncodedGraph& encoded, std::size_t scored)
      : encoded_(encoded), data_(options.labels), metrics_(encoded.postprocessing) {
    const auto [first, last] = row_range(options.rows, data_.rows());
    require(last - first == scored, ErrorCode::mismatch, options.labels, ": ", last - first,
            " rows are chosen, ", options.scores, " has ", scored,
            "; choose the encrypted rows with --rows A:B");
    next_ = first;
  }

  void add(const Matrix<ir::Integer>& integers) {
    const auto count = static_cast<std::size_t>(integers.rows());
    const learn::Dataset rows = data_.read(next_, count);
    next_ += count;
    metrics_.add(rows, integers);
    const Matrix<ir::Integer> clear =
        ir::evaluate(encoded_.graph, ir::quantize_rows(encoded_.preprocessing, rows.features));
    mismatches_ += count - pipeline::equal_rows(integers, clear);
  }

  void tell(Json& answer) const {
    for (const auto& [name, value] : metrics_.metrics().results()) answer[name] = value;
    answer[pipeline::result_name::mismatches] = mismatches_;
  }

 private:
  const ir::EncodedGraph& encoded_;
  io::DatasetReader data_;
  pipeline::StreamingMetrics metrics_;
  std::size_t next_ = 0, mismatches_ = 0;
};

/// Text appended to a file that appears when it is complete.
class TextDraft {
 public:
  explicit TextDraft(const std::string& target) : draft_(target) {}
  void append(const std::string& text) {
    io::write_at(draft_.descriptor(), draft_.target(), size_,
                 {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    size_ += text.size();
  }
  void publish() { draft_.publish(); }

 private:
  io::Draft draft_;
  std::uint64_t size_ = 0;
};

Exit decrypt(const Options& options, Context& context) {
  require(options.rows.empty() || !options.labels.empty(), ErrorCode::invalid_argument,
          "--rows chooses rows of --labels, which is not given");
  const circuit::Circuit circuit = io::load_circuit(options.circuit);
  const tfhe::ClientKey key =
      io::load_client_key(options.key, passphrase_of(options.passphrase_file));
  const io::ScoreFile scores(options.scores);
  const ir::Postprocessing& post = circuit.encoded.postprocessing;
  std::optional<Comparison> comparison;
  if (!options.labels.empty()) comparison.emplace(options, circuit.encoded, scores.rows());
  TextDraft predictions(options.output);
  predictions.append(predictions_header(post));
  Progress progress(context.console(), "rows", scores.rows());
  std::size_t done = 0;
  scores.for_each_part([&](const infer::EncryptedScores& part) {
    const Matrix<ir::Integer> integers = infer::decrypt(circuit, key, part);
    if (comparison) comparison->add(integers);
    predictions.append(predictions_lines(post, integers, done));
    progress.at(done += part.rows);
  });
  Json answer{{"rows", done}};
  if (comparison) comparison->tell(answer);
  predictions.publish();
  context.answer(answer);
  return Exit::done;
}

Action define(const Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.option("circuit", options->circuit, "The circuit file").required().type_name("CIRCUIT");
  arguments.option("key", options->key, "The client's key").required().type_name("CLIENT_KEY");
  arguments.option("scores", options->scores, "The encrypted scores")
      .required()
      .type_name("SCORES");
  arguments
      .option("--labels", options->labels,
              "The dataset, to compare with its labels and with "
              "the clear circuit")
      .type_name("DATA");
  arguments.option("--rows", options->rows, "Rows of the dataset that were encrypted (all)")
      .type_name("A:B");
  arguments.option("-o,--output", options->output, "A CSV file of the predictions")
      .required()
      .type_name("FILE");
  add_passphrase_option(arguments, options->passphrase_file);
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
