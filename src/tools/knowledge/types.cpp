// SPDX-License-Identifier: Apache-2.0
#include "tools/knowledge/text.hpp"
#include "tools/knowledge/write.hpp"

#include <sstream>
#include <vector>

namespace slsaudit::tools {

namespace {

class TypeWriter {
public:
  explicit TypeWriter(std::string path) : path_(std::move(path)) {}

  void add(const std::string& line) {
    ++line_;
    if (line.empty() || line[0] == '#' || line == "type,ref,properties,attributes") return;
    const std::vector<std::string> cells = pieces_of(line, ',');
    if (cells.size() != 4) fail(path_, line_, "a row has the columns type, ref, properties and attributes");
    if (cells[0] <= previous_) fail(path_, line_, "rows are sorted by type, without duplicates");
    previous_ = cells[0];
    std::vector<std::string> properties = pieces_of(cells[2], ' ');
    std::vector<std::string> required;
    for (std::string& name : properties) {
      const bool needed = name.ends_with('!');
      if (!needed && !name.ends_with('+')) continue;
      name.pop_back();
      if (needed) required.push_back(name);
    }
    std::vector<std::string> attributes = pieces_of(cells[3], ' ');
    const bool open = !attributes.empty() && attributes.front() == "*";
    if (open) attributes.erase(attributes.begin());
    rows_ << "    {" << slice(pool_, cells[0]) << ", " << slice(pool_, cells[1]) << ", " << count_ << ", "
          << properties.size() << ", " << required.size() << ", " << attributes.size() << ", "
          << (open ? "true" : "false") << "},\n";
    for (const auto* list : {&properties, &required, &attributes}) write(*list);
  }

  void write(std::ostream& out) const {
    out << "constexpr char type_text[] =\n    " << literal(pool_.text()) << ";\n"
        << "constexpr Slice type_names[] = {\n"
        << names_.str() << "};\n"
        << "constexpr TypeRow type_rows[] = {\n"
        << rows_.str() << "};\n\n";
  }

private:
  void write(const std::vector<std::string>& names) {
    std::string_view last;
    for (const std::string& name : names) {
      if (name.empty() || name <= last) fail(path_, line_, "names are sorted, each once: `" + name + "`");
      last = name;
      names_ << "    " << slice(pool_, name) << ",\n";
    }
    count_ += names.size();
  }

  std::string path_;
  std::size_t line_ = 0;
  std::size_t count_ = 0;
  std::string previous_;
  Pool pool_;
  std::ostringstream rows_;
  std::ostringstream names_;
};

} // namespace

void write_resource_types(const std::string& directory, std::ostream& out) {
  const std::string path = directory + "/resource-types.csv";
  TypeWriter writer(path);
  each_line(path, [&](const std::string& line) { writer.add(line); });
  writer.write(out);
}

} // namespace slsaudit::tools
