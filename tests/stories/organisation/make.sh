#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Repositories of an organisation: 00 owns a queue, every third service takes it by its export, every third by its ARN.
#
#   make.sh COUNT DIRECTORY
set -eu
count=$1
directory=$2
width=2
[ "$count" -gt 100 ] && width=4
platform=$(printf "%0${width}d" 0)
mkdir -p "$directory/$platform"
cat >"$directory/$platform/template.yaml" <<'YAML'
Resources:
  Jobs: {Type: AWS::SQS::Queue, Properties: {QueueName: platform-jobs, VisibilityTimeout: 30}}
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
Outputs:
  JobsArn: {Value: !GetAtt Jobs.Arn, Export: {Name: platform-jobs-arn}}
YAML
i=1
while [ "$i" -lt "$count" ]; do
  root=$directory/$(printf "%0${width}d" "$i")
  case $((i % 3)) in
    0) source='!ImportValue platform-jobs-arn' ;;
    1) source='arn:aws:sqs:eu-west-1:111122223333:platform-jobs' ;;
    2) source='!GetAtt Own.Arn' ;;
  esac
  mkdir -p "$root"
  cat >"$root/template.yaml" <<YAML
Transform: AWS::Serverless-2016-10-31
Resources:
  Own: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: $((30 + i % 7))}}
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: service-$i-worker
      Runtime: python3.12
      Handler: app.handler
      CodeUri: src/
      Timeout: 30
      Policies: [{Statement: [{Effect: Allow, Action: 'dynamodb:*', Resource: '*'}]}]
      Events:
        Poll: {Type: SQS, Properties: {Queue: $source}}
YAML
  i=$((i + 1))
done
