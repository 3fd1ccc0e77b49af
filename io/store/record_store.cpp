#include "io/store/record_store.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "io/file/csv_text.hpp"
#include "io/hdf5/column.hpp"
#include "io/store/described_store.hpp"

namespace basalt::io {
namespace {

using Names = std::vector<std::string>;
using Values = std::map<std::string, double> pipeline::Record::*;

constexpr const char* timing_prefix = "seconds_";

/// The union of the names that the rows use, sorted.
struct ColumnNames {
  Names settings, results, timings;
};

ColumnNames names_in(const std::vector<TrialRow>& rows) {
  std::set<std::string> settings, results, timings;
  for (const TrialRow& row : rows) {
    for (const auto& [name, value] : row.configuration) settings.insert(name);
    for (const auto& [name, value] : row.record.result) results.insert(name);
    for (const auto& [name, value] : row.record.timing) timings.insert(name);
  }
  return {{settings.begin(), settings.end()},
          {results.begin(), results.end()},
          {timings.begin(), timings.end()}};
}

double number_or_nan(const std::map<std::string, double>& values, const std::string& name) {
  const auto found = values.find(name);
  return found == values.end() ? std::numeric_limits<double>::quiet_NaN() : found->second;
}

/// A setting as people read it in a table: texts without quotes.
std::string plain_text(const SettingValue* value) {
  if (value == nullptr) return "";
  if (const auto* text = std::get_if<std::string>(value)) return *text;
  if (const auto* number = std::get_if<double>(value)) return shortest(*number);
  return to_text(*value);
}

const SettingValue* setting_of(const TrialRow& row, const std::string& name) {
  const auto found = row.configuration.find(name);
  return found == row.configuration.end() ? nullptr : &found->second;
}

/// The column as numbers of one type, if every row has such a value.
template <class T>
std::optional<h5::Column> typed_column(const std::string& name, const std::vector<TrialRow>& rows) {
  std::vector<T> values;
  for (const TrialRow& row : rows) {
    const SettingValue* value = setting_of(row, name);
    const T* typed = value == nullptr ? nullptr : std::get_if<T>(value);
    if (typed == nullptr) return std::nullopt;
    values.push_back(*typed);
  }
  return h5::number_column<T>(name, values);
}

h5::Column setting_column(const std::string& name, const std::vector<TrialRow>& rows) {
  if (auto whole = typed_column<std::int64_t>(name, rows)) return *whole;
  if (auto real = typed_column<double>(name, rows)) return *real;
  std::vector<std::string> texts;
  for (const TrialRow& row : rows) texts.push_back(plain_text(setting_of(row, name)));
  return h5::text_column(name, texts);
}

template <class Get>
h5::Column texts_of(const char* name, const std::vector<TrialRow>& rows, Get get) {
  std::vector<std::string> texts;
  for (const TrialRow& row : rows) texts.push_back(get(row));
  return h5::text_column(name, texts);
}

h5::Column numbers_of(const std::string& column, const std::string& name, Values values,
                      const std::vector<TrialRow>& rows) {
  std::vector<double> numbers;
  for (const TrialRow& row : rows) numbers.push_back(number_or_nan(row.record.*values, name));
  return h5::number_column<double>(column, numbers);
}

std::string hex_or_empty(const Digest& digest) {
  return digest.empty() ? "" : digest.hex();
}

std::vector<h5::Column> columns_of(const std::vector<TrialRow>& rows, const ColumnNames& names) {
  std::vector<std::int64_t> trials;
  for (const TrialRow& row : rows) trials.push_back(row.trial);
  std::vector<h5::Column> columns{
      h5::number_column<std::int64_t>("trial", trials),
      texts_of("state", rows, [](const TrialRow& row) { return name_of(row.record.state); })};
  for (const auto& name : names.settings) columns.push_back(setting_column(name, rows));
  for (const auto& name : names.results) {
    columns.push_back(numbers_of(name, name, &pipeline::Record::result, rows));
  }
  for (const auto& name : names.timings) {
    columns.push_back(numbers_of(timing_prefix + name, name, &pipeline::Record::timing, rows));
  }
  columns.push_back(texts_of(
      "model_id", rows, [](const TrialRow& row) { return hex_or_empty(row.record.model_id); }));
  columns.push_back(texts_of(
      "circuit_id", rows, [](const TrialRow& row) { return hex_or_empty(row.record.circuit_id); }));
  columns.push_back(
      texts_of("reason", rows, [](const TrialRow& row) { return row.record.reason; }));
  return columns;
}

std::vector<h5::Column> history_of(const std::vector<TrialRow>& rows) {
  std::vector<std::int64_t> trial, epoch;
  std::vector<double> train_loss, valid_loss, valid_accuracy;
  for (const TrialRow& row : rows) {
    for (const learn::EpochRecord& line : row.record.history) {
      trial.push_back(row.trial);
      epoch.push_back(line.epoch);
      train_loss.push_back(line.train_loss);
      valid_loss.push_back(line.valid_loss);
      valid_accuracy.push_back(line.valid_accuracy);
    }
  }
  return {h5::number_column<std::int64_t>("trial", trial),
          h5::number_column<std::int64_t>("epoch", epoch),
          h5::number_column<double>("train_loss", train_loss),
          h5::number_column<double>("valid_loss", valid_loss),
          h5::number_column<double>("valid_accuracy", valid_accuracy)};
}

void take_setting(const h5::Table& table, const std::string& name, std::vector<TrialRow>& rows) {
  const auto column = std::ranges::find(table.columns(), name, &h5::Column::name);
  require(column != table.columns().end(), ErrorCode::corrupt, "results: no column ", name);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    SettingValue& value = rows[i].configuration[name];
    if (column->element == h5::Element::i64) {
      value = table.numbers<std::int64_t>(name)[i];
    } else if (column->element == h5::Element::f64) {
      value = table.numbers<double>(name)[i];
    } else {
      value = table.texts(name)[i];
    }
  }
}

void take_numbers(const h5::Table& table, const std::string& column, const std::string& name,
                  Values values, std::vector<TrialRow>& rows) {
  const std::vector<double> numbers = table.numbers<double>(column);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!std::isnan(numbers[i])) (rows[i].record.*values)[name] = numbers[i];
  }
}

void take_history(const h5::Table& table, std::vector<TrialRow>& rows) {
  const auto trial = table.numbers<std::int64_t>("trial"),
             epoch = table.numbers<std::int64_t>("epoch");
  const auto train = table.numbers<double>("train_loss"),
             valid = table.numbers<double>("valid_loss"),
             accuracy = table.numbers<double>("valid_accuracy");
  std::map<std::int64_t, TrialRow*> by_trial;
  for (TrialRow& row : rows) by_trial[row.trial] = &row;
  for (std::size_t i = 0; i < trial.size(); ++i) {
    const auto found = by_trial.find(trial[i]);
    require(found != by_trial.end(), ErrorCode::corrupt, "results: history of trial ", trial[i],
            ", which has no row");
    found->second->record.history.push_back({epoch[i], train[i], valid[i], accuracy[i]});
  }
}

Digest digest_or_empty(const std::string& text) {
  return text.empty() ? Digest{} : Digest::from_hex(text);
}

std::vector<TrialRow> fixed_columns(const h5::Table& table) {
  const auto trials = table.numbers<std::int64_t>("trial");
  const auto states = table.texts("state"), models = table.texts("model_id"),
             circuits = table.texts("circuit_id"), reasons = table.texts("reason");
  std::vector<TrialRow> rows(trials.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].trial = trials[i];
    rows[i].record.state = state_named(states[i]);
    rows[i].record.model_id = digest_or_empty(models[i]);
    rows[i].record.circuit_id = digest_or_empty(circuits[i]);
    rows[i].record.reason = reasons[i];
  }
  return rows;
}

}  // namespace

const char* name_of(pipeline::Record::State state) noexcept {
  constexpr const char* names[]{"completed", "failed", "infeasible"};
  return names[static_cast<std::size_t>(state)];
}

pipeline::Record::State state_named(const std::string& name) {
  for (const auto state : {pipeline::Record::State::completed, pipeline::Record::State::failed,
                           pipeline::Record::State::infeasible}) {
    if (name == name_of(state)) return state;
  }
  throw Error(ErrorCode::corrupt, concat("results: no trial can have state \"", name, "\""));
}

void save(const Results& results, const std::filesystem::path& path) {
  const ColumnNames names = names_in(results.rows);
  h5::FileWriter file(path);
  const h5::Group& root = file.root();
  root.put_table("results", columns_of(results.rows, names), {"", "one row per trial"});
  root.put_table("history", history_of(results.rows), {"", "one row per trial and epoch"});
  root.put_texts("setting_columns", names.settings, {"", "columns that hold searched settings"});
  root.put_texts("result_columns", names.results, {"", "columns that hold results"});
  root.put_texts("timing_names", names.timings, {"s", "timings, in the columns seconds_NAME"});
  file.publish({.noun = "results",
                .version = format_version,
                .id = results.results_digest,
                .parents = {{"campaign", results.campaign_id}}});
}

Results load_results(const std::filesystem::path& path) {
  const h5::FileReader file(path, "results", format_version);
  const h5::Table table(file.root(), "results");
  Results results{file.parent("campaign"), file.identity().id, fixed_columns(table)};
  for (const auto& name : file.root().get_texts("setting_columns")) {
    take_setting(table, name, results.rows);
  }
  for (const auto& name : file.root().get_texts("result_columns")) {
    take_numbers(table, name, name, &pipeline::Record::result, results.rows);
  }
  for (const auto& name : file.root().get_texts("timing_names")) {
    take_numbers(table, timing_prefix + name, name, &pipeline::Record::timing, results.rows);
  }
  take_history(h5::Table(file.root(), "history"), results.rows);
  return results;
}

void save_csv(const Results& results, const std::filesystem::path& path) {
  const ColumnNames names = names_in(results.rows);
  std::vector<std::string> header{"trial", "state"};
  header.insert(header.end(), names.settings.begin(), names.settings.end());
  header.insert(header.end(), names.results.begin(), names.results.end());
  for (const auto& name : names.timings) header.push_back(timing_prefix + name);
  for (const char* name : {"model_id", "circuit_id", "reason"}) header.emplace_back(name);
  std::string text = csv_line(header);
  for (const TrialRow& row : results.rows) {
    std::vector<std::string> cells{std::to_string(row.trial), name_of(row.record.state)};
    for (const auto& name : names.settings) cells.push_back(plain_text(setting_of(row, name)));
    for (const auto& name : names.results) {
      cells.push_back(shortest(number_or_nan(row.record.result, name)));
    }
    for (const auto& name : names.timings) {
      cells.push_back(shortest(number_or_nan(row.record.timing, name)));
    }
    cells.push_back(hex_or_empty(row.record.model_id));
    cells.push_back(hex_or_empty(row.record.circuit_id));
    cells.push_back(row.record.reason);
    text += csv_line(cells);
  }
  publish(path, text);
}

}  // namespace basalt::io
