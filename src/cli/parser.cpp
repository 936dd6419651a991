// SPDX-License-Identifier: Apache-2.0
#include "cli/parser.hpp"

#include "audit/selection.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace slsaudit::cli {

namespace {

constexpr std::size_t help_column = 27;
constexpr std::size_t help_width = 100;

std::string joined(const std::vector<std::string_view>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

/// "  --name VALUE       help", wrapped.
std::string help_line(const std::string& left, const std::string& help) {
  const std::string new_line = "\n" + std::string(help_column, ' ');
  std::string text = fmt::format("  {:<{}}", left, help_column - 2);
  if (text.size() > help_column) text += new_line;
  std::size_t column = help_column;
  for (std::size_t begin = 0; begin < help.size();) {
    const std::size_t end = std::min(help.find(' ', begin), help.size());
    const std::size_t width = end - begin + 1;
    if (column + width > help_width) {
      text += new_line;
      column = help_column;
    }
    text += (column == help_column ? "" : " ") + help.substr(begin, end - begin);
    column += width;
    begin = end + 1;
  }
  return text + "\n";
}

/// CLI11 takes `[a,b]` for a list of arguments; here it is a path or an expression like any other.
constexpr char mark = '\x01';
void hide_bracket(std::string& argument) {
  if (argument.starts_with('[')) argument.insert(argument.begin(), mark);
}
void show_bracket(std::string& argument) {
  if (argument.starts_with(mark)) argument.erase(argument.begin());
}

} // namespace

void Parser::add(const OptionText& text, bool is_flag, std::function<void(const Entry&)> store) {
  entries_.push_back({.text = text, .is_flag = is_flag, .store = std::move(store)});
}

void Parser::flag(const OptionText& text, bool& target) {
  add(text, true, [&target](const Entry&) { target = true; });
}

void Parser::value(const OptionText& text, std::string& target) {
  add(text, false, [&target](const Entry& entry) { target = entry.given.back(); });
}

void Parser::value(const OptionText& text, std::optional<std::string>& target) {
  add(text, false, [&target](const Entry& entry) { target = entry.given.back(); });
}

void Parser::list(const OptionText& text, std::vector<std::string>& target) {
  add(text, false, [&target](const Entry& entry) { target = entry.given; });
}

void Parser::words(const OptionText& text, std::vector<std::string>& target) {
  add(text, false, [&target](const Entry& entry) {
    for (const std::string& given : entry.given) {
      for (std::size_t begin = 0; begin < given.size();) {
        const std::size_t end = std::min(given.find(',', begin), given.size());
        if (end > begin) target.push_back(given.substr(begin, end - begin));
        begin = end + 1;
      }
    }
  });
}

void Parser::positionals(std::string_view name, std::vector<std::string>& target, std::size_t min,
                         std::size_t max) {
  positional_name_ = name;
  positionals_ = &target;
  min_positionals_ = min;
  max_positionals_ = max;
}

std::string_view Parser::command() const {
  return usage_.substr(0, usage_.find(' '));
}

ExitCode Parser::fail(World& world, const std::string& message) const {
  world.err << "slsaudit " << command() << ": " << message << "\nTry `slsaudit " << command()
            << " --help`.\n";
  return ExitCode::usage;
}

void Parser::print_help(std::ostream& out) const {
  out << summary_ << "\n\nusage: slsaudit " << usage_ << "\n\noptions:\n";
  for (const Entry& entry : entries_) {
    std::string left(entry.text.name);
    if (!entry.text.letter.empty()) left = std::string(entry.text.letter) + ", " + left;
    if (!entry.is_flag) left += " " + std::string(entry.text.value);
    std::string help(entry.text.help);
    if (!entry.text.choices.empty()) help += ": " + joined(entry.text.choices);
    out << help_line(left, help);
  }
  out << help_line("-h, --help", "this text");
  if (!notes_.empty()) out << '\n' << notes_;
}

std::string Parser::unexpected(const std::string& argument) const {
  if (!argument.starts_with('-') || argument == "-") return "unexpected argument `" + argument + "`";
  const std::string name = argument.substr(0, argument.find('='));
  std::vector<std::string_view> names;
  for (const Entry& entry : entries_) names.push_back(entry.text.name);
  const std::string_view near = audit::nearest(name, names);
  return "no option `" + name + "`" + (near.empty() ? "" : "; did you mean `" + std::string(near) + "`?");
}

std::string Parser::wrong_choice() const {
  for (const Entry& entry : entries_) {
    const auto& choices = entry.text.choices;
    for (const std::string& given : entry.given) {
      if (choices.empty() || std::ranges::find(choices, given) != choices.end()) continue;
      return fmt::format("{} can't be `{}`: it is {}", entry.text.name, given, joined(choices));
    }
  }
  return {};
}

std::string Parser::wrong_positionals() const {
  if (positionals_ == nullptr) return {};
  if (positionals_->size() < min_positionals_) return fmt::format("{} is missing", positional_name_);
  if (positionals_->size() > max_positionals_) return unexpected((*positionals_)[max_positionals_]);
  return {};
}

std::optional<ExitCode> Parser::parse(const std::vector<std::string>& arguments, World& world) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  bool help = false;
  app.add_flag("-h,--help", help);
  std::vector<CLI::Option*> options;
  for (Entry& entry : entries_) {
    std::string name(entry.text.name);
    if (!entry.text.letter.empty()) name += "," + std::string(entry.text.letter);
    if (entry.is_flag)
      options.push_back(app.add_flag(name));
    else
      options.push_back(app.add_option(name, entry.given)->allow_extra_args(false));
  }
  if (positionals_ != nullptr) app.add_option("arguments", *positionals_);
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend()); // as CLI11 wants them
    std::ranges::for_each(reversed, hide_bracket);
    app.parse(std::move(reversed));
  } catch (const CLI::ParseError& error) {
    return fail(world, error.what());
  }
  if (positionals_ != nullptr) std::ranges::for_each(*positionals_, show_bracket);
  for (Entry& entry : entries_) std::ranges::for_each(entry.given, show_bracket);
  if (help) {
    print_help(world.out);
    return ExitCode::clean;
  }
  if (const auto extras = app.remaining(); !extras.empty()) return fail(world, unexpected(extras.front()));
  if (const std::string wrong = wrong_choice(); !wrong.empty()) return fail(world, wrong);
  if (const std::string wrong = wrong_positionals(); !wrong.empty()) return fail(world, wrong);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (options[i]->count() > 0) entries_[i].store(entries_[i]);
  }
  return std::nullopt;
}

} // namespace slsaudit::cli
