// Worst cases: the interval of every element, and the grid its integers lie on.
#include <algorithm>
#include <numeric>

#include "base/error.hpp"
#include "ir/graph.hpp"

namespace basalt::ir {
namespace {

using Ranges = std::vector<std::vector<Range>>;
using Steps = std::vector<std::vector<Integer>>;

constexpr Integer largest = Integer{1} << 62;

/// sum + weight * value, saturated at the limit that check_limits() refuses.
Integer saturating_add(Integer sum, Integer weight, Integer value) {
  Integer step = 0, out = 0;
  if (__builtin_mul_overflow(weight, value, &step) || __builtin_add_overflow(sum, step, &out)) {
    return (weight > 0) == (value > 0) ? largest : -largest;
  }
  return std::clamp(out, -largest, largest);
}

std::vector<Range> ranges_after(const Linear& linear, const Ranges& ranges) {
  std::vector<Range> out;
  for (const Integer bias : linear.bias) out.push_back({bias, bias});
  for (const Linear::Term& term : linear.terms) {
    const std::vector<Range>& input = ranges[term.input];
    const SparseMatrix& matrix = term.weights;
    for (std::size_t row = 0; row < out.size(); ++row) {
      for (std::size_t at = matrix.row_start[row]; at < matrix.row_start[row + 1]; ++at) {
        const Integer weight = matrix.weight[at];
        const Range range = input[matrix.column[at]];
        out[row].low = saturating_add(out[row].low, weight, weight > 0 ? range.low : range.high);
        out[row].high = saturating_add(out[row].high, weight, weight > 0 ? range.high : range.low);
      }
    }
  }
  return out;
}

/// The entries that an element in `range` can reach, in order of its positions.
std::vector<Integer> reachable(const Lookup& lookup, std::size_t element, Range range) {
  const Integer size = Integer{1} << lookup.bits.value;
  Integer first = table_position(lookup, range.low);
  Integer last = table_position(lookup, range.high);
  if (lookup.wraps) {
    last = std::min(last, first + size - 1);
  } else {
    first = std::clamp<Integer>(first, 0, size - 1);
    last = std::clamp<Integer>(last, 0, size - 1);
  }
  const auto table = static_cast<Eigen::Index>(lookup.table_of[element]);
  std::vector<Integer> entries;
  for (Integer m = first; m <= last; ++m) entries.push_back(lookup.tables(table, m & (size - 1)));
  return entries;
}

std::vector<Range> ranges_after(const Lookup& lookup, const Ranges& ranges) {
  const std::vector<Range>& input = ranges[lookup.input];
  std::vector<Range> out;
  for (std::size_t element = 0; element < input.size(); ++element) {
    const std::vector<Integer> entries = reachable(lookup, element, input[element]);
    const auto [low, high] = std::ranges::minmax_element(entries);
    out.push_back({*low, *high});
  }
  return out;
}

std::vector<Range> ranges_after(const Round& round, const Ranges& ranges) {
  const int removed = round.removed.value;
  const Integer half = Integer{1} << (removed - 1);
  std::vector<Range> out = ranges[round.input];
  for (Range& range : out) {
    range.low = ((range.low + half) >> removed) << removed;
    range.high = ((range.high + half) >> removed) << removed;
  }
  return out;
}

std::vector<Range> ranges_after(const Input& input, const Ranges&) {
  return std::vector<Range>(input.size, Range{input.low, input.high});
}

std::vector<Range> ranges_after(const Output& output, const Ranges& ranges) {
  return ranges[output.input];
}

void check_limits(const Graph& graph, ValueId id, const std::vector<Range>& ranges) {
  for (const Range& range : ranges) {
    require(-largest < range.low && range.high < largest, ErrorCode::invalid_argument,
            "graph: node ", id, " (", graph.nodes[id].name, "): integers leave 62 bits");
  }
}

std::vector<Integer> steps_after(const Input& input, const Ranges&, const Steps&) {
  return std::vector<Integer>(input.size, input.low < input.high ? 1 : 0);
}

std::vector<Integer> steps_after(const Linear& linear, const Ranges&, const Steps& steps) {
  std::vector<Integer> out(linear.bias.size(), 0);
  for (const Linear::Term& term : linear.terms) {
    const SparseMatrix& matrix = term.weights;
    for (std::size_t row = 0; row < out.size(); ++row) {
      for (std::size_t at = matrix.row_start[row]; at < matrix.row_start[row + 1]; ++at) {
        out[row] = std::gcd(out[row], matrix.weight[at] * steps[term.input][matrix.column[at]]);
      }
    }
  }
  return out;
}

std::vector<Integer> steps_after(const Lookup& lookup, const Ranges& ranges, const Steps&) {
  std::vector<Integer> out;
  for (std::size_t element = 0; element < lookup.table_of.size(); ++element) {
    const std::vector<Integer> entries = reachable(lookup, element, ranges[lookup.input][element]);
    Integer step = 0;
    for (const Integer entry : entries) step = std::gcd(step, entry - entries.front());
    out.push_back(step);
  }
  return out;
}

std::vector<Integer> steps_after(const Round& round, const Ranges& ranges, const Steps&) {
  std::vector<Integer> out;
  for (const Range& range : ranges_after(round, ranges)) {
    out.push_back(range.low < range.high ? Integer{1} << round.removed.value : 0);
  }
  return out;
}

std::vector<Integer> steps_after(const Output& output, const Ranges&, const Steps& steps) {
  return steps[output.input];
}

}  // namespace

Integer table_position(const Lookup& lookup, Integer value) {
  const int truncated_bits = lookup.truncated_bits.value;
  if (truncated_bits > 0) value = (value + (Integer{1} << (truncated_bits - 1))) >> truncated_bits;
  return value - lookup.offset;
}

Integer table_index(const Lookup& lookup, Integer value) {
  const Integer position = table_position(lookup, value);
  return lookup.wraps ? position & ((Integer{1} << lookup.bits.value) - 1) : position;
}

std::vector<std::vector<Range>> ranges_of(const Graph& graph) {
  Ranges ranges;
  for (ValueId id = 0; id < graph.nodes.size(); ++id) {
    ranges.push_back(
        std::visit([&](const auto& op) { return ranges_after(op, ranges); }, graph.nodes[id].op));
    check_limits(graph, id, ranges.back());
  }
  return ranges;
}

std::vector<std::vector<Integer>> steps_of(const Graph& graph) {
  const Ranges ranges = ranges_of(graph);
  Steps steps;
  for (const Node& node : graph.nodes) {
    steps.push_back(
        std::visit([&](const auto& op) { return steps_after(op, ranges, steps); }, node.op));
  }
  return steps;
}

}  // namespace basalt::ir
