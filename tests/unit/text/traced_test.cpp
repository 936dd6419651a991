// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "text/sha256.hpp"
#include "text/traced.hpp"

using namespace slsaudit;

namespace {

using Files = std::map<std::string, std::string>;

/// Asks one question of each kind, also of what isn't there.
text::Trace trace_of(const Files& files, text::Answers kept = text::Answers::digests) {
  const text::MemoryFileSystem disk(files);
  const text::TracedFiles traced(disk, kept);
  CHECK(traced.read("a", 100).ok());
  CHECK_FALSE(traced.read("gone", 100).ok());
  CHECK_FALSE(traced.is_file("gone"));
  CHECK(traced.is_directory("d"));
  CHECK(traced.list("d").ok());
  CHECK(traced.canonical("d/../a").ok());
  return traced.trace();
}

std::string changed(const text::Trace& trace, const Files& files) {
  return trace.changed(text::MemoryFileSystem(files)).value_or("nothing");
}

std::string bytes_of(const text::Trace& trace) {
  text::RecordWriter record;
  trace.write(record);
  return std::move(record).take();
}

const Files files{{"a", "text of a"}, {"d/b", "text of b"}};

/// Whose every answer differs from the one before.
class Restless final : public text::FileSystem {
public:
  [[nodiscard]] text::Result<std::string> read(const std::string&, std::size_t) const override {
    return std::to_string(++count_);
  }
  [[nodiscard]] bool is_file(const std::string&) const override { return true; }
  [[nodiscard]] bool is_directory(const std::string&) const override { return false; }
  [[nodiscard]] text::Result<std::vector<text::DirectoryEntry>> list(const std::string&) const override {
    return text::Failure{"no"};
  }
  [[nodiscard]] text::Result<std::string> canonical(const std::string& path) const override { return path; }

private:
  mutable int count_ = 0;
};

} // namespace

TEST_CASE("a trace holds as long as all answers are the same, kept as a whole or as digests") {
  const auto kept = GENERATE(text::Answers::whole, text::Answers::digests);
  const text::Trace trace = trace_of(files, kept);
  CHECK(changed(trace, files) == "nothing");
  CHECK(changed(trace, {{"a", "text of A"}, {"d/b", "text of b"}}) == "a");
  CHECK(changed(trace, {{"a", "text of a"}, {"d/b", "other text"}}) == "nothing"); // nobody has read it
  CHECK(changed(trace, {{"a", "text of a"}, {"d/b", ""}, {"d/c", ""}}) == "d");
  CHECK(changed(trace, {{"a", "text of a"}, {"d/b", ""}, {"gone", ""}}) == "gone");
  CHECK(changed(trace, {{"a", "text of a"}}) == "d");
}

TEST_CASE("a trace of digests is written and read again, and has nothing of the files") {
  const text::Trace trace = trace_of(files);
  const std::string bytes = bytes_of(trace);
  CHECK(bytes.find("text of a") == std::string::npos);
  CHECK(bytes.find("no such file") == std::string::npos);
  text::RecordReader record(bytes);
  const auto again = text::Trace::read(record);
  REQUIRE(again);
  CHECK(record.ended());
  CHECK(bytes_of(*again) == bytes);
  CHECK(changed(*again, files) == "nothing");
  CHECK(changed(*again, {{"a", ""}, {"d/b", ""}}) == "a");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    text::RecordReader torn(std::string_view(bytes).substr(0, size));
    CHECK_FALSE(text::Trace::read(torn));
  }
}

TEST_CASE("what is no trace is none, whatever it says of itself") {
  const std::string digest(32, 'x');
  const auto trace = [&](std::uint64_t count, std::uint64_t kind, std::uint64_t path_size,
                         std::uint64_t most) {
    text::RecordWriter record;
    record.number(count);
    record.number(kind);
    record.number(path_size);
    record.raw("path");
    record.number(most);
    record.raw(digest);
    text::RecordReader reader(record.bytes());
    return text::Trace::read(reader).has_value();
  };
  const std::uint64_t huge = ~std::uint64_t{0};
  CHECK(trace(1, 0, 4, 100));
  CHECK_FALSE(trace(2, 0, 4, 100));
  CHECK_FALSE(trace(huge, 0, 4, 100));
  CHECK_FALSE(trace(1, 5, 4, 100));
  CHECK_FALSE(trace(1, huge, 4, 100));
  CHECK_FALSE(trace(1, 0, huge, 100));
  CHECK_FALSE(trace(1, 0, 5, 100));
  CHECK_FALSE(trace(1, 0, 4, huge)); // nobody wants to read so much
}

TEST_CASE("a trace of files that change meanwhile holds nowhere") {
  const Restless disk;
  const text::TracedFiles traced(disk);
  (void)traced.read("a", 100);
  CHECK(traced.trace().steady());
  (void)traced.read("a", 100);
  CHECK_FALSE(traced.trace().steady());
  CHECK(traced.trace().changed(disk) == "a");
}

TEST_CASE("a record is read as far as it goes") {
  text::RecordWriter record;
  record.number(0x0102030405060708);
  record.text("words");
  text::RecordReader reader(record.bytes());
  CHECK(reader.number() == 0x0102030405060708);
  CHECK(reader.text() == "words");
  CHECK(reader.ended());
  CHECK(reader.number() == 0);
  CHECK(reader.failed());
  CHECK_FALSE(reader.ended());
  CHECK(reader.raw(0).empty());
}
