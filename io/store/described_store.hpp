// The common half of the stores: a described noun as a file, and back with its id checked.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "io/hdf5/describe_visitors.hpp"
#include "io/hdf5/hdf5_file.hpp"
#include "tfhe/parameter_chain.hpp"

namespace basalt::io {

/// The format version of nouns that name no other.
constexpr std::uint32_t format_version = 1;
/// The version of circuits and keys with a chain of parameter sets; with one set they have
/// `format_version` and are read by older programs.
constexpr std::uint32_t chain_version = 2;
/// The version of circuits whose tables share rotations or whose scores have short words.
constexpr std::uint32_t shared_version = 3;

/// Writes a described noun. Returns its id. Errors: not_found, io.
template <class Noun>
Digest save_described(const std::string& noun, const Noun& value, std::vector<Parent> parents,
                      const std::filesystem::path& path, std::uint32_t version = format_version) {
  const Digest id = value.id();
  h5::FileWriter file(path);
  h5::write_described(file.root(), value);
  file.publish({.noun = noun, .version = version, .id = id, .parents = std::move(parents)});
  return id;
}

/// Errors: corrupt unless `found`, computed from what was read, is the id that the file names.
void require_id(const Identity& identity, const Digest& found, const std::filesystem::path& path);

/// The version of a file that holds `parameters`.
inline std::uint32_t version_for(const tfhe::ParameterChain& parameters) {
  return parameters.stage_count() > 1 ? chain_version : format_version;
}

/// Where the keys of stage `i` > 0 lie; those of stage 0 lie in the root.
std::string later_keys_group(std::size_t i);

/// All sets: the first as `parameters`, the others as the list `further_parameters`.
void put_parameters(const h5::Group& root, const tfhe::ParameterChain& parameters);
/// Errors: corrupt, invalid_argument.
tfhe::ParameterChain get_parameters(const h5::Group& root);

/// Fills `value`, a valid member of the noun, from a file and returns it.
/// Errors: as verify(); corrupt, naming file and path, if a field is missing or makes no sense.
template <class Noun>
Noun load_described(const std::string& noun, Noun value, const std::filesystem::path& path,
                    std::uint32_t newest_version = format_version) {
  const h5::FileReader file(path, noun, newest_version);
  try {
    h5::read_described(file.root(), value);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::corrupt) throw;
    throw Error(ErrorCode::corrupt, concat(path.string(), ": ", error.what()));
  }
  require_id(file.identity(), value.id(), path);
  return value;
}

}  // namespace basalt::io
