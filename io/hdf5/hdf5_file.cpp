#include "io/hdf5/hdf5_file.hpp"

#include "io/hdf5/library.hpp"

namespace basalt::io::h5 {
namespace {

constexpr hsize_t aligned_from = 1U << 16, alignment = envelope_bytes;

Handle access_properties() {
  silence();
  Handle list(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_libver_bounds(list.id(), H5F_LIBVER_V18, H5F_LIBVER_V18);
  // Large arrays start on a multiple of the block, so that mapped words are aligned.
  H5Pset_alignment(list.id(), aligned_from, alignment);
  // Small writes go to the file at once: no second copy of a key stays in a buffer.
  H5Pset_sieve_buf_size(list.id(), 0);
  // A draft has one writer, a published file is immutable: locks would only fail on NFS.
  H5Pset_file_locking(list.id(), false, true);
  H5Pset_fclose_degree(list.id(), H5F_CLOSE_SEMI);
  return list;
}

Handle create(const Draft& draft) {
  const Handle access = access_properties();
  const Handle creation = creation_properties(H5P_FILE_CREATE);
  H5Pset_userblock(creation.id(), envelope_bytes);
  return own(H5Fcreate(draft.path().c_str(), H5F_ACC_TRUNC, creation.id(), access.id()), H5Fclose,
             draft.target().string(), "create", ErrorCode::io);
}

Handle open(const std::filesystem::path& path) {
  const Handle access = access_properties();
  return own(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.id()), H5Fclose, path.string(), "open",
             ErrorCode::corrupt);
}

Group root_of(const Handle& file, const std::string& name, std::uint64_t file_bytes) {
  return Group(own(H5Gopen2(file.id(), "/", H5P_DEFAULT), H5Gclose, name, "open the root group",
                   ErrorCode::corrupt),
               name + ":", file_bytes);
}

void describe_identity(const Group& root, const Identity& identity) {
  root.put_text("noun", identity.noun);
  root.put("format_version", identity.version);
  root.put_text("id", identity.id.hex());
  for (const Parent& parent : identity.parents) {
    root.put_text("parent_" + parent.role, parent.id.hex());
  }
}

}  // namespace

FileWriter::FileWriter(const std::filesystem::path& path, Access access)
    : draft_(path, access), file_(create(draft_)), root_(root_of(file_, path.string(), 0)) {}

void FileWriter::publish(const Identity& identity) {
  describe_identity(root_, identity);
  const std::string name = draft_.target().string();
  root_ = Group(Handle(), name, 0);
  require_success(H5Fflush(file_.id(), H5F_SCOPE_GLOBAL), name, "write", ErrorCode::io);
  require(file_.reset(), ErrorCode::io, name, ": cannot close the file");
  seal(draft_, identity);
  draft_.publish();
}

FileReader::FileReader(const std::filesystem::path& path, const std::string& noun,
                       std::uint32_t newest_version)
    : name_(path.string()),
      identity_(verify(path, noun, newest_version)),
      file_(open(path)),
      root_(root_of(file_, name_, identity_.bytes)) {}

Digest FileReader::parent(const std::string& role) const {
  const std::optional<Digest> found = identity_.parent(role);
  require(found.has_value(), ErrorCode::corrupt, name_, ": does not name its ", role);
  return *found;
}

}  // namespace basalt::io::h5
