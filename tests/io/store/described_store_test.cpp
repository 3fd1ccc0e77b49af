// What every noun's file has in common, over all nouns: nothing wrong passes, equal bytes.
#include "io/store/described_store.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "io/nouns.hpp"
#include "io/store/batch_store.hpp"
#include "io/store/circuit_store.hpp"
#include "io/store/client_key_store.hpp"
#include "io/store/dataset_store.hpp"
#include "io/store/evaluation_key_store.hpp"
#include "io/store/model_store.hpp"
#include "io/store/score_store.hpp"
#include "support/expect_error.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::io::described_store_test {
namespace {

using testing_support::TemporaryFolder;
using Path = std::filesystem::path;

/// How a noun is written, always the same thing, and read.
struct NounCase {
  std::string noun;
  std::function<void(const Path&)> save;
  std::function<void(const Path&)> load;
};

template <class Noun, class Load>
NounCase noun_case(const std::string& name, Noun noun, Load load) {
  auto shared = std::make_shared<Noun>(std::move(noun));
  return {name, [shared](const Path& path) { save(*shared, path); },
          [load](const Path& path) { (void)load(path); }};
}

const std::vector<NounCase>& cases() {
  static const std::vector<NounCase> all{
      noun_case("dataset", toy_dataset(), load_dataset),
      noun_case("model", toy_model(), load_model),
      noun_case("circuit", toy_solution(), load_circuit),
      noun_case("client_key", toy_client_key(),
                [](const Path& path) { return load_client_key(path); }),
      noun_case("evaluation_key", toy_evaluation_key(), load_evaluation_key),
      noun_case("batch", toy_batch(), load_batch),
      noun_case("scores", toy_scores(), load_scores),
      noun_case("scores_index", ScoreIndex{}, load_score_index)};
  return all;
}

class EveryNoun : public ::testing::TestWithParam<std::size_t> {
 protected:
  EveryNoun() { noun_.save(path_); }

  ErrorCode refusal(const std::string& path) const {
    try {
      noun_.load(path);
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(path), std::string::npos) << error.what();
      return error.code();
    }
    ADD_FAILURE() << noun_.noun << ": accepted";
    return ErrorCode::internal;
  }

  TemporaryFolder folder_;
  std::string path_ = folder_.file("noun.h5");
  const NounCase& noun_ = cases()[GetParam()];
};

TEST_P(EveryNoun, IsNamedAndReadBack) {
  EXPECT_EQ(verify(path_).noun, noun_.noun);
  EXPECT_NO_THROW(noun_.load(path_));
}

TEST_P(EveryNoun, EqualContentGivesEqualBytes) {
  noun_.save(folder_.file("again.h5"));

  EXPECT_EQ(read_bytes(path_), read_bytes(folder_.file("again.h5")));
}

TEST_P(EveryNoun, ACutOrAFlippedBitIsFound) {
  const std::vector<std::uint8_t> whole = read_bytes(path_);
  RandomStream random{Seed{GetParam()}};
  for (int i = 0; i < 40; ++i) {
    std::vector<std::uint8_t> damaged = whole;
    const std::uint64_t bit = random.below(whole.size() * 8);
    damaged[bit / 8] = static_cast<std::uint8_t>(damaged[bit / 8] ^ (1U << (bit % 8)));
    publish(folder_.file("damaged.h5"), damaged);
    EXPECT_EQ(refusal(folder_.file("damaged.h5")), ErrorCode::corrupt) << "bit " << bit;

    publish(folder_.file("cut.h5"), std::span(whole).first(random.below(whole.size())));
    EXPECT_EQ(refusal(folder_.file("cut.h5")), ErrorCode::corrupt);
  }
}

TEST_P(EveryNoun, AnotherNounIsRefused) {
  // Two on, because scores and their index are read by the same function.
  const std::size_t other = (GetParam() + 2) % cases().size();
  cases()[other].save(folder_.file("other.h5"));

  EXPECT_EQ(refusal(folder_.file("other.h5")), ErrorCode::mismatch);
  EXPECT_EQ(refusal(folder_.file("absent.h5")), ErrorCode::not_found);
}

/// The file with another version in its block, sealed again.
void rewrite_identity(const std::string& path, const std::function<void(Identity&)>& change) {
  std::vector<std::uint8_t> bytes = read_bytes(path);
  Identity identity = read_identity(path);
  change(identity);
  const Digest content = hash_file(open_for_reading(path), path, envelope_bytes, identity.bytes);
  const auto block = write_envelope(identity, content);
  std::ranges::copy(block, bytes.begin());
  publish(path, bytes);
}

TEST_P(EveryNoun, ANewerFormatIsRefused) {
  rewrite_identity(path_, [](Identity& identity) { identity.version += 100; });

  EXPECT_EQ(refusal(path_), ErrorCode::unsupported);
}

INSTANTIATE_TEST_SUITE_P(Nouns, EveryNoun, ::testing::Range(std::size_t{0}, std::size_t{8}),
                         [](const auto& info) { return cases()[info.param].noun; });

TEST(DescribedStore, AnIdThatTheContentDoesNotHaveIsRefused) {
  const TemporaryFolder folder;
  save(toy_dataset(), folder.file("d.h5"));
  rewrite_identity(folder.file("d.h5"), [](Identity& identity) { identity.id = toy_id(1); });

  expect_error(ErrorCode::corrupt, "content has id e", [&] { load_dataset(folder.file("d.h5")); });
}

}  // namespace
}  // namespace basalt::io::described_store_test
