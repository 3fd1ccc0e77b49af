// The choice of TFHE parameters for the noise requirements of a circuit.
#pragma once

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "base/strong.hpp"
#include "circuit/target.hpp"
#include "compile/infeasible.hpp"
#include "compile/optimize_search.hpp"
#include "tfhe/parameter_chain.hpp"

namespace basalt::compile {

/// A limit on the noise at one kind of place of the circuit: the input of a table, or an output.
struct Constraint {
  std::string layer;        ///< Name for messages.
  double half_step = 0.0;   ///< Torus: the smallest error that is an error.
  double fresh_gain = 0.0;  ///< Multiplies the variance of a fresh encryption.
  double table_gain = 0.0;  ///< Multiplies the variance of a bootstrap output.
  std::size_t count = 0;    ///< Instances per row.
  int table_bits = 0;       ///< log2 of the boxes of the test polynomial; 0 for outputs.
  int bits = 0;             ///< For messages: width of the value.
  bool wraps = false;       ///< For messages: read by a wrapping table.
  /// ir::stages_of: of the table's values, or of the value that is an output. A table gain counts
  /// values of the stage before, for an output of its own stage.
  std::size_t stage = 0;
  std::size_t node = 0;  ///< Of the circuit: the look-up, rounding or output.
  /// Rotations per row where up to 2^p tables of one input share one, for p from 0; empty: `count`.
  std::vector<std::size_t> rotations{};
  int log2_tables_per_rotation = 0;  ///< The p that is looked at.

  std::size_t rotation_count() const {
    return rotations.empty() ? count
                             : rotations[static_cast<std::size_t>(log2_tables_per_rotation)];
  }
};

/// Everything about a circuit that matters to its parameters.
struct NoiseRequirements {
  std::vector<Constraint> lookups;  ///< At the input of the blind rotation.
  std::vector<Constraint> outputs;  ///< At decryption: neither key switch nor modulus switch.
  std::size_t bootstraps_per_row = 0;
  std::size_t inputs_per_row = 0;
  std::size_t outputs_per_row = 0;
  /// Weights times ciphertexts by the stage of their sums, for the price.
  std::vector<std::size_t> linear_products_per_row;

  std::size_t stages() const;
};

/// One look-up per row whose input sums bootstrap outputs with squared 2-norm `norm2`: what the
/// price lists of other libraries are about.
/// Errors: invalid_argument with the subject bits or norm2 unless 1 <= bits <= 64 and norm2 >= 0.
NoiseRequirements single_lookup(int bits, double norm2, bool wraps);

/// The cheapest parameters found.
struct ParameterChoice {
  tfhe::ParameterChain parameters;
  double p_error = 0.0;         ///< Worst single bootstrap or output, reached.
  double global_p_error = 0.0;  ///< One row, reached.
  double security_bits = 0.0;
  double cost = 0.0;  ///< Of one bootstrap with its key switch, in the abstract units of
                      ///< the published optimizers (operations).
  double predicted_seconds_per_row = 0.0;  ///< One core of the reference machine of tfhe/cost.hpp.
  Bytes evaluation_key{};                  ///< As stored (seeded).
  std::vector<int>
      log2_tables_per_rotation;  ///< Tables that share a rotation, per look-up constraint.
  int score_word_bits = 64;      ///< Of the words of outputs, as few as the target allows.
};

/// The cheapest parameters that satisfy every constraint, or which constraint fits none: one set
/// for all stages, or a set per stage where that saves more than a twentieth of the time.
///
/// The choice depends on the arguments only, never on the machine at hand.
/// Errors: as validate(target).
std::variant<ParameterChoice, Infeasible> optimize(const NoiseRequirements& requirements,
                                                   const circuit::Target& target);

/// The same in another space.
std::variant<ParameterChoice, Infeasible> optimize(const NoiseRequirements& requirements,
                                                   const circuit::Target& target,
                                                   const ParameterSpace& space);

}  // namespace basalt::compile
