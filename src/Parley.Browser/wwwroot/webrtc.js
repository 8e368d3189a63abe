// @ts-check
// The peer connections of calls. It carries out what .NET asks for and reports facts; every decision is the call machine's.
import { speak } from './devices.js';
import { prefer, wish } from './webrtc-codecs.js';
import { engineOf, engines, fail, SOURCES, tell } from './webrtc-engine.js';
import { reduce } from './webrtc-stats.js';
import { adopt, getDisplayMedia, getUserMedia, limitVideo, paint, release, replaceTracks, send, show } from './webrtc-tracks.js';

/** @typedef {import('./webrtc-engine.js').Engine} Engine */
/** @typedef {import('./webrtc-engine.js').Link} Link */

export { getDisplayMedia, getUserMedia, limitVideo, replaceTracks, show };

const STATS_MS = 1_000;
/** So many connections are measured at once; of more, they take turns. With more, a call is large: voices are sent once, and in longer packets. */
const FEW = 3;
const HEALTH = { new: 'Connecting', connecting: 'Connecting', connected: 'Connected', disconnected: 'Interrupted', failed: 'Failed' };

/**
 * Opens the engine of a call.
 * @param {number} id
 * @param {boolean} relayOnly Uses TURN servers alone: for tests, and for people who do not want to show their address.
 * @param {(json: string) => void} fact Told what happens, one at a time.
 */
export function open(id, relayOnly, fact) {
  /** @type {Engine} */
  const engine = {
    fact, links: new Map(), tracks: new Map(), sound: null, mixed: null, sends: { Microphone: false, Camera: false, Screen: false },
    limits: new Map(), volumes: new Map(), shown: new Map(), servers: [],
    policy: relayOnly ? 'relay' : 'all', ear: null, turn: 0, stats: setInterval(() => void measure(engine), STATS_MS),
  };
  engines.set(id, engine);
}

/**
 * Stops every track and closes every connection.
 * @param {number} id
 */
export function close(id) {
  const engine = engineOf(id);
  engines.delete(id);
  clearInterval(engine.stats);
  for (const peer of [...engine.links.keys()]) closeLink(engine, peer);
  release(engine);
}

/**
 * @param {number} id
 * @param {string} servers A list of RTCIceServer as JSON.
 */
export function setConfiguration(id, servers) {
  const engine = engineOf(id);
  engine.servers = JSON.parse(servers);
  for (const { connection } of engine.links.values()) connection.setConfiguration(configuration(engine));
}

/**
 * @param {number} id
 * @param {string} peer
 * @param {boolean} isOfferer The offerer makes the transceivers; the answerer uses those of the offer, and never adds its own.
 */
export function createPeerConnection(id, peer, isOfferer) {
  const engine = engineOf(id);
  closeLink(engine, peer);
  const connection = new RTCPeerConnection(configuration(engine));
  const sound = new Audio();
  sound.volume = engine.volumes.get(peer) ?? 1;
  /** @type {Link} */
  const link = {
    connection, round: 0, queue: Promise.resolve(), shaping: Promise.resolve(), isOfferer, transceivers: new Map(), sound, unfollow: speak(sound), counts: { lost: 0, received: 0, reportedMs: 0 },
  };
  engine.links.set(peer, link);
  connection.onicecandidate = ({ candidate }) => {
    // Who only opens TCP connections need not say from where: whoever accepts them learns it by that.
    if (candidate?.candidate && candidate.tcpType !== 'active') tell(engine, peer, link, 'candidate', { round: link.round, candidate: candidate.toJSON() });
  };
  connection.onconnectionstatechange = () => {
    const health = HEALTH[/** @type {keyof typeof HEALTH} */ (connection.connectionState)];
    if (health === 'Connected' && engine.links.get(peer) === link) send(engine, peer, link);
    if (health) tell(engine, peer, link, 'health', { health });
  };
  connection.oniceconnectionstatechange = () => {
    // Each step is a sign that it is not stuck.
    if (connection.connectionState === 'new' || connection.connectionState === 'connecting') tell(engine, peer, link, 'health', { health: 'Connecting' });
  };
  connection.ontrack = ({ track, transceiver }) => {
    adopt(link);
    const source = SOURCES.find(one => link.transceivers.get(one) === transceiver);
    if (source === 'Microphone') {
      sound.srcObject = new MediaStream([track]);
      // Without a click there may be no sound yet; the next one starts it.
      void sound.play().catch(() => addEventListener('click', () => void sound.play().catch(() => {}), { once: true }));
    } else if (source) {
      paint(engine, peer, source);
    }
  };
  if (isOfferer) {
    for (const source of SOURCES) {
      const kind = source === 'Microphone' ? 'audio' : 'video';
      const transceiver = connection.addTransceiver(kind, { direction: 'sendrecv' });
      // In a large call twice the voice is too much for a device.
      prefer(transceiver, kind, !isLarge(engine));
      link.transceivers.set(source, transceiver);
    }
    send(engine, peer, link);
  }
}

/**
 * @param {number} id
 * @param {string} peer
 */
export const closePeerConnection = (id, peer) => closeLink(engineOf(id), peer);

/**
 * @param {number} id
 * @param {string} peer
 * @param {number} round
 * @param {boolean} iceRestart
 */
export const createOffer = (id, peer, round, iceRestart) => then(id, peer, async (engine, link) => {
  const offer = await link.connection.createOffer({ iceRestart });
  link.round = round;
  await link.connection.setLocalDescription(offer);
  tell(engine, peer, link, 'offer', { round, sdp: wish(offer.sdp ?? '', isLarge(engine)) });
});

/**
 * @param {number} id
 * @param {string} peer
 * @param {number} round
 * @param {string} sdp
 */
export const createAnswer = (id, peer, round, sdp) => then(id, peer, async (engine, link) => {
  await link.connection.setRemoteDescription({ type: 'offer', sdp });
  adopt(link);
  for (const transceiver of link.transceivers.values()) transceiver.direction = 'sendrecv';
  send(engine, peer, link);
  const answer = await link.connection.createAnswer();
  link.round = round;
  await link.connection.setLocalDescription(answer);
  tell(engine, peer, link, 'answer', { round, sdp: wish(answer.sdp ?? '', isLarge(engine)) });
});

/**
 * @param {number} id
 * @param {string} peer
 * @param {string} sdp
 */
export const setRemoteDescription = (id, peer, sdp) => then(id, peer, async (_, link) => {
  await link.connection.setRemoteDescription({ type: 'answer', sdp });
});

/**
 * @param {number} id
 * @param {string} peer
 * @param {string} candidate As JSON.
 */
export const addIceCandidate = (id, peer, candidate) => then(id, peer, async (_, link) => {
  // One of a description that is gone fails, and is missed by nobody.
  await link.connection.addIceCandidate(JSON.parse(candidate)).catch(() => {});
});

/**
 * @param {number} id
 * @param {string} peer
 * @param {number} volume 0 to 1.
 */
export function setVolume(id, peer, volume) {
  const engine = engineOf(id);
  engine.volumes.set(peer, volume);
  const link = engine.links.get(peer);
  if (link) link.sound.volume = volume;
}

/** @param {Engine} engine */
const isLarge = engine => engine.links.size > FEW;

/** @param {Engine} engine @returns {RTCConfiguration} */
const configuration = engine => ({ iceServers: engine.servers, iceTransportPolicy: engine.policy, bundlePolicy: 'max-bundle' });

/** @param {Engine} engine @param {string} peer */
function closeLink(engine, peer) {
  const link = engine.links.get(peer);
  if (!link) return;
  engine.links.delete(peer);
  link.unfollow();
  link.sound.srcObject = null;
  link.connection.close();
}

/**
 * @param {number} id
 * @param {string} peer
 * @param {(engine: Engine, link: Link) => Promise<void>} work
 */
function then(id, peer, work) {
  const engine = engineOf(id);
  const link = engine.links.get(peer);
  if (link) link.queue = link.queue.then(() => work(engine, link)).catch(() => fail(engine, peer, link));
}

/** @param {Engine} engine */
async function measure(engine) {
  const links = [...engine.links].filter(([, link]) => link.connection.connectionState === 'connected');
  for (let i = 0; i < Math.min(FEW, links.length); i++) {
    const [peer, link] = links[engine.turn++ % links.length];
    const { stats, counts } = await reduce(link.connection, link.counts);
    link.counts = counts;
    tell(engine, peer, link, 'stats', stats);
  }
}
