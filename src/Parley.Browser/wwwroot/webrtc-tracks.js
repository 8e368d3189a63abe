// @ts-check
// What a call captures, sends and shows.
import { capture, fault, isTooSharp, show as showTrack } from './devices.js';
import { engineOf, engines, fail, SOURCES, tell } from './webrtc-engine.js';
import { listen, mix } from './sound.js';
import { shape } from './webrtc-senders.js';

/** @typedef {import('./devices.js').Source} Source */
/** @typedef {import('./webrtc-engine.js').Engine} Engine */
/** @typedef {import('./webrtc-engine.js').Link} Link */

/** The call's own voices are not to come back out of what the system plays. */
const SCREEN = {
  video: { frameRate: { ideal: 15, max: 30 } },
  audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false, restrictOwnAudio: true },
  systemAudio: 'include', surfaceSwitching: 'include', monitorTypeSurfaces: 'include',
};

/**
 * Captures the microphone or camera that is chosen; again, it switches to it. Answers with the name of a fault, or with nothing.
 * @param {number} id
 * @param {Source} source
 * @returns {Promise<string>}
 */
export async function getUserMedia(id, source) {
  const before = source === 'Camera' ? engineOf(id).tracks.get(source) : undefined;
  const isHidden = isTooSharp(before);
  // Black until the blurred one is there.
  if (before && isHidden) before.enabled = false;
  try {
    const track = await capture(source);
    if (source === 'Camera' && isTooSharp(track)) {
      track.stop();
      return 'BlurFailed';
    }
    return take(id, source, track);
  } catch (error) {
    return isHidden ? 'BlurFailed' : fault(error);
  }
}

/**
 * Asks for a screen, window or tab, with its sound where the browser and the person give it.
 * @param {number} id
 * @returns {Promise<string>}
 */
export async function getDisplayMedia(id) {
  try {
    if (!navigator.mediaDevices?.getDisplayMedia) return 'NotSupported';
    const stream = await navigator.mediaDevices.getDisplayMedia(/** @type {any} */ (SCREEN));
    return take(id, 'Screen', stream.getVideoTracks()[0], stream.getAudioTracks()[0]);
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
  const before = engine.sends;
  engine.sends = { Microphone: audio, Camera: video, Screen: screen };
  for (const source of SOURCES) {
    const track = engine.tracks.get(source);
    if (source === 'Microphone') {
      if (track) track.enabled = audio;
    } else if (track && !engine.sends[source]) {
      track.stop();
      engine.tracks.delete(source);
      if (source === 'Screen') hush(engine);
      paint(engine, '', source);
    }
  }
  if (screen && !before.Screen) remix(engine);
  // Whoever begins to speak says so too, and sends what they sent.
  if (SOURCES.some(source => before[source] !== engine.sends[source])) sendAll(engine);
}

/**
 * What the connection to a peer may carry of the pictures.
 * @param {number} id
 * @param {string} peer
 * @param {number} cameraBps 0: no camera.
 * @param {number} cameraScale
 * @param {number} cameraFps
 * @param {number} screenBps 0: no screen.
 * @param {number} screenFps
 */
export function limitVideo(id, peer, cameraBps, cameraScale, cameraFps, screenBps, screenFps) {
  const engine = engineOf(id);
  engine.limits.set(peer, {
    Camera: { bps: cameraBps, scale: cameraScale, fps: cameraFps }, Screen: { bps: screenBps, scale: 1, fps: screenFps },
  });
  const link = engine.links.get(peer);
  if (link) send(engine, peer, link);
}

/** @param {Engine} engine @param {string} peer @param {Source} source */
const limitOf = (engine, peer, source) => source === 'Microphone' ? undefined : engine.limits.get(peer)?.[source];

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
 * @param {Source} source
 * @param {MediaStreamTrack} track
 * @param {MediaStreamTrack} [sound] Of a screen.
 */
function take(id, source, track, sound) {
  const engine = engines.get(id);
  if (!engine) {
    // The call ended while the person was asked.
    track.stop();
    sound?.stop();
    return '';
  }
  const before = engine.tracks.get(source);
  engine.tracks.set(source, track);
  track.onended = () => void lost(id, engine, source, track);
  if (source !== 'Microphone') track.contentHint = source === 'Screen' ? 'detail' : 'motion';
  if (source === 'Screen') {
    engine.sound?.stop();
    engine.sound = sound ?? null;
    if (sound) sound.onended = () => { if (engine.sound === sound) hush(engine); };
  }
  if (source === 'Microphone') {
    track.enabled = engine.sends.Microphone;
    engine.ear?.stop();
    engine.ear = listen(track, speaking => engine.fact(JSON.stringify({ fact: 'speaking', speaking })));
  }
  if (source !== 'Camera') remix(engine);
  sendAll(engine);
  paint(engine, '', source);
  before?.stop();
  return '';
}

/**
 * A device was unplugged, or the person ended the sharing in the browser's own bar.
 * @param {number} id
 * @param {Engine} engine
 * @param {Source} source
 * @param {MediaStreamTrack} track
 */
async function lost(id, engine, source, track) {
  const isUsed = () => engines.get(id) === engine && engine.tracks.get(source) === track;
  if (!isUsed()) return;
  if (source === 'Microphone') {
    // Another microphone says the same words. Another camera may show what nobody is to see: the person chooses one.
    const other = await capture(source).catch(() => null);
    if (!isUsed()) {
      other?.stop();
      return;
    }
    if (other) {
      take(id, source, other);
      return;
    }
  }
  engine.tracks.delete(source);
  if (source === 'Screen') hush(engine);
  if (source === 'Microphone') remix(engine);
  engine.fact(JSON.stringify({ fact: 'ended', source }));
}

/** The sound of a screen is over. @param {Engine} engine */
function hush(engine) {
  engine.sound?.stop();
  engine.sound = null;
  remix(engine);
  sendAll(engine);
}

/** One sender carries both the microphone and what is heard of a screen; muting the first leaves the second. @param {Engine} engine */
function remix(engine) {
  const before = engine.mixed;
  const microphone = engine.tracks.get('Microphone');
  const sound = engine.sends.Screen ? engine.sound : null;
  engine.mixed = sound ? mix(microphone ? [microphone, sound] : [sound]) : null;
  before?.stop();
}

/** Gives everything back. @param {Engine} engine */
export function release(engine) {
  engine.ear?.stop();
  engine.mixed?.stop();
  engine.sound?.stop();
  for (const track of engine.tracks.values()) track.stop();
}

/** @param {Engine} engine @param {Source} source @returns {MediaStreamTrack|null} */
function outgoing(engine, source) {
  if (source === 'Microphone') return engine.mixed?.track ?? engine.tracks.get(source) ?? null;
  return engine.sends[source] ? engine.tracks.get(source) ?? null : null;
}

/** @param {Engine} engine */
function sendAll(engine) {
  for (const [peer, link] of engine.links) send(engine, peer, link);
}

/**
 * Puts the tracks into the senders that are there. No description changes by it.
 * @param {Engine} engine
 * @param {string} peer
 * @param {Link} link
 */
export function send(engine, peer, link) {
  for (const source of SOURCES) {
    const track = outgoing(engine, source);
    const transceiver = link.transceivers.get(source);
    if (transceiver) {
      if (transceiver.sender.track !== track) void transceiver.sender.replaceTrack(track).catch(() => fail(engine, peer, link));
      // Not every sender has its parameters before, and each look at them stops the page's thread until the media's have time for it.
      if (track && link.connection.connectionState === 'connected') link.shaping = link.shaping.then(() => shape(transceiver.sender, source, limitOf(engine, peer, source)));
    } else if (track && source !== 'Microphone' && link.connection.remoteDescription) {
      // A peer of the reference offers one picture at most: the call machine asks for one more negotiation, which is to do for all that may come.
      for (const one of SOURCES) {
        if (!link.transceivers.has(one)) link.transceivers.set(one, link.connection.addTransceiver(one === 'Microphone' ? 'audio' : 'video', { direction: 'sendrecv' }));
      }
      tell(engine, peer, link, 'needed', {});
      send(engine, peer, link);
      return;
    }
  }
}

/** The transceivers of the other's offer, in its order. @param {Link} link */
export function adopt(link) {
  const [microphone] = link.connection.getTransceivers().filter(one => one.receiver.track.kind === 'audio');
  const [camera, screen] = link.connection.getTransceivers().filter(one => one.receiver.track.kind === 'video');
  if (microphone) link.transceivers.set('Microphone', microphone);
  if (camera) link.transceivers.set('Camera', camera);
  if (screen) link.transceivers.set('Screen', screen);
}

/** @param {Engine} engine @param {string} peer @param {Source} source */
export function paint(engine, peer, source) {
  const elementId = engine.shown.get(`${peer} ${source}`);
  if (!elementId) return;
  const track = peer ? engine.links.get(peer)?.transceivers.get(source)?.receiver.track : engine.tracks.get(source);
  showTrack(elementId, track ?? null);
}
