*** Settings ***
Documentation       Scores a PostgreSQL server by connections in use and by blocked sessions.
Metadata            Author    acme-data
Metadata            Display Name    PostgreSQL Health Score
Metadata            Supports    PostgreSQL,Amazon RDS,Cloud SQL,Azure Database for PostgreSQL

Library             RW.Core
Library             RW.CLI

Suite Setup         Suite Initialization


*** Tasks ***
Score Connections and Locks of `${PGHOST}`
    [Documentation]    Pushes the share of free connections, or 0 where sessions are blocked.
    [Tags]    access:read-only    postgres    score    data:metrics
    ${free}=    RW.CLI.Run Cli
    ...    cmd=psql --no-psqlrc --tuples-only --file score.sql
    ...    env=${env}
    ...    secret__PGPASSWORD=${password}
    RW.Core.Push Metric    ${free.stdout}    sub_name=connections


*** Keywords ***
Suite Initialization
    ${password}=    RW.Core.Import Secret    PGPASSWORD    type=string    description=The password of the monitoring role.
    ${PGHOST}=    RW.Core.Import User Variable    PGHOST
    ...    type=string
    ...    description=Host name of the server.
    ...    example=orders.db.acme.example
    Set Suite Variable    ${password}
    Set Suite Variable    ${PGHOST}
    Set Suite Variable    &{env}    PGHOST=${PGHOST}    PGUSER=monitor
