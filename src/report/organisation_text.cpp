// SPDX-License-Identifier: Apache-2.0
#include "report/organisation.hpp"
#include "report/paint.hpp"
#include "report/screen.hpp"
#include "report/shown.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace slsaudit::report {

namespace {

constexpr std::size_t most_rows = 20; ///< Of each part; the JSON format has all.

class OrganisationText {
public:
  OrganisationText(const Organisation& all, const Style& style, std::ostream& out)
      : all_(all), style_(style), paint_(style.colour), out_(out) {}

  void print() {
    for (const ShardProblem& problem : all_.problems)
      out_ << paint_(colour::red, "error") << ": " << shown(problem.place) << ": " << shown(problem.message)
           << '\n';
    if (!all_.problems.empty()) out_ << '\n';
    if (!style_.quiet) {
      unread();
      findings();
      rules();
      systems();
      links("who depends on whom", all_.links);
      links("could be of several systems", all_.ambiguous);
      links("given by no system here", all_.unresolved);
    }
    for (const std::string& note : all_.notes) out_ << "note: " << shown(note) << '\n';
    out_ << organisation_summary(all_) << '\n';
  }

private:
  [[nodiscard]] std::string shown(std::string_view text) const {
    const std::string safe = printable(text);
    return style_.ascii ? ascii_text(safe) : safe;
  }
  [[nodiscard]] std::string root(std::size_t system) const { return shown(all_.systems[system].root); }

  void heading(std::string_view text) { out_ << paint_(colour::bold, text) << '\n'; }

  void rest(std::size_t count, std::string_view noun) {
    if (count > most_rows) out_ << "  " << counted(count - most_rows, noun) << " more\n";
    out_ << '\n';
  }

  void unread() {
    if (all_.unread.empty()) return;
    heading("could not be read");
    for (std::size_t i = 0; i < std::min(all_.unread.size(), most_rows); ++i) {
      const BriefError& one = all_.unread[i];
      out_ << fmt::format("  {}: {}  [{}]\n", root(one.system), shown(one.message),
                          shown(one.place.empty() ? all_.systems[one.system].root : one.place));
    }
    rest(all_.errors, "error");
  }

  void findings() {
    if (all_.worst.empty()) return;
    heading("worst findings");
    std::size_t total = 0;
    for (const std::size_t count : all_.findings) total += count;
    for (std::size_t i = 0; i < std::min(all_.worst.size(), most_rows); ++i) {
      const BriefFinding& one = all_.worst[i];
      out_ << fmt::format("  {} {} {}: {}  [{}{}{}]\n", name(one.severity), shown(one.code), shown(one.name),
                          shown(one.message), root(one.system), one.place.empty() ? "" : ", ",
                          shown(one.place));
    }
    rest(total, "finding");
  }

  void rules() {
    if (all_.rules.empty()) return;
    heading("rules");
    for (const auto& [code, total] : all_.rules)
      out_ << fmt::format("  {} {}: {} in {}\n", shown(code), shown(total.name),
                          counts_in_words(total.findings), counted(total.systems, "system"));
    out_ << '\n';
  }

  void systems() {
    if (all_.systems.empty()) return;
    heading("systems");
    const auto order = worst_systems_first(all_);
    for (std::size_t i = 0; i < std::min(order.size(), most_rows); ++i) {
      const MergedSystem& one = all_.systems[order[i]];
      std::string text = fmt::format("  {}: {}", root(order[i]), counts_in_words(one.findings));
      if (one.errors > 0) text += ", " + counted(one.errors, "error");
      if (!one.used_by.empty()) text += "; used by " + std::to_string(one.used_by.size());
      if (!one.depends_on.empty()) text += "; depends on " + std::to_string(one.depends_on.size());
      out_ << text << '\n';
    }
    rest(order.size(), "system");
  }

  void links(std::string_view title, const std::vector<OrganisationLink>& links) {
    if (links.empty()) return;
    heading(title);
    for (std::size_t i = 0; i < std::min(links.size(), most_rows); ++i) {
      const OrganisationLink& one = links[i];
      std::string to;
      for (const std::size_t system : one.to) to += (to.empty() ? "" : " or ") + root(system);
      if (!to.empty()) to = (style_.ascii ? " -> " : " \xE2\x86\x92 ") + to;
      if (!one.resource.empty()) to += " `" + shown(one.resource) + "`";
      out_ << fmt::format("  {} `{}`{}: {} {} `{}`\n", root(one.from), shown(one.by), to, shown(one.relation),
                          shown(one.kind), shown(one.name));
    }
    rest(links.size(), "link");
  }

  const Organisation& all_;
  const Style& style_;
  Paint paint_;
  std::ostream& out_;
};

} // namespace

void render_organisation_text(const Organisation& all, const Style& style, std::ostream& out) {
  OrganisationText(all, style, out).print();
}

} // namespace slsaudit::report
