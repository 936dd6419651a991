# SPDX-License-Identifier: Apache-2.0
# hostile DIRECTORY: a project in DIRECTORY/project whose files name what lies outside of it, in every way that
# there is, and run programs where somebody lets them. What lies outside says "Canary".
hostile() {
  mkdir -p "$1/project/nested" "$1/outside" "$1/project/js"
  outside=$(cd "$1/outside" && pwd)
  mkdir "$1/project/.git"
  printf 'Resources:\n  CanaryQueue: {Type: AWS::SQS::Queue, Properties: {QueueName: Canary}}\n' \
    >"$outside/resources.yaml"
  printf 'Canary\n' >"$outside/text.txt"
  printf 'SECRET_VALUE=Canary\nPLAIN=Canary\n' >"$outside/.env"
  printf 'default.deploy.parameters:\n  parameter_overrides: ["Stage=Canary"]\n' >"$outside/samconfig.yaml"
  (
    cd "$1/project"
    ln -s "$outside/resources.yaml" link.yaml
    ln -s "$outside" linked
    ln -s "$outside/.env" .env
    ln -s "$outside/samconfig.yaml" samconfig.yaml
    ln -s loop.yaml loop.yaml
    mkfifo pipe.yaml
    {
      printf 'Transform: AWS::Serverless-2016-10-31\nParameters: {Stage: {Type: String}}\nResources:\n'
      number=0
      for location in ../outside/resources.yaml "$outside/resources.yaml" "file://$outside/resources.yaml" \
        link.yaml linked/resources.yaml nested/../../outside/resources.yaml ./pipe.yaml loop.yaml /dev/zero \
        /etc/passwd s3://bucket/part.yaml https://example.com/part.yaml 'C:\canary.yaml' //example.com/a.yaml \
        http://169.254.169.254/latest/meta-data '~/part.yaml' '$(touch ran)' '`touch ran`' '|touch ran'; do
        number=$((number + 1))
        printf '  Stack%s:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: '"'%s'"'}\n' $number "$location"
        printf '  Application%s:\n    Type: AWS::Serverless::Application\n    Properties: {Location: '"'%s'"'}\n' \
          $number "$location"
        printf '  Queue%s:\n    Type: AWS::SQS::Queue\n    Fn::Transform: {Name: AWS::Include, Parameters: {Location: '"'%s'"'}}\n' \
          $number "$location"
        printf '  Api%s:\n    Type: AWS::Serverless::Api\n    Properties: {StageName: a, DefinitionUri: '"'%s'"'}\n' \
          $number "$location"
        printf '  Machine%s:\n    Type: AWS::Serverless::StateMachine\n    Properties: {DefinitionUri: '"'%s'"'}\n' \
          $number "$location"
      done
      printf '  Work:\n    Type: AWS::Serverless::Function\n'
      printf '    Properties: {Runtime: python3.12, Handler: a.b, CodeUri: /etc, InlineCode: "import os"}\n'
      printf '    Metadata: {BuildMethod: makefile, DockerContext: ../outside, Dockerfile: ../outside/text.txt}\n'
    } >template.yaml
    {
      printf 'service: hostile\nuseDotenv: true\nframeworkVersion: "4"\n'
      printf 'provider:\n  name: aws\n  runtime: nodejs20.x\n  environment:\n'
      number=0
      for variable in 'file(../outside/text.txt)' "file($outside/text.txt)" 'file(link.yaml)' 'file(linked/text.txt)' \
        'file(/etc/passwd)' 'file(../../../../../../etc/passwd)' 'file(~/.aws/credentials)' "file(file://$outside/text.txt)" \
        'file(https://example.com/a.yml)' 'file(./run.js)' 'file(./run.js):handler' 'file(run.ts)' 'file(pipe.yaml)' \
        'file(loop.yaml)' 'env:HOME' 'env:PATH' 'env:SLSAUDIT_CANARY' 'env:PLAIN' 'env:SECRET_VALUE' 'git:branch' \
        'ssm:/a/b' 's3:bucket/key' 'cf:stack.Output' 'self:' 'file(../outside/${env:PLAIN}.txt)' \
        'strToBool(${file(../outside/text.txt)})' 'terraform:a' 'vault:a' 'aws:accountId' 'opt:a, file(../outside/text.txt)'; do
        number=$((number + 1))
        printf '    V%s: '"'"'${%s}'"'"'\n' $number "$variable"
      done
      printf 'plugins: [./run.js, serverless-plugin-scripts]\n'
      printf 'custom:\n  scripts: {hooks: {"before:package:initialize": "touch ran"}}\n'
      printf 'functions:\n  a: {handler: a.b}\nresources:\n  - ${file(../outside/resources.yaml)}\n  - ${file(linked/resources.yaml)}\n'
    } >serverless.yml
    for name in serverless.ts run.js run.ts js/serverless.js; do
      printf 'require("child_process").execSync("touch ran"); // service provider\nmodule.exports = {service: "a", provider: "aws"};\n' >$name
    done
    printf 'services:\n  a: {path: ../outside}\n  b: {path: linked}\n  c: {path: /etc}\n  d: {path: "https://example.com"}\n' \
      >serverless-compose.yml
    printf 'Transform: [{Name: AWS::Include, Parameters: {Location: ../outside/resources.yaml}}, Evil::Macro]\nResources:\n  C:\n    Type: Custom::Run\n    Properties: {ServiceToken: !ImportValue a, Command: touch ran}\n' \
      >nested/macro.yaml
    printf '{"Resources": {"N": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": {"Fn::Sub": "x"}}, "Metadata": {"aws:asset:path": "../../outside/resources.yaml", "aws:asset:property": "TemplateURL"}}}}\n' \
      >nested/asset.template.json
    printf 'Resources: !!python/object/apply:os.system ["touch ran"]\n' >nested/python.yaml
    printf '%%TAG ! tag:example.com,2000:\n---\nResources: {A: {Type: AWS::SQS::Queue, Properties: !include ../../outside/resources.yaml}}\n' \
      >nested/tags.yaml
  )
}
