// @ts-check
// The peer connections of calls. It carries out what .NET asks for and reports facts; every decision is the call machine's.
import { reduce } from './webrtc-stats.js';
import { redouble } from './webrtc-voice.js';
import { capture, fault, listen, show as showTrack, speak } from './devices.js';

/** @typedef {import('./devices.js').Source} Source */

/**
 * @typedef {object} Link One connection.
 * @property {RTCPeerConnection} connection
 * @property {number} round Of the newest local description.
 * @property {Promise<void>} queue What is asked of one peer is done in order.
 * @property {boolean} isOfferer
 * @property {Map<Source, RTCRtpTransceiver>} transceivers
 * @property {HTMLAudioElement} sound
 * @property {() => void} unfollow
 * @property {import('./webrtc-stats.js').Counts} counts
 */

/**
 * @typedef {object} Engine One call.
 * @property {(json: string) => void} fact
 * @property {Map<string, Link>} links By session id.
 * @property {Map<Source, MediaStreamTrack>} tracks What is captured.
 * @property {Record<Source, boolean>} sends
 * @property {Map<string, string>} shown Element id by "peer source".
 * @property {RTCIceServer[]} servers
 * @property {RTCIceTransportPolicy} policy
 * @property {{ stop: () => void }|null} ear
 * @property {ReturnType<typeof setInterval>} stats
 */

/** @type {Map<number, Engine>} */
const engines = new Map();

const STATS_MS = 1_000;
/** @type {Source[]} */
const SOURCES = ['Microphone', 'Camera', 'Screen'];
const HEALTH = { new: 'Connecting', connecting: 'Connecting', connected: 'Connected', disconnected: 'Interrupted', failed: 'Failed' };

/** @param {number} id @returns {Engine} */
const engineOf = id => {
  const engine = engines.get(id);
  if (!engine) throw new Error('No such engine');
  return engine;
};

/**
 * Opens the engine of a call.
 * @param {number} id
 * @param {boolean} relayOnly Uses TURN servers alone: for tests, and for people who do not want to show their address.
 * @param {(json: string) => void} fact Told what happens, one at a time.
 */
export function open(id, relayOnly, fact) {
  /** @type {Engine} */
  const engine = {
    fact, links: new Map(), tracks: new Map(), sends: { Microphone: false, Camera: false, Screen: false }, shown: new Map(), servers: [],
    policy: relayOnly ? 'relay' : 'all', ear: null, stats: setInterval(() => void measure(engine), STATS_MS),
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
  engine.ear?.stop();
  for (const peer of [...engine.links.keys()]) closeLink(engine, peer);
  for (const track of engine.tracks.values()) track.stop();
}

/**
 * Captures the microphone or camera that is chosen; again, it switches to it. Answers with the name of a fault, or with nothing.
 * @param {number} id
 * @param {Source} source
 * @returns {Promise<string>}
 */
export async function getUserMedia(id, source) {
  try {
    return take(id, source, await capture(source));
  } catch (error) {
    return fault(error);
  }
}

/**
 * Asks for a screen, window or tab.
 * @param {number} id
 * @returns {Promise<string>}
 */
export async function getDisplayMedia(id) {
  try {
    if (!navigator.mediaDevices?.getDisplayMedia) return 'NotSupported';
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 15, max: 30 } }, audio: false });
    return take(id, 'Screen', stream.getVideoTracks()[0]);
  } catch (error) {
    return fault(error);
  }
}

/**
 * Sets what of the captured is sent. A microphone that is off stays captured; a camera or screen is stopped.
 * @param {number} id
 * @param {boolean} audio
 * @param {boolean} video
 * @param {boolean} screen
 */
export function replaceTracks(id, audio, video, screen) {
  const engine = engineOf(id);
  engine.sends = { Microphone: audio, Camera: video, Screen: screen };
  for (const source of SOURCES) {
    const track = engine.tracks.get(source);
    if (source === 'Microphone') {
      if (track) track.enabled = audio;
    } else if (track && !engine.sends[source]) {
      track.stop();
      engine.tracks.delete(source);
      paint(engine, '', source);
    }
  }
  for (const [peer, link] of engine.links) send(engine, peer, link);
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
  /** @type {Link} */
  const link = {
    connection, round: 0, queue: Promise.resolve(), isOfferer, transceivers: new Map(), sound, unfollow: speak(sound), counts: { lost: 0, received: 0 },
  };
  engine.links.set(peer, link);
  connection.onicecandidate = ({ candidate }) => {
    if (candidate && candidate.candidate) tell(engine, peer, link, 'candidate', { round: link.round, candidate: candidate.toJSON() });
  };
  connection.onconnectionstatechange = () => {
    const health = HEALTH[/** @type {keyof typeof HEALTH} */ (connection.connectionState)];
    if (health) tell(engine, peer, link, 'health', { health });
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
      link.transceivers.set(source, connection.addTransceiver(source === 'Microphone' ? 'audio' : 'video', { direction: 'sendrecv' }));
    }
    redouble(link.transceivers.get('Microphone'));
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
  tell(engine, peer, link, 'offer', { round, sdp: offer.sdp });
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
  tell(engine, peer, link, 'answer', { round, sdp: answer.sdp });
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
 * Shows somebody's camera or screen in a video element, from now on.
 * @param {number} id
 * @param {string} peer Empty for one's own.
 * @param {Source} source
 * @param {string} elementId Empty: no more.
 */
export function show(id, peer, source, elementId) {
  const engine = engineOf(id);
  if (elementId) engine.shown.set(`${peer} ${source}`, elementId);
  else engine.shown.delete(`${peer} ${source}`);
  paint(engine, peer, source);
}

/**
 * @param {number} id
 * @param {string} peer
 * @param {number} volume 0 to 1.
 */
export function setVolume(id, peer, volume) {
  const link = engineOf(id).links.get(peer);
  if (link) link.sound.volume = volume;
}

/** @param {Engine} engine @returns {RTCConfiguration} */
const configuration = engine => ({ iceServers: engine.servers, iceTransportPolicy: engine.policy, bundlePolicy: 'max-bundle' });

/**
 * @param {number} id
 * @param {Source} source
 * @param {MediaStreamTrack} track
 */
function take(id, source, track) {
  const engine = engines.get(id);
  if (!engine) {
    // The call ended while the person was asked.
    track.stop();
    return '';
  }
  const before = engine.tracks.get(source);
  engine.tracks.set(source, track);
  track.onended = () => {
    if (engine.tracks.get(source) !== track) return;
    engine.tracks.delete(source);
    engine.fact(JSON.stringify({ fact: 'ended', source }));
  };
  if (source === 'Microphone') {
    track.enabled = engine.sends.Microphone;
    engine.ear?.stop();
    engine.ear = listen(track, speaking => engine.fact(JSON.stringify({ fact: 'speaking', speaking })));
  }
  for (const [peer, link] of engine.links) send(engine, peer, link);
  paint(engine, '', source);
  before?.stop();
  return '';
}

/** The transceivers of the other's offer, in its order. @param {Link} link */
function adopt(link) {
  const [microphone] = link.connection.getTransceivers().filter(one => one.receiver.track.kind === 'audio');
  const [camera, screen] = link.connection.getTransceivers().filter(one => one.receiver.track.kind === 'video');
  if (microphone) link.transceivers.set('Microphone', microphone);
  if (camera) link.transceivers.set('Camera', camera);
  if (screen) link.transceivers.set('Screen', screen);
}

/**
 * Puts the tracks into the senders that are there. No description changes by it.
 * @param {Engine} engine
 * @param {string} peer
 * @param {Link} link
 */
function send(engine, peer, link) {
  for (const source of SOURCES) {
    const track = source === 'Microphone' || engine.sends[source] ? engine.tracks.get(source) ?? null : null;
    const transceiver = link.transceivers.get(source);
    if (transceiver) {
      if (transceiver.sender.track !== track) void transceiver.sender.replaceTrack(track).catch(() => fail(engine, peer, link));
      favour(transceiver.sender, source);
    } else if (track && source !== 'Microphone' && link.connection.remoteDescription) {
      // A peer of the reference that offered no picture: the call machine may ask for one more negotiation.
      link.transceivers.set(source, link.connection.addTransceiver(track, { direction: 'sendrecv' }));
      tell(engine, peer, link, 'needed', {});
    }
  }
}

/** Voices go before pictures. @param {RTCRtpSender} sender @param {Source} source */
function favour(sender, source) {
  const parameters = sender.getParameters();
  if (!parameters.encodings?.length) return;
  const priority = source === 'Microphone' ? 'high' : 'low';
  if (parameters.encodings[0].priority === priority) return;
  parameters.encodings[0].priority = priority;
  parameters.encodings[0].networkPriority = priority;
  // Not every browser takes it; then all are alike.
  void sender.setParameters(parameters).catch(() => {});
}

/** @param {Engine} engine @param {string} peer @param {Source} source */
function paint(engine, peer, source) {
  const elementId = engine.shown.get(`${peer} ${source}`);
  if (!elementId) return;
  const track = peer ? engine.links.get(peer)?.transceivers.get(source)?.receiver.track : engine.tracks.get(source);
  showTrack(elementId, track ?? null);
}

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

/** @param {Engine} engine @param {string} peer @param {Link} link */
const fail = (engine, peer, link) => tell(engine, peer, link, 'health', { health: 'Failed' });

/**
 * Reports about a connection, unless it is gone meanwhile.
 * @param {Engine} engine
 * @param {string} peer
 * @param {Link} link
 * @param {string} fact
 * @param {object} more
 */
function tell(engine, peer, link, fact, more) {
  if (engine.links.get(peer) === link) engine.fact(JSON.stringify({ fact, peer, ...more }));
}

/** @param {Engine} engine */
async function measure(engine) {
  for (const [peer, link] of engine.links) {
    if (link.connection.connectionState !== 'connected') continue;
    const { stats, counts } = await reduce(link.connection, link.counts);
    link.counts = counts;
    tell(engine, peer, link, 'stats', stats);
  }
}
