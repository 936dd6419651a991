// SPDX-License-Identifier: Apache-2.0
#include "text/traced.hpp"

#include <algorithm>
#include <utility>

namespace slsaudit::text {

namespace {

/// Answers as texts, of which two are the same exactly when the answers are.
std::string written(const Result<std::string>& answer) {
  return answer.ok() ? "+" + answer.value() : "-" + answer.error();
}
std::string written(bool answer) {
  return answer ? "+" : "-";
}
std::string written(const Result<std::vector<DirectoryEntry>>& answer) {
  if (!answer.ok()) return "-" + answer.error();
  std::string text = "+";
  for (const DirectoryEntry& entry : answer.value()) {
    text += entry.name;
    text += '\0';
    text += entry.is_directory ? 'd' : 'f';
    text += entry.is_symlink ? 'l' : '-';
  }
  return text;
}

} // namespace

std::string Trace::ask(const Question& question, const FileSystem& files) {
  switch (question.kind) {
  case Kind::read:
    return written(files.read(question.path, question.max_bytes));
  case Kind::is_file:
    return written(files.is_file(question.path));
  case Kind::is_directory:
    return written(files.is_directory(question.path));
  case Kind::list:
    return written(files.list(question.path));
  case Kind::canonical:
    break;
  }
  return written(files.canonical(question.path));
}

bool Trace::holds(const FileSystem& files) const {
  return std::ranges::all_of(answers_,
                             [&](const auto& entry) { return ask(entry.first, files) == entry.second; });
}

std::set<std::string> Trace::paths() const {
  std::set<std::string> all;
  for (const auto& [question, answer] : answers_) all.insert(normalize_path(question.path));
  return all;
}

std::set<std::string> Trace::listed() const {
  std::set<std::string> all;
  for (const auto& [question, answer] : answers_) {
    if (question.kind == Kind::list) all.insert(normalize_path(question.path));
  }
  return all;
}

void TracedFiles::note(Trace::Kind kind, const std::string& path, std::string answer,
                       std::size_t max_bytes) const {
  const std::scoped_lock lock(mutex_);
  trace_.answers_.try_emplace({kind, path, max_bytes}, std::move(answer));
}

Result<std::string> TracedFiles::read(const std::string& path, std::size_t max_bytes) const {
  auto answer = files_.read(path, max_bytes);
  note(Trace::Kind::read, path, written(answer), max_bytes);
  return answer;
}

bool TracedFiles::is_file(const std::string& path) const {
  const bool answer = files_.is_file(path);
  note(Trace::Kind::is_file, path, written(answer));
  return answer;
}

bool TracedFiles::is_directory(const std::string& path) const {
  const bool answer = files_.is_directory(path);
  note(Trace::Kind::is_directory, path, written(answer));
  return answer;
}

Result<std::vector<DirectoryEntry>> TracedFiles::list(const std::string& path) const {
  auto answer = files_.list(path);
  note(Trace::Kind::list, path, written(answer));
  return answer;
}

Result<std::string> TracedFiles::canonical(const std::string& path) const {
  auto answer = files_.canonical(path);
  note(Trace::Kind::canonical, path, written(answer));
  return answer;
}

Trace TracedFiles::trace() const {
  const std::scoped_lock lock(mutex_);
  return trace_;
}

} // namespace slsaudit::text
