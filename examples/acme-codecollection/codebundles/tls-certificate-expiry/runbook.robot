*** Settings ***
Documentation       Checks when the TLS certificates of a list of hosts run out, as a client sees them.
Metadata            Author    acme-platform
Metadata            Display Name    TLS Certificate Expiry
Metadata            Supports    TLS,HTTPS,cert-manager,Let's Encrypt

Library             String
Library             RW.Core
Library             Acme.Certificates

Suite Setup         Suite Initialization


*** Tasks ***
List Certificates That Expire Within `${DAYS}` Days
    [Documentation]    Raises an issue for each host whose certificate has to be renewed soon.
    [Tags]    access:read-only    tls    ssl    certificate    expiry    renewal    data:config
    ${hosts}=    Split String    ${HOSTS}    ,
    ${expiring}=    Acme.Certificates.Certificates Expiring Within    ${DAYS}    @{hosts}
    FOR    ${host}    IN    @{expiring}
        ${left}=    Acme.Certificates.Get Days Until Expiry    ${host}
        RW.Core.Add Issue
        ...    severity=${{ 1 if ${left} < 0 else 2 }}
        ...    title=The Certificate of `${host}` Runs Out in ${left} Days
        ...    expected=Certificates are renewed more than ${DAYS} days before they run out
        ...    actual=${left} days are left
        ...    reproduce_hint=openssl s_client -connect ${host}:443 -servername ${host}
        ...    next_steps=Renew the certificate, or find out why cert-manager did not.
    END


*** Keywords ***
Suite Initialization
    ${HOSTS}=    RW.Core.Import User Variable    HOSTS
    ...    type=string
    ...    description=Host names, separated by commas.
    ...    pattern=.+
    ...    example=shop.acme.example,api.acme.example
    ${DAYS}=    RW.Core.Import User Variable    DAYS
    ...    type=integer
    ...    description=How many days before it runs out a certificate is reported.
    ...    pattern=^\d+$
    ...    default=21
    Set Suite Variable    ${HOSTS}
    Set Suite Variable    ${DAYS}
