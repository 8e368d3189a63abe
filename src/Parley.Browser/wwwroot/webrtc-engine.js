// @ts-check
// What a call's media engine consists of, and how it reports.

/** @typedef {import('./devices.js').Source} Source */

/**
 * @typedef {object} Link One connection.
 * @property {RTCPeerConnection} connection
 * @property {number} round Of the newest local description.
 * @property {Promise<void>} queue What is asked of one peer is done in order.
 * @property {boolean} isOfferer
 * @property {Map<Source, RTCRtpTransceiver>} transceivers
 * @property {Promise<void>} shaping The parameters of its senders are set one after the other.
 * @property {HTMLAudioElement} sound
 * @property {() => void} unfollow
 * @property {import('./webrtc-stats.js').Counts} counts
 */

/** @typedef {{ bps: number, scale: number, fps: number }} Limit What a picture may take; 0 bits per second: there is none. */

/**
 * @typedef {object} Engine One call.
 * @property {(json: string) => void} fact
 * @property {Map<string, Link>} links By session id.
 * @property {Map<Source, MediaStreamTrack>} tracks What is captured.
 * @property {MediaStreamTrack|null} sound What is heard of the shared screen.
 * @property {{ track: MediaStreamTrack, stop: () => void }|null} mixed The microphone and that, while there is both.
 * @property {Record<Source, boolean>} sends
 * @property {Map<string, Record<'Camera'|'Screen', Limit>>} limits By session id, for connections to come as well.
 * @property {Map<string, number>} volumes By session id, for connections to come as well.
 * @property {Map<string, string>} shown Element id by "peer source".
 * @property {RTCIceServer[]} servers
 * @property {RTCIceTransportPolicy} policy
 * @property {{ stop: () => void }|null} ear
 * @property {ReturnType<typeof setInterval>} stats
 * @property {number} turn Counts the measurements.
 */

/** @type {Map<number, Engine>} */
export const engines = new Map();

/** @type {Source[]} */
export const SOURCES = ['Microphone', 'Camera', 'Screen'];

/** @param {number} id @returns {Engine} */
export const engineOf = id => {
  const engine = engines.get(id);
  if (!engine) throw new Error('No such engine');
  return engine;
};

/** @param {Engine} engine @param {string} peer @param {Link} link */
export const fail = (engine, peer, link) => tell(engine, peer, link, 'health', { health: 'Failed' });

/**
 * Reports about a connection, unless it is gone meanwhile.
 * @param {Engine} engine
 * @param {string} peer
 * @param {Link} link
 * @param {string} fact
 * @param {object} more
 */
export function tell(engine, peer, link, fact, more) {
  if (engine.links.get(peer) === link) engine.fact(JSON.stringify({ fact, peer, ...more }));
}
