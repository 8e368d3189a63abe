#!/usr/bin/env bash
# Makes the stores that tests/Parley.Scenarios/Upgrade opens: a hub's database and two people's, as the build of an older commit leaves them.
# tests/make-older-stores.sh COMMIT, from the repository's folder; takes some minutes, most of them the build.
set -euo pipefail
commit=$(git rev-parse --short "$1")
to="$PWD/tests/Parley.Scenarios/Upgrade/$commit.tar.gz"
work=$(mktemp -d)
trap 'git worktree remove --force "$work/source"; rm -rf "$work"' EXIT
git worktree add -q --detach "$work/source" "$commit"
parley=$(cd "$work/source" && PARLEY_BUILD=only ./parley)
cd "$work"
echo 'a passphrase of tests' > passphrase
export PARLEY_PASSPHRASE_FILE="$work/passphrase"

"$parley" hub --port 0 --data hub > hub.log &
hub=$!
until grep -q 'running at' hub.log; do read -rt 0.2 <> <(:) || :; done
at=ws://$(grep -om1 '127\.0\.0\.1:[0-9]*' hub.log)/sync
"$parley" spaces create Harbour --hub "$at" --data ada > space
link=$("$parley" spaces invite --hub "$at" --data ada | tail -n 1)
seq -f 'ada %g' 20 | "$parley" chat --name Ada --hub "$at" --data ada > /dev/null
seq -f 'bob %g' 10 | "$parley" chat --name Bob --join "$link" --hub "$at" --data bob > /dev/null
"$parley" demo --hub "$at" --people 8 --messages 300
kill -TERM "$hub"; wait "$hub" || :

# Three messages that no hub has.
"$parley" chat --hub "$at" --data bob --wait 1 --send 'bob 11' --send 'bob 12' --send 'bob 13' || :
for person in ada bob; do "$parley" keys words --data "$person" > "$person.words"; done
tar -czf "$to" hub/hub.db hub/hub.key ada/parley.db bob/parley.db space ada.words bob.words
ls -l "$to"
