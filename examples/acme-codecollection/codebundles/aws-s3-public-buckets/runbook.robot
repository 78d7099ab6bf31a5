*** Settings ***
Documentation       Finds S3 buckets that anyone on the internet can read or write: by policy, by ACL, or because the
...                 account does not block public access.
Metadata            Author    acme-security
Metadata            Display Name    AWS S3 Public Buckets
Metadata            Supports    AWS,S3

Library             RW.Core
Library             RW.CLI
Library             String

Suite Setup         Suite Initialization

Test Tags           access:read-only    aws    s3    security


*** Tasks ***
List Public S3 Buckets in AWS Account `${AWS_ACCOUNT_ID}`
    [Documentation]    Lists the buckets whose policy status is public, with the statement that makes them so.
    [Tags]    public    bucket-policy    exposure    data:config
    ${buckets}=    RW.CLI.Run Bash File
    ...    bash_file=public_buckets.sh
    ...    env=${env}
    ...    secret__AWS_ACCESS_KEY_ID=${aws_access_key_id}
    ...    secret__AWS_SECRET_ACCESS_KEY=${aws_secret_access_key}
    ${names}=    Split To Lines    ${buckets.stdout}
    FOR    ${name}    IN    @{names}
        RW.Core.Add Issue
        ...    severity=2
        ...    title=S3 Bucket `${name}` Is Public
        ...    expected=No bucket of account ${AWS_ACCOUNT_ID} is public
        ...    actual=Anyone can reach ${name}
        ...    reproduce_hint=aws s3api get-bucket-policy-status --bucket ${name}
        ...    next_steps=Turn on Block Public Access for `${name}` unless it is meant to serve a web site.
    END

Check Block Public Access of AWS Account `${AWS_ACCOUNT_ID}`
    [Documentation]    Reads the setting of the whole account, which overrides that of a single bucket.
    [Tags]    block-public-access    account    data:config
    ${setting}=    RW.CLI.Run Cli
    ...    cmd=aws s3control get-public-access-block --account-id ${AWS_ACCOUNT_ID} --region ${AWS_REGION}
    ...    env=${env}
    ...    secret__AWS_ACCESS_KEY_ID=${aws_access_key_id}
    ...    secret__AWS_SECRET_ACCESS_KEY=${aws_secret_access_key}
    RW.Core.Add Pre To Report    ${setting.stdout}


*** Keywords ***
Suite Initialization
    ${aws_access_key_id}=    RW.Core.Import Secret    aws_access_key_id
    ...    type=string
    ...    description=The id of an access key with the managed policy SecurityAudit.
    ${aws_secret_access_key}=    RW.Core.Import Secret    aws_secret_access_key
    ...    type=string
    ...    description=The secret of that access key.
    ${AWS_ACCOUNT_ID}=    RW.Core.Import User Variable    AWS_ACCOUNT_ID
    ...    type=string
    ...    description=The account whose buckets are looked at.
    ...    pattern=^\d{12}$
    ...    example=123456789012
    ${AWS_REGION}=    RW.Core.Import User Variable    AWS_REGION
    ...    type=string
    ...    description=The region of the API endpoint.
    ...    example=eu-central-1
    ...    default=us-east-1
    Set Suite Variable    ${aws_access_key_id}
    Set Suite Variable    ${aws_secret_access_key}
    Set Suite Variable    ${AWS_ACCOUNT_ID}
    Set Suite Variable    ${AWS_REGION}
    Set Suite Variable    &{env}    AWS_REGION=${AWS_REGION}
