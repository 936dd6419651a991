// SPDX-License-Identifier: Apache-2.0
// serverless-lift: `constructs` that stand for groups of resources.
#pragma once

#include "dialect/serverless/service.hpp"

namespace slsaudit::dialect::serverless {

/// What `${construct:name.attribute}` gives, for a construct of that type; null when it has no such
/// attribute.
[[nodiscard]] const Node* construct_value(const Make& make, std::string_view type, std::string_view name,
                                          std::string_view attribute);

/// The id of a construct's part: "jobs" and "Queue" are "jobsQueue", and eight digits of a hash.
[[nodiscard]] std::string part_id(std::string_view construct, std::string_view part);

/// One construct while it is lowered.
class Construct {
public:
  Construct(Service& service, const syntax::Entry& entry)
      : at(service.make.at(entry.key_span)), service_(service),
        entry_(entry), author_{.id = entry.key,
                               .type = "serverless construct",
                               .span = entry.key_span,
                               .generated = false,
                               .feature = {}} {}

  const Make at;

  [[nodiscard]] Service& service() const { return service_; }
  [[nodiscard]] std::string_view name() const { return entry_.key; }
  [[nodiscard]] const Node* get(std::string_view key) const { return dig(entry_.value, {key}); }
  [[nodiscard]] std::string id(std::string_view part) const { return part_id(entry_.key, part); }
  [[nodiscard]] const Node* ref(std::string_view part) const { return at.ref(id(part)); }
  [[nodiscard]] const Node* arn(std::string_view part) const { return at.get_att(id(part), "Arn"); }
  /// `<stack>-<construct><ending>`
  [[nodiscard]] const Node* physical(std::string_view ending) const {
    return service_.dashed(at, {at.text(std::string(entry_.key) + std::string(ending))});
  }

  /// A resource that the construct is about; its properties as JSON.
  Draft& add(std::string_view part, std::string_view type, std::string_view properties, Holes holes = {}) {
    return add_as(author_, part, type, properties, holes);
  }
  /// One that comes along.
  Draft& add_helper(std::string_view part, std::string_view type, std::string_view properties,
                    Holes holes = {}) {
    Author author = author_;
    author.generated = true;
    author.feature = "constructs";
    return add_as(author, part, type, properties, holes);
  }

private:
  Draft& add_as(const Author& author, std::string_view part, std::string_view type,
                std::string_view properties, Holes holes) {
    Properties list;
    for (const syntax::Entry& entry : at.json(properties, holes)->children)
      list.push_back({entry.key, entry.value, entry.key_span});
    return service_.add(id(part), type, author, std::move(list));
  }

  Service& service_;
  const syntax::Entry& entry_;
  Author author_;
};

void add_bucket_policy(Construct& construct, std::string_view bucket, std::string_view statement,
                       Holes holes);

// One for each type that is spread over several files.
void lower_webhook(Construct& construct);
void lower_static_website(Construct& construct);
void lower_single_page_app(Construct& construct);
void lower_server_side_website(Construct& construct);
void lower_vpc(Construct& construct);

} // namespace slsaudit::dialect::serverless
