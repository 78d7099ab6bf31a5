*** Settings ***
Documentation       Scores a namespace by the restarts of its pods: 1 is quiet, 0 is a crash loop.
Metadata            Author    acme-platform
Metadata            Display Name    Kubernetes Pod Restart Score
Metadata            Supports    Kubernetes,AKS,EKS,GKE,OpenShift

Library             RW.Core
Library             RW.CLI
Resource            ../../libraries/Acme/kubernetes.resource

Suite Setup         Suite Initialization


*** Tasks ***
Score Pod Restarts in Namespace `${NAMESPACE}`
    [Documentation]    Pushes 1 where no container restarted more than the threshold, 0.5 where one did, 0 for more.
    [Tags]    access:read-only    restarts    score    data:metrics
    ${count}=    RW.CLI.Run Bash File
    ...    bash_file=pod_restarts.sh
    ...    cmd_override=./pod_restarts.sh --count
    ...    env=${env}
    ...    secret_file__kubeconfig=${kubeconfig}
    ${score}=    Evaluate    max(0, 1 - 0.5 * int('${count.stdout}'.strip() or 0))
    RW.Core.Push Metric    ${score}    sub_name=pod_restarts


*** Keywords ***
Suite Initialization
    Import Kubernetes Settings
    ${RESTART_THRESHOLD}=    RW.Core.Import User Variable    RESTART_THRESHOLD
    ...    type=integer
    ...    description=How often a container may restart before it counts.
    ...    pattern=^\d+$
    ...    default=1
    Set Suite Variable    ${RESTART_THRESHOLD}
    Set To Dictionary    ${env}    RESTART_THRESHOLD=${RESTART_THRESHOLD}
