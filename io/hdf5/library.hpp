// The seam to the C library: types, errors, handles. Only io/hdf5/*.cpp include this.
#pragma once

#include <hdf5.h>

#include <string>

#include "base/error.hpp"
#include "io/hdf5/element.hpp"

namespace basalt::io::h5 {

/// The library's types of an element; `text_width` only for text.
Handle file_type(Element element, std::size_t text_width = 0);
Handle memory_type(Element element, std::size_t text_width = 0);

/// Element of a stored type. Errors: corrupt if it is none that we write.
Element element_of_type(hid_t type, const std::string& where);

/// Takes an identifier; if it is invalid, throws `WHERE: cannot WHAT: reason of the library`.
Handle own(hid_t id, herr_t (*close)(hid_t), const std::string& where, const char* what,
           ErrorCode code);
/// Throws likewise if `status` is negative.
void require_success(herr_t status, const std::string& where, const char* what, ErrorCode code);

/// Keeps the library from printing its own traces, in this thread.
void silence();

/// Property list of new objects and attributes: no time stamps, names in UTF-8.
Handle creation_properties(hid_t property_class);

}  // namespace basalt::io::h5
