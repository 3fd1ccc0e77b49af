#include "io/config/recipe_config.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/error.hpp"
#include "io/nouns.hpp"
#include "io/store/model_store.hpp"
#include "support/expect_error.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::io::recipe_config_test {
namespace {

const std::string good = R"(name = "digits"
seed = 7
[data]
file = "digits.h5"
test_share = 0.3
[model]
estimator = "NeuralNetClassifier"
module__n_layers = 2
module__n_w_bits = 2
lr = 1
[fhe]
p_error = "2^-30"
execute_rows = 3
)";

std::string changed(const std::string& from, const std::string& to) {
  std::string text = good;
  text.replace(text.find(from), from.size(), to);
  return text;
}

void expect_refusal(const std::string& text, std::initializer_list<const char*> words) {
  try {
    parse_recipe(text, "bad.toml");
    FAIL() << "accepted: " << text;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    for (const char* word : words) {
      EXPECT_NE(std::string(error.what()).find(word), std::string::npos)
          << word << " in: " << error.what();
    }
  }
}

TEST(RecipeConfig, ReadsEverySection) {
  const pipeline::Recipe recipe = parse_recipe(good, "good.toml").recipe;

  EXPECT_EQ(recipe.name, "digits");
  EXPECT_EQ(recipe.seed.value, 7U);
  EXPECT_EQ(recipe.data.file, "digits.h5");
  EXPECT_DOUBLE_EQ(recipe.data.test_share, 0.3);
  EXPECT_EQ(recipe.estimator, "NeuralNetClassifier");
  EXPECT_EQ(recipe.model.integer("module__n_w_bits"), 2);
  EXPECT_DOUBLE_EQ(recipe.model.real("lr"), 1.0);
  EXPECT_TRUE(recipe.model.has("max_epochs"));
  EXPECT_DOUBLE_EQ(recipe.fhe.target.p_error, 0x1p-30);
  EXPECT_EQ(recipe.fhe.execute_rows, 3);
}

TEST(RecipeConfig, NamesLineKeyAndNearestKey) {
  expect_refusal(changed("module__n_w_bits = 2", "n_w_bit = 2"),
                 {"bad.toml:9: unknown key \"n_w_bit\" in [model]", "\"module__n_w_bits\""});
  expect_refusal(changed("module__n_w_bits = 2", "module__n_w_bits = 0"), {"bad.toml:9", "bits"});
  expect_refusal(changed("lr = 1", "lr = \"fast\""), {"bad.toml:10", "lr"});
  expect_refusal(changed("NeuralNetClassifier", "NeuralNetClasifier"),
                 {"bad.toml:7", "NeuralNetClassifier"});
  expect_refusal(changed("p_error = \"2^-30\"", "p_error = 7"), {"bad.toml:12", "p_error"});
  expect_refusal(changed("file = \"digits.h5\"\n", ""), {"bad.toml:3", "0 sources"});
  expect_refusal(changed("estimator = \"NeuralNetClassifier\"\n", ""), {"bad.toml", "estimator"});
  expect_refusal(changed("seed = 7", "sede = 7"), {"bad.toml:2", "\"seed\""});
  expect_refusal(good + "[space]\nlr = [1, 2]\n", {"bad.toml:14", "sweep"});
}

TEST(RecipeConfig, TestRowsAreNamedInOneWay) {
  const std::string own = changed("test_share = 0.3", "test_file = \"test.h5\"");
  const std::string made =
      changed("file = \"digits.h5\"\ntest_share = 0.3", "generate = \"moons\"\ntest_rows = 50");

  const pipeline::Recipe recipe = parse_recipe(own + "", "own.toml").recipe;
  EXPECT_EQ(recipe.data.test_file, "test.h5");
  EXPECT_EQ(parse_recipe(made, "made.toml").recipe.data.test_rows, 50);
  expect_refusal(
      changed("test_share = 0.3", "test_share = 0.3\ntest_file = \"test.h5\""),
      {"bad.toml:5", "\"test_share\" must not be given", "\"test_file\" names the test rows"});
  expect_refusal(changed("test_share = 0.3", "test_file = \"test.h5\"\nsplit_seed = 3"),
                 {"bad.toml:6", "\"split_seed\" must not be given"});
  expect_refusal(changed("test_share = 0.3", "test_file = \"test.csv\""),
                 {"bad.toml:5", "\"test_file\"", "\"label\""});
  expect_refusal(changed("test_share = 0.3", "test_file = 3"), {"bad.toml:5", "test_file"});
  expect_refusal(changed("test_share = 0.3", "test_files = \"test.h5\""),
                 {"bad.toml:5", "did you mean \"test_file\""});
  expect_refusal(changed("test_share = 0.3", "train_rows = -1"), {"bad.toml:5", "train_rows"});
  expect_refusal(changed("test_share = 0.3", "test_rows = 9"), {"bad.toml:5", "\"generate\""});
  expect_refusal(changed("test_share = 0.3", "cv_repeats = 9"), {"bad.toml:5", "\"cv\""});
  expect_refusal(changed("test_share = 0.3", "draw = 9"), {"bad.toml:5", "\"generate\""});
}

TEST(RecipeConfig, SeveralTargetsAreAListOfColumns) {
  const auto label_of = [](const std::string& value) {
    const std::string text = changed("file = \"digits.h5\"", "csv = \"d.csv\"\nlabel = " + value);
    return parse_recipe(text, "bad.toml").recipe.data.label;
  };
  EXPECT_EQ(label_of("[\"height\", \"width\"]"), "height,width");
  EXPECT_EQ(label_of("[-2, -1]"), "-2,-1");
  EXPECT_EQ(label_of("\"height,width\""), "height,width");
  EXPECT_EQ(label_of("-1"), "-1");
  for (const char* bad : {"[0.5, 1.5]", "[]", "[\"a\", 1]", "[\"a,b\", \"c\"]", "true"}) {
    expect_refusal(changed("file = \"digits.h5\"", std::string("csv = \"d.csv\"\nlabel = ") + bad),
                   {"bad.toml:5", "\"label\""});
  }
}

TEST(RecipeConfig, ABaselineIsASecondModel) {
  const std::string linear = "[baseline]\nestimator = \"LogisticRegression\"\nC = 0.5\n";

  const pipeline::Recipe recipe = parse_recipe(good + linear, "r.toml").recipe;

  ASSERT_TRUE(recipe.baseline.has_value());
  EXPECT_EQ(recipe.baseline->estimator, "LogisticRegression");
  EXPECT_DOUBLE_EQ(recipe.baseline->model.real("C"), 0.5);
  EXPECT_FALSE(parse_recipe(good, "r.toml").recipe.baseline.has_value());
  expect_refusal(good + "[baseline]\n", {"bad.toml:14", "estimator"});
  expect_refusal(good + "[baseline]\nestimator = \"Logistic\"\n",
                 {"bad.toml:15: unknown estimator"});
  expect_refusal(changed("NeuralNet", "NeuralNut") + linear, {"bad.toml:7: unknown estimator"});
  expect_refusal(good + "[baseline]\nestimator = \"LinearRegression\"\n",
                 {"bad.toml:14", "LinearRegression"});
  expect_refusal(good + "[baseline]\nestimator = \"LogisticRegression\"\nD = 1\n",
                 {"bad.toml:16: unknown key \"D\" in [baseline]"});
}

TEST(RecipeConfig, AnotherDataFileReplacesTheSource) {
  const std::string csv = changed("file = \"digits.h5\"", "csv = \"a.csv\"\nlabel = \"y\"");
  const pipeline::Recipe recipe = parse_recipe(csv, "r.toml", "other.h5").recipe;
  EXPECT_EQ(recipe.data.file, "other.h5");
  EXPECT_TRUE(recipe.data.csv.empty());
}

TEST(RecipeConfig, FindsDataBesideTheRecipe) {
  const testing_support::TemporaryFolder folder;
  std::ofstream(folder.file("digits.h5")) << "x";
  std::ofstream(folder.file("digits.toml")) << good;
  EXPECT_EQ(load_recipe(folder.file("digits.toml")).recipe.data.file, folder.file("digits.h5"));
  expect_error(ErrorCode::not_found, "No such file or directory",
               [&] { load_recipe(folder.file("absent.toml")); });
}

TEST(RecipeConfig, ATrainedModelStandsInForAnEstimator) {
  const testing_support::TemporaryFolder folder;
  const learn::Model model = toy_model("DecisionTreeClassifier");
  save(model, folder.file("tree.h5"));
  const std::string head = "[data]\ngenerate = \"moons\"\n[model]\n";
  std::ofstream(folder.file("r.toml")) << head << "file = \"tree.h5\"\n";

  const pipeline::Recipe recipe = load_recipe(folder.file("r.toml")).recipe;

  EXPECT_EQ(recipe.estimator, "DecisionTreeClassifier");
  ASSERT_TRUE(recipe.trained.has_value());
  EXPECT_EQ(recipe.trained->id(), model.id());
  EXPECT_TRUE(recipe.model.values().empty());
  expect_refusal(head + "file = \"tree.h5\"\nlr = 0.1\n", {"bad.toml:5", "lr", "trained model"});
  expect_refusal(head + "file = 3\n", {"bad.toml:4", "text"});
  expect_error(ErrorCode::not_found, "No such file or directory",
               [&] { parse_recipe(head + "file = \"absent.h5\"\n", "r.toml"); });
}

TEST(RecipeConfig, PlacesLaterErrorsAtTheirLine) {
  const RecipeDocument document = parse_recipe(good, "good.toml");
  const Error late(ErrorCode::invalid_argument, "cannot be", "module__n_layers");
  EXPECT_STREQ(pipeline::located(document.given, late).what(), "good.toml:8: cannot be");
  const Error unplaced(ErrorCode::invalid_argument, "cannot be", "nothing");
  EXPECT_STREQ(pipeline::located(document.given, unplaced).what(), "good.toml: cannot be");
}

TEST(RecipeConfig, EqualKeysOfTwoSectionsKeepTheirLines) {
  const std::string text = "[data]\nfile = \"d.h5\"\n[model]\nfile = 3\n";
  expect_refusal(text, {"bad.toml:4: \"file\" must be a text"});
  expect_refusal("[model]\nestimator = \"LogisticRegression\"\n[data]\nfile = true\n",
                 {"bad.toml:4: \"file\""});
  try {
    parse_recipe("[data]\ngenerate = \"moons\"\nfile = \"d.h5\"\n[model]\nfile = \"m.h5\"\n",
                 "two.toml");
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.place(), (Place{"two.toml", 5})) << error.what();
  }
}

}  // namespace
}  // namespace basalt::io::recipe_config_test
