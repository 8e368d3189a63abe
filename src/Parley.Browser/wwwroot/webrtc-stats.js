// @ts-check
// getStats of a connection, reduced to what a person can be told.

/** @typedef {{ lost: number, received: number, reportedMs: number }} Counts Packets in all so far, and when the newest report of the other came. */

/**
 * @param {RTCPeerConnection} connection
 * @param {Counts} before What the last time counted: loss is of the time since then.
 */
export async function reduce(connection, before) {
  /** @type {any[]} */
  const reports = [...(await connection.getStats()).values()];
  const voice = reports.find(one => one.type === 'inbound-rtp' && one.kind === 'audio');
  const transport = reports.find(one => one.type === 'transport');
  const pair = reports.find(one => one.id === transport?.selectedCandidatePairId);
  const near = reports.find(one => one.id === pair?.localCandidateId);
  const inbound = reports.filter(one => one.type === 'inbound-rtp');
  // What the other says that it missed of ours. It says so less often than this is asked: each report is new only once.
  const told = reports.filter(one => one.type === 'remote-inbound-rtp');
  const fresh = told.filter(one => one.timestamp > before.reportedMs);
  const counts = {
    lost: sum(inbound, 'packetsLost'),
    received: sum(inbound, 'packetsReceived'),
    reportedMs: Math.max(before.reportedMs, ...fresh.map(one => one.timestamp)),
  };
  const [lost, received] = [counts.lost - before.lost, counts.received - before.received];
  const heard = lost + received > 0 ? Math.max(0, lost) / (lost + received) : 0;
  return {
    counts,
    stats: {
      loss: Math.max(heard, worst(told)),
      sentLoss: fresh.length > 0 ? worst(fresh) : null,
      roundTripMs: 1_000 * (pair?.currentRoundTripTime ?? 0),
      jitterMs: 1_000 * (voice?.jitter ?? 0),
      received: transport?.bytesReceived ?? 0,
      sent: transport?.bytesSent ?? 0,
      relayed: near?.candidateType === 'relay',
      level: voice?.audioLevel ?? 0,
      available: pair?.availableOutgoingBitrate ?? 0,
      slow: reports.some(one => one.type === 'outbound-rtp' && one.active !== false && one.qualityLimitationReason === 'cpu'),
    },
  };
}

/** @param {any[]} reports @param {string} name */
const sum = (reports, name) => reports.reduce((total, one) => total + (one[name] ?? 0), 0);

/** @param {any[]} reports */
const worst = reports => Math.max(0, ...reports.map(one => one.fractionLost ?? 0));
