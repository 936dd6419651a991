// SPDX-License-Identifier: Apache-2.0
// serverless-plugin-aws-alerts.
#include "lowering.hpp"
#include "support/catch.hpp"

namespace slsaudit {
namespace {

using test::Lowering;

Lowering alerts(const std::string& settings, const std::string& function = "") {
  return Lowering("service: shop\nprovider: {name: aws}\nplugins: [serverless-plugin-aws-alerts]\n"
                  "custom: {alerts: {" +
                  settings + "}}\nfunctions: {pay: {handler: a.b" + function + "}}\n");
}

} // namespace

TEST_CASE("alarms go to the topics of all, and to those that they name") {
  const Lowering lowering = alerts(
      "topics: {alarm: {topic: all, notifications: [{protocol: email, endpoint: a@b.c}]}, ok: 'arn:ok', "
      "pager: {alarm: {topic: page}}}, alarms: [functionErrors, {name: slow, metric: duration, threshold: 9, "
      "statistic: p99, namespace: AWS/Lambda, alarmActions: [pager]}]");
  CHECK(lowering.shown("AwsAlertsAlarm", "Subscription") == R"([{"Protocol":"email","Endpoint":"a@b.c"}])");
  CHECK(lowering.shown("AwsAlertsPagerAlarm", "TopicName") == R"("page")");
  CHECK(lowering.shown("PayFunctionErrorsAlarm", "AlarmActions") == R"([{"Ref":"AwsAlertsAlarm"}])");
  CHECK(lowering.shown("PayFunctionErrorsAlarm", "OKActions") == R"(["arn:ok"])");
  CHECK(lowering.shown("PayFunctionErrorsAlarm", "Period") == "60");
  CHECK(lowering.shown("PayFunctionErrorsAlarm", "ComparisonOperator") ==
        R"("GreaterThanOrEqualToThreshold")");
  CHECK(lowering.shown("PayFunctionErrorsAlarm", "TreatMissingData") == R"("missing")");
  CHECK(lowering.shown("PaySlowAlarm", "AlarmActions") ==
        R"([{"Ref":"AwsAlertsAlarm"},{"Ref":"AwsAlertsPagerAlarm"}])");
  CHECK(lowering.shown("PaySlowAlarm", "ExtendedStatistic") == R"("p99")");
}

TEST_CASE("a function changes or switches off the alarms of all") {
  const Lowering lowering = alerts("alarms: [functionErrors, functionThrottles]",
                                   ", alarms: [{name: functionErrors, enabled: false}, "
                                   "{name: functionThrottles, threshold: 5}]");
  CHECK(lowering.find("PayFunctionErrorsAlarm") == nullptr);
  CHECK(lowering.shown("PayFunctionThrottlesAlarm", "Threshold") == "5");
}

TEST_CASE("an alarm may look at logs or at what is unusual, and have a name") {
  const Lowering lowering = alerts(
      "prefixTemplate: '$[stackName]', definitions: {bunyan: {metric: errs, threshold: 0, statistic: Sum, "
      "pattern: '{$.level > 40}'}, odd: {type: anomalyDetection, metric: Errors, threshold: 2}}, "
      "alarms: [bunyan, odd]");
  CHECK(lowering.shown("PayBunyanAlarm", "Namespace") == R"("shop-dev")");
  CHECK(lowering.shown("PayBunyanAlarm", "MetricName") == R"("ErrsPayLambdaFunction")");
  CHECK(lowering.shown("PayBunyanAlarm", "AlarmName") == R"("shop-dev-pay-bunyan")");
  CHECK(lowering.shown("PayLambdaFunctionBunyanLogMetricFilterALERT", "FilterPattern") ==
        R"("{$.level > 40}")");
  CHECK(lowering.shown("PayOddAlarm", "ThresholdMetricId") == R"("ad1")");
  CHECK(lowering.shown("PayOddAlarm", "Metrics").find("ANOMALY_DETECTION_BAND(m1, 2)") != std::string::npos);
}

TEST_CASE("alarms of other stages are not made") {
  CHECK(alerts("stages: [prod], alarms: [functionErrors]").find("PayFunctionErrorsAlarm") == nullptr);
  CHECK(alerts("stages: [dev], dashboards: true").find("AlertsDashboard") != nullptr);
}

} // namespace slsaudit
