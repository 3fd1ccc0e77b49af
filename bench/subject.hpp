// What the benchmarks of the engine run: one parameter set with its keys, ready to bootstrap.
#pragma once

#include "tfhe/bootstrap.hpp"
#include "tfhe/keyswitch.hpp"

namespace basalt::bench {

using tfhe::LweBatch;
using tfhe::Torus;

/// Keys, ciphertexts and tables of padded messages of `bits` bits.
class Subject {
 public:
  static constexpr std::size_t largest_batch = 128;

  Subject(const tfhe::ParameterSpec& spec, int bits, const torus::Kernels& kernels);

  Torus messages() const { return Torus{1} << bits_; }
  const tfhe::Parameters& parameters() const { return secret().parameters(); }
  ThreadTeam& one_thread() { return team_; }

  /// Message i modulo messages() as ciphertext i.
  LweBatch encrypt(std::size_t count) const;
  LweBatch to_small_key(const LweBatch& in);
  void bootstrap_all(const LweBatch& in, LweBatch& out, ThreadTeam& team);
  void bootstrap_small_all(const LweBatch& in, LweBatch& out);
  /// True if every ciphertext of encrypt(count) went through the table.
  bool holds(const LweBatch& out) const;

  /// 2^log2_tables_per_rotation tables of each ciphertext in one rotation.
  void bootstrap_shared(const LweBatch& in, int log2_tables_per_rotation, LweBatch& out);
  /// The same for its outputs.
  bool holds_shared(const LweBatch& out, int log2_tables_per_rotation) const;

 private:
  Torus encode(Torus message) const { return message << (63 - bits_); }
  /// The table of part `part`.
  Torus image(Torus x, std::size_t part) const { return (3 * x + 1 + part) % messages(); }
  bool decrypts_to(std::span<const Torus> ciphertext, Torus message) const;

  const tfhe::SecretStageKeys& secret() const { return client_.stage(0); }
  const tfhe::StageKeys& keys() const { return key_.stage(0); }

  int bits_;
  tfhe::ClientKey client_;
  tfhe::EvaluationKey key_;
  tfhe::BootstrapWorkspace workspace_;
  tfhe::KeyswitchWorkspace keyswitch_workspace_;
  tfhe::LookupTables table_;
  std::vector<tfhe::LookupTables> shared_;  ///< By log2_tables_per_rotation.
  ThreadTeam team_{1};
};

}  // namespace basalt::bench
