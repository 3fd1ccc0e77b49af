// `basalt encrypt`: rows of a dataset as seeded ciphertexts; labels are never written.
#include <algorithm>

#include "infer/encryptor.hpp"
#include "io/store/batch_store.hpp"
#include "io/store/circuit_store.hpp"
#include "io/store/client_key_store.hpp"
#include "io/store/dataset_reader.hpp"
#include "jobs/cli/every_command.hpp"
#include "jobs/cli/passphrase.hpp"
#include "jobs/cli/rows.hpp"

namespace basalt::jobs::cli {
namespace {

struct Options {
  std::string circuit, key, data, rows, output, passphrase_file;
};

Exit encrypt(const Options& options, Context& context) {
  const circuit::Circuit circuit = io::load_circuit(options.circuit);
  const tfhe::ClientKey key =
      io::load_client_key(options.key, passphrase_of(options.passphrase_file));
  const io::DatasetReader data(options.data);
  const auto [first, last] = row_range(options.rows, data.rows());
  infer::Encryptor encryptor(circuit, key, context.kernels());
  const infer::EncryptedBatch header = encryptor.header(last - first);
  io::BatchWriter writer(options.output, header);
  Progress progress(context.console(), "rows", header.rows);
  const std::size_t most = rows_at_once(std::max(data.columns(), header.inputs));
  for (std::size_t row = first; row < last; row += most) {
    writer.append(encryptor.encrypt(data.read(row, std::min(most, last - row)).features));
    progress.at(std::min(row + most, last) - first);
  }
  const Digest id = writer.publish();
  context.answer({{"batch_id", id.hex()},
                  {"rows", header.rows},
                  {"bytes", std::filesystem::file_size(options.output)}});
  return Exit::done;
}

Action define(const Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.option("circuit", options->circuit, "The circuit file").required().type_name("CIRCUIT");
  arguments.option("key", options->key, "The client's key").required().type_name("CLIENT_KEY");
  arguments.option("data", options->data, "The dataset file").required().type_name("DATA");
  arguments.option("--rows", options->rows, "Rows A to B-1 (all)").type_name("A:B");
  arguments.option("-o,--output", options->output, "The file of the encrypted rows")
      .required()
      .type_name("FILE");
  add_passphrase_option(arguments, options->passphrase_file);
  return [options](Context& context) { return encrypt(*options, context); };
}

}  // namespace

Command encrypt_command() {
  return {.name = "encrypt",
          .summary = "Encrypt rows with the client's key",
          .example = "basalt encrypt circuit.h5 client.key data.h5 --rows 0:64 -o batch.h5",
          .uses = {.kernels = true},
          .define = define};
}

}  // namespace basalt::jobs::cli
