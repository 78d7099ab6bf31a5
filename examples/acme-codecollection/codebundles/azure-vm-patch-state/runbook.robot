*** Settings ***
Documentation       Reports which Azure virtual machines miss security updates or have not been assessed lately.
Metadata            Author    acme-platform
Metadata            Display Name    Azure VM Patch State
Metadata            Supports    Azure,Virtual Machines,Update Manager

Library             RW.Core
Library             RW.CLI

Suite Setup         Suite Initialization


*** Tasks ***
List Pending Security Updates of VMs in Resource Group `${AZ_RESOURCE_GROUP}`
    [Documentation]    Counts missing critical and security patches for each virtual machine.
    [Tags]    access:read-only    azure    vm    patches    updates    security    data:config
    ${pending}=    RW.CLI.Run Bash File
    ...    bash_file=pending_patches.sh
    ...    env=${env}
    ...    secret__AZ_CLIENT_SECRET=${azure_credentials}
    RW.Core.Add Pre To Report    ${pending.stdout}
    IF    ${pending.returncode} == 3
        RW.Core.Add Issue
        ...    severity=3
        ...    title=Virtual Machines in `${AZ_RESOURCE_GROUP}` Miss Security Updates
        ...    expected=No critical or security update is older than ${MAX_PATCH_AGE_DAYS} days
        ...    actual=${pending.stdout}
        ...    reproduce_hint=az vm assess-patches
        ...    next_steps=Schedule a maintenance window in Update Manager.
    END

Find VMs Not Assessed Recently in Resource Group `${AZ_RESOURCE_GROUP}`
    [Documentation]    A machine that is never assessed looks fully patched: this finds those.
    [Tags]    access:read-only    azure    vm    assessment    data:state
    ${stale}=    RW.CLI.Run Cli
    ...    cmd=az graph query -q "patchassessmentresources | where resourceGroup =~ '${AZ_RESOURCE_GROUP}'"
    ...    env=${env}
    RW.Core.Add Pre To Report    ${stale.stdout}


*** Keywords ***
Suite Initialization
    ${azure_credentials}=    RW.Core.Import Secret    azure_credentials
    ...    type=string
    ...    description=AZ_CLIENT_ID, AZ_TENANT and AZ_CLIENT_SECRET of a service principal with Reader.
    ...    pattern=\w*
    ${AZ_RESOURCE_GROUP}=    RW.Core.Import User Variable    AZ_RESOURCE_GROUP
    ...    type=string
    ...    description=The resource group of the virtual machines.
    ...    example=rg-production
    ${MAX_PATCH_AGE_DAYS}=    RW.Core.Import User Variable    MAX_PATCH_AGE_DAYS
    ...    type=integer
    ...    description=How old a missing update may be.
    ...    pattern=^\d+$
    ...    default=30
    Set Suite Variable    ${azure_credentials}
    Set Suite Variable    ${AZ_RESOURCE_GROUP}
    Set Suite Variable    ${MAX_PATCH_AGE_DAYS}
    Set Suite Variable    &{env}    AZ_RESOURCE_GROUP=${AZ_RESOURCE_GROUP}    MAX_PATCH_AGE_DAYS=${MAX_PATCH_AGE_DAYS}
