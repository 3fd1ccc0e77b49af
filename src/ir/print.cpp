// The text form of circuits: one line per node, stable, for people and golden tests.
#include <sstream>

#include "ir/encoded_graph.hpp"

namespace basalt::ir {
namespace {

/// Writes what is particular to one kind of node.
struct Printer {
  std::ostream& out;

  void operator()(const Input& input) const {
    out << "input[" << input.size << "] of " << input.low << ".." << input.high;
  }

  void operator()(const Linear& linear) const {
    out << "linear[" << linear.bias.size() << "]";
    const char* separator = " ";
    for (const Linear::Term& term : linear.terms) {
      out << separator << term.weights.weight.size() << " weights x %" << term.input;
      separator = " + ";
    }
  }

  void operator()(const Lookup& lookup) const {
    out << (lookup.wraps ? "wrapping" : "padded") << " lookup[" << lookup.table_of.size() << "] %"
        << lookup.input << ", " << lookup.tables.rows() << " tables of " << lookup.bits.value
        << " bits";
    if (lookup.offset != 0) out << " from " << lookup.offset;
    if (lookup.truncated_bits.value > 0)
      out << ", " << lookup.truncated_bits.value << " bits truncated";
  }

  void operator()(const Round& round) const {
    out << "round %" << round.input << ", " << round.removed.value << " bits removed";
  }

  void operator()(const Output& output) const { out << "output %" << output.input; }
};

void print_node(std::ostream& out, const EncodedGraph& encoded, ValueId id) {
  const Encoding& plan = encoded.encodings[id];
  out << "%" << id << " " << encoded.graph.nodes[id].name << " = ";
  std::visit(Printer{out}, encoded.graph.nodes[id].op);
  out << "; " << plan.range.low << ".." << plan.range.high << ", scale 2^" << plan.log2_scale;
  if (plan.bits.value > 0)
    out << ", " << plan.bits.value << (plan.wraps ? " wrapping" : "") << " bits";
  if (plan.norm2_fresh > 0) out << ", norm2 of inputs " << plan.norm2_fresh;
  if (plan.norm2_table > 0) out << ", norm2 of tables " << plan.norm2_table;
  out << "\n";
}

}  // namespace

std::string print(const EncodedGraph& encoded) {
  std::ostringstream out;
  out << "circuit of " << encoded.estimator << ": " << encoded.inputs() << " inputs, "
      << encoded.bootstraps_per_row() << " bootstraps, " << encoded.output_count() << " outputs\n";
  for (ValueId id = 0; id < encoded.graph.nodes.size(); ++id) print_node(out, encoded, id);
  return out.str();
}

}  // namespace basalt::ir
