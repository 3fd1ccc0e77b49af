// Programmable bootstrapping of whole batches.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/parallel.hpp"
#include "tfhe/evaluation_key.hpp"
#include "tfhe/lookup_table.hpp"
#include "tfhe/lwe.hpp"

namespace basalt::tfhe {

/// Scratch memory of bootstraps: one per thread of the team, made once.
class BootstrapWorkspace {
 public:
  BootstrapWorkspace(const StageKeys& keys, std::size_t threads);
  ~BootstrapWorkspace();
  BootstrapWorkspace(BootstrapWorkspace&&) noexcept;
  struct Parts;
  Parts& parts() noexcept { return *parts_; }

 private:
  std::unique_ptr<Parts> parts_;
};

/// Key switch, centred modulus switch, blind rotation and sample extraction of every ciphertext of
/// `in`: out[i] encrypts, under the big key, tables[table_of[i]] at the phase of in[i].
///
/// Shape:  in: count x (source bits of the key switch + 1), out: count x (k*N + 1); they may be the
///         same batch if the dimensions are equal.
/// Errors: mismatch if a dimension, count or table index does not fit the key.
/// Noise:  tfhe/noise.hpp.   Cost: no allocation.
/// The result of a ciphertext does not depend on its neighbours, the batch size or the threads.
void bootstrap(const StageKeys& keys, const LweBatch& in, const LookupTables& tables,
               std::span<const std::uint32_t> table_of, LweBatch& out,
               BootstrapWorkspace& workspace, ThreadTeam& team);

/// Several tables of every ciphertext in one rotation: out[i * 2^log2_tables_per_rotation + t]
/// encrypts part t of tables[table_of[i]] at the phase of in[i].
///
/// Shape:  in: count x (source bits + 1), out: count * 2^log2_tables_per_rotation x (k*N + 1).
/// Errors: as bootstrap(); invalid_argument unless 2^log2_tables_per_rotation is at most N / 2.
/// Noise:  that of a bootstrap, but the modulus switch has 2^log2_tables_per_rotation times fewer
///         positions.
/// Source: PBSmanyLUT, Chillotti et al., eprint 2021/729.
void bootstrap_many(const StageKeys& keys, const LweBatch& in, const LookupTables& tables,
                    std::span<const std::uint32_t> table_of, int log2_tables_per_rotation,
                    LweBatch& out, BootstrapWorkspace& workspace, ThreadTeam& team);

/// bootstrap() without key switch. Shape: in: count x (n + 1), under the small key.
void bootstrap_small(const StageKeys& keys, const LweBatch& in, const LookupTables& tables,
                     std::span<const std::uint32_t> table_of, LweBatch& out,
                     BootstrapWorkspace& workspace, ThreadTeam& team);

}  // namespace basalt::tfhe
