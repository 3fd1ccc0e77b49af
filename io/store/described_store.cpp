#include "io/store/described_store.hpp"

namespace basalt::io {

void require_id(const Identity& identity, const Digest& found, const std::filesystem::path& path) {
  require(found == identity.id, ErrorCode::corrupt, path.string(), ": the content has id ",
          found.brief(), ", the file says ", identity.id.brief());
}

void put_parameters(const h5::Group& root, const tfhe::Parameters& parameters) {
  h5::write_described(root.create_group("parameters"), parameters.spec());
  std::vector<tfhe::ParameterSpec> further = parameters.further();
  if (!further.empty()) h5::Writer(root).list("further_parameters", further);
}

tfhe::Parameters get_parameters(const h5::Group& root) {
  tfhe::ParameterSpec first;
  std::vector<tfhe::ParameterSpec> further;
  h5::read_described(root.open_group("parameters"), first);
  if (root.has("further_parameters")) h5::Reader(root).list("further_parameters", further);
  return {first, std::move(further)};
}

}  // namespace basalt::io
