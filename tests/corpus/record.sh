#!/usr/bin/env bash
# Makes streams.br again (tests/README.md, the corpus). What it records is what the tests gave the two engines that there were before the ledger, and
# what those came to: so it goes back to their last commit in a folder of its own, puts the recorder on it, runs the scenarios, and packs the result.
# What others recorded at their hubs stays out of this repository, and so do the tests that replay it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
before=7b96408cc63d7f4d6bcbbb562f16f2a5dbfe1d18
export MSBUILDDISABLENODEREUSE=1
work=$(mktemp -d)
trap 'git -C "$here" worktree remove --force "$work/tree"; rm -rf "$work"' EXIT
git -C "$here" worktree add --quiet --detach "$work/tree" "$before"
cd "$work/tree"
git apply "$here/recorder.patch"
mkdir tests/corpus
dotnet build tests/Parley.Scenarios -c Release -v q -nologo
scenarios=artifacts/bin/Parley.Scenarios/release/Parley.Scenarios
export PARLEY_CORPUS=$work/recorded
"$scenarios" -namespace- Parley.Scenarios.Hub.Transcripts -namespace- Parley.Scenarios.Corpus -trait- size=long -noColor -noLogo
"$scenarios" -explicit only -method '*CorpusPacking.Of_a_recording' -noColor -noLogo -showLiveOutput
cp tests/corpus/streams.br "$here"
