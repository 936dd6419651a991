// SPDX-License-Identifier: Apache-2.0
#include "tools/rule_tables.hpp"

#include <string_view>

namespace slsaudit::tools {
namespace {

using cel::Regex;

template <class Enum> int code(Enum value) {
  return static_cast<int>(value);
}

// One function a kind of row; members in their order.

void write(std::ostream& out, std::uint32_t number) {
  out << number;
}
void write(std::ostream& out, const text::Slice& slice) {
  out << '{' << slice.offset << ',' << slice.size << '}';
}
void write(std::ostream& out, const cel::Expression& row) {
  out << '{';
  write(out, row.source);
  for (const std::uint32_t number :
       {row.node, row.child, row.name, row.literal, row.link, row.joins, row.join, row.key, row.pattern,
        row.first_variable, row.variables, row.locals, row.root})
    out << ',' << number;
  out << '}';
}
void write(std::ostream& out, const cel::Node& row) {
  out << "{cel::NodeKind{" << code(row.kind) << "}," << int{row.detail} << ',' << row.receiver << ','
      << row.two_variables << ',' << row.with_filter << ',' << row.rooted << ',' << row.height << ','
      << row.offset << ',' << row.first_child << ',' << row.child_count << ',' << row.index << ','
      << row.joins << '}';
}
void write(std::ostream& out, const cel::Literal& row) {
  out << "{cel::Literal::Kind{" << code(row.kind) << "},";
  write(out, row.text);
  out << ',' << row.bits << "U}";
}
void write(std::ostream& out, const cel::Link& row) {
  out << '{';
  write(out, row.name);
  out << ',' << row.function << ',' << row.pattern << ',' << row.host << ',' << row.any_pattern << '}';
}
void write(std::ostream& out, const cel::Joins& row) {
  out << '{' << row.owner << ',' << row.first << ',' << row.count << '}';
}
void write(std::ostream& out, const cel::Join& row) {
  out << '{' << row.item << ',' << row.first_key << ',' << row.key_count << ',';
  write(out, row.text);
  out << ',' << row.constant << ',' << row.part << "U," << row.part_slot << ',' << row.guard << "U}";
}
void write(std::ostream& out, const cel::PatternRow& row) {
  const Regex::Beginnings& begin = row.beginnings;
  out << '{' << row.first_instruction << ',' << row.instructions << ',' << row.first_range << ','
      << row.ranges << ",{{" << begin.ascii[0] << "U," << begin.ascii[1] << "U}," << begin.may_be_empty << ','
      << begin.anchored << "}}";
}
void write(std::ostream& out, const Regex::Instruction& row) {
  out << "{cel::Regex::Op{" << code(row.op) << "}," << row.x << ',' << row.y << '}';
}
void write(std::ostream& out, const Regex::Range& row) {
  out << '{' << static_cast<std::uint32_t>(row.first) << ',' << static_cast<std::uint32_t>(row.last) << '}';
}
void write(std::ostream& out, const rules::PackedRule& row) {
  out << '{';
  write(out, row.code);
  out << ',' << row.first_part << '}';
}
void write(std::ostream& out, const rules::PackedText& row) {
  out << '{';
  write(out, row.source);
  out << ',' << row.first_piece << ',' << row.pieces << '}';
}
void write(std::ostream& out, const rules::PackedPiece& row) {
  out << '{';
  write(out, row.literal);
  out << ',' << row.expression << ',' << row.as_yaml << '}';
}

template <class Row>
void table(std::ostream& out, std::string_view type, std::string_view name, std::span<const Row> rows) {
  constexpr std::size_t in_a_line = 8;
  out << "constexpr std::array<" << type << ", " << rows.size() << "> " << name << "{{\n";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    write(out, rows[i]);
    out << ((i + 1) % in_a_line == 0 ? ",\n" : ",");
  }
  out << "}};\n";
}

void write_text(std::ostream& out, std::string_view text) {
  constexpr std::size_t in_a_line = 40;
  out << "constexpr std::array<char, " << text.size() << "> packed_text{{\n";
  for (std::size_t i = 0; i < text.size(); ++i)
    out << static_cast<int>(static_cast<signed char>(text[i])) << ((i + 1) % in_a_line == 0 ? ",\n" : ",");
  out << "}};\n";
}

} // namespace

void write_tables(std::ostream& out, const rules::PackedExpressions& packed) {
  const cel::Tables& tables = packed.tables;
  out << std::noboolalpha;
  write_text(out, tables.text);
  table(out, "cel::Expression", "expressions", tables.expressions);
  table(out, "cel::Node", "nodes", tables.nodes);
  table(out, "std::uint32_t", "children", tables.children);
  table(out, "text::Slice", "names", tables.names);
  table(out, "text::Slice", "variables", tables.variables);
  table(out, "cel::Literal", "literals", tables.literals);
  table(out, "cel::Link", "links", tables.links);
  table(out, "cel::Joins", "joins", tables.joins);
  table(out, "cel::Join", "join_list", tables.join_list);
  table(out, "std::uint32_t", "keys", tables.keys);
  table(out, "cel::PatternRow", "patterns", tables.patterns);
  table(out, "cel::Regex::Instruction", "instructions", tables.instructions);
  table(out, "cel::Regex::Range", "ranges", tables.ranges);
  table(out, "PackedRule", "rules", packed.rules);
  table(out, "std::uint32_t", "parts", packed.parts);
  table(out, "PackedText", "texts", packed.texts);
  table(out, "PackedPiece", "pieces", packed.pieces);
}

} // namespace slsaudit::tools
