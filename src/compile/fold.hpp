// Graph pass: layers without a table between them become one layer.
#pragma once

#include "ir/graph.hpp"

namespace basalt::compile {

/// The same graph with no Linear that reads a Linear, and without nodes that nothing reads.
/// Errors: invalid_argument if a folded weight leaves 32 bits.
ir::Graph fold_linears(const ir::Graph& graph);

}  // namespace basalt::compile
