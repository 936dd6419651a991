// SPDX-License-Identifier: Apache-2.0
#include "text/words.hpp"
#include "tools/knowledge/text.hpp"
#include "tools/knowledge/write.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <vector>

namespace slsaudit::tools {

namespace {

constexpr std::array<std::string_view, 5> access_names{"list", "read", "write", "tagging", "permissions"};
constexpr std::array<std::string_view, 3> level_names{"required", "optional", "star_only"};

class ActionWriter {
public:
  explicit ActionWriter(std::string path) : path_(std::move(path)) {}

  void add(const std::string& line) {
    ++line_;
    if (line.empty() || line[0] == '#' || line == "service,action,access,resource,on") return;
    const std::vector<std::string> cells = pieces_of(line, ',');
    if (cells.size() != 5)
      fail(path_, line_, "a row has the columns service, action, access, resource and on");
    const std::string key =
        text::lower(cells[0] + " " + cells[1]); // a blank sorts before all that names hold
    if (key <= previous_) {
      fail(path_, line_, "rows are sorted by service, then by action in lower case, without duplicates");
    }
    previous_ = key;
    if (cells[0] != service_) {
      service_ = cells[0];
      services_ << "    {" << slice(pool_, service_) << ", " << count_ << "},\n";
    }
    rows_ << "    {" << slice(pool_, cells[1]) << ", " << place(access_names, cells[2]) << ", "
          << place(level_names, cells[3]) << ", " << slice(pool_, cells[4]) << "},\n";
    ++count_;
  }

  void write(std::ostream& out) const {
    out << "constexpr char action_text[] =\n    " << literal(pool_.text()) << ";\n"
        << "constexpr ActionRow action_rows[] = {\n"
        << rows_.str() << "};\n"
        << "constexpr ServiceRow service_rows[] = {\n"
        << services_.str() << "};\n\n";
  }

private:
  template <class Names>
  [[nodiscard]] std::ptrdiff_t place(const Names& names, const std::string& name) const {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) fail(path_, line_, "unknown word `" + name + "`");
    return found - names.begin();
  }

  std::string path_;
  std::size_t line_ = 0;
  std::size_t count_ = 0;
  std::string service_;
  std::string previous_;
  Pool pool_;
  std::ostringstream rows_;
  std::ostringstream services_;
};

} // namespace

void write_actions(const std::string& directory, std::ostream& out) {
  const std::string path = directory + "/iam-actions.csv";
  ActionWriter writer(path);
  each_line(path, [&](const std::string& line) { writer.add(line); });
  writer.write(out);
}

} // namespace slsaudit::tools
