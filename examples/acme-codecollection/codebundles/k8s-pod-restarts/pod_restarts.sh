#!/usr/bin/env bash
# Lists containers that restarted more than RESTART_THRESHOLD times, with exit code and reason.
# With --count prints only how many there are. Exits 3 where there is at least one.
set -euo pipefail

: "${CONTEXT:?}" "${NAMESPACE:?}"
threshold=${RESTART_THRESHOLD:-3}

restarting_containers() {
    kubectl get pods --context "$CONTEXT" -n "$NAMESPACE" -o json |
        jq -r --argjson threshold "$threshold" '
            .items[] | .metadata.name as $pod | .status.containerStatuses[]?
            | select(.restartCount > $threshold)
            | [$pod, .name, .restartCount, .lastState.terminated.exitCode, .lastState.terminated.reason] | @tsv'
}

explain_exit_code() {
    case $1 in
        0) echo 'ended by itself: the process is not a server, or was told to stop' ;;
        137) echo 'killed (SIGKILL): memory limit or a probe that failed' ;;
        139) echo 'segmentation fault' ;;
        143) echo 'asked to stop (SIGTERM)' ;;
        *) echo 'an error of the application: read its log' ;;
    esac
}

found=$(restarting_containers)
if [ "${1:-}" = --count ]; then
    printf '%s' "$found" | grep -c . || true
    exit 0
fi
while IFS=$'\t' read -r pod container restarts code reason; do
    [ -n "$pod" ] || continue
    printf '%s/%s restarted %s times, last exit %s (%s): %s\n' \
        "$pod" "$container" "$restarts" "$code" "$reason" "$(explain_exit_code "$code")"
done <<<"$found"
[ -z "$found" ] || exit 3
