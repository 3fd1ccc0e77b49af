#include "jobs/score/score.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>

#include "base/error.hpp"
#include "base/stopwatch.hpp"
#include "infer/score_plan.hpp"
#include "io/file/file.hpp"
#include "io/store/batch_store.hpp"
#include "io/store/circuit_store.hpp"
#include "io/store/evaluation_key_store.hpp"
#include "io/store/score_store.hpp"
#include "jobs/comm/collective.hpp"
#include "jobs/comm/shared_memory.hpp"
#include "jobs/wire/archive.hpp"
#include "tfhe/key_memory.hpp"

namespace basalt::jobs {
namespace {

namespace files = std::filesystem;

constexpr const char* index_name = "index.h5";

std::string shard_name(const Shard& shard) {
  std::array<char, 64> name{};
  std::snprintf(name.data(), name.size(), "rows-%010llu-%010llu.h5",
                static_cast<unsigned long long>(shard.first),
                static_cast<unsigned long long>(shard.first + shard.count));
  return name.data();
}

/// What each rank has open: all that a shard needs but the key.
struct ScoringInputs {
  explicit ScoringInputs(const ScoreSpec& spec)
      : circuit(io::load_circuit(spec.circuit)),
        circuit_id(circuit.id()),
        batch(spec.batch),
        parts(parts_of(spec.target)),
        key(io::load_evaluation_key_header(spec.evaluation_key)) {
    require(batch.circuit_id() == circuit_id, ErrorCode::mismatch, spec.batch.string(),
            ": encrypted for circuit ", batch.circuit_id().brief(), ", ", spec.circuit.string(),
            " is ", circuit_id.brief());
    require(key.client_key_id == batch.client_key_id(), ErrorCode::mismatch,
            spec.evaluation_key.string(), ": belongs to client key ", key.client_key_id.brief(),
            ", ", spec.batch.string(), " was encrypted under ", batch.client_key_id().brief());
    require(key.parameters.id() == circuit.parameters.id(), ErrorCode::mismatch,
            spec.evaluation_key.string(), ": has parameters ", key.parameters.id().brief(),
            ", the circuit needs ", circuit.parameters.id().brief());
  }

  std::vector<Shard> shards(std::uint64_t asked_rows) const {
    const std::uint64_t words = infer::score_dimension(circuit) + 1;
    const ShardDemand demand{batch.rows(), circuit::bootstraps_per_row(circuit),
                             circuit.encoded.output_count() * words *
                                 static_cast<std::size_t>(circuit.score_word_bits / 8),
                             circuit.predicted_seconds_per_row};
    return plan_shards(batch.rows(), asked_rows > 0 ? asked_rows : shard_rows_for(demand));
  }

  /// What all ranks of this run have in common.
  Digest run_id() const { return Hasher("score").add(circuit_id).add(batch.id()).finish(); }

  circuit::Circuit circuit;
  Digest circuit_id;
  io::BatchReader batch;
  files::path parts;
  tfhe::EvaluationKeyHeader key;
  torus::AlignedVector<tfhe::Torus> memory;  ///< Of the last shard, for the next.
};

/// The expanded key: of this process if it is alone, else one of all processes of its machine.
tfhe::EvaluationKey expand_key(const ScoringInputs& inputs, const ScoreSpec& spec, bool alone) {
  infer::Engine& engine = spec.engine();
  const auto load = [&] {
    tfhe::SeededEvaluationKey seeded = io::load_evaluation_key(spec.evaluation_key);
    require(seeded.id() == inputs.key.id, ErrorCode::mismatch, spec.evaluation_key.string(),
            ": is another key now, it was ", inputs.key.id.brief());
    return seeded;
  };
  const std::size_t size = tfhe::expanded_bytes(inputs.key.parameters, engine.kernels);
  if (alone || size == 0) return {load(), engine.kernels, engine.team};
  const auto memory = std::make_shared<SharedMemory>(
      Hasher("expanded key").add(inputs.key.id).add(torus::name_of(engine.kernels)).finish(), size,
      [&](std::span<std::byte> bytes) {
        tfhe::EvaluationKey(load(), engine.kernels, engine.team, {bytes, {}});
      });
  return {inputs.key, engine.kernels, {memory->bytes(), memory}};
}

/// Errors: mismatch unless the scores, given without words, are of this shard of this batch.
void require_ours(const ScoringInputs& inputs, const Shard& shard,
                  const infer::EncryptedScores& scores, const files::path& path) {
  const bool ours = scores.circuit_id == inputs.circuit_id &&
                    scores.batch_id == inputs.batch.id() &&
                    scores.client_key_id == inputs.batch.client_key_id();
  require(ours, ErrorCode::mismatch, path.string(), ": holds scores of batch ",
          scores.batch_id.brief(), ", not of ", inputs.batch.id().brief(),
          "; remove the folder or choose another output");
  require(scores.first_row == shard.first && scores.rows == shard.count, ErrorCode::corrupt,
          path.string(), ": holds other rows than its name says");
}

ShardOutcome outcome_of(const Shard& shard, const infer::EncryptedScores& scores,
                        const Digest& scores_id) {
  ShardOutcome outcome;
  outcome.shard = shard;
  outcome.scores_id = scores_id;
  outcome.outputs = scores.outputs;
  outcome.dimension = scores.dimension;
  return outcome;
}

/// Scores a shard, or finds that it was scored.
template <class KeyOf>
ShardOutcome do_shard(ScoringInputs& inputs, const Shard& shard, const KeyOf& key_of,
                      infer::Engine& engine) {
  const files::path path = inputs.parts / shard_name(shard);
  if (files::exists(path)) {
    const io::ScoreReader found(path);
    require_ours(inputs, shard, found.header(), path);
    ShardOutcome outcome = outcome_of(shard, found.header(), found.id());
    outcome.reused = true;
    return outcome;
  }
  const tfhe::EvaluationKey& key = key_of();
  const Stopwatch watch;
  const infer::EncryptedBatch rows =
      inputs.batch.read(shard.first, shard.count, inputs.circuit.parameters.stage(0).N());
  infer::EncryptedScores scores = infer::score(inputs.circuit, key, rows, 0, shard.count, engine,
                                               {}, std::exchange(inputs.memory, {}));
  scores.batch_id = inputs.batch.id();
  scores.first_row = shard.first;
  const Digest id = io::save(scores, path);
  ShardOutcome outcome = outcome_of(shard, scores, id);
  outcome.seconds = watch.elapsed().value;
  inputs.memory = std::move(scores.words);
  return outcome;
}

/// Rank 0 of a running job: what is to do and what is done.
class ShardScheduler {
 public:
  ShardScheduler(const ScoringInputs& inputs, const ScoreSpec& spec)
      : inputs_(inputs), spec_(spec), shards_(inputs.shards(spec.shard_rows)) {
    done_.resize(shards_.size());
  }

  std::vector<FarmTask> next() {
    std::vector<FarmTask> tasks;
    if (std::exchange(given_, true)) return tasks;
    const double seconds = inputs_.circuit.predicted_seconds_per_row;
    for (const Shard& shard : shards_) {
      tasks.push_back({{shard.index, to_message(shard)},
                       std::max(1.0, seconds * static_cast<double>(shard.count))});
    }
    return tasks;
  }

  void absorb(const TaskMessage& message) {
    const auto outcome = from_message<ShardOutcome>(message.content);
    require(outcome.shard.index == message.id && message.id < done_.size(), ErrorCode::corrupt,
            "score: shard ", message.id, " came back as ", outcome.shard.index);
    if (done_[message.id]) return;
    done_[message.id] = outcome;
    longest_seconds_ = std::max(longest_seconds_, outcome.seconds);
    rows_ += outcome.shard.count;
    reused_ += outcome.reused ? outcome.shard.count : 0;
    if (spec_.on_rows) spec_.on_rows(rows_, inputs_.batch.rows(), reused_);
  }

  /// Whether a shard that began now would end too late.
  bool out_of_time() const {
    return spec_.most_seconds > 0.0 && rows_ > reused_ && rows_ < inputs_.batch.rows() &&
           watch_.elapsed().value + longest_seconds_ > spec_.most_seconds;
  }

  /// Makes the target: all shards in one file, after which the parts go, or their index.
  void finish() const {
    const files::path folder = spec_.keep_shards ? inputs_.parts.filename() : files::path();
    const io::ScoreIndex index = index_of(folder);
    if (spec_.keep_shards) {
      io::save(index, spec_.target);
      return;
    }
    const files::path index_path = inputs_.parts / index_name;
    io::save(index, index_path);
    io::merge_shards(index_path, spec_.target);
    remove_parts(index);
  }

  ScoreResult result() const {
    const std::uint64_t bootstraps = circuit::bootstraps_per_row(inputs_.circuit) * rows_;
    return {rows_, reused_, inputs_.batch.rows(), bootstraps, false, 0, 0.0};
  }

 private:
  /// The index of all shards, whose files lie in `folder` below the index.
  io::ScoreIndex index_of(const files::path& folder) const {
    io::ScoreIndex index{inputs_.circuit_id,
                         inputs_.batch.client_key_id(),
                         inputs_.batch.id(),
                         inputs_.batch.rows(),
                         outputs(),
                         dimension(),
                         {}};
    for (const auto& outcome : done_) {
      require(outcome.has_value(), ErrorCode::internal, "score: a shard is missing");
      index.shards.push_back({(folder / shard_name(outcome->shard)).string(), outcome->scores_id,
                              outcome->shard.first, outcome->shard.count});
    }
    return index;
  }

  std::uint64_t outputs() const { return done_.empty() ? 0 : done_.front()->outputs; }
  std::uint64_t dimension() const { return done_.empty() ? 0 : done_.front()->dimension; }

  void remove_parts(const io::ScoreIndex& index) const {
    for (const io::ScoreShard& shard : index.shards) files::remove(inputs_.parts / shard.file);
    files::remove(inputs_.parts / index_name);
    std::error_code left_by_others;
    for (const auto& entry : files::directory_iterator(inputs_.parts)) {
      if (io::is_draft_name(entry.path().filename())) files::remove(entry.path(), left_by_others);
    }
    files::remove(inputs_.parts, left_by_others);  // stays if it holds files that are not ours
  }

  const ScoringInputs& inputs_;
  const ScoreSpec& spec_;
  std::vector<Shard> shards_;
  std::vector<std::optional<ShardOutcome>> done_;
  Stopwatch watch_;
  std::uint64_t rows_ = 0, reused_ = 0;
  double longest_seconds_ = 0.0;  ///< Of a shard that was scored in this process life.
  bool given_ = false;
};

}  // namespace

files::path parts_of(const files::path& target) {
  return target.string() + ".parts";
}

ScoreResult run_score(const ScoreSpec& spec, Communicator& comm) {
  const Stopwatch watch;
  std::optional<ScoringInputs> inputs;
  std::optional<ShardScheduler> scheduler;
  run_on_all_ranks(comm, [&] {
    inputs.emplace(spec);
    if (comm.rank() != 0) return;
    io::make_folder(inputs->parts);
    scheduler.emplace(*inputs, spec);
  });

  // Made by the first shard that needs it: whoever waits for another's expansion says so, as the
  // farm's other threads go on.
  std::optional<tfhe::EvaluationKey> key;
  const auto key_of = [&]() -> const tfhe::EvaluationKey& {
    if (!key) key.emplace(expand_key(*inputs, spec, comm.size() == 1));
    return *key;
  };
  Job job;
  job.work = [&](TaskId, std::span<const std::uint8_t> content) {
    return to_message(do_shard(*inputs, from_message<Shard>(content), key_of, spec.engine()));
  };
  job.next = [&] { return scheduler->next(); };
  job.absorb = [&](const TaskMessage& message, Completion) { scheduler->absorb(message); };
  const auto interruption = [&] {
    const Interruption asked = spec.interruption ? spec.interruption() : Interruption::none;
    const bool late = asked == Interruption::none && scheduler && scheduler->out_of_time();
    return late ? Interruption::finish : asked;
  };
  const FarmResult end = farm(
      comm, job,
      {.run = inputs->run_id(), .interruption = interruption, .watch = {}, .leave = spec.leave});

  ScoreResult result;
  if (scheduler) {
    if (!end.interrupted) scheduler->finish();
    result = scheduler->result();
  }
  result.interrupted = end.interrupted;
  result.lost_ranks = end.lost_ranks;
  result.seconds = watch.elapsed().value;
  return result;
}

}  // namespace basalt::jobs
