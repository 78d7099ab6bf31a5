*** Settings ***
Documentation       Looks at a PostgreSQL server the way a database administrator would: connections, locks, slow
...                 queries, replication and bloat.
Metadata            Author    acme-data
Metadata            Display Name    PostgreSQL Health
Metadata            Supports    PostgreSQL,Amazon RDS,Cloud SQL,Azure Database for PostgreSQL

Library             RW.Core
Library             RW.CLI
Library             Acme.Findings    worst=${2}

Suite Setup         Suite Initialization

Force Tags          access:read-only    postgres    database


*** Tasks ***
Check Connection Usage of `${PGHOST}`
    [Documentation]    Compares the open connections with `max_connections`, by state and application.
    [Tags]    connections    pool    data:metrics
    ${usage}=    Run Query File    connections.sql
    RW.Core.Add Pre To Report    ${usage.stdout}

Find Blocking Locks in Database `${PGDATABASE}`
    [Documentation]    Shows which session blocks which, for how long, and the statements of both.
    [Tags]    locks    deadlock    blocked    data:state
    ${locks}=    Run Query File    locks.sql
    IF    $locks.stdout != ""
        RW.Core.Add Issue
        ...    severity=2
        ...    title=Sessions Are Blocked in Database `${PGDATABASE}`
        ...    expected=No session waits longer than a minute for a lock
        ...    actual=${locks.stdout}
        ...    reproduce_hint=psql -f locks.sql
        ...    next_steps=End the session that blocks with pg_terminate_backend, after asking its owner.
    END

List Slow Queries of Database `${PGDATABASE}`
    [Documentation]    The ten statements that cost the most time according to pg_stat_statements.
    [Tags]    slow-queries    pg_stat_statements    performance    data:metrics
    ${slow}=    Run Query File    slow_queries.sql
    RW.Core.Add Pre To Report    ${slow.stdout}

Check Replication Lag of `${PGHOST}`
    [Documentation]    Measures how many bytes and seconds each replica is behind.
    [Tags]    replication    lag    standby    data:metrics
    ${lag}=    Run Query File    replication_lag.sql
    RW.Core.Add Pre To Report    ${lag.stdout}


*** Keywords ***
Suite Initialization
    ${password}=    RW.Core.Import Secret    PGPASSWORD
    ...    type=string
    ...    description=The password of the monitoring role.
    ...    pattern=.*
    ${ca}=    RW.Core.Import Secret    pg_ca_bundle
    ...    type=string
    ...    description=Certificates to trust, where the server uses its own authority.
    ...    optional=True
    ${PGHOST}=    RW.Core.Import User Variable    PGHOST
    ...    type=string
    ...    description=Host name of the server.
    ...    example=orders.db.acme.example
    ${PGDATABASE}=    RW.Core.Import User Variable    PGDATABASE
    ...    type=string
    ...    description=The database to connect to.
    ...    example=orders
    ...    default=postgres
    ${PGUSER}=    RW.Core.Import User Variable    PGUSER
    ...    type=string
    ...    description=A role with pg_monitor.
    ...    default=monitor
    Set Suite Variable    ${PGHOST}
    Set Suite Variable    ${PGDATABASE}
    Set Suite Variable    &{env}    PGHOST=${PGHOST}    PGDATABASE=${PGDATABASE}    PGUSER=${PGUSER}
    Set Suite Variable    ${password}

Run Query File
    [Documentation]    Runs a file of SQL statements and returns what psql printed.
    [Arguments]    ${file}
    ${result}=    RW.CLI.Run Cli
    ...    cmd=psql --no-psqlrc --tuples-only --file ${file}
    ...    env=${env}
    ...    secret__PGPASSWORD=${password}
    RETURN    ${result}
