*** Settings ***
Documentation       Takes a deployment back to the revision that worked, or restarts it, and waits until it is ready.
Metadata            Author    acme-platform
Metadata            Display Name    Kubernetes Deployment Rollback
Metadata            Supports    Kubernetes,AKS,EKS,GKE,OpenShift

Library             BuiltIn
Library             RW.Core
Library             RW.CLI
Resource            ../../libraries/Acme/kubernetes.resource

Suite Setup         Suite Initialization


*** Tasks ***
Show Rollout History of Deployment `${DEPLOYMENT_NAME}`
    [Documentation]    Lists the revisions with their change cause, so that the one to go back to can be chosen.
    [Tags]    access:read-only    rollout    history    revision    data:config
    ${history}=    RW.CLI.Run Cli
    ...    cmd=kubectl rollout history deployment/${DEPLOYMENT_NAME} --context ${CONTEXT} -n ${NAMESPACE}
    ...    env=${env}
    ...    secret_file__kubeconfig=${kubeconfig}
    RW.Core.Add Pre To Report    ${history.stdout}

Roll Back Deployment `${DEPLOYMENT_NAME}` to Revision `${REVISION}`
    [Documentation]    Undoes the last rollout, or goes back to the given revision, and waits until it is complete.
    [Tags]
    ...    access:read-write
    ...    rollback
    ...    undo
    ...    remediation
    ${undo}=    RW.CLI.Run Bash File
    ...    bash_file=rollback.sh
    ...    env=${env}
    ...    secret_file__kubeconfig=${kubeconfig}
    ...    timeout_seconds=600
    RW.Core.Add Pre To Report    ${undo.stdout}
    IF    ${undo.returncode} != 0
        RW.Core.Add Issue
        ...    severity=1
        ...    title=Rollback of Deployment `${DEPLOYMENT_NAME}` Did Not Complete
        ...    expected=All replicas run revision ${REVISION}
        ...    actual=${undo.stderr}
        ...    reproduce_hint=${undo.cmd}
        ...    next_steps=Run `k8s-pod-restarts` in namespace `${NAMESPACE}`.
    END

Restart Deployment `${DEPLOYMENT_NAME}`
    [Documentation]    Replaces the pods one after another without changing anything else.
    [Tags]    access:read-write    restart    rollout    remediation
    ${restart}=    RW.CLI.Run Cli
    ...    cmd=kubectl rollout restart deployment/${DEPLOYMENT_NAME} --context ${CONTEXT} -n ${NAMESPACE}
    ...    env=${env}
    ...    secret_file__kubeconfig=${kubeconfig}
    RW.Core.Add Pre To Report    ${restart.stdout}


*** Keywords ***
Suite Initialization
    Import Kubernetes Settings
    ${DEPLOYMENT_NAME}=    RW.Core.Import User Variable    DEPLOYMENT_NAME
    ...    type=string
    ...    description=The deployment to roll back.
    ...    pattern=\w*
    ...    example=checkout-api
    ${REVISION}=    RW.Core.Import User Variable    REVISION
    ...    type=integer
    ...    description=The revision to go back to; 0 is the one before the current.
    ...    pattern=^\d+$
    ...    example=12
    ...    default=0
    Set Suite Variable    ${DEPLOYMENT_NAME}
    Set Suite Variable    ${REVISION}
    Set To Dictionary    ${env}    DEPLOYMENT_NAME=${DEPLOYMENT_NAME}    REVISION=${REVISION}
    Cluster Should Answer
