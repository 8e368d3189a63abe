#!/usr/bin/env bash
# Compares two commits: bench/ratio.sh [--pairs N] A B [ROW…]   ('.' is this folder as it stands)
# Runs each row of A and of B by turns, 15 pairs unless told, and prints the median of B/A with its 90 % interval: of what is done in a
# second, and in a second of CPU time. More is better, but for memory.
#
#   ingest  catch-up  fan-out  governed  bystander   the hub of either commit, driven by this folder's `parley bench hub`
#   spaces                                           memory of either hub, two seconds after a start with 10 000 spaces
#   apply  apply-governed  apply-operations          the replica of either commit (`parley spaces`), reading from this folder's hub
#
# Both are driven from outside, so any commit can be compared, also one that knows no `parley bench`.
# Builds are kept in PARLEY_RATIO_BUILDS (default /tmp/parley-ratio) by commit.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
builds=${PARLEY_RATIO_BUILDS:-/tmp/parley-ratio}
pairs=15
usage() { sed -n '2,/^[^#]/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" >&2; exit 2; }
[ "${1:-}" = --pairs ] && { pairs=$2; shift 2; }
[ $# -ge 2 ] || usage
a=$1; b=$2; shift 2
rows=("$@"); [ $# -gt 0 ] || rows=(governed apply apply-governed)
for row in "${rows[@]}"; do
  case $row in ingest|catch-up|fan-out|governed|bystander|spaces|apply|apply-governed|apply-operations) ;; *) echo "ratio: there is no row '$row'" >&2; usage ;; esac
done

work=$(mktemp -d)
hub=''
stop() { [ -z "$hub" ] || { kill "$hub" 2>/dev/null || true; wait "$hub" 2>/dev/null || true; hub=''; }; }
trap 'stop; rm -rf "$work"' EXIT

# The executable of a commit, built where that was not done before.
executable() {
  [ "$1" = . ] && { PARLEY_BUILD=only "$root/parley"; return; }
  local commit folder
  commit=$(git -C "$root" rev-parse --verify --quiet "$1^{commit}") || { echo "ratio: $1 is no commit" >&2; exit 2; }
  folder=$builds/$commit
  if [ ! -x "$folder/artifacts/parley/parley" ]; then
    mkdir -p "$folder"
    git -C "$root" archive "$commit" | tar -x -C "$folder"
    ( cd "$folder" && PARLEY_BUILD=only ./parley >/dev/null )
  fi
  echo "$folder/artifacts/parley/parley"
}

# Starts a hub of an executable over a folder; sets hub and url.
start() {
  local out=$work/hub.log
  rm -f "$out"; : > "$out"
  "$1" hub --port 0 --data "$2" --commons --limit frames-per-second=1000000 --limit changes-per-second=1000000 \
    --limit queue-bytes=67108864 --limit operations=100000 > "$out" 2>&1 &
  hub=$!
  until url=$(sed -n 's|^Parley is running at http\(://[^ ]*\)$|ws\1|p' "$out") && [ -n "$url" ]; do
    kill -0 "$hub" 2>/dev/null || { cat "$out" >&2; exit 1; }
    sleep 0.1
  done
}

# Name, figure a second and figure a CPU-second of each result in a report of `parley bench --json`.
results() { awk -F': ' '
  /"name":/          { name = $2; gsub(/^"|",?$/, "", name); gsub(/\\u2026/, "…", name); gsub(/\\u2192/, "→", name) }
  /"perSecond":/     { second = $2 + 0 }
  /"perCpuSecond":/  { printf "%s\ttime\t%s\n%s\tCPU\t%s\n", name, second, name, $2 + 0 }'; }

# One measurement of one side; prints name, figure, value.
measure() {
  local side=$1 row=$2 parley=$3
  case $row in
    spaces)
      if [ ! -d "$work/spaces-$side" ]; then
        start "$parley" "$work/spaces-$side"
        "$tool" bench hub --url "$url" --spaces 10000 --json >/dev/null
        stop
      fi
      start "$parley" "$work/spaces-$side"
      sleep 2
      printf '10000 spaces\tmemory\t%s\n' "$(awk '/^VmRSS:/ { print $2 }' "/proc/$hub/status")" ;;
    apply*)
      local more=(); [ "$row" = apply ] || more=(--governed); [ "$row" != apply-operations ] || more+=(--operations 20000)
      start "$tool" "$work/data"
      "$tool" bench apply --url "$url" --client "$parley" "${more[@]}" --json | results ;;
    governed|bystander)
      local count=20000; [ "$row" = governed ] || count=2000
      start "$parley" "$work/data"
      "$tool" bench hub --url "$url" --pid "$hub" "--$row" --changes $count --json | results ;;
    *)
      start "$parley" "$work/data"
      "$tool" bench hub --url "$url" --pid "$hub" --only "$row" --json | results ;;
  esac
  stop
  rm -rf "$work/data"
}

tool=$(executable .)
parley_a=$(executable "$a")
parley_b=$(executable "$b")
for ((pair = 1; pair <= pairs; pair++)); do
  for row in "${rows[@]}"; do
    # Whoever is first in one pair is second in the next.
    order=(a b); ((pair % 2)) || order=(b a)
    for side in "${order[@]}"; do
      executable_of=parley_$side
      measure "$side" "$row" "${!executable_of}" > "$work/result"
      awk -v pair="$pair" -v side="$side" 'BEGIN { FS = OFS = "\t" } { print $1, $2, pair, side, $3 }' "$work/result" >> "$work/all"
    done
  done
  printf '\r%d of %d pairs' "$pair" "$pairs" >&2
done
printf '\n' >&2

# The interval runs between two order statistics: so it holds for any distribution. With fewer than five pairs it is all of them.
echo "$a → $b, $pairs pairs, $(date -u +%F), $(nproc) × $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)"
awk -v pairs="$pairs" '
  BEGIN {
    FS = "\t"
    p = 0.5 ^ pairs; below = 0; rank = 1
    for (k = 0; k < pairs / 2; k++) { below += p; if (1 - 2 * below >= 0.9) rank = k + 1; p = p * (pairs - k) / (k + 1) }
  }
  { key = $1 "\t" $2; if (!(key in seen)) { seen[key] = 1; keys[++n] = key } value[key, $3, $4] = $5 }
  END {
    printf "%-34s %-8s %12s %12s %9s   %s\n", "", "", "A", "B", "B/A", "90 %"
    for (i = 1; i <= n; i++) {
      key = keys[i]; m = 0
      for (k = 1; k <= pairs; k++) if ((key, k, "a") in value && (key, k, "b") in value && value[key, k, "a"] > 0) {
        ++m; ra[m] = value[key, k, "a"]; rb[m] = value[key, k, "b"]; r[m] = rb[m] / ra[m]
      }
      sort(r, m); sort(ra, m); sort(rb, m)
      split(key, part, "\t")
      printf "%-34s %-8s %12.0f %12.0f %9.3f   %.3f to %.3f\n", part[1], part[2], median(ra, m), median(rb, m), median(r, m), r[rank], r[m + 1 - rank]
    }
  }
  function median(x, m) { return m % 2 ? x[(m + 1) / 2] : (x[m / 2] + x[m / 2 + 1]) / 2 }
  function sort(x, m,   i, j, v) { for (i = 2; i <= m; i++) { v = x[i]; for (j = i - 1; j > 0 && x[j] > v; j--) x[j + 1] = x[j]; x[j + 1] = v } }
' "$work/all"
