// SPDX-License-Identifier: Apache-2.0
// A comment takes 65,536 characters at most, and few people read more than a screen: what is much is cut, and
// the rest counted.
#include "report/diff.hpp"
#include "report/escape.hpp"
#include "report/frame.hpp"
#include "report/redact.hpp"
#include "report/shown.hpp"
#include "text/encoding.hpp"

#include <algorithm>
#include <array>
#include <sstream>

namespace slsaudit::report {

namespace {

constexpr std::size_t most_bytes = 60'000;
constexpr std::array<std::size_t, 4> most_lines{40, 20, 8, 2}; ///< Of one list; the first with which it fits.
constexpr std::size_t most_changes = 12;                       ///< Of one topic.
constexpr std::size_t longest = 300;                           ///< Bytes of one message.

std::string cut(std::string text) {
  if (text.size() <= longest) return text;
  text = text::beginning(text, longest);
  if (std::ranges::count(text, '`') % 2 != 0) text += '`'; // a name's closing one was cut off
  return text + "…";
}

std::string prose(const std::string& message) {
  return markdown_prose(cut(redact(message)));
}

class DiffMarkdown {
public:
  DiffMarkdown(const DiffInput& input, std::size_t most, std::ostream& out)
      : input_(input), most_(most), out_(out) {}

  void print() {
    // Lets the next run find the comment that this one wrote.
    out_ << "<!-- slsaudit diff -->\n### slsaudit: " << verdict() << "\n\n" << summary() << '\n';
    fresh();
    gone("fixed", input_.comparison.fixed);
    gone("suppressed now", input_.comparison.silenced);
    architecture();
    problems();
  }

private:
  [[nodiscard]] std::string verdict() const {
    const auto& fresh = input_.comparison.fresh;
    if (fresh.empty()) return "no new findings";
    if (!input_.fail_on) return counted(fresh.size(), "new finding");
    const auto failing = std::ranges::count_if(
        fresh, [&](const rules::Finding& finding) { return finding.severity >= *input_.fail_on; });
    const std::string limit(name(*input_.fail_on));
    const std::string bad = limit + (limit == "critical" ? "" : " or worse");
    if (failing == 0) return counted(fresh.size(), "new finding") + ", none of them " + bad;
    return counted(static_cast<std::size_t>(failing), "new finding") + " of severity " + bad;
  }

  [[nodiscard]] std::string summary() const {
    return markdown_code(input_.before_label) + " → " + markdown_code(input_.after_label) + ": " +
           diff_summary(input_) + "; " + diff_sizes(input_) + ".";
  }

  void fresh() {
    const auto& findings = input_.comparison.fresh;
    if (findings.empty()) return;
    std::vector<const rules::Finding*> worst_first;
    for (const rules::Finding& finding : findings) worst_first.push_back(&finding);
    std::ranges::stable_sort(worst_first,
                             [](const auto* a, const auto* b) { return a->severity > b->severity; });
    out_ << "\n| New | Where | What |\n|---|---|---|\n";
    for (std::size_t i = 0; i < std::min(most_, findings.size()); ++i) {
      const rules::Finding& finding = *worst_first[i];
      out_ << "| " << name(finding.severity) << " | " << where(*input_.after.sources, finding.span) << " | **"
           << markdown_text(finding.code) << "** " << markdown_text(finding.name) << ": "
           << prose(finding.message) << " |\n";
    }
    if (findings.size() > most_) out_ << "\n… and " << findings.size() - most_ << " more.\n";
    fixes(worst_first);
  }

  void fixes(const std::vector<const rules::Finding*>& findings) {
    const std::size_t most_fixes = std::min<std::size_t>(10, most_);
    std::size_t shown = 0;
    for (const rules::Finding* finding : findings) {
      if (finding->fix.empty() || shown == most_fixes) continue;
      if (shown++ == 0) out_ << "\n<details><summary>How to fix them</summary>\n";
      out_ << "\n**" << markdown_text(finding->code) << "** at "
           << where(*input_.after.sources, finding->span) << "\n\n"
           << markdown_block(redact(finding->fix));
    }
    if (shown > 0) out_ << "\n</details>\n";
  }

  void gone(std::string_view word, const std::vector<rules::Finding>& findings) {
    if (findings.empty()) return;
    out_ << "\n<details><summary>" << findings.size() << ' ' << word << "</summary>\n\n";
    for (std::size_t i = 0; i < std::min(most_, findings.size()); ++i) {
      const rules::Finding& finding = findings[i];
      out_ << "- " << name(finding.severity) << ' ' << markdown_text(finding.code) << ' '
           << where(*input_.before.sources, finding.span) << ": " << prose(finding.message) << '\n';
    }
    if (findings.size() > most_) out_ << "- … and " << findings.size() - most_ << " more\n";
    out_ << "\n</details>\n";
  }

  void architecture() {
    const auto& changes = input_.comparison.changes;
    if (changes.empty()) {
      out_ << "\nThe architecture stays as it is.\n";
      return;
    }
    out_ << "\n#### What it does to the architecture\n";
    for (std::size_t begin = 0; begin < changes.size();) {
      std::size_t end = begin;
      while (end < changes.size() && changes[end].topic == changes[begin].topic) ++end;
      topic(begin, end);
      begin = end;
    }
    out_ << "\n<sub>Concurrency and cost: " << markdown_text(redact(basis_of(input_)))
         << ". + is new, ~ changes, - is gone.</sub>\n";
  }

  void topic(std::size_t begin, std::size_t end) {
    const auto& changes = input_.comparison.changes;
    out_ << "\n**" << title(changes[begin].topic) << "**\n\n";
    const std::size_t last = std::min(end, begin + std::min(most_, most_changes));
    for (std::size_t i = begin; i < last; ++i) item(changes[i]);
    if (last == end) return;
    out_ << "\n<details><summary>and " << end - last << " more</summary>\n\n";
    for (std::size_t i = last; i < std::min(end, last + most_); ++i) item(changes[i]);
    if (end > last + most_) out_ << "- … and " << end - last - most_ << " more\n";
    out_ << "\n</details>\n";
  }

  void item(const compare::Change& change) {
    out_ << "- `" << sign(change.turn) << "` " << prose(change.text);
    if (change.turn == compare::Turn::gained && change.span.valid())
      out_ << " (" << where(*input_.after.sources, change.span) << ')';
    out_ << '\n';
  }

  void problems() {
    const std::size_t errors = input_.after.errors.size() + failure_messages(input_.after).size();
    if (errors > 0)
      out_ << "\n**" << counted(errors, "error") << "**: not all of the new side could be read.\n";
    for (const std::string& note : input_.notes) out_ << "\nNote: " << prose(note) << ".\n";
  }

  [[nodiscard]] static std::string where(const text::SourceMap& sources, text::Span span) {
    if (!span.valid()) return "-";
    const text::Position at = sources.position(span.file, span.begin);
    return markdown_code(std::string(sources.path(span.file)) + ":" + std::to_string(at.line));
  }

  const DiffInput& input_;
  std::size_t most_;
  std::ostream& out_;
};

} // namespace

void render_diff_markdown(const DiffInput& input, const Style&, std::ostream& out) {
  std::string text;
  for (const std::size_t most : most_lines) {
    std::ostringstream page;
    DiffMarkdown(input, most, page).print();
    text = page.str();
    if (text.size() <= most_bytes) break;
  }
  out << text;
}

} // namespace slsaudit::report
