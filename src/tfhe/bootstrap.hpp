// Programmable bootstrapping of whole batches.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/parallel.hpp"
#include "tfhe/keys.hpp"
#include "tfhe/lwe.hpp"

namespace basalt::tfhe {

/// Test polynomials of a batch: what the blind rotation reads.
///
/// Shape: [count x N] torus words, half-box centred: THEORY.md, section 3.
class LookupTables {
 public:
  LookupTables(std::size_t count, std::size_t polynomial_size)
      : count_(count), size_(polynomial_size), words_(count * polynomial_size) {}
  std::size_t count() const noexcept { return count_; }
  std::size_t polynomial_size() const noexcept { return size_; }
  std::span<Torus> operator[](std::size_t i) noexcept {
    return std::span(words_).subspan(i * size_, size_);
  }
  std::span<const Torus> operator[](std::size_t i) const noexcept {
    return std::span(words_).subspan(i * size_, size_);
  }

  /// Fills table `i` from `values`, a table over the half torus with the padding bit 0 (2^p words)
  /// or the first half of a negacyclic table (2^(M-1) words).
  /// Errors: invalid_argument unless the count is a power of two not above N.
  void set(std::size_t i, std::span<const Torus> values);
  /// The same for place `part` of 2^log2_parts tables that one rotation reads: its polynomial has
  /// N / 2^log2_parts coefficients, which lie 2^log2_parts apart.
  /// Errors: invalid_argument unless part < 2^log2_parts and the count is at most N / 2^log2_parts.
  void set_part(std::size_t i, std::span<const Torus> values, std::size_t part, int log2_parts);

 private:
  std::size_t count_, size_;
  std::vector<Torus> words_;
};

/// Scratch memory of bootstraps: one per thread of the team, made once.
class BootstrapWorkspace {
 public:
  BootstrapWorkspace(const EvaluationKey& key, std::size_t threads);
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
void bootstrap(const EvaluationKey& key, const LweBatch& in, const LookupTables& tables,
               std::span<const std::uint32_t> table_of, LweBatch& out,
               BootstrapWorkspace& workspace, ThreadTeam& team);

/// Several tables of every ciphertext in one rotation: out[i * 2^log2_parts + t] encrypts part t of
/// tables[table_of[i]] at the phase of in[i].
///
/// Shape:  in: count x (source bits + 1), out: count * 2^log2_parts x (k*N + 1).
/// Errors: as bootstrap(); invalid_argument unless 2^log2_parts is at most N / 2.
/// Noise:  that of a bootstrap, but the modulus switch has N / 2^log2_parts positions.
/// Source: PBSmanyLUT, Chillotti et al., eprint 2021/729.
void bootstrap_many(const EvaluationKey& key, const LweBatch& in, const LookupTables& tables,
                    std::span<const std::uint32_t> table_of, int log2_parts, LweBatch& out,
                    BootstrapWorkspace& workspace, ThreadTeam& team);

/// bootstrap() without key switch. Shape: in: count x (n + 1), under the small key.
void bootstrap_small(const EvaluationKey& key, const LweBatch& in, const LookupTables& tables,
                     std::span<const std::uint32_t> table_of, LweBatch& out,
                     BootstrapWorkspace& workspace, ThreadTeam& team);

}  // namespace basalt::tfhe
