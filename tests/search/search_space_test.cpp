#include "search/search_space.hpp"

#include <gtest/gtest.h>

#include <set>

#include "search/campaigns.hpp"

namespace basalt::search::search_space_test {
namespace {

TEST(SearchSpace, GivesWholeNumbersEqualSharesOfTheirAxis) {
  const SpaceEntry bits = whole("bits", 3, 6);
  std::map<std::int64_t, int> seen;
  for (int i = 0; i < 400; ++i) ++seen[std::get<std::int64_t>(value_at(bits, (i + 0.5) / 400))];
  EXPECT_EQ(seen, (std::map<std::int64_t, int>{{3, 100}, {4, 100}, {5, 100}, {6, 100}}));
}

TEST(SearchSpace, GivesDecadesEqualSharesOfALogarithmicAxis) {
  const SpaceEntry rate = real("lr", 1e-4, 1e-2, true);
  EXPECT_NEAR(std::get<double>(value_at(rate, 0.5)), 1e-3, 1e-9);
  EXPECT_NEAR(std::get<double>(value_at(rate, 0.0)), 1e-4, 1e-16);
}

TEST(SearchSpace, StaysInsideAtTheEnds) {
  const double almost_one = 1.0 - 0x1p-53;
  EXPECT_EQ(value_at(whole("bits", 1, 100, true), almost_one), SettingValue(std::int64_t{100}));
  EXPECT_EQ(value_at(whole("bits", 1, 100, true), 0.0), SettingValue(std::int64_t{1}));
  EXPECT_LE(std::get<double>(value_at(real("lr", 0.1, 0.3), almost_one)), 0.3);
  const auto texts = choices("a", {std::string("x"), std::string("y")});
  EXPECT_EQ(value_at(texts, almost_one), SettingValue(std::string("y")));
}

TEST(SearchSpace, FindsTheAxisPositionOfItsValues) {
  const Interval interval{1e-4, 1e-2, true, false};
  for (const double u : {0.0, 0.1, 0.5, 0.99}) {
    const SpaceEntry entry{"model", "lr", interval, 1};
    EXPECT_NEAR(position_of(interval, value_at(entry, u)), u, 1e-12);
  }
}

TEST(SearchSpace, NumbersEveryConfigurationOfAFiniteSpaceOnce) {
  const SearchSpace space({choices("a", {true, false}), whole("b", -1, 1)});
  ASSERT_EQ(space.count(), 6u);
  std::set<std::string> texts;
  for (std::uint64_t number = 0; number < 6; ++number) {
    texts.insert(to_text(space.numbered(number)));
  }
  EXPECT_EQ(texts.size(), 6u);
  EXPECT_EQ(to_text(space.numbered(0)), "{a = true, b = -1}");
}

TEST(SearchSpace, HasNoCountWhereItIsContinuousOrHuge) {
  EXPECT_FALSE(SearchSpace({real("lr", 0, 1)}).count().has_value());
  EXPECT_FALSE(SearchSpace({whole("a", 0, 1e15), whole("b", 0, 1e15)}).count().has_value());
  EXPECT_EQ(SearchSpace({}).count(), 1u);
}

}  // namespace
}  // namespace basalt::search::search_space_test
