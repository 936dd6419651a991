// SPDX-License-Identifier: Apache-2.0
#include "rules/expression_store.hpp"

#include "rules/compiled.hpp"
#include "text/assert.hpp"

namespace slsaudit::rules {

class ExpressionStore::Adder final : public PartVisitor {
public:
  explicit Adder(ExpressionStore& to) : to_(to) {}

  void visit(const cel::Program& program) override {
    to_.parts_.push_back(program.empty() ? no_part : place_of(program));
  }

  void visit(const Text& text, std::string_view source) override {
    PackedText packed{to_.store_.add_text(source), static_cast<std::uint32_t>(to_.pieces_.size()),
                      static_cast<std::uint32_t>(text.parts().size())};
    for (const Text::Part& part : text.parts()) {
      if (part.program.empty())
        to_.pieces_.push_back({to_.store_.add_text(part.literal), no_part, false});
      else
        to_.pieces_.push_back({{}, place_of(part.program), part.as_yaml});
    }
    to_.parts_.push_back(static_cast<std::uint32_t>(to_.texts_.size()));
    to_.texts_.push_back(packed);
  }

private:
  std::uint32_t place_of(const cel::Program& program) {
    return static_cast<std::uint32_t>(to_.store_.add(program.tables(), program.place()));
  }

  ExpressionStore& to_;
};

void ExpressionStore::add(const Rule& rule) {
  SLSAUDIT_ASSERT(rules_.empty() || rules_.back().code.of(store_.tables().text) < rule.code);
  rules_.push_back({store_.add_text(rule.code), static_cast<std::uint32_t>(parts_.size())});
  Adder adder(*this);
  each_part(rule, nullptr, adder);
}

} // namespace slsaudit::rules
