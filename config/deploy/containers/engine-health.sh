#!/usr/bin/env bash
# Healthy: the engine's REST API answers 200 to its own password. Needs bash and coreutils only (the JRE image has no more).
set -euo pipefail
credentials=$(printf '%s:%s' "$ENGINE_USER" "$ENGINE_PASSWORD" | base64 --wrap=0)
exec 3<>"/dev/tcp/127.0.0.1/${ENGINE_PORT:-8081}"
printf 'GET /engine-rest/version HTTP/1.0\r\nAuthorization: Basic %s\r\n\r\n' "$credentials" >&3
read -r -t 5 answer <&3
[[ $answer == *" 200"* ]]
