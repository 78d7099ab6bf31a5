#!/usr/bin/env bash
# Prints 1, 0.5 or 0: the expected status in time, the expected status too late, anything else.
set -euo pipefail

read -r status seconds < <(curl --silent --output /dev/null --max-time 30 \
    --write-out '%{http_code} %{time_total}\n' "$URL" || echo '000 30')
if [ "$status" != "${EXPECTED:-200}" ]; then
    echo 0
elif awk -v took="$seconds" -v target="${TARGET:-800}" 'BEGIN { exit !(took * 1000 <= target) }'; then
    echo 1
else
    echo 0.5
fi
