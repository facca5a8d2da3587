#!/bin/sh
# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The shell loop round tccli: pages one after another until one is short. Usage: tccli_loop.sh URL PAGE, with a line
# "key-id key region" for each store on standard input. Prints how many names came.
set -eu
url=$1 page=$2 listed=0
while read -r id key region; do
    offset=0
    while :; do
        names=$(tccli ssm ListSecrets --secretId "$id" --secretKey "$key" --region "$region" --endpoint "$url" \
            --Offset "$offset" --Limit "$page" --filter 'SecretMetadatas[].SecretName' --output text)
        rows=$(printf '%s\n' "$names" | wc -w)
        listed=$((listed + rows)) offset=$((offset + page))
        [ "$rows" -eq "$page" ] || break
    done
done
echo "$listed"
