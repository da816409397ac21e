#!/usr/bin/env bash
# The API with curl. See README.md.
set -euo pipefail
url=${ASSIST_URL:-http://127.0.0.1:8080}/v1

request() { # METHOD PATH [JSON]
  curl --silent --show-error --fail-with-body -X "$1" "$url$2" -H "Authorization: Bearer $ASSIST_API_KEY" \
    -H "Content-Type: application/json" ${3:+--data "$3"}
}
# A text as JSON; Python is only needed for that.
quote() { python3 -c 'import json, sys; print(json.dumps(sys.argv[1]))' "$1"; }

case "${1:-}" in
  call) request POST /calls "{\"to\": $(quote "$2"), \"assistant\": $(quote "${3:-front-desk}")}" ;;
  watch) curl --silent --no-buffer "$url/events${2:+?types=$2}" -H "Authorization: Bearer $ASSIST_API_KEY" ;;
  write) request POST "/conversations/$2/messages" "{\"text\": $(quote "$3")}" ;;
  takeover) request POST "/conversations/$2/takeover" '{}' ;;
  release) request POST "/conversations/$2/release" '{}' ;;
  queue) request GET "/escalations?state=waiting" ;;
  claim) request POST "/escalations/$2/claim" '{}' ;;
  *) echo "usage: api.sh call|watch|write|takeover|release|queue|claim …" >&2; exit 2 ;;
esac
