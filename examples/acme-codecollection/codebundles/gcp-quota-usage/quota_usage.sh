#!/usr/bin/env bash
# Prints percent used, region and metric of each quota above QUOTA_PERCENT, highest first. Exits 3 for any.
set -euo pipefail

gcloud auth activate-service-account --key-file=gcp_credentials --quiet
found=$(gcloud compute regions list --project "$GCP_PROJECT_ID" --format=json |
    jq -r --argjson percent "${QUOTA_PERCENT:-0}" '
        .[] | .name as $region | .quotas[] | select(.limit > 0)
        | (100 * .usage / .limit) as $used | select($used >= $percent)
        | [$used, $region, .metric] | @tsv' | sort -rn)
[ -z "$found" ] && exit 0
printf '%s\n' "$found"
exit 3
