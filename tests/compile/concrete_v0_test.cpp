// The published optimizer's own table, line by line.
#include "compile/concrete_v0.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "base/error.hpp"

namespace basalt::compile::concrete_v0_test {
namespace {

struct Row {
  int precision, log2_norm;
  std::size_t k;
  int log2_size;
  std::size_t n;
  int bootstrap_levels, bootstrap_base_log, keyswitch_levels, keyswitch_base_log;
  double cost, p_error;
};

std::vector<Row> published_rows() {
  std::ifstream file(BASALT_TEST_VECTORS "/concrete_v0_128.txt");
  std::vector<Row> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream fields(line);
    Row r{};
    fields >> r.precision >> r.log2_norm >> r.k >> r.log2_size >> r.n >> r.bootstrap_levels >>
        r.bootstrap_base_log >> r.keyswitch_levels >> r.keyswitch_base_log >> r.cost >> r.p_error;
    EXPECT_TRUE(fields) << line;
    rows.push_back(r);
  }
  return rows;
}

void expect_row(const Row& row, double p_error, int security) {
  const auto answer = concrete_v0({.precision = row.precision,
                                   .log2_norm = static_cast<double>(row.log2_norm),
                                   .p_error = p_error,
                                   .security = security});
  const std::string where = concat("precision ", row.precision, ", norm 2^", row.log2_norm, ", ",
                                   security, " bits of security");
  ASSERT_TRUE(answer) << where;

  const tfhe::ParameterSpec& found = answer->parameters;
  EXPECT_EQ(found.glwe_dimension, row.k) << where;
  EXPECT_EQ(found.polynomial_size, std::size_t{1} << row.log2_size) << where;
  EXPECT_EQ(found.lwe_dimension, row.n) << where;
  EXPECT_EQ(found.bootstrap, (tfhe::Decomposition{row.bootstrap_base_log, row.bootstrap_levels}))
      << where;
  EXPECT_EQ(found.keyswitch, (tfhe::Decomposition{row.keyswitch_base_log, row.keyswitch_levels}))
      << where;
  EXPECT_EQ(std::floor(answer->complexity / 0x1p20), row.cost) << where;
  EXPECT_NEAR(std::exp2(answer->log2_p_error.value) / row.p_error, 1.0, 0.03) << where;
}

TEST(ConcreteV0, GivesEveryRowOfThePublishedTable) {
  const std::vector<Row> rows = published_rows();
  ASSERT_EQ(rows.size(), 235u);
  for (const Row& row : rows) expect_row(row, 6.3342484e-5, 128);
}

TEST(ConcreteV0, GivesRowsOfTheTablesOfOtherLevelsAndProbabilities) {
  struct Known {
    int security;
    double p_error;
    Row row;
  };
  constexpr double usual = 6.3342484e-5, rare = 0x1p-128;
  for (const auto& [security, p_error, row] :
       {Known{80, usual, {1, 0, 3, 8, 512, 1, 14, 1, 9, 14, 2.9e-12}},
        {80, usual, {4, 12, 1, 10, 521, 3, 10, 2, 6, 56, 6.3e-5}},
        {80, usual, {9, 16, 1, 15, 626, 20, 2, 11, 2, 15270, 6.0e-5}},
        {132, usual, {1, 4, 6, 8, 656, 1, 17, 3, 3, 39, 6.3e-5}},
        {132, usual, {4, 0, 2, 10, 794, 1, 23, 4, 3, 78, 6.3e-5}},
        {132, usual, {5, 21, 1, 11, 804, 8, 5, 7, 2, 419, 6.0e-5}},
        {132, usual, {10, 9, 1, 16, 1124, 6, 6, 11, 2, 20209, 6.2e-5}},
        {192, usual, {1, 0, 4, 9, 907, 1, 17, 3, 3, 74, 6.3e-5}},
        {192, usual, {5, 23, 1, 12, 1177, 21, 2, 8, 2, 3105, 6.3e-5}},
        {192, usual, {10, 13, 1, 17, 1599, 39, 1, 12, 2, 324313, 6.2e-5}},
        {192, rare, {1, 25, 6, 9, 1066, 9, 5, 14, 1, 693, 2.9e-39}},
        {192, rare, {7, 16, 1, 15, 1495, 41, 1, 11, 2, 71608, 2.5e-39}}}) {
    expect_row(row, p_error, security);
  }
  EXPECT_FALSE(concrete_v0({.precision = 10, .p_error = rare, .security = 192}));
}

TEST(ConcreteV0, HasNoAnswerBeyondTheTable) {
  const std::pair<int, int> ends[] = {{1, 31}, {2, 30}, {3, 28}, {4, 27}, {5, 25},
                                      {6, 23}, {7, 21}, {8, 19}, {9, 17}, {10, 14}};
  for (const auto& [precision, log2_norm] : ends) {
    EXPECT_FALSE(concrete_v0({.precision = precision, .log2_norm = static_cast<double>(log2_norm)}))
        << precision;
  }
  EXPECT_FALSE(concrete_v0({.precision = 12}));
  EXPECT_FALSE(concrete_v0({.precision = 40}));
}

TEST(ConcreteV0, GivesTheWidestTablesKnown) {
  struct Known {
    int precision;
    double p_error;
    std::size_t n;
    double complexity;
  };
  for (const Known& known :
       {Known{11, 6.3342484e-5, 1188, 21094202204.0}, Known{11, 1e-5, 1193, 29001120599.0},
        Known{10, 0x1p-40, 1184, 20403452768.0}, Known{9, 0x1p-64, 1133, 19547814803.0},
        Known{9, 0x1p-128, 1169, 20151794543.0}}) {
    const auto answer = concrete_v0({.precision = known.precision, .p_error = known.p_error});
    ASSERT_TRUE(answer) << known.precision;
    EXPECT_EQ(answer->parameters.lwe_dimension, known.n);
    EXPECT_EQ(answer->complexity, known.complexity);
  }
}

TEST(ConcreteV0, RefusesQueriesWithoutMeaning) {
  const auto subject_of = [](const ConcreteV0Query& query) -> std::string {
    try {
      (void)concrete_v0(query);
    } catch (const Error& error) {
      return error.subject();
    }
    return "accepted";
  };
  EXPECT_EQ(subject_of({.precision = 0}), "bits");
  EXPECT_EQ(subject_of({.precision = 4, .log2_norm = -1.0}), "log_norm2");
  EXPECT_EQ(subject_of({.precision = 4, .p_error = 7.0}), "p_error");
  EXPECT_EQ(subject_of({.precision = 4, .security = 100}), "security");
}

}  // namespace
}  // namespace basalt::compile::concrete_v0_test
