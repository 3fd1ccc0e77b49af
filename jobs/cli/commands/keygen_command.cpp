// `basalt keygen`: the client's secret key and the evaluation key of the servers.
#include "base/stopwatch.hpp"
#include "io/store/circuit_store.hpp"
#include "io/store/client_key_store.hpp"
#include "io/store/evaluation_key_store.hpp"
#include "jobs/cli/every_command.hpp"
#include "jobs/cli/passphrase.hpp"
#include "pipeline/result_names.hpp"

namespace basalt::jobs::cli {
namespace {

struct Options {
  std::string circuit, client, evaluation, passphrase_file;
};

Exit generate(const Options& options, Context& context) {
  const std::string passphrase = passphrase_of(options.passphrase_file);
  const circuit::Circuit circuit = io::load_circuit(options.circuit);
  const Stopwatch watch;
  const tfhe::ClientKey client = tfhe::generate_client_key(circuit.parameters);
  const tfhe::SeededEvaluationKey evaluation =
      tfhe::generate_evaluation_key(client, context.team());
  const double seconds = watch.elapsed().value;
  io::save(client, options.client, passphrase);
  const Digest id = io::save(evaluation, options.evaluation);
  context.answer({{"client_key_id", client.id().hex()},
                  {"evaluation_key_id", id.hex()},
                  {"seconds", seconds},
                  {pipeline::result_name::evaluation_key_bytes,
                   std::filesystem::file_size(options.evaluation)},
                  {"sealed", !passphrase.empty()}});
  return Exit::done;
}

Action define(const Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.option("circuit", options->circuit, "The circuit file").required().type_name("CIRCUIT");
  arguments.option("--client", options->client, "File of the secret key, for its owner's eyes only")
      .required()
      .type_name("FILE");
  arguments.option("--evaluation", options->evaluation, "File of the key that servers need")
      .required()
      .type_name("FILE");
  add_passphrase_option(arguments, options->passphrase_file);
  return [options](Context& context) { return generate(*options, context); };
}

}  // namespace

Command keygen_command() {
  return {.name = "keygen",
          .summary = "Make the client's key and the servers' evaluation key",
          .example = "basalt keygen circuit.h5 --client client.key --evaluation evaluation.h5",
          .uses = {.threads = true},
          .define = define};
}

}  // namespace basalt::jobs::cli
