// SPDX-License-Identifier: Apache-2.0
#include "text/traced.hpp"

#include "text/assert.hpp"
#include "text/sha256.hpp"

#include <utility>

namespace slsaudit::text {

namespace {

/// Of a file, where a record says how much of it may be read.
constexpr std::uint64_t max_read = std::uint64_t{1} << 32U;

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

std::string Trace::kept(std::string answer) const {
  if (kept_ == Answers::whole) return answer;
  if (answer.size() == 1) { // yes or no, which is most of what is asked and no secret
    answer.resize(Digest{}.size(), '\0');
    return answer;
  }
  const Digest digest = sha256(answer);
  return {digest.begin(), digest.end()};
}

std::optional<std::string> Trace::changed(const FileSystem& files) const {
  if (unsteady_) return unsteady_;
  for (const auto& [question, answer] : answers_) {
    if (kept(ask(question, files)) != answer) return question.path;
  }
  return std::nullopt;
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

void Trace::write(RecordWriter& record) const {
  SLSAUDIT_ASSERT(kept_ == Answers::digests && !unsteady_);
  record.number(answers_.size());
  for (const auto& [question, answer] : answers_) {
    record.number(static_cast<std::uint64_t>(question.kind));
    record.text(question.path);
    record.number(question.max_bytes);
    record.raw(answer);
  }
}

std::optional<Trace> Trace::read(RecordReader& record) {
  Trace trace(Answers::digests);
  const std::uint64_t count = record.number();
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t kind = record.number();
    std::string path(record.text());
    const std::uint64_t max_bytes = record.number();
    const std::string_view answer = record.raw(Digest{}.size());
    if (record.failed() || kind > static_cast<std::uint64_t>(Kind::canonical) || max_bytes > max_read)
      return std::nullopt;
    Question question{static_cast<Kind>(kind), std::move(path), static_cast<std::size_t>(max_bytes)};
    auto& known = trace.answers_;
    if (!known.empty() && question <= known.rbegin()->first) return std::nullopt;
    known.emplace_hint(known.end(), std::move(question), answer);
  }
  if (record.failed()) return std::nullopt;
  return trace;
}

void TracedFiles::note(Trace::Kind kind, const std::string& path, std::string answer,
                       std::size_t max_bytes) const {
  answer = trace_.kept(std::move(answer));
  const std::scoped_lock lock(mutex_);
  const auto [noted, is_new] = trace_.answers_.try_emplace({kind, path, max_bytes}, answer);
  // Nobody knows which of the two what was made of them rests on.
  if (!is_new && noted->second != answer) trace_.unsteady_ = path;
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
