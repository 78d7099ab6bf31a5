#!/usr/bin/env bash
# Prints the last 50 lines of the previous container of every pod that restarted.
set -euo pipefail

pods=$(kubectl get pods --context "$CONTEXT" -n "$NAMESPACE" -o json |
    jq -r '.items[] | select(any(.status.containerStatuses[]?; .restartCount > 0)) | .metadata.name')
for pod in $pods; do
    echo "== $pod"
    kubectl logs "$pod" --context "$CONTEXT" -n "$NAMESPACE" --previous --all-containers --tail=50 || true
done
