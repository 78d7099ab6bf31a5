*** Settings ***
Documentation       Lists the quotas of a Google Cloud project that are nearly used up, by region.
Metadata            Author    acme-platform
Metadata            Display Name    GCP Quota Usage
Metadata            Supports    GCP,Compute Engine,Cloud Quotas

Library             RW.Core
Library             RW.CLI

Suite Setup         Suite Initialization


*** Tasks ***
List Quotas Above `${QUOTA_PERCENT}` Percent in GCP Project `${GCP_PROJECT_ID}`
    [Documentation]    Compares usage with limit for every compute quota of every region.
    [Tags]    access:read-only    gcp    quota    limits    capacity    data:metrics
    ${quotas}=    RW.CLI.Run Bash File
    ...    bash_file=quota_usage.sh
    ...    env=${env}
    ...    secret_file__gcp_credentials=${gcp_credentials}
    RW.Core.Add Pre To Report    ${quotas.stdout}
    IF    ${quotas.returncode} == 3
        RW.Core.Add Issue
        ...    severity=3
        ...    title=Quotas of GCP Project `${GCP_PROJECT_ID}` Are Nearly Used Up
        ...    expected=Usage stays below ${QUOTA_PERCENT} percent of each limit
        ...    actual=${quotas.stdout}
        ...    reproduce_hint=gcloud compute regions list --project ${GCP_PROJECT_ID}
        ...    next_steps=Ask for a higher quota, or delete what is not used.
    END


*** Keywords ***
Suite Initialization
    ${gcp_credentials}=    RW.Core.Import Secret    gcp_credentials
    ...    type=string
    ...    description=The key file of a service account with roles/compute.viewer.
    ...    example={"type": "service_account", "project_id": "acme-production"}
    ${GCP_PROJECT_ID}=    RW.Core.Import User Variable    GCP_PROJECT_ID
    ...    type=string
    ...    description=The project whose quotas are checked.
    ...    example=acme-production
    ${QUOTA_PERCENT}=    RW.Core.Import User Variable    QUOTA_PERCENT
    ...    type=integer
    ...    description=From which share of the limit a quota is reported.
    ...    enum=50,80,90,95
    ...    default=80
    Set Suite Variable    ${gcp_credentials}
    Set Suite Variable    ${GCP_PROJECT_ID}
    Set Suite Variable    ${QUOTA_PERCENT}
    Set Suite Variable    &{env}    GCP_PROJECT_ID=${GCP_PROJECT_ID}    QUOTA_PERCENT=${QUOTA_PERCENT}
