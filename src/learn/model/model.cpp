#include "learn/model/model.hpp"

#include "base/describe.hpp"
#include "base/error.hpp"

namespace basalt::learn {

std::string family_name(const Model& model) {
  struct Namer {
    std::string operator()(const LinearModel&) const { return "linear"; }
    std::string operator()(const SparseQuantNeuralNetwork&) const { return "neural_network"; }
    std::string operator()(const TreeEnsemble&) const { return "trees"; }
    std::string operator()(const NearestNeighbors&) const { return "neighbors"; }
    std::string operator()(const QuantCNN&) const { return "convolutional"; }
  };
  return std::visit(Namer{}, model.family);
}

void select_family(Model& model, const std::string& name) {
  if (family_name(model) == name) return;
  if (name == "linear") {
    model.family.emplace<LinearModel>();
  } else if (name == "neural_network") {
    model.family.emplace<SparseQuantNeuralNetwork>();
  } else if (name == "trees") {
    model.family.emplace<TreeEnsemble>();
  } else if (name == "neighbors") {
    model.family.emplace<NearestNeighbors>();
  } else if (name == "convolutional") {
    model.family.emplace<QuantCNN>();
  } else {
    throw Error(ErrorCode::corrupt,
                concat("model: family \"", name,
                       "\", expected linear, neural_network, trees, neighbors or "
                       "convolutional"));
  }
}

Digest Model::id() const {
  return digest_of("model", *this);
}

}  // namespace basalt::learn
