#include "io/import/onnx_graph.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "io/import/onnx_models.hpp"
#include "support/expect_error.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::io::onnx_graph_test {
namespace {

using testing_support::TemporaryFolder;

TEST(OnnxGraph, NodesConstantsAndAttributesAreRead) {
  const TemporaryFolder folder;
  OnnxBuilder builder;
  onnx::NodeProto& gemm = builder.node("Gemm", {builder.constant("w", {2, 3}, {1, 2, 3, 4, 5, 6})});
  set(gemm, "transB", 1);
  set_texts(gemm, "words", {"a", "b"});
  set_reals(gemm, "reals", {0.5F, 2.0F});
  builder.save(folder.file("m.onnx"));

  const OnnxGraph graph = read_onnx(folder.file("m.onnx"));

  ASSERT_EQ(graph.nodes.size(), 1U);
  EXPECT_EQ(graph.inputs, std::vector<std::string>{"x"});
  EXPECT_EQ(graph.nodes[0].operation, "Gemm");
  EXPECT_EQ(graph.nodes[0].number("transB", 0), 1.0);
  EXPECT_EQ(graph.nodes[0].number("alpha", 1.0), 1.0);
  EXPECT_EQ(graph.nodes[0].texts("words"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(graph.nodes[0].text("absent", "none"), "none");
  expect_error(ErrorCode::invalid_argument, "expected whole numbers",
               [&] { graph.nodes[0].integers("reals"); });
  EXPECT_EQ(graph.constants.at("w").matrix()(1, 0), 4.0);
}

TEST(OnnxGraph, IntegerTensorsBecomeReals) {
  const TemporaryFolder folder;
  OnnxBuilder builder;
  onnx::TensorProto& tensor = *builder.graph().add_initializer();
  tensor.set_name("k");
  tensor.set_data_type(onnx::TensorProto::INT64);
  tensor.add_dims(2);
  tensor.add_int64_data(-3);
  tensor.add_int64_data(7);
  builder.save(folder.file("m.onnx"));

  EXPECT_EQ(read_onnx(folder.file("m.onnx")).constants.at("k").values,
            (std::vector<double>{-3.0, 7.0}));
}

ErrorCode refusal(const std::string& path) {
  try {
    (void)read_onnx(path);
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find(path), std::string::npos) << error.what();
    return error.code();
  }
  ADD_FAILURE() << "accepted";
  return ErrorCode::internal;
}

TEST(OnnxGraph, ForeignAndImpossibleFilesAreRefused) {
  const TemporaryFolder folder;
  publish(folder.file("text"), "this is no protobuf");
  OnnxBuilder short_tensor, huge, text_tensor;
  short_tensor.constant("w", {2, 3}, {1, 2, 3});
  huge.constant("w", {1 << 30, 1 << 30, 1 << 30}, {1});
  text_tensor.graph().add_initializer()->set_data_type(onnx::TensorProto::STRING);
  short_tensor.save(folder.file("short"));
  huge.save(folder.file("huge"));
  text_tensor.save(folder.file("texts"));

  EXPECT_EQ(refusal(folder.file("text")), ErrorCode::invalid_argument);
  EXPECT_EQ(refusal(folder.file("short")), ErrorCode::invalid_argument);
  EXPECT_EQ(refusal(folder.file("huge")), ErrorCode::invalid_argument);
  EXPECT_EQ(refusal(folder.file("texts")), ErrorCode::unsupported);
  EXPECT_EQ(refusal(folder.file("absent")), ErrorCode::not_found);
}

}  // namespace
}  // namespace basalt::io::onnx_graph_test
