// The server's evaluation keys: seeded as they are stored and sent, expanded as they are used.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/digest.hpp"
#include "base/parallel.hpp"
#include "base/random.hpp"
#include "base/strong.hpp"
#include "tfhe/client_key.hpp"
#include "tfhe/lwe.hpp"
#include "tfhe/parameter_chain.hpp"
#include "torus/kernels.hpp"

namespace basalt::tfhe {

/// Keys of one stage: bodies only, masks by a public seed.
///
/// Shape: keyswitch_bodies [source bits x ks levels] (level 1, the most significant, first), the
///        source being that of ParameterChain::source_dimension();
///        bootstrap_bodies [groups x rows of a group x N], a group being n / group steps, each of
///        (2^group - 1) GGSW of levels * (k+1) rows.
/// Parameters without bootstrap have empty bodies.
struct SeededStageKeys {
  MaskSeed keyswitch_seed{}, bootstrap_seed{};
  std::vector<Torus> keyswitch_bodies{};
  std::vector<Torus> bootstrap_bodies{};
};

/// Evaluation key as it is stored and sent.
struct SeededEvaluationKey {
  ParameterChain parameters;
  Digest client_key_id;
  std::vector<SeededStageKeys> stages;  ///< One per stage of the parameters.
  /// Cost: hashes all bodies.   Errors: mismatch unless every stage of the parameters has its keys.
  Digest id() const;
};

/// Encrypts each stage's small key under its GLWE key, and under the small key the big key that its
/// key switch comes from.
SeededEvaluationKey generate_evaluation_key(const ClientKey& client, ThreadTeam& team);

class KeyswitchKey;
struct KeyMemory;

/// What is known of a key without its bodies.
struct EvaluationKeyHeader {
  ParameterChain parameters;
  Digest id;  ///< Of the seeded key.
  Digest client_key_id;
};

/// Keys of one stage as the kernels use them: expanded, transformed, laid out for one kernel set.
/// Threads: immutable, shared.
class StageKeys {
 public:
  ~StageKeys();
  StageKeys(StageKeys&&) noexcept;

  const Parameters& parameters() const noexcept;
  const torus::Kernels& kernels() const noexcept;
  Bytes memory() const noexcept;
  /// Errors: mismatch if the parameters have no bootstrap.
  const KeyswitchKey& keyswitch_key() const;

  struct Layout;  ///< Expanded keys, private to the floor.
  const Layout& layout() const noexcept { return *layout_; }

 private:
  friend class EvaluationKey;
  explicit StageKeys(std::unique_ptr<Layout> layout);
  void expand(const SeededStageKeys& seeded, ThreadTeam& team);
  std::unique_ptr<Layout> layout_;
};

/// Evaluation key as the kernels use it. Threads: immutable, shared.
class EvaluationKey {
 public:
  /// Expands `seeded` for `kernels`. Cost: about the size of the expanded key in memory.
  /// Errors: mismatch if a stage lacks its keys or they do not fit the parameters.
  EvaluationKey(const SeededEvaluationKey& seeded, const torus::Kernels& kernels, ThreadTeam& team);
  /// The same in given memory, see key_memory.hpp. Errors: mismatch if it is too small.
  EvaluationKey(const SeededEvaluationKey& seeded, const torus::Kernels& kernels, ThreadTeam& team,
                KeyMemory memory);
  /// A key that was expanded for `kernels` in `memory` before, by whomever; it is only read.
  EvaluationKey(const EvaluationKeyHeader& header, const torus::Kernels& kernels, KeyMemory memory);

  const ParameterChain& parameters() const noexcept { return header_.parameters; }
  const Digest& id() const noexcept { return header_.id; }  ///< The id of the seeded key.
  const Digest& client_key_id() const noexcept { return header_.client_key_id; }
  const torus::Kernels& kernels() const noexcept { return *kernels_; }
  Bytes memory() const noexcept;  ///< Of all stages.
  std::size_t stage_count() const noexcept { return stages_.size(); }
  /// Errors: invalid_argument if there is no such stage.
  const StageKeys& stage(std::size_t i) const;

 private:
  EvaluationKeyHeader header_;
  const torus::Kernels* kernels_;
  std::vector<StageKeys> stages_;
  std::shared_ptr<const void> memory_owner_;
};

}  // namespace basalt::tfhe
