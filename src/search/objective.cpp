#include "search/objective.hpp"

#include <array>
#include <limits>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"

namespace basalt::search {
namespace {

using Relation = Constraint::Relation;

constexpr double infinity = std::numeric_limits<double>::infinity();

// Longer signs first: "<" is the beginning of "<=".
constexpr std::array<std::pair<std::string_view, Relation>, 5> signs{{{"<=", Relation::at_most},
                                                                      {">=", Relation::at_least},
                                                                      {"==", Relation::equal},
                                                                      {"<", Relation::less},
                                                                      {">", Relation::greater}}};

}  // namespace

bool Constraint::holds(double value) const noexcept {
  switch (relation) {
    case Relation::less:
      return value < bound;
    case Relation::at_most:
      return value <= bound;
    case Relation::equal:
      return value == bound;
    case Relation::at_least:
      return value >= bound;
    case Relation::greater:
      return value > bound;
  }
  return false;
}

Objective objective_from(const std::string& text) {
  const bool minimize = text.starts_with('-');
  const std::string result(trimmed(std::string_view(text).substr(minimize ? 1 : 0)));
  if (result.empty()) {
    throw Error(ErrorCode::invalid_argument,
                concat("\"objectives\" holds \"", text, "\", expected the name of a result"),
                "objectives");
  }
  return {result, minimize};
}

Constraint constraint_from(const std::string& text) {
  for (const auto& [sign, relation] : signs) {
    const std::size_t at = text.find(sign);
    if (at == std::string::npos) continue;
    const std::string_view all = text;
    const std::string_view result = trimmed(all.substr(0, at));
    const auto bound = parse_number<double>(trimmed(all.substr(at + sign.size())));
    if (bound && !result.empty()) return {std::string(result), relation, *bound};
    break;
  }
  throw Error(ErrorCode::invalid_argument,
              concat("\"constraints\" holds \"", text,
                     "\", expected a result, a relation and a number, such as \"max_bits <= 5\""),
              "constraints");
}

Criteria::Criteria(const std::vector<std::string>& objectives,
                   const std::vector<std::string>& constraints) {
  for (const std::string& text : objectives) objectives_.push_back(objective_from(text));
  for (const std::string& text : constraints) constraints_.push_back(constraint_from(text));
}

Losses Criteria::losses(const pipeline::Record& record) const {
  Losses losses;
  for (const Objective& objective : objectives_) {
    const auto found = record.result.find(objective.result);
    const bool known =
        record.state == pipeline::Record::State::completed && found != record.result.end();
    losses.push_back(!known ? infinity : objective.minimize ? found->second : -found->second);
  }
  return losses;
}

bool Criteria::feasible(const pipeline::Record& record) const {
  if (record.state != pipeline::Record::State::completed) return false;
  for (const Constraint& constraint : constraints_) {
    const auto found = record.result.find(constraint.result);
    if (found == record.result.end() || !constraint.holds(found->second)) return false;
  }
  return true;
}

std::vector<std::size_t> Criteria::order(
    const std::vector<const pipeline::Record*>& records) const {
  std::vector<Losses> all;
  for (const pipeline::Record* record : records) all.push_back(losses(*record));
  const std::vector<std::size_t> merit = order_of_merit(all);
  std::vector<std::size_t> order, broken;
  for (const std::size_t i : merit) (feasible(*records[i]) ? order : broken).push_back(i);
  order.insert(order.end(), broken.begin(), broken.end());
  return order;
}

}  // namespace basalt::search
