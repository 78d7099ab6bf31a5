#!/usr/bin/env bash
# Prints virtual machines of AZ_RESOURCE_GROUP with missing security updates. Exits 3 where there are any.
set -euo pipefail

query="patchassessmentresources
| where type =~ 'microsoft.compute/virtualmachines/patchassessmentresults'
| where resourceGroup =~ '$AZ_RESOURCE_GROUP'
| extend missing = properties.availablePatchCountByClassification
| where missing.security > 0 or missing.critical > 0
| project name = split(id, '/')[8], security = missing.security, critical = missing.critical"

found=$(az graph query -q "$query" --query 'data[].[name, security, critical]' --output tsv)
[ -z "$found" ] && exit 0
printf 'VM\tsecurity\tcritical\n%s\n' "$found"
exit 3
