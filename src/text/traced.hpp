// SPDX-License-Identifier: Apache-2.0
// What was asked of a file system, with the answers: as long as all of them are the same, so is whatever was
// made of them.
#pragma once

#include "text/byte_record.hpp"
#include "text/file_system.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

namespace slsaudit::text {

/// How answers are kept: as a whole, so that nothing rests on a hash, or by their SHA-256, for who keeps them
/// where contents of files must not lie.
enum class Answers : std::uint8_t { whole, digests };

class Trace {
public:
  Trace() = default;
  explicit Trace(Answers kept) : kept_(kept) {}

  /// Whether each question would be answered the same now.
  [[nodiscard]] bool holds(const FileSystem& files) const { return !changed(files); }
  /// The path of a question that would be answered otherwise now.
  [[nodiscard]] std::optional<std::string> changed(const FileSystem& files) const;
  /// All paths that were asked about, normalized …
  [[nodiscard]] std::set<std::string> paths() const;
  /// … and the directories that were listed.
  [[nodiscard]] std::set<std::string> listed() const;

  /// Whether nothing has been answered in two ways while it was traced: then it holds nowhere.
  [[nodiscard]] bool steady() const { return !unsteady_; }

  /// Of a steady trace of digests, and back; nothing where the bytes are none.
  void write(RecordWriter& record) const;
  [[nodiscard]] static std::optional<Trace> read(RecordReader& record);

private:
  friend class TracedFiles;
  enum class Kind : std::uint8_t { read, is_file, is_directory, list, canonical };
  struct Question {
    Kind kind;
    std::string path;
    std::size_t max_bytes = 0; ///< Of `read`.
    friend auto operator<=>(const Question&, const Question&) = default;
  };
  [[nodiscard]] static std::string ask(const Question& question, const FileSystem& files);
  [[nodiscard]] std::string kept(std::string answer) const;
  Answers kept_ = Answers::whole;
  std::map<Question, std::string> answers_;
  std::optional<std::string> unsteady_; ///< What was answered in two ways while it was traced.
};

/// Another file system, whose answers are noted. Thread-safe.
class TracedFiles final : public FileSystem {
public:
  explicit TracedFiles(const FileSystem& files, Answers kept = Answers::whole)
      : files_(files), trace_(kept) {}

  [[nodiscard]] Result<std::string> read(const std::string& path, std::size_t max_bytes) const override;
  [[nodiscard]] bool is_file(const std::string& path) const override;
  [[nodiscard]] bool is_directory(const std::string& path) const override;
  [[nodiscard]] Result<std::vector<DirectoryEntry>> list(const std::string& path) const override;
  [[nodiscard]] Result<std::string> canonical(const std::string& path) const override;

  /// What was asked so far.
  [[nodiscard]] Trace trace() const;

private:
  void note(Trace::Kind kind, const std::string& path, std::string answer, std::size_t max_bytes = 0) const;

  const FileSystem& files_;
  mutable std::mutex mutex_;
  mutable Trace trace_;
};

} // namespace slsaudit::text
