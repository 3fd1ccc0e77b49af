#include "learn/convolution/cnn_layers.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace basalt::learn::cnn_layers_test {
namespace {

const StagesSpec image{.image = {8, 8, 1}, .input_high = 3, .activation_high = 3};

std::string error_of(const std::vector<std::string>& layers, const StagesSpec& sizes = image) {
  try {
    read_layers(layers, sizes);
  } catch (const Error& error) {
    EXPECT_EQ(error.subject(), "layers");
    return error.what();
  }
  return "";
}

void expect_error(const std::vector<std::string>& layers, const std::string& part) {
  const std::string error = error_of(layers);
  EXPECT_NE(error.find(part), std::string::npos) << error;
}

TEST(CnnLayers, ShapesFollowFromWindows) {
  const auto stages = read_layers({"Conv2d(8, kernel_size=3, padding=1)", "max_pool2d(2)",
                                   "conv2d(16, 3, stride=2, groups=2)", "flatten", "Linear(10)"},
                                  image);

  ASSERT_EQ(stages.size(), 4U);
  EXPECT_EQ(stages[0].output.height, 8U);
  EXPECT_EQ(stages[1].output.height, 4U);
  EXPECT_EQ(stages[1].output.channels, 8U);
  EXPECT_EQ(stages[2].output.height, 1U);
  EXPECT_EQ(stages[2].groups, 2U);
  EXPECT_EQ(stages[3].input.channels, 16U);
  EXPECT_EQ(stages[3].output.channels, 10U);
}

TEST(CnnLayers, RangesGrowWithSumsOnly) {
  const auto stages = read_layers(
      {"conv2d(1, 3, padding=1)", "add(input)", "avgpool2d(2)", "maxpool2d(2)", "dense(4)"}, image);

  EXPECT_EQ(stages[1].output_high, 6);
  EXPECT_EQ(stages[2].output_high, 24);
  EXPECT_EQ(stages[3].output_high, 24);
  EXPECT_EQ(stages[4].output_high, 3);
}

TEST(CnnLayers, NormalizationAndActivationsBelongToTheirLayer) {
  const auto stages = read_layers({"conv2d(4, 3)", "BatchNorm2d", "Tanh", "conv2d(4, 3)"}, image);

  ASSERT_EQ(stages.size(), 2U);
  EXPECT_EQ(stages[0].activation, "Tanh");
  EXPECT_EQ(stages[1].activation, "");
}

TEST(CnnLayers, AdditionFindsEntriesBehindActivations) {
  const auto stages = read_layers(
      {"conv2d(2, 3, padding=1)", "relu", "conv2d(2, 3, padding=1)", "relu", "add(1)"}, image);

  ASSERT_EQ(stages.size(), 3U);
  EXPECT_EQ(stages[0].activation, "ReLU");
  EXPECT_EQ(stages[2].addend, 1U);
}

TEST(CnnLayers, ErrorsNameTheEntryAndSayWhatIsExpected) {
  expect_error({}, "is empty");
  expect_error({"conv2(8, 3)"}, "did you mean \"conv2d\"");
  expect_error({"lstm(8)"}, "is no known layer");
  expect_error({"conv2d(8)"}, "lacks its kernel");
  expect_error({"conv2d(8, 3, dilation=2)"}, "does not know \"dilation\"");
  expect_error({"conv2d(8, 3, 1, 2)"}, "has 4 values");
  expect_error({"conv2d(8, three)"}, "expected a whole number");
  expect_error({"conv2d(8, 3"}, "the bracket is not closed");
  expect_error({"conv2d(8, 9)"}, "a window of 9 does not fit into 8 values");
  expect_error({"conv2d(8, 3)", "maxpool2d(7)"}, "it reads 6 x 6 x 8");
  expect_error({"conv2d(4, 3, groups=3)"}, "3 groups do not divide");
  expect_error({"conv2d(0, 3)", "flatten"}, "has no neurons");
  expect_error({"conv1d(4, 3)"}, "inputs of one line");
  expect_error({"relu"}, "follows no convolution or dense layer");
  expect_error({"maxpool2d(2)", "batchnorm"}, "follows no convolution or dense layer");
  expect_error({"conv2d(2, 3)", "add(0)"}, "expected an earlier value of the same shape");
  expect_error({"conv2d(2, 3)", "add(input)"}, "expected an earlier value of the same shape");
  expect_error({"conv2d(2, 3)", "add(4)"}, "does not stand before it");
  expect_error({"dense(0)"}, "has no neurons");
  expect_error({"conv2d(60000, 3)"}, "makes 2160000 values per row, expected at most 65536");
  expect_error({"avgpool2d(8)", "conv2d(2, 1)", "maxpool2d(3)"}, "does not fit");
}

TEST(CnnLayers, MaximaOfWideValuesAreRefused) {
  const StagesSpec wide{.image = {8, 8, 1}, .input_high = 255, .activation_high = 3};
  EXPECT_NE(error_of({"avgpool2d(2)", "maxpool2d(2)"}, wide).find("too wide"), std::string::npos);
}

}  // namespace
}  // namespace basalt::learn::cnn_layers_test
