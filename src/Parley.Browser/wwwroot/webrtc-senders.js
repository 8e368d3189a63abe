// @ts-check
// How the senders of a connection share it: voices before pictures, and pictures within their limits.

/** @typedef {import('./devices.js').Source} Source */

/**
 * @param {RTCRtpSender} sender
 * @param {Source} source
 * @param {import('./webrtc-engine.js').Limit} [limit]
 */
export async function shape(sender, source, limit) {
  const parameters = sender.getParameters();
  const [encoding] = parameters.encodings ?? [];
  if (!encoding) return;
  const priority = source === 'Microphone' ? 'high' : 'low';
  /** @type {Record<string, unknown>} */
  const wanted = { priority, networkPriority: priority };
  if (limit) {
    Object.assign(wanted, { active: limit.bps > 0, scaleResolutionDownBy: limit.scale, maxFramerate: limit.fps });
    if (limit.bps > 0) wanted.maxBitrate = limit.bps;
  }
  /** @type {Record<string, unknown>} */
  const has = /** @type {any} */ (encoding);
  if (Object.entries(wanted).every(([name, value]) => has[name] === value)) return;
  Object.assign(encoding, wanted);
  // A screen is read: it may become slow, not small.
  if (source !== 'Microphone') /** @type {any} */ (parameters).degradationPreference = source === 'Screen' ? 'maintain-resolution' : 'balanced';
  // Not every browser takes all of it; then all are alike.
  await sender.setParameters(parameters).catch(() => {});
}
