*** Settings ***
Documentation       Finds out why pods of a namespace keep restarting: crash loops, memory limits, failing
...                 liveness probes and images that cannot be pulled.
Metadata            Author    acme-platform
Metadata            Display Name    Kubernetes Pod Restart Triage
Metadata            Supports    Kubernetes,AKS,EKS,GKE,OpenShift

Library             BuiltIn
Library             String
Library             RW.Core
Library             RW.CLI
Library             Acme.Findings
Resource            ../../libraries/Acme/kubernetes.resource

Suite Setup         Suite Initialization

Test Tags           kubernetes    pods


*** Tasks ***
List Pods That Keep Restarting in Namespace `${NAMESPACE}`
    [Documentation]    Lists the containers that restarted more than the threshold within the time window, with the
    ...    exit code and reason of their last termination, and names what an exit code usually means.
    [Tags]    access:read-only    restarts    crashloopbackoff    exit-code    data:state
    ${restarts}=    RW.CLI.Run Bash File
    ...    bash_file=pod_restarts.sh
    ...    env=${env}
    ...    secret_file__kubeconfig=${kubeconfig}
    ...    timeout_seconds=120
    RW.Core.Add Pre To Report    ${restarts.stdout}
    IF    ${restarts.returncode} == 3
        RW.Core.Add Issue
        ...    severity=2
        ...    title=Containers in Namespace `${NAMESPACE}` Keep Restarting
        ...    expected=No container restarts more than ${RESTART_THRESHOLD} times in ${RESTART_WINDOW}
        ...    actual=${restarts.stdout}
        ...    reproduce_hint=${restarts.cmd}
        ...    next_steps=Fetch the logs of the previous container.\nCheck memory limits.\nCheck the liveness probe.
    END

Fetch Logs of the Previous Container for Restarting Pods in Namespace `${NAMESPACE}`
    [Documentation]    Prints the last lines that each crashed container wrote before it went down.
    [Tags]    access:read-only    logs    crash    stacktrace    data:logs-bulk
    ${logs}=    RW.CLI.Run Bash File
    ...    bash_file=previous_logs.sh
    ...    env=${env}
    ...    secret_file__kubeconfig=${kubeconfig}
    RW.Core.Add Pre To Report    ${logs.stdout}

Check Containers Killed for Memory in Namespace `${NAMESPACE}`
    [Documentation]    Finds containers whose last state is OOMKilled and compares their limit with what they asked for.
    [Tags]    access:read-only    oomkilled    memory    limits    data:config
    ${killed}=    RW.CLI.Run Cli
    ...    cmd=kubectl get pods --context ${CONTEXT} -n ${NAMESPACE} -o json | jq -r '.items[] | select(any(.status.containerStatuses[]?; .lastState.terminated.reason == "OOMKilled")) | .metadata.name'
    ...    env=${env}
    ...    secret_file__kubeconfig=${kubeconfig}
    ${pods}=    Split To Lines    ${killed.stdout}
    FOR    ${pod}    IN    @{pods}
        Acme.Findings.Add Finding    title=${pod} was killed for memory    severity=${2}
        RW.Core.Add Issue
        ...    severity=3
        ...    title=Pod `${pod}` Was Killed for Memory
        ...    expected=Pods stay below their memory limit
        ...    actual=The last state of ${pod} is OOMKilled
        ...    reproduce_hint=${killed.cmd}
        ...    next_steps=Raise the memory limit, or find out what leaks.
    END

Check Liveness Probe Failures in Namespace `${NAMESPACE}`
    [Documentation]    Reads the events for probes that fail and so make the kubelet restart a healthy container.
    [Tags]    access:read-only    liveness    probe    events    data:logs-regexp
    ${events}=    RW.CLI.Run Cli
    ...    cmd=kubectl get events --context ${CONTEXT} -n ${NAMESPACE} --field-selector reason=Unhealthy
    ...    env=${env}
    ...    secret_file__kubeconfig=${kubeconfig}
    RW.Core.Add Pre To Report    ${events.stdout}


*** Keywords ***
Suite Initialization
    Import Kubernetes Settings
    ${RESTART_THRESHOLD}=    RW.Core.Import User Variable    RESTART_THRESHOLD
    ...    type=integer
    ...    description=How often a container may restart within the window before it is reported.
    ...    pattern=^\d+$
    ...    example=3
    ...    default=3
    ${RESTART_WINDOW}=    RW.Core.Import User Variable    RESTART_WINDOW
    ...    type=string
    ...    description=How far to look back.
    ...    enum=[10m,1h,24h]
    ...    example=1h
    ...    default=1h
    Set Suite Variable    ${RESTART_THRESHOLD}
    Set Suite Variable    ${RESTART_WINDOW}
    Set To Dictionary    ${env}    RESTART_THRESHOLD=${RESTART_THRESHOLD}    RESTART_WINDOW=${RESTART_WINDOW}
    Cluster Should Answer
