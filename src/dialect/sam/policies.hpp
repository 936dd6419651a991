// SPDX-License-Identifier: Apache-2.0
// Roles that SAM makes, and what goes into them.
#pragma once

#include "dialect/sam/context.hpp"

namespace slsaudit::dialect::sam {

/// An execution role while its resource and its events add to it.
class Role {
public:
  void add_managed(const Node* arn); ///< Once.
  void add_policy(
      const Node* policy); ///< {PolicyName, PolicyDocument}; one with the same document isn't repeated.
  void append_policy(const Node* policy) { policies_.push_back(policy); }
  [[nodiscard]] const std::vector<const Node*>& managed() const { return managed_; }
  [[nodiscard]] const std::vector<const Node*>& policies() const { return policies_; }

private:
  std::vector<const Node*> managed_;
  std::vector<const Node*> policies_;
};

/// "aws", "aws-cn" or "aws-us-gov", by the region.
[[nodiscard]] std::string partition(const Context& context);
[[nodiscard]] const Node* managed_policy(Context& context, std::string_view name, Span span);
[[nodiscard]] const Node* trust(const Make& make, std::string_view service);
/// {PolicyName: id + suffix, PolicyDocument: {Statement: [{Action, Effect: Allow, Resource}]}}
[[nodiscard]] const Node* grant(const Make& make, std::string_view name, std::string_view action,
                                const Node* resource);
[[nodiscard]] const Node* grant_s3_writes(const Make& make, std::string_view name, const Node* bucket);
/// The policy that lets a role send to a destination of a type ("SQS", "SNS", "Lambda", "EventBridge",
/// "S3Bucket", "S3"); null for a type that needs none.
[[nodiscard]] const Node* grant_destination(const Make& make, std::string_view type, std::string_view id,
                                            const Node* destination);
/// `Policies` in all four spellings: managed policy names and ARNs, documents, policy templates, and Fn::If
/// of them.
void add_author_policies(Context& context, const Source& source, Role& role);
/// <Id>Role with the source's RolePath and PermissionsBoundary.
Draft& emit_role(Context& context, const Source& source, const Role& role, const Node* trust_document,
                 std::string_view sam_tag);

} // namespace slsaudit::dialect::sam
