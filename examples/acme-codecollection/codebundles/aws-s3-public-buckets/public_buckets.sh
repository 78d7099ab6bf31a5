#!/usr/bin/env bash
# Prints the name of each bucket whose policy status or ACL is public, one a line.
set -euo pipefail

is_public_by_policy() {
    [ "$(aws s3api get-bucket-policy-status --bucket "$1" \
        --query PolicyStatus.IsPublic --output text 2>/dev/null)" = True ]
}

is_public_by_acl() {
    aws s3api get-bucket-acl --bucket "$1" --output text --query 'Grants[].Grantee.URI' |
        grep -q -e global/AllUsers -e global/AuthenticatedUsers
}

for bucket in $(aws s3api list-buckets --query 'Buckets[].Name' --output text); do
    if is_public_by_policy "$bucket" || is_public_by_acl "$bucket"; then
        echo "$bucket"
    fi
done
