*** Settings ***
Documentation       Pushes the highest share of a quota that the project uses.
Metadata            Author    acme-platform
Metadata            Display Name    GCP Highest Quota Usage
Metadata            Supports    GCP,Compute Engine,Cloud Quotas

Library             RW.Core
Library             RW.CLI

Suite Setup         Suite Initialization


*** Tasks ***
Push Highest Quota Usage of GCP Project `${GCP_PROJECT_ID}`
    [Documentation]    In percent: 100 is the limit.
    [Tags]    access:read-only    gcp    quota    data:metrics
    ${highest}=    RW.CLI.Run Cli
    ...    cmd=bash quota_usage.sh | head -n 1 | cut -f 1
    ...    env=${env}
    ...    secret_file__gcp_credentials=${gcp_credentials}
    RW.Core.Push Metric    ${highest.stdout}    sub_name=quota


*** Keywords ***
Suite Initialization
    ${gcp_credentials}=    RW.Core.Import Secret    gcp_credentials
    ...    type=string
    ...    description=The key file of a service account with roles/compute.viewer.
    ${GCP_PROJECT_ID}=    RW.Core.Import User Variable    GCP_PROJECT_ID
    ...    type=string
    ...    description=The project whose quotas are measured.
    ...    example=acme-production
    Set Suite Variable    ${gcp_credentials}
    Set Suite Variable    ${GCP_PROJECT_ID}
    Set Suite Variable    &{env}    GCP_PROJECT_ID=${GCP_PROJECT_ID}
