*** Settings ***
Documentation       Pushes the days that are left before the first of the certificates runs out.
Metadata            Author    acme-platform
Metadata            Display Name    TLS Certificate Days Left
Metadata            Supports    TLS,HTTPS

Library             RW.Core
Library             Acme.Certificates

Suite Setup         Suite Initialization


*** Tasks ***
Push Days Until the Certificate of `${HOST}` Expires
    [Tags]    access:read-only    tls    certificate    data:metrics
    ${left}=    Acme.Certificates.Get Days Until Expiry    ${HOST}
    RW.Core.Push Metric    ${left}


*** Keywords ***
Suite Initialization
    ${HOST}=    RW.Core.Import User Variable    HOST
    ...    type=string
    ...    description=The host whose certificate is measured.
    ...    example=shop.acme.example
    Set Suite Variable    ${HOST}
