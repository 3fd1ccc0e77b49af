#include "tfhe/bootstrap.hpp"

#include <algorithm>
#include <bit>
#include <functional>

#include "base/error.hpp"
#include "tfhe/detail/stage_keys_layout.hpp"
#include "tfhe/glwe.hpp"
#include "tfhe/modulus_switch.hpp"
#include "torus/polynomial.hpp"

namespace basalt::tfhe {
namespace {

/// Ciphertexts that one thread rotates together: enough to share each key row, few enough that
/// their accumulators stay in the second level cache.
std::size_t chunk_capacity(const Parameters& parameters) {
  constexpr std::size_t words = 64 * 2048;
  return std::clamp<std::size_t>(words / parameters.N(), 8, 64);
}

/// Scratch memory of one thread.
struct ThreadMemory {
  ThreadMemory(const StageKeys::Layout& key, std::size_t chunk)
      : keyswitch(*key.keyswitch, chunk),
        rotation(*key.rotation, chunk),
        small(chunk * (key.parameters.n() + 1)),
        one(key.parameters.n() + 1),
        exponents(key.parameters.n() * rotation.capacity()),
        glwe((key.parameters.k() + 1) * key.parameters.N()) {}

  KeyswitchWorkspace keyswitch;
  torus::RotationWorkspace rotation;
  std::vector<Torus> small;              ///< Ciphertexts under the small key.
  std::vector<std::uint32_t> one;        ///< Exponents of one ciphertext.
  std::vector<std::uint32_t> exponents;  ///< Shape: [n x capacity].
  std::vector<Torus> glwe;               ///< One accumulator as words.
};

/// One call of bootstrap(), as its chunks see it.
struct Work {
  const StageKeys::Layout& key;
  const LweBatch& in;
  const LookupTables& tables;
  std::span<const std::uint32_t> table_of;
  LweBatch& out;
  bool small;                        ///< The inputs are under the small key already.
  int log2_tables_per_rotation = 0;  ///< Tables that one rotation reads.
};

/// Exponents of ciphertext `c` of the chunk, and its accumulator: X^-body times the table.
void start(const Work& work, std::size_t index, std::size_t c, ThreadMemory& memory) {
  const Parameters& parameters = work.key.parameters;
  const std::size_t n = parameters.n(), N = parameters.N(), capacity = memory.rotation.capacity();
  const int parts = work.log2_tables_per_rotation, log2_modulus = std::countr_zero(2 * N) - parts;
  switch_modulus(std::span(memory.small).subspan(c * (n + 1), n + 1), log2_modulus, memory.one);
  for (std::size_t i = 0; i < n; ++i) memory.exponents[i * capacity + c] = memory.one[i] << parts;

  const auto glwe = std::span(memory.glwe);
  const std::size_t masks = parameters.big_dimension();
  std::ranges::fill(glwe.first(masks), 0);
  torus::rotate(work.tables[work.table_of[index]], (2 * N - (memory.one[n] << parts)) % (2 * N),
                glwe.subspan(masks));
  work.key.rotation->load(glwe.data(), memory.rotation.accumulator(c));
}

void finish(const Work& work, std::size_t index, std::size_t c, ThreadMemory& memory) {
  const Parameters& parameters = work.key.parameters;
  const std::size_t masks = parameters.big_dimension();
  work.key.rotation->store(memory.rotation.accumulator(c), memory.glwe.data());
  const std::size_t parts = std::size_t{1} << work.log2_tables_per_rotation;
  for (std::size_t part = 0; part < parts; ++part) {
    sample_extract(std::span<const Torus>(memory.glwe).first(masks), memory.glwe[masks + part],
                   parameters.k(), parameters.N(), part, work.out[index * parts + part]);
  }
}

void bootstrap_chunk(const Work& work, std::size_t first, std::size_t count, ThreadMemory& memory) {
  if (work.small) {
    const std::size_t width = work.in.dimension() + 1;
    std::ranges::copy(work.in.words().subspan(first * width, count * width), memory.small.begin());
  } else {
    keyswitch(*work.key.keyswitch, work.in, first, count, memory.small, memory.keyswitch);
  }
  std::ranges::fill(memory.exponents, 0);  // lanes without a ciphertext rotate by nothing
  for (std::size_t c = 0; c < count; ++c) start(work, first + c, c, memory);
  torus::rotate_blindly(*work.key.rotation, work.key.rotation_key, memory.exponents, count,
                        memory.rotation);
  for (std::size_t c = 0; c < count; ++c) finish(work, first + c, c, memory);
}

void check(const Work& work) {
  const Parameters& parameters = work.key.parameters;
  require(parameters.has_bootstrap(), ErrorCode::mismatch,
          "bootstrap: the key's parameters have no bootstrap, expected a small key");
  const std::size_t big = parameters.big_dimension();
  const std::size_t from = work.small ? parameters.n() : work.key.keyswitch->source_dimension();
  require(work.in.dimension() == from && work.out.dimension() == big, ErrorCode::mismatch,
          "bootstrap: ciphertexts of dimension ", work.in.dimension(), " to ", work.out.dimension(),
          ", the key expects ", from, " to ", big);
  require(0 <= work.log2_tables_per_rotation &&
              (std::size_t{2} << work.log2_tables_per_rotation) <= parameters.N(),
          ErrorCode::invalid_argument, "bootstrap: 2^", work.log2_tables_per_rotation,
          " tables in one rotation, expected 1 to ", parameters.N() / 2);
  require(work.in.count() << work.log2_tables_per_rotation == work.out.count() &&
              work.in.count() == work.table_of.size(),
          ErrorCode::mismatch, "bootstrap: ", work.in.count(), " ciphertexts to ", work.out.count(),
          " with ", work.table_of.size(), " tables of 2^", work.log2_tables_per_rotation,
          " parts, expected counts that fit");
  require(work.tables.polynomial_size() == parameters.N(), ErrorCode::mismatch,
          "bootstrap: tables of ", work.tables.polynomial_size(), " words, the key expects ",
          parameters.N());
  const bool known = std::ranges::all_of(
      work.table_of, [&](std::uint32_t table) { return table < work.tables.count(); });
  require(known, ErrorCode::mismatch, "bootstrap: a table index is not below ", work.tables.count(),
          ", the number of tables");
}

}  // namespace

struct BootstrapWorkspace::Parts {
  Parts(const StageKeys& keys, std::size_t count)
      : owner(&keys.layout()), chunk(chunk_capacity(keys.parameters())) {
    for (std::size_t i = 0; i < count; ++i) threads.emplace_back(keys.layout(), chunk);
  }
  const StageKeys::Layout* owner;
  std::size_t chunk;
  std::vector<ThreadMemory> threads;
};

BootstrapWorkspace::BootstrapWorkspace(const StageKeys& keys, std::size_t threads) {
  require(keys.parameters().has_bootstrap(), ErrorCode::mismatch,
          "bootstrap: the key's parameters have no bootstrap, expected a small key");
  parts_ = std::make_unique<Parts>(keys, threads);
}
BootstrapWorkspace::~BootstrapWorkspace() = default;
BootstrapWorkspace::BootstrapWorkspace(BootstrapWorkspace&&) noexcept = default;

namespace {

void run(const Work& work, BootstrapWorkspace& workspace, ThreadTeam& team) {
  check(work);
  BootstrapWorkspace::Parts& parts = workspace.parts();
  require(parts.owner == &work.key && parts.threads.size() >= team.size(), ErrorCode::mismatch,
          "bootstrap: the workspace has ", parts.threads.size(),
          " threads or belongs to another key, expected this key and at least ", team.size());

  const std::size_t count = work.in.count(), even = (count + team.size() - 1) / team.size();
  const std::size_t chunk = std::min(parts.chunk, work.key.rotation->round_up_to_lanes(even));
  if (chunk == 0) return;
  const auto run_chunk = [&](std::size_t item, std::size_t thread) {
    const std::size_t first = item * chunk;
    bootstrap_chunk(work, first, std::min(chunk, count - first), parts.threads[thread]);
  };
  team.for_each((count + chunk - 1) / chunk, std::ref(run_chunk));  // by reference: no allocation
}

}  // namespace

void bootstrap(const StageKeys& keys, const LweBatch& in, const LookupTables& tables,
               std::span<const std::uint32_t> table_of, LweBatch& out,
               BootstrapWorkspace& workspace, ThreadTeam& team) {
  run({keys.layout(), in, tables, table_of, out, false}, workspace, team);
}

void bootstrap_many(const StageKeys& keys, const LweBatch& in, const LookupTables& tables,
                    std::span<const std::uint32_t> table_of, int log2_tables_per_rotation,
                    LweBatch& out, BootstrapWorkspace& workspace, ThreadTeam& team) {
  run({keys.layout(), in, tables, table_of, out, false, log2_tables_per_rotation}, workspace, team);
}

void bootstrap_small(const StageKeys& keys, const LweBatch& in, const LookupTables& tables,
                     std::span<const std::uint32_t> table_of, LweBatch& out,
                     BootstrapWorkspace& workspace, ThreadTeam& team) {
  run({keys.layout(), in, tables, table_of, out, true}, workspace, team);
}

}  // namespace basalt::tfhe
