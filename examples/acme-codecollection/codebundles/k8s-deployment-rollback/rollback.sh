#!/usr/bin/env bash
# Rolls DEPLOYMENT_NAME back to REVISION (0: the previous one) and waits for the rollout.
set -euo pipefail

target=(kubectl rollout undo "deployment/$DEPLOYMENT_NAME" --context "$CONTEXT" -n "$NAMESPACE")
if [ "${REVISION:-0}" -gt 0 ]; then
    target+=("--to-revision=$REVISION")
fi
"${target[@]}"
kubectl rollout status "deployment/$DEPLOYMENT_NAME" --context "$CONTEXT" -n "$NAMESPACE" --timeout=540s
