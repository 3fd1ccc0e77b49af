#include "io/hdf5/describe_visitors.hpp"

#include <gtest/gtest.h>

#include "base/describe.hpp"
#include "io/hdf5/hdf5_file.hpp"
#include "support/expect_error.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::io::h5::describe_visitors_test {
namespace {

enum class Colour : std::uint8_t { red, blue };

struct Inner {
  std::vector<float> values;
  std::string name;
};
template <class Visitor>
void describe(Visitor& visit, MaybeConst<Inner> auto& inner) {
  visit("values", inner.values);
  visit("name", inner.name);
}

/// One field of each kind that can be described.
struct Outer {
  bool flag = false;
  std::size_t count = 0;
  double real = 0.0;
  Colour colour = Colour::red;
  Bits bits{0};
  Digest id;
  Settings settings;
  std::vector<std::string> texts;
  Matrix<std::int32_t> matrix;
  Inner part;
  std::vector<Inner> list;
};
template <class Visitor>
void describe(Visitor& visit, MaybeConst<Outer> auto& outer) {
  visit("flag", outer.flag);
  visit("count", outer.count);
  visit("real", outer.real);
  visit("colour", outer.colour);
  visit("bits", outer.bits);
  visit("id", outer.id);
  visit("settings", outer.settings);
  visit("texts", outer.texts);
  visit("matrix", outer.matrix);
  visit.part("part", outer.part);
  visit.list("list", outer.list);
}

Outer example() {
  Outer outer{.flag = true,
              .count = 7,
              .real = 0.1,
              .colour = Colour::blue,
              .bits = {5},
              .id = {},
              .settings = {},
              .texts = {"a", ""},
              .matrix = Matrix<std::int32_t>::Constant(2, 3, -4),
              .part = {{1.0F}, "one"},
              .list = {{{}, "empty"}, {{2.0F, 3.0F}, ""}}};
  outer.id.bytes.fill(0xab);
  outer.settings.restore("flag", true);
  outer.settings.restore("whole", std::int64_t{3});
  outer.settings.restore("real", 2.5);
  outer.settings.restore("text", std::string("x"));
  outer.settings.restore("wholes", std::vector<std::int64_t>{});
  outer.settings.restore("reals", std::vector<double>{1.5});
  outer.settings.restore("texts", std::vector<std::string>{"y", "z"});
  return outer;
}

class Visitors : public ::testing::Test {
 protected:
  testing_support::TemporaryFolder folder_;
  FileWriter file_{folder_.file("a.h5")};
};

TEST_F(Visitors, EveryKindOfFieldComesBack) {
  const Outer written = example();
  Outer found;

  write_described(file_.root(), written);
  read_described(file_.root(), found);

  EXPECT_EQ(digest_of("outer", found), digest_of("outer", written));
  EXPECT_EQ(found.settings.values(), written.settings.values());
  EXPECT_EQ(found.list.at(1).values, written.list.at(1).values);
  EXPECT_EQ(found.matrix, written.matrix);
}

TEST_F(Visitors, AMissingFieldIsNamed) {
  write_described(file_.root(), Inner{{1.0F}, "one"});
  Outer outer;
  try {
    read_described(file_.root(), outer);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::corrupt);
    EXPECT_NE(std::string(error.what()).find("/flag"), std::string::npos) << error.what();
  }
}

TEST_F(Visitors, AListThatLacksAnItemIsRefused) {
  const Group list = file_.root().create_group("list");
  list.put("count", std::uint64_t{2});
  list.create_group(item_name(0));

  expect_error(ErrorCode::corrupt, "items, but holds", [&] { get_count(list); });
  EXPECT_EQ(item_name(7), "0007");
  EXPECT_EQ(item_name(12345), "12345");
}

TEST_F(Visitors, KnownFieldsCarryTheirUnits) {
  EXPECT_EQ(notes_of("labels").units, "index");
  EXPECT_TRUE(notes_of("no such field").meaning.empty());
}

}  // namespace
}  // namespace basalt::io::h5::describe_visitors_test
