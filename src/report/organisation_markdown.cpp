// SPDX-License-Identifier: Apache-2.0
#include "report/escape.hpp"
#include "report/organisation.hpp"
#include "report/shown.hpp"
#include "text/encoding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace slsaudit::report {

namespace {

constexpr std::size_t room = 60'000; ///< Bytes; a comment on GitHub holds 65,536 characters.
constexpr std::size_t most_rows = 50;
constexpr std::size_t most_message = 300;

class OrganisationMarkdown {
public:
  OrganisationMarkdown(const Organisation& all, const Style& style) : all_(all), style_(style) {}

  std::string text() {
    const bool failed = all_.exit != 0;
    text_ = fmt::format("### {} slsaudit: {}\n\n{}.\n", failed ? "\xE2\x9D\x8C" : "\xE2\x9C\x85",
                        counts_in_words(all_.findings), organisation_summary(all_));
    for (const std::string& note : all_.notes) text_ += "\n" + markdown_text(note) + ".\n";
    problems();
    unread();
    findings();
    systems();
    rules();
    links("Who depends on whom", all_.links);
    links("Could be of several systems", all_.ambiguous);
    links("Given by no system here", all_.unresolved);
    return std::move(text_);
  }

private:
  [[nodiscard]] std::string root(std::size_t system) const {
    return markdown_code(all_.systems[system].root);
  }

  /// A table's rows as far as there is room, and how many are left out.
  void rows(std::string_view heading, std::size_t count, std::size_t total,
            const std::function<std::string(std::size_t)>& row) {
    if (count == 0 || text_.size() > room) return;
    text_ += heading;
    std::size_t shown = 0;
    while (shown < std::min(count, most_rows) && text_.size() < room) text_ += row(shown++);
    if (total > shown) text_ += fmt::format("\n{} more.\n", total - shown);
  }

  void problems() {
    rows("\n#### Not complete\n\n| where | what |\n|---|---|\n", all_.problems.size(), all_.problems.size(),
         [&](std::size_t i) {
           const ShardProblem& one = all_.problems[i];
           return fmt::format("| {} | {} |\n", markdown_code(one.place), markdown_prose(one.message));
         });
  }

  void unread() {
    rows("\n#### Could not be read\n\n| system | where | what |\n|---|---|---|\n", all_.unread.size(),
         all_.errors, [&](std::size_t i) {
           const BriefError& one = all_.unread[i];
           return fmt::format("| {} | {} | {} |\n", root(one.system),
                              one.place.empty() ? "" : markdown_code(one.place), markdown_prose(one.message));
         });
  }

  void findings() {
    std::size_t total = 0;
    for (const std::size_t count : all_.findings) total += count;
    rows("\n#### Worst findings\n\n| severity | rule | system | where | what |\n|---|---|---|---|---|\n",
         all_.worst.size(), total, [&](std::size_t i) {
           const BriefFinding& one = all_.worst[i];
           std::string code = markdown_code(one.code);
           if (!style_.docs_url.empty())
             code = fmt::format("[{}]({})", code, rule_page(style_.docs_url, one.code));
           return fmt::format("| {} | {} | {} | {} | {} |\n", name(one.severity), code, root(one.system),
                              one.place.empty() ? "" : markdown_code(one.place),
                              markdown_prose(text::beginning(one.message, most_message)));
         });
  }

  void systems() {
    const auto order = worst_systems_first(all_);
    rows("\n#### Systems\n\n| system | findings | errors | depends on | used by |\n|---|---|---|---|---|\n",
         order.size(), order.size(), [&](std::size_t i) {
           const MergedSystem& one = all_.systems[order[i]];
           return fmt::format("| {} | {} | {} | {} | {} |\n", root(order[i]), counts_in_words(one.findings),
                              one.errors, one.depends_on.size(), one.used_by.size());
         });
  }

  void rules() {
    std::vector<const std::pair<const std::string, RuleTotal>*> all;
    for (const auto& entry : all_.rules) all.push_back(&entry);
    std::ranges::stable_sort(all, std::ranges::greater(),
                             [](const auto* one) { return one->second.findings; });
    rows("\n#### Rules\n\n| rule | findings | systems |\n|---|---|---|\n", all.size(), all.size(),
         [&](std::size_t i) {
           return fmt::format("| {} {} | {} | {} |\n", markdown_code(all[i]->first),
                              markdown_text(all[i]->second.name), counts_in_words(all[i]->second.findings),
                              all[i]->second.systems);
         });
  }

  void links(std::string_view title, const std::vector<OrganisationLink>& links) {
    rows(fmt::format("\n#### {}\n\n| system | takes | by | of |\n|---|---|---|---|\n", title), links.size(),
         links.size(), [&](std::size_t i) {
           const OrganisationLink& one = links[i];
           std::string to;
           for (const std::size_t system : one.to) to += (to.empty() ? "" : " or ") + root(system);
           if (!one.resource.empty()) to += " " + markdown_code(one.resource);
           return fmt::format("| {} | {} {} | {} {} | {} |\n", root(one.from), markdown_text(one.kind),
                              markdown_code(one.name), markdown_code(one.by), markdown_text(one.relation),
                              to);
         });
  }

  const Organisation& all_;
  const Style& style_;
  std::string text_;
};

} // namespace

void render_organisation_markdown(const Organisation& all, const Style& style, std::ostream& out) {
  out << OrganisationMarkdown(all, style).text();
}

} // namespace slsaudit::report
