// SPDX-License-Identifier: Apache-2.0
#include "analysis/analyses.hpp"
#include "analysis/load_summary.hpp"
#include "analysis/platform.hpp"
#include "report/load.hpp"
#include "report/redact.hpp"
#include "report/screen.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace slsaudit::report {

namespace {

using analysis::dollars;
using analysis::shown;

constexpr std::size_t most_hot_spots = 10;
constexpr std::size_t widest_column = 44;

std::size_t cells_of(std::string_view text) {
  return screen_line(text).columns.back();
}

/// Rows of cells, in columns as wide as they need; the last one as it is.
class Columns {
public:
  void add(std::vector<std::string> cells) {
    for (std::string& cell : cells) cell = printable(redact(cell));
    rows_.push_back(std::move(cells));
  }

  void print(std::ostream& out) const {
    std::vector<std::size_t> widths;
    for (const auto& row : rows_) {
      widths.resize(std::max(widths.size(), row.size()));
      for (std::size_t i = 0; i + 1 < row.size(); ++i)
        widths[i] = std::max(widths[i], std::min(widest_column, cells_of(row[i])));
    }
    for (const auto& row : rows_) {
      std::string line = " ";
      for (std::size_t i = 0; i < row.size(); ++i) {
        line += " " + row[i];
        const std::size_t used = cells_of(row[i]);
        if (i + 1 < row.size()) line += std::string(used < widths[i] ? widths[i] - used : 0, ' ') + " ";
      }
      line.erase(line.find_last_not_of(' ') + 1);
      out << line << '\n';
    }
  }

private:
  std::vector<std::vector<std::string>> rows_;
};

class Page {
public:
  Page(const graph::System& system, const analysis::Settings& settings, std::ostream& out)
      : system_(system), facts_(system, settings), summary_(analysis::summary_of(facts_)), out_(out) {}

  void print() {
    entries();
    limits();
    functions();
    costs();
    assumptions();
  }

private:
  [[nodiscard]] std::string name(graph::NodeId node) const {
    return node.valid() ? std::string(analysis::shown_name(system_.node(node))) : std::string("the account");
  }
  void heading(std::string_view text) { out_ << '\n' << text << '\n'; }

  void entries() {
    heading("Where load comes in");
    Columns columns;
    for (const auto& entry : summary_.entries) {
      if (entry.kind == "deployment") continue;
      const bool any = entry.rate > 0 || entry.burst > 0;
      std::string load = any ? shown(entry.rate) + "/s" : std::string("-");
      if (entry.burst > 0) load += ", " + shown(entry.burst) + " at once";
      columns.add(
          {name(entry.node), entry.kind, load, any ? shown(entry.payload_kb) + " KB" : "", entry.origin});
    }
    if (summary_.entries.empty()) out_ << "  nowhere: nothing here starts anything\n";
    columns.print(out_);
  }

  void limits() {
    heading("What is reached first as the load grows");
    if (summary_.limits.empty()) out_ << "  no limit that is known\n";
    Columns columns;
    for (const analysis::Saturation& limit : summary_.limits) {
      const bool past = limit.factor < 1;
      std::string note = limit.effect;
      if (!limit.verified) note += " (limit not checked)";
      columns.add({(past ? "! × " : "  × ") + shown(limit.factor), shown(limit.rate) + "/s", name(limit.node),
                   limit.what + ": " + shown(limit.load) + " of " + shown(limit.limit) + " " + limit.unit +
                       "; then " + note});
    }
    columns.print(out_);
  }

  void functions() {
    if (summary_.functions.empty()) return;
    heading("Concurrency: " + shown(summary_.demand) + " of the account's " + shown(summary_.account));
    Columns columns;
    for (const auto& function : summary_.functions) {
      std::string formula = shown(function.rate) + "/s × " + shown(function.duration_ms) + " ms" +
                            (function.duration_given ? "" : " (assumed)");
      if (function.burst > 0) formula += " + " + shown(function.burst) + " at once";
      columns.add({name(function.node), shown(function.demand), formula, function.held});
    }
    columns.print(out_);
  }

  void costs() {
    double total = 0;
    std::vector<const analysis::CostLine*> lines;
    std::string parts;
    for (const analysis::Costs& costs : summary_.costs) {
      total += costs.total;
      parts += (parts.empty() ? "" : ", ") + dollars(costs.total) +
               (costs.basis == "fixed" ? " without any load" : " for the load");
      for (const analysis::CostLine& line : costs.lines) lines.push_back(&line);
    }
    if (lines.empty()) return;
    std::stable_sort(lines.begin(), lines.end(),
                     [](const auto* a, const auto* b) { return a->usd() > b->usd(); });
    heading("Cost: " + dollars(total) + " a month (" + parts + ")");
    Columns columns;
    for (std::size_t i = 0; i < std::min(lines.size(), most_hot_spots); ++i) {
      const analysis::CostLine& line = *lines[i];
      columns.add({dollars(line.usd()), shown(total > 0 ? 100 * line.usd() / total : 0) + " %",
                   name(line.node) + ", " + line.dimension, line.why});
    }
    columns.print(out_);
    if (lines.size() > most_hot_spots) out_ << "  and " << lines.size() - most_hot_spots << " smaller ones\n";
  }

  void assumptions() {
    heading("Assumed");
    for (const std::string& sentence : summary_.assumptions)
      out_ << "  - " << printable(redact(sentence)) << '\n';
  }

  const graph::System& system_;
  analysis::Facts facts_;
  analysis::LoadSummary summary_;
  std::ostream& out_;
};

std::string title(const LoadInput& input) {
  const analysis::LoadProfile& load = input.settings.load;
  std::string text = "Load: ";
  if (input.assumed_size) {
    text += "size " + load.size + ", since no profile is given; `load` in slsaudit.yaml can say more";
  } else {
    const bool named = !load.entries.empty() || !load.functions.empty();
    text += named ? "the profile" : "size " + load.size;
    if (named && !load.size.empty()) text += ", and size " + load.size + " where it says nothing";
  }
  if (load.scale != 1) text += ", × " + shown(load.scale);
  return text;
}

} // namespace

void render_load_text(const LoadInput& input, std::ostream& out) {
  out << title(input) << '\n';
  for (const graph::System& system : input.systems) {
    if (input.systems.size() > 1 && !system.templates.empty())
      out << "\n== " << printable(input.sources.path(system.templates.front().file)) << " ==\n";
    Page(system, input.settings, out).print();
  }
}

} // namespace slsaudit::report
