// Tests of settings: types, limits, near names, defaults.
#include "base/settings.hpp"

#include <gtest/gtest.h>

#include "base/describe.hpp"
#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::settings_test {
namespace {

const std::vector<SettingRule> rules = {
    {.name = "max_epochs",
     .type = SettingType::integer,
     .fallback = std::int64_t{10},
     .low = 1,
     .meaning = "passes over the rows"},
    {.name = "lr", .type = SettingType::real, .fallback = 0.01, .positive = true},
    {.name = "module__rule",
     .type = SettingType::text,
     .fallback = std::string("wrap"),
     .choices = {"omega", "bound", "wrap"}},
    {.name = "hidden",
     .type = SettingType::integers,
     .fallback = std::vector<std::int64_t>{8},
     .low = 1},
    {.name = "rates", .type = SettingType::reals, .fallback = std::vector<double>{}},
    {.name = "callbacks",
     .type = SettingType::texts,
     .fallback = std::vector<std::string>{},
     .choices = {"EarlyStopping", "LRScheduler"}},
    {.name = "verbose", .fallback = std::int64_t{1}, .low = 0, .high = 1 << 20},
    {.name = "n_bits", .fallback = std::int64_t{0}, .forbidden = "no n_bits here"},
    {.name = "module", .fallback = std::int64_t{0}, .forbidden = "no module here"},
};

std::string message_of(const std::string& name, SettingValue value) {
  Settings settings;
  try {
    settings.set(rules, name, std::move(value));
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    EXPECT_EQ(error.subject(), name);
    return error.what();
  }
  return "accepted";
}

TEST(Settings, AnUnknownNameProposesTheNearest) {
  EXPECT_NE(message_of("max_epoch", std::int64_t{1}).find("did you mean \"max_epochs\"?"),
            std::string::npos);
  EXPECT_NE(message_of("rule", std::string("wrap")).find("module__rule"), std::string::npos);
}

TEST(Settings, AWrongTypeSaysWhatIsExpected) {
  EXPECT_EQ(message_of("max_epochs", std::string("many")), "\"max_epochs\" must be an integer");
  EXPECT_EQ(message_of("max_epochs", 1.5), "\"max_epochs\" must be an integer");
}

TEST(Settings, NumbersOutsideTheirLimitsAreRefused) {
  EXPECT_EQ(message_of("max_epochs", std::int64_t{0}), "\"max_epochs\" is 0, expected at least 1");
  EXPECT_EQ(message_of("lr", -1.0), "\"lr\" is -1, expected above 0");
  EXPECT_NE(message_of("lr", 0.0), "accepted");
  EXPECT_NE(message_of("lr", std::nan("")), "accepted");
  EXPECT_NE(message_of("hidden", std::vector<std::int64_t>{4, 0}), "accepted");
}

TEST(Settings, AnUnknownChoiceListsTheKnownOnes) {
  const std::string message = message_of("module__rule", std::string("wrapp"));

  EXPECT_NE(message.find("omega, bound, wrap"), std::string::npos) << message;
  EXPECT_NE(message.find("did you mean \"wrap\"?"), std::string::npos) << message;
}

TEST(Settings, AnIntegerServesAsAReal) {
  Settings settings;
  settings.set(rules, "lr", std::int64_t{1});

  EXPECT_EQ(settings.real("lr"), 1.0);
}

TEST(Settings, OneValueIsAListOfOne) {
  Settings settings;
  settings.set(rules, "hidden", std::int64_t{16});
  settings.set(rules, "rates", 0.5);
  settings.set(rules, "callbacks", std::string("EarlyStopping"));

  EXPECT_EQ(settings.integers("hidden"), std::vector<std::int64_t>{16});
  EXPECT_EQ(settings.reals("rates"), std::vector<double>{0.5});
  EXPECT_EQ(settings.texts("callbacks"), std::vector<std::string>{"EarlyStopping"});
  EXPECT_NE(message_of("hidden", std::string("16")), "accepted");
}

TEST(Settings, ATruthValueServesWhereZeroMeansOff) {
  Settings settings;
  settings.set(rules, "verbose", true);

  EXPECT_EQ(settings.integer("verbose"), 1);
  EXPECT_EQ(message_of("max_epochs", true), "\"max_epochs\" must be an integer");
}

TEST(Settings, AChoiceMayBeNamedAsInPythonAndInAnyCase) {
  Settings settings;
  settings.set(rules, "module__rule", std::string("torch.nn.Wrap"));
  settings.set(rules, "callbacks", std::vector<std::string>{"skorch.callbacks.lrscheduler"});

  EXPECT_EQ(settings.text("module__rule"), "wrap");
  EXPECT_EQ(settings.texts("callbacks"), std::vector<std::string>{"LRScheduler"});
  EXPECT_NE(message_of("module__rule", std::string("torch.nn.wrapp")), "accepted");
  EXPECT_NE(message_of("module__rule", std::string(".wrap")), "accepted");
}

TEST(Settings, PartsOfAForbiddenSettingAreForbidden) {
  EXPECT_EQ(message_of("n_bits__op_inputs", std::int64_t{3}), "no n_bits here");
  EXPECT_NE(message_of("module__other", std::int64_t{3}).find("unknown key"), std::string::npos);
}

TEST(Settings, LimitsAreWrittenInFull) {
  EXPECT_EQ(message_of("verbose", std::int64_t{2000000}),
            "\"verbose\" is 2000000, expected at least 0 and at most 1048576");
}

TEST(Settings, CompleteAddsDefaultsAndKeepsWhatIsSet) {
  Settings settings;
  settings.set(rules, "max_epochs", std::int64_t{3});
  settings.complete(rules);

  EXPECT_EQ(settings.integer("max_epochs"), 3);
  EXPECT_EQ(settings.real("lr"), 0.01);
  EXPECT_EQ(settings.text("module__rule"), "wrap");
  EXPECT_EQ(settings.integers("hidden"), std::vector<std::int64_t>{8});
  expect_error(ErrorCode::internal, "is not set", [&] { settings.integer("absent"); });
}

TEST(Settings, ARequiredSettingMustBeGiven) {
  const std::vector<SettingRule> strict = {{.name = "estimator",
                                            .type = SettingType::text,
                                            .fallback = std::string(),
                                            .required = true}};
  Settings settings;

  expect_error(ErrorCode::invalid_argument, "is missing", [&] { settings.complete(strict); });
}

TEST(Settings, TextsReadAsToml) {
  EXPECT_EQ(to_text(true), "true");
  EXPECT_EQ(to_text(std::int64_t{-3}), "-3");
  EXPECT_EQ(to_text(0.5), "0.5");
  EXPECT_EQ(to_text(std::string("a")), "\"a\"");
  EXPECT_EQ(to_text(std::vector<std::int64_t>{1, 2}), "[1, 2]");
}

}  // namespace
}  // namespace basalt::settings_test
