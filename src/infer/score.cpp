// The server's side: walks the graph on ciphertexts, some rows at a time.
#include <algorithm>

#include "base/error.hpp"
#include "base/overloaded.hpp"
#include "infer/infer.hpp"
#include "infer/input_masks.hpp"
#include "infer/score_plan.hpp"
#include "tfhe/bootstrap.hpp"
#include "torus/linear.hpp"

namespace basalt::infer {
namespace {

using ir::ValueId;
using tfhe::LweBatch;
using tfhe::Torus;

/// Rows of a chunk: enough bootstraps to fill every thread's batches, within the memory. Without
/// bootstraps: few, which stay in the caches from the first sum to the rounding.
constexpr std::size_t bootstraps_per_thread = 256;
constexpr std::size_t most_bytes = std::size_t{1} << 30, cached_bytes = std::size_t{1} << 20;
/// Outputs of a layer that one thread computes in a go: many, which share what they read, but
/// some for every thread.
constexpr std::size_t most_outputs_per_item = 64, items_per_thread = 4;

void check(const circuit::Circuit& circuit, const tfhe::EvaluationKey& key,
           const EncryptedBatch& batch, std::size_t first, std::size_t count) {
  const Digest parameters = circuit.parameters.id(), circuit_id = circuit.id();
  require(key.parameters().id() == parameters, ErrorCode::mismatch,
          "score: the evaluation key was made for parameters ", key.parameters().id().brief(),
          ", the circuit is run with parameters ", parameters.brief());
  require(batch.circuit_id == circuit_id, ErrorCode::mismatch,
          "score: the batch was made for circuit ", batch.circuit_id.brief(), ", this is circuit ",
          circuit_id.brief());
  require(batch.client_key_id == key.client_key_id(), ErrorCode::mismatch,
          "score: the batch is encrypted under client key ", batch.client_key_id.brief(),
          ", the evaluation key belongs to client key ", key.client_key_id().brief());
  require(
      batch.inputs == circuit.encoded.inputs() && batch.bodies.size() == batch.rows * batch.inputs,
      ErrorCode::mismatch, "score: the batch has ", batch.inputs, " inputs per row and ",
      batch.bodies.size(), " bodies, the circuit takes ", circuit.encoded.inputs());
  require(first <= batch.rows && count <= batch.rows - first, ErrorCode::invalid_argument,
          "score: rows ", first, " to ", first + count, " of a batch of ", batch.rows);
}

/// Scores one batch. Values of a chunk of rows lie as [rows x elements] ciphertexts.
class Scorer {
 public:
  Scorer(const circuit::Circuit& circuit, const tfhe::EvaluationKey& key,
         const EncryptedBatch& batch, Engine& engine);

  std::size_t chunk_rows() const noexcept { return chunk_rows_; }
  /// Rows [first, first + rows), to `out`. Shape: [rows x outputs x (dimension + 1)].
  void run(std::size_t first, std::size_t rows, std::span<Torus> out);

 private:
  std::size_t bytes_per_row() const;
  std::size_t choose_chunk_rows() const;
  void apply_linear(ValueId id, const ir::Linear& linear);
  void sum_term(ValueId id, std::size_t term, std::size_t row, std::size_t first,
                std::span<const std::span<Torus>> sums);
  std::span<Torus> destination(ValueId id, std::size_t row, std::size_t i);
  void bootstrap(ValueId id, const tfhe::LookupTables& tables,
                 std::span<const std::uint32_t> table_of, LweBatch& value);
  void apply_lookup(ValueId id, const ir::Lookup& lookup);
  LweBatch look_up_together(ValueId id, const SharedRotations& shared, LweBatch value);
  void apply_round(ValueId id, const ir::Round& round);
  void copy_output(const ir::Output& output, std::size_t offset);
  void ciphertext_of_input(std::size_t row, std::size_t input, std::span<Torus> out);
  LweBatch take(ValueId id, ValueId reader);

  const circuit::Circuit& circuit_;
  const ir::Graph& graph_;
  const std::vector<ir::Encoding>& plans_;
  const tfhe::EvaluationKey& key_;
  const EncryptedBatch& batch_;
  Engine& engine_;
  const ScorePlan plan_;
  std::vector<tfhe::BootstrapWorkspace> workspaces_;  ///< One per stage.
  std::size_t chunk_rows_;
  InputMasks masks_;
  std::vector<LweBatch> values_;
  std::size_t first_ = 0, rows_ = 0;  ///< Of the chunk.
  std::span<Torus> out_;              ///< Scores of the chunk.
};

Scorer::Scorer(const circuit::Circuit& circuit, const tfhe::EvaluationKey& key,
               const EncryptedBatch& batch, Engine& engine)
    : circuit_(circuit),
      graph_(circuit.encoded.graph),
      plans_(circuit.encoded.encodings),
      key_(key),
      batch_(batch),
      engine_(engine),
      plan_(circuit),
      chunk_rows_(choose_chunk_rows()),
      masks_(circuit.parameters.stage(0), batch.inputs, chunk_rows_),
      values_(graph_.nodes.size()) {
  if (circuit.encoded.bootstraps_per_row() == 0) return;
  for (std::size_t i = 0; i < circuit.parameters.stage_count(); ++i) {
    workspaces_.emplace_back(key.stage(i), engine.team.size());
  }
}

/// At most: every value of the graph at once.
std::size_t Scorer::bytes_per_row() const {
  std::size_t words = InputMasks::words_per_row(circuit_.parameters.stage(0), batch_.inputs);
  for (ValueId id = 1; id < graph_.nodes.size(); ++id) {
    words += size_of(graph_, id) * (plan_.dimension[id] + 1);
  }
  return words * sizeof(Torus);
}

std::size_t Scorer::choose_chunk_rows() const {
  const std::size_t bootstraps = circuit::bootstraps_per_row(circuit_);
  if (bootstraps == 0) {
    return engine_.team.size() * std::max<std::size_t>(cached_bytes / bytes_per_row(), 1);
  }
  const std::size_t wanted = engine_.team.size() * bootstraps_per_thread;
  const std::size_t rows = std::max<std::size_t>((wanted + bootstraps - 1) / bootstraps, 1);
  return std::clamp<std::size_t>(most_bytes / bytes_per_row(), 1, rows);
}

void Scorer::run(std::size_t first, std::size_t rows, std::span<Torus> out) {
  first_ = first;
  rows_ = rows;
  out_ = out;
  engine_.team.for_each(
      rows, [&](std::size_t row, std::size_t) { masks_.expand(batch_, first_ + row, row); });
  std::size_t offset = 0;
  for (ValueId id = 1; id < graph_.nodes.size(); ++id) {
    std::visit(overloaded{
                   [](const ir::Input&) {},  // is node 0
                   [&](const ir::Linear& linear) { apply_linear(id, linear); },
                   [&](const ir::Lookup& lookup) { apply_lookup(id, lookup); },
                   [&](const ir::Round& round) { apply_round(id, round); },
                   [&](const ir::Output& output) {
                     if (!plan_.sent_from[output.input]) copy_output(output, offset);
                     offset += size_of(graph_, id);
                   },
               },
               graph_.nodes[id].op);
    for (const ValueId input : inputs_of(graph_.nodes[id])) {
      if (plan_.last_reader[input] == id) values_[input] = {};
    }
  }
}

/// Where element `i` of a row of a layer goes: to the scores, if only an output reads it.
std::span<Torus> Scorer::destination(ValueId id, std::size_t row, std::size_t i) {
  const std::size_t words = plan_.output_dimension + 1;
  if (!plan_.sent_from[id]) return values_[id][row * size_of(graph_, id) + i];
  return out_.subspan((row * plan_.outputs + *plan_.sent_from[id] + i) * words, words);
}

void Scorer::apply_linear(ValueId id, const ir::Linear& linear) {
  const std::size_t size = linear.bias.size();
  const std::size_t share = rows_ * size / (engine_.team.size() * items_per_thread);
  const std::size_t per_item = std::clamp<std::size_t>(share, 1, most_outputs_per_item);
  const std::size_t blocks = (size + per_item - 1) / per_item;
  if (!plan_.sent_from[id]) values_[id] = LweBatch(rows_ * size, plan_.dimension[id]);
  engine_.team.for_each(rows_ * blocks, [&](std::size_t item, std::size_t) {
    const std::size_t row = item / blocks, first = item % blocks * per_item;
    std::vector<std::span<Torus>> sums;
    for (std::size_t i = first; i < std::min(first + per_item, size); ++i) {
      sums.push_back(destination(id, row, i));
      sums.back().back() += ir::torus_word(linear.bias[i], plans_[id].log2_scale);
    }
    for (std::size_t term = 0; term < linear.terms.size(); ++term) {
      sum_term(id, term, row, first, sums);
    }
  });
}

/// Adds one term of a layer to the outputs from `first` on.
void Scorer::sum_term(ValueId id, std::size_t term, std::size_t row, std::size_t first,
                      std::span<const std::span<Torus>> sums) {
  const auto& [input, matrix] = std::get<ir::Linear>(graph_.nodes[id].op).terms[term];
  const std::vector<Torus>& weights = plan_.weights[id][term];
  const torus::SparseRows rows{std::span(matrix.row_start).subspan(first, sums.size() + 1),
                               matrix.column, weights};
  std::vector<const Torus*> sources(matrix.columns);
  std::vector<Torus*> targets(sums.size());
  for (std::size_t i = 0; i < sums.size(); ++i) targets[i] = sums[i].data();
  if (input != 0) {
    for (std::size_t i = 0; i < matrix.columns; ++i) {
      sources[i] = values_[input][row * matrix.columns + i].data();
    }
    torus::add_products(engine_.kernels, rows, targets, sources, plan_.dimension[id] + 1);
    return;
  }
  const tfhe::Parameters& parameters = circuit_.parameters.stage(0);
  const std::size_t k = parameters.k(), N = parameters.N();
  for (std::size_t c = 0; c < k; ++c) {
    for (std::size_t i = 0; i < matrix.columns; ++i) sources[i] = masks_.mask(row, i, c).data();
    torus::add_products(engine_.kernels, rows, targets, sources, N);
    for (Torus*& target : targets) target += N;
  }
  const Torus* bodies = batch_.bodies.data() + (first_ + row) * batch_.inputs;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    for (std::size_t t = rows.row_start[i]; t < rows.row_start[i + 1]; ++t) {
      sums[i].back() += weights[t] * bodies[matrix.column[t]];
    }
  }
}

void Scorer::ciphertext_of_input(std::size_t row, std::size_t input, std::span<Torus> out) {
  const tfhe::Parameters& parameters = circuit_.parameters.stage(0);
  const std::size_t k = parameters.k(), N = parameters.N();
  for (std::size_t c = 0; c < k; ++c) {
    std::ranges::copy(masks_.mask(row, input, c), out.subspan(c * N, N).begin());
  }
  out.back() = batch_.bodies[(first_ + row) * batch_.inputs + input];
}

/// The ciphertexts of a value for `reader` to change: moved out if nobody else reads them later.
LweBatch Scorer::take(ValueId id, ValueId reader) {
  if (id != 0) return plan_.last_reader[id] == reader ? std::move(values_[id]) : values_[id];
  LweBatch inputs(rows_ * batch_.inputs, plan_.dimension[0]);
  engine_.team.for_each(rows_, [&](std::size_t row, std::size_t) {
    for (std::size_t i = 0; i < batch_.inputs; ++i) {
      ciphertext_of_input(row, i, inputs[row * batch_.inputs + i]);
    }
  });
  return inputs;
}

/// Bootstraps `value` with the tables of node `id`, in place where the key stays the same.
void Scorer::bootstrap(ValueId id, const tfhe::LookupTables& tables,
                       std::span<const std::uint32_t> table_of, LweBatch& value) {
  const std::size_t stage = plan_.stage_of[id], dimension = plan_.dimension[id];
  LweBatch other;
  if (value.dimension() != dimension) other = LweBatch(value.count(), dimension);
  LweBatch& out = value.dimension() == dimension ? value : other;
  tfhe::bootstrap(key_.stage(stage), value, tables, table_of, out, workspaces_[stage],
                  engine_.team);
  if (&out != &value) value = std::move(other);
}

/// Brings ciphertexts to the form that the tables of `step` read.
void prepare(const LookupStep& step, LweBatch& value) {
  for (std::size_t i = 0; i < value.count(); ++i) {
    if (step.shift > 0) {
      for (Torus& word : value[i]) word <<= step.shift;
    }
    value[i].back() += step.offset;
  }
}

void Scorer::apply_lookup(ValueId id, const ir::Lookup& lookup) {
  const LookupStep& step = *plan_.lookups[id];
  const std::size_t size = lookup.table_of.size();
  LweBatch value = take(lookup.input, id);
  if (plan_.shared[id]) {
    value = look_up_together(id, *plan_.shared[id], std::move(value));
  } else {
    std::vector<std::uint32_t> table_of(value.count());
    for (std::size_t i = 0; i < value.count(); ++i) table_of[i] = lookup.table_of[i % size];
    prepare(step, value);
    bootstrap(id, step.tables, table_of, value);
  }
  for (std::size_t i = 0; i < value.count(); ++i) {
    value[i].back() += step.constants[lookup.table_of[i % size]];
  }
  values_[id] = std::move(value);
}

/// The tables of equal elements in one rotation.
LweBatch Scorer::look_up_together(ValueId id, const SharedRotations& shared, LweBatch value) {
  const std::size_t size = shared.place_of.size(), rotations = shared.source.size();
  LweBatch in(rows_ * rotations, value.dimension());
  std::vector<std::uint32_t> table_of(in.count());
  for (std::size_t i = 0; i < in.count(); ++i) {
    const std::size_t row = i / rotations, rotation = i % rotations;
    std::ranges::copy(value[row * size + shared.source[rotation]], in[i].begin());
    table_of[i] = shared.table_of[rotation];
  }
  prepare(*plan_.lookups[id], in);
  LweBatch out(in.count() << shared.log2_tables_per_rotation, plan_.dimension[id]);
  const std::size_t stage = plan_.stage_of[id];
  tfhe::bootstrap_many(key_.stage(stage), in, shared.tables, table_of,
                       shared.log2_tables_per_rotation, out, workspaces_[stage], engine_.team);
  LweBatch all(rows_ * size, plan_.dimension[id]);
  for (std::size_t i = 0; i < all.count(); ++i) {
    const std::size_t row = i / size, first = (row * rotations) << shared.log2_tables_per_rotation;
    std::ranges::copy(out[first + shared.place_of[i % size]], all[i].begin());
  }
  return all;
}

/// Removes the low bits one after the other: a bit is moved to the top of the torus, where the
/// bootstrap of a constant table reads it as plus or minus half its weight.
/// Source: exact rounding by bit extraction, as in Concrete.
void Scorer::apply_round(ValueId id, const ir::Round& round) {
  const int scale = plans_[id].log2_scale;
  LweBatch value = take(round.input, id);
  const std::vector<std::uint32_t> table_of(value.count(), 0);
  for (std::size_t i = 0; i < value.count(); ++i) {
    value[i].back() += Torus{1} << (scale + round.removed.value - 1);
  }
  for (int bit = 0; bit < round.removed.value; ++bit) {
    const Torus half_weight = ir::torus_word(1, scale + bit - 1);
    tfhe::LookupTables table(1, circuit_.parameters.stage(plan_.stage_of[id]).N());
    table.set(0, std::vector<Torus>{0 - half_weight});
    LweBatch low = value;
    for (Torus& word : low.words()) word <<= 63 - scale - bit;
    bootstrap(id, table, table_of, low);
    for (std::size_t i = 0; i < value.count(); ++i) {
      low[i].back() += half_weight;
      torus::add_scaled(engine_.kernels, value[i], low[i], ~Torus{0});
    }
  }
  values_[id] = std::move(value);
}

/// A mask shorter than the longest among the outputs is followed by zeros.
void Scorer::copy_output(const ir::Output& output, std::size_t offset) {
  const std::size_t words = plan_.output_dimension + 1, size = size_of(graph_, output.input);
  const std::size_t dimension = plan_.dimension[output.input];
  std::vector<Torus> ciphertext(dimension + 1);
  for (std::size_t row = 0; row < rows_; ++row) {
    for (std::size_t i = 0; i < size; ++i) {
      const auto to = out_.subspan((row * plan_.outputs + offset + i) * words, words);
      if (output.input == 0) {
        ciphertext_of_input(row, i, ciphertext);
      } else {
        std::ranges::copy(values_[output.input][row * size + i], ciphertext.begin());
      }
      std::copy_n(ciphertext.begin(), dimension, to.begin());
      to.back() = ciphertext.back();
    }
  }
}

}  // namespace

EncryptedScores score(const circuit::Circuit& circuit, const tfhe::EvaluationKey& key,
                      const EncryptedBatch& batch, std::size_t first, std::size_t count,
                      Engine& engine, const Progress& progress,
                      torus::AlignedVector<Torus> memory) {
  check(circuit, key, batch, first, count);
  EncryptedScores scores{.circuit_id = batch.circuit_id,
                         .client_key_id = batch.client_key_id,
                         .batch_id = batch.id(),
                         .first_row = first,
                         .rows = count,
                         .outputs = circuit.encoded.output_count(),
                         .dimension = score_dimension(circuit),
                         .words = std::move(memory)};
  const std::size_t row_words = scores.outputs * (scores.dimension + 1);
  scores.words.assign(count * row_words, 0);
  scores.word_bits = circuit.score_word_bits;
  if (count == 0) return scores;

  Scorer scorer(circuit, key, batch, engine);
  const std::size_t bootstraps = circuit::bootstraps_per_row(circuit);
  for (std::size_t done = 0; done < count;) {
    const std::size_t rows = std::min(scorer.chunk_rows(), count - done);
    const auto words = std::span(scores.words).subspan(done * row_words, rows * row_words);
    scorer.run(first + done, rows, words);
    round_words(words, scores.word_bits);
    done += rows;
    if (progress) progress(done, done * bootstraps);
  }
  return scores;
}

}  // namespace basalt::infer
