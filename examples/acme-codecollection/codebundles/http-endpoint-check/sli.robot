*** Settings ***
Documentation       Asks an HTTP endpoint and scores its status code and its latency.
Metadata            Author    acme-platform
Metadata            Display Name    HTTP Endpoint Check
Metadata            Supports    HTTP,Linux

Library             RW.Core
Library             RW.CLI

Suite Setup         Suite Initialization


*** Tasks ***
Check Status and Latency of `${URL}`
    [Documentation]    Pushes 1 for the expected status within the target latency, 0.5 for a slow answer, else 0.
    [Tags]    access:read-only    http    latency    uptime    availability    data:metrics
    ${answer}=    RW.CLI.Run Bash File    bash_file=probe.sh    env=${env}
    RW.Core.Push Metric    ${answer.stdout}    sub_name=http_ok


*** Keywords ***
Suite Initialization
    ${URL}=    RW.Core.Import User Variable    URL
    ...    type=string
    ...    description=The address to ask.
    ...    pattern=^https?://
    ...    format=uri
    ...    example=https://shop.acme.example/healthz
    ${EXPECTED_STATUS}=    RW.Core.Import User Variable    EXPECTED_STATUS
    ...    type=integer
    ...    description=The status code of a healthy answer.
    ...    default=200
    ${TARGET_LATENCY_MS}=    RW.Core.Import User Variable    TARGET_LATENCY_MS
    ...    type=integer
    ...    description=The longest time in milliseconds that is still good.
    ...    default=800
    ${curl}=    RW.Core.Import Service    curl
    ...    description=Where the request is sent from.
    ...    example=curl-service.shared
    ...    default=curl-service.shared
    ${RW_LOOKBACK_WINDOW}=    RW.Core.Import Platform Variable    RW_LOOKBACK_WINDOW
    Set Suite Variable    ${URL}
    Set Suite Variable    ${curl}
    Set Suite Variable    &{env}    URL=${URL}    EXPECTED=${EXPECTED_STATUS}    TARGET=${TARGET_LATENCY_MS}
