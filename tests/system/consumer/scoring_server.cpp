// Scores a batch with the libraries of a server: no model, no training, no MPI.
#include <cstdio>

#include "infer/infer.hpp"
#include "io/store/batch_store.hpp"
#include "io/store/circuit_store.hpp"
#include "io/store/evaluation_key_store.hpp"
#include "io/store/score_store.hpp"

using namespace basalt;

int main(int count, char** words) {
  if (count != 5) {
    std::fprintf(stderr, "usage: scoring_server CIRCUIT EVALUATION_KEY BATCH SCORES\n");
    return 2;
  }
  const circuit::Circuit circuit = io::load_circuit(words[1]);
  ThreadTeam team(1);
  const torus::Kernels& kernels = torus::best_kernels();
  const tfhe::EvaluationKey key(io::load_evaluation_key(words[2]), kernels, team);
  const infer::EncryptedBatch batch = io::load_batch(words[3]);
  infer::Engine engine{kernels, team};
  io::save(infer::score(circuit, key, batch, 0, batch.rows, engine), words[4]);
  return 0;
}
