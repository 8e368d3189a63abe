#!/bin/sh
# Chromium as it runs for an ordinary person. For root its threads of sound run in real time and the media's before all others, and on a busy
# machine a page then gets no turn to answer a call.
[ "$(id -u)" = 0 ] && exec setpriv --bounding-set=-sys_nice "${PARLEY_CHROMIUM:-/usr/bin/chromium}" "$@"
exec "${PARLEY_CHROMIUM:-/usr/bin/chromium}" "$@"
