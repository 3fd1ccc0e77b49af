#include "io/import/onnx.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "io/import/onnx_models.hpp"
#include "learn/data/generate.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::io::onnx_test {
namespace {

using testing_support::TemporaryFolder;

learn::Dataset moons() {
  return learn::generate("moons", 80, RandomStream(Seed{2}));
}

/// (x - 0.5) / (2, 4), a layer of three neurons, Relu, a layer of two.
OnnxBuilder network() {
  OnnxBuilder builder;
  builder.node("Sub", {builder.constant("shift", {1}, {0.5F})});
  builder.node("Div", {builder.constant("divisor", {2}, {2, 4})});
  set(builder.node("Gemm", {builder.constant("w0", {3, 2}, {1, -1, 0.5F, 2, -2, 1}),
                            builder.constant("b0", {3}, {0.1F, 0, 0.2F})}),
      "transB", 1);
  builder.node("Relu");
  builder.node("MatMul", {builder.constant("w1", {3, 2}, {1, -1, 2, 0, -1, 1})});
  builder.node("Add", {builder.constant("b1", {2}, {0.3F, -0.2F})});
  builder.node("Softmax");
  return builder;
}

/// The same by hand.
Eigen::Vector2d by_hand(double x, double y) {
  Eigen::Vector2d v((x - 0.5) / 2, (y - 0.5) / 4);
  Eigen::Matrix<double, 3, 2> w0;
  w0 << 1, -1, 0.5, 2, -2, 1;
  const Eigen::Vector3d hidden = (w0 * v + Eigen::Vector3d(0.1, 0, 0.2)).cwiseMax(0.0);
  return {hidden[0] + 2 * hidden[1] - hidden[2] + 0.3, hidden[2] - hidden[0] - 0.2};
}

TEST(Onnx, AFloatNetworkIsQuantized) {
  const TemporaryFolder folder;
  network().save(folder.file("net.onnx"));
  const learn::Dataset data = moons();

  const ImportedModel imported = import_onnx(folder.file("net.onnx"), data);

  EXPECT_EQ(imported.operators.size(), 7U);
  const auto& net = std::get<learn::SparseQuantNeuralNetwork>(imported.model.family);
  const Matrix<double> found = net.scores(imported.model.standardizer.apply(data.features));
  int same = 0;
  double error = 0.0;
  for (Eigen::Index row = 0; row < found.rows(); ++row) {
    const Eigen::Vector2d real = by_hand(data.features(row, 0), data.features(row, 1));
    error += (found.row(row).transpose() - real).cwiseAbs().sum();
    same += (found(row, 0) > found(row, 1)) == (real[0] > real[1]) ? 1 : 0;
  }
  EXPECT_GE(same, 72);  // 4-bit activations
  EXPECT_LT(error / static_cast<double>(found.size()), 0.15);
}

TEST(Onnx, LayersWithoutActivationAreOneLinearModel) {
  const TemporaryFolder folder;
  OnnxBuilder builder;
  onnx::NodeProto& scaler = builder.node("Scaler");
  set_reals(scaler, "offset", {1, 2});
  set_reals(scaler, "scale", {0.5F, 0.25F});
  builder.node("MatMul", {builder.constant("w0", {2, 3}, {1, 0, 2, 0, 1, -1})});
  builder.node("MatMul", {builder.constant("w1", {3, 1}, {1, 1, 1})});
  builder.node("Sigmoid");
  builder.save(folder.file("linear.onnx"));
  const learn::Dataset data = moons();

  const learn::Model model =
      import_onnx(folder.file("linear.onnx"), data, {.inputs = {12}, .values = {12}}).model;

  const auto& linear = std::get<learn::LinearModel>(model.family);
  const Matrix<double> found =
      learn::decision_function(linear, model.standardizer.apply(data.features));
  for (Eigen::Index row = 0; row < found.rows(); ++row) {
    EXPECT_NEAR(found(row, 0), 3 * (data.features(row, 0) - 1) / 2, 0.01);
  }
}

ErrorCode refusal(const OnnxBuilder& builder, const learn::Dataset& data, const std::string& word) {
  const TemporaryFolder folder;
  builder.save(folder.file("m.onnx"));
  try {
    (void)import_onnx(folder.file("m.onnx"), data);
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("m.onnx"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
    return error.code();
  }
  ADD_FAILURE() << "accepted";
  return ErrorCode::internal;
}

TEST(Onnx, UnsupportedOperatorsAreNamed) {
  OnnxBuilder convolution, early, none, two_inputs = network();
  convolution.node("Conv", {convolution.constant("k", {1, 1}, {1})});
  early.node("Relu");
  two_inputs.graph().add_input()->set_name("y");

  EXPECT_EQ(refusal(convolution, moons(), "Conv"), ErrorCode::unsupported);
  EXPECT_EQ(refusal(early, moons(), "Relu"), ErrorCode::unsupported);
  EXPECT_EQ(refusal(none, moons(), "no operator"), ErrorCode::unsupported);
  EXPECT_EQ(refusal(two_inputs, moons(), "2 inputs"), ErrorCode::unsupported);
}

TEST(Onnx, OtherDataIsRefused) {
  const learn::Dataset many = learn::generate("classification", 40, RandomStream(Seed{2}));
  learn::Dataset three = moons();
  three.classes = {"a", "b", "c"};

  EXPECT_EQ(refusal(network(), many, "2 values"), ErrorCode::mismatch);
  EXPECT_EQ(refusal(network(), three, "3 classes"), ErrorCode::mismatch);
}

}  // namespace
}  // namespace basalt::io::onnx_test
