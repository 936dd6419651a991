// SPDX-License-Identifier: Apache-2.0
#include "tools/knowledge/text.hpp"
#include "tools/knowledge/write.hpp"

#include <charconv>
#include <set>
#include <sstream>
#include <vector>

namespace slsaudit::tools {

namespace {

class KeyWriter {
public:
  explicit KeyWriter(std::string path) : path_(std::move(path)) {}

  void add(const std::string& line) {
    ++line_;
    if (line.empty() || line[0] == '#' || line == "prefix,least,most,what,exposed,source") return;
    const std::vector<std::string> cells = pieces_of(line, ',');
    if (cells.size() != 6)
      fail(path_, line_, "a row has the columns prefix, least, most, what, exposed and source");
    if (cells[0].size() < 2 || !prefixes_.insert(cells[0]).second)
      fail(path_, line_, "a prefix has two characters at least, and stands once");
    const unsigned least = count(cells[1]);
    const unsigned most = count(cells[2]);
    if (least == 0 || least > most) fail(path_, line_, "`least` is at least 1 and at most `most`");
    if (cells[4] != "true" && cells[4] != "false") fail(path_, line_, "`exposed` is true or false");
    if (!cells[5].starts_with("https://")) fail(path_, line_, "`source` is an address");
    rows_ << "    {" << slice(pool_, cells[0]) << ", " << least << ", " << most << ", "
          << slice(pool_, cells[3]) << ", " << cells[4] << "},\n";
  }

  void write(std::ostream& out) const {
    out << "constexpr char key_text[] =\n    " << literal(pool_.text()) << ";\n"
        << "constexpr KeyFormatRow key_rows[] = {\n"
        << rows_.str() << "};\n\n";
  }

private:
  [[nodiscard]] unsigned count(const std::string& text) const {
    unsigned result = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result);
    if (error != std::errc() || end != text.data() + text.size() || result > 1000)
      fail(path_, line_, "`" + text + "` is no count up to 1000");
    return result;
  }

  std::string path_;
  std::size_t line_ = 0;
  std::set<std::string> prefixes_;
  Pool pool_;
  std::ostringstream rows_;
};

} // namespace

void write_key_formats(const std::string& directory, std::ostream& out) {
  const std::string path = directory + "/key-formats.csv";
  KeyWriter writer(path);
  each_line(path, [&](const std::string& line) { writer.add(line); });
  writer.write(out);
}

} // namespace slsaudit::tools
