// SPDX-License-Identifier: Apache-2.0
#include "report/diff.hpp"
#include "report/frame.hpp"
#include "report/paint.hpp"
#include "report/redact.hpp"
#include "report/screen.hpp"

namespace slsaudit::report {

namespace {

std::string_view colour_of(compare::Effect effect) {
  if (effect == compare::Effect::worse) return colour::red;
  return effect == compare::Effect::better ? colour::green : std::string_view();
}

class DiffText {
public:
  DiffText(const DiffInput& input, const Style& style, std::ostream& out)
      : input_(input), style_(style), paint_(style.colour), out_(out) {}

  void print() {
    out_ << shown(input_.before_label) << " → " << shown(input_.after_label) << "\n\n";
    Style findings = style_;
    findings.summary = false;
    render_text(fresh_result(input_), findings, out_);
    gone("fixed", input_.comparison.fixed);
    gone("suppressed now", input_.comparison.silenced);
    architecture();
    for (const std::string& note : input_.notes) out_ << "note: " << shown(note) << '\n';
    if (!input_.notes.empty()) out_ << '\n';
    if (!style_.quiet) out_ << diff_summary(input_) << "; " << diff_sizes(input_) << '\n';
  }

private:
  [[nodiscard]] static std::string shown(std::string_view text) { return printable(redact(text)); }

  void gone(std::string_view heading, const std::vector<rules::Finding>& findings) {
    if (findings.empty()) return;
    out_ << paint_(colour::bold, heading) << '\n';
    for (const rules::Finding& finding : findings) {
      const std::string at = finding.span.valid() ? place(*input_.before.sources, finding.span) : "-";
      out_ << "  " << at << ": " << name(finding.severity) << ' ' << finding.code << ' ' << finding.name
           << ": " << shown(finding.message) << '\n';
    }
    out_ << '\n';
  }

  void architecture() {
    const auto& changes = input_.comparison.changes;
    if (changes.empty()) return;
    for (std::size_t i = 0; i < changes.size(); ++i) {
      const compare::Change& change = changes[i];
      if (i == 0 || changes[i - 1].topic != change.topic)
        out_ << paint_(colour::bold, title(change.topic)) << '\n';
      out_ << "  " << paint_(colour_of(change.effect), sign(change.turn)) << ' ' << shown(change.text)
           << where(change) << '\n';
    }
    out_ << "concurrency and cost: " << shown(basis_of(input_)) << "\n\n";
  }

  /// Of what is there still: where to look at it.
  [[nodiscard]] std::string where(const compare::Change& change) const {
    if (change.turn == compare::Turn::lost || !change.span.valid()) return {};
    return "  " + paint_(colour::faint, "[" + place(*input_.after.sources, change.span) + "]");
  }

  const DiffInput& input_;
  const Style& style_;
  Paint paint_;
  std::ostream& out_;
};

} // namespace

void render_diff_text(const DiffInput& input, const Style& style, std::ostream& out) {
  DiffText(input, style, out).print();
}

} // namespace slsaudit::report
