// The seam to the C library: types go to disk as named, failures become errors.
#include "io/hdf5/library.hpp"

#include <gtest/gtest.h>

#include "support/expect_error.hpp"

namespace basalt::io::h5::library_test {
namespace {

TEST(Library, EveryElementIsRecognisedAsItself) {
  for (int i = 0; i <= static_cast<int>(Element::text); ++i) {
    const auto element = static_cast<Element>(i);
    const Handle type = file_type(element, 5);

    EXPECT_EQ(element_of_type(type.id(), "here"), element) << name_of(element);
    EXPECT_EQ(H5Tget_size(type.id()), element == Element::text ? 5 : width_of(element));
  }
}

TEST(Library, CppTypesMapBySizeAndSign) {
  enum class Small : std::uint8_t { one };

  EXPECT_EQ(element_of<std::size_t>(), Element::u64);
  EXPECT_EQ(element_of<long long>(), Element::i64);
  EXPECT_EQ(element_of<float>(), Element::f32);
  EXPECT_EQ(element_of<bool>(), Element::boolean);
  EXPECT_EQ(element_of<Small>(), Element::u8);
}

TEST(Library, ForeignTypesAreRefused) {
  silence();
  const Handle big_endian(H5Tcopy(H5T_IEEE_F64BE), H5Tclose);
  const Handle any_length(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(any_length.id(), H5T_VARIABLE);

  expect_error(ErrorCode::corrupt, "type that Basalt never writes",
               [&] { element_of_type(big_endian.id(), "here"); });
  expect_error(ErrorCode::corrupt, "texts of variable length, expected",
               [&] { element_of_type(any_length.id(), "here"); });
}

TEST(Library, AFailureTellsWhereWhatAndWhy) {
  silence();
  try {
    (void)own(H5Gopen2(-1, "x", H5P_DEFAULT), H5Gclose, "file.h5:/x", "open", ErrorCode::corrupt);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_TRUE(std::string(error.what()).starts_with("file.h5:/x: cannot open: ")) << error.what();
    EXPECT_EQ(error.code(), ErrorCode::corrupt);
  }
}

}  // namespace
}  // namespace basalt::io::h5::library_test
