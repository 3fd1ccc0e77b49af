// The text form of circuits is stable.
#include <gtest/gtest.h>

#include "ir/encoded_graph.hpp"

namespace basalt::ir::print_test {
namespace {

TEST(Print, GivesOneLinePerNode) {
  Lookup lookup{.input = 1,
                .bits = {1},
                .wraps = true,
                .offset = 0,
                .truncated_bits = {0},
                .tables = Matrix<Integer>(1, 2),
                .table_of = {0}};
  lookup.tables << 1, -1;
  EncodedGraph encoded;
  encoded.estimator = "NeuralNetClassifier";
  encoded.graph = {{{"inputs", Input{2, 0, 3}},
                    {"fc0", Linear{{{0, SparseMatrix::selection({1}, 2)}}, {0}}},
                    {"act0", lookup},
                    {"scores", Output{2}}}};
  encoded.encodings = {{.log2_scale = 62,
                        .bits = {0},
                        .wraps = false,
                        .range = {0, 3},
                        .norm2_fresh = 0,
                        .norm2_table = 0},
                       {.log2_scale = 63,
                        .bits = {1},
                        .wraps = true,
                        .range = {0, 3},
                        .norm2_fresh = 1,
                        .norm2_table = 0},
                       {.log2_scale = 62,
                        .bits = {0},
                        .wraps = false,
                        .range = {-1, 1},
                        .norm2_fresh = 0,
                        .norm2_table = 0},
                       {.log2_scale = 62,
                        .bits = {1},
                        .wraps = false,
                        .range = {-1, 1},
                        .norm2_fresh = 0,
                        .norm2_table = 1}};
  encoded.outputs = {{3, {{-1, 2}}}};

  EXPECT_EQ(print(encoded),
            "circuit of NeuralNetClassifier: 2 inputs, 1 bootstraps, 1 outputs\n"
            "%0 inputs = input[2] of 0..3; 0..3, scale 2^62\n"
            "%1 fc0 = linear[1] 1 weights x %0; 0..3, scale 2^63, 1 wrapping bits, "
            "norm2 of inputs 1\n"
            "%2 act0 = wrapping lookup[1] %1, 1 tables of 1 bits; -1..1, scale 2^62\n"
            "%3 scores = output %2; -1..1, scale 2^62, 1 bits, norm2 of tables 1\n");
}

}  // namespace
}  // namespace basalt::ir::print_test
