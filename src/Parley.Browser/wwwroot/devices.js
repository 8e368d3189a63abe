// @ts-check
// Microphones, cameras, speakers: which there are, which one is chosen, what they give; and how loud it is.
import { find } from './pop-out.js';

/** @typedef {'Microphone'|'Camera'|'Screen'} Source */

/** What was chosen, by the kind of the browser's list; nothing means the system's own choice. @type {Map<string, string>} */
const chosen = new Map();

/** Where sound goes; told when it changes. @type {Set<(speaker: string) => void>} */
const speakers = new Set();

/** @type {AudioContext|null} */
let audio = null;

/** @type {{ stop: () => void }|null} */
let metered = null;

/** @type {MediaStreamTrack|null} */
let previewed = null;

const METER_MS = 50;
/** Root mean square above which somebody speaks, and below which nobody does: the difference keeps it from flickering. */
const SPEAKING_ABOVE = 0.02;
const SILENT_BELOW = 0.01;
const SILENT_AFTER_MS = 600;

/**
 * Tells the devices now and whenever they change, as JSON: a list of {id, kind, label, chosen}. Labels are empty before a permission.
 * @param {(json: string) => void} changed
 */
export function watch(changed) {
  const tell = async () => changed(await list());
  navigator.mediaDevices?.addEventListener('devicechange', tell);
  void tell();
}

/** @returns {Promise<string>} */
export async function list() {
  const found = await navigator.mediaDevices?.enumerateDevices?.() ?? [];
  return JSON.stringify(found.map(({ deviceId, kind, label }) => ({ id: deviceId, kind, label, chosen: chosen.get(kind) === deviceId })));
}

/**
 * @param {'audioinput'|'videoinput'|'audiooutput'} kind
 * @param {string} id Empty for the system's own choice.
 */
export function choose(kind, id) {
  if (id) chosen.set(kind, id);
  else chosen.delete(kind);
  if (kind === 'audiooutput') speakers.forEach(tell => tell(id));
}

/**
 * Sends an element's sound to the chosen speaker, now and when another is chosen.
 * @param {HTMLMediaElement} element
 * @returns {() => void} Stops following.
 */
export function speak(element) {
  // A speaker that was unplugged is no reason to be silent: the element keeps the one it has.
  const follow = (/** @type {string} */ id) => void element.setSinkId?.(id).catch(() => {});
  speakers.add(follow);
  const id = chosen.get('audiooutput');
  if (id) follow(id);
  return () => speakers.delete(follow);
}

/**
 * @param {Source} source Microphone or Camera.
 * @returns {Promise<MediaStreamTrack>}
 */
export async function capture(source) {
  if (!navigator.mediaDevices?.getUserMedia) throw new DOMException('No devices here', 'NotSupportedError');
  const isCamera = source === 'Camera';
  const id = chosen.get(isCamera ? 'videoinput' : 'audioinput');
  const device = id ? { deviceId: { ideal: id } } : {};
  const stream = await navigator.mediaDevices.getUserMedia(isCamera
    ? { video: { ...device, width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 24, max: 30 } } }
    : { audio: { ...device, echoCancellation: true, noiseSuppression: true, autoGainControl: true } });
  return stream.getTracks()[0];
}

/**
 * @param {unknown} error
 * @returns {string} The name of a MediaFault.
 */
export function fault(error) {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'NotAllowed';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'NotFound';
  if (name === 'NotSupportedError' || error instanceof TypeError) return 'NotSupported';
  return 'NotReadable';
}

/**
 * Measures a microphone's track.
 * @param {MediaStreamTrack} track
 * @param {(level: number) => void} level Root mean square, 0 to 1, twenty times a second.
 * @returns {{ stop: () => void }}
 */
export function measure(track, level) {
  audio ??= new AudioContext();
  const context = audio;
  // A page may not start sound before a click; a call begins with one.
  void context.resume().catch(() => {});
  const source = context.createMediaStreamSource(new MediaStream([track]));
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    level(Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length));
  }, METER_MS);
  return {
    stop: () => {
      clearInterval(timer);
      source.disconnect();
    },
  };
}

/**
 * Tells when somebody begins and stops to speak.
 * @param {MediaStreamTrack} track
 * @param {(isSpeaking: boolean) => void} speaking
 * @returns {{ stop: () => void }}
 */
export function listen(track, speaking) {
  let isSpeaking = false;
  let loudAt = 0;
  return measure(track, level => {
    const now = performance.now();
    if (level >= (isSpeaking ? SILENT_BELOW : SPEAKING_ABOVE)) loudAt = now;
    const speaks = loudAt > 0 && now - loudAt < (isSpeaking ? SILENT_AFTER_MS : METER_MS);
    if (speaks !== isSpeaking) speaking(isSpeaking = speaks);
  });
}

/**
 * Before a call: shows how loud the chosen microphone is. Answers with the name of a fault, or with nothing.
 * @param {(level: number) => void} level
 * @returns {Promise<string>}
 */
export async function startMeter(level) {
  stopMeter();
  try {
    const track = await capture('Microphone');
    const measured = measure(track, level);
    metered = {
      stop: () => {
        measured.stop();
        track.stop();
      },
    };
    return '';
  } catch (error) {
    return fault(error);
  }
}

export function stopMeter() {
  metered?.stop();
  metered = null;
}

/**
 * Before a call: shows the chosen camera in a video element. Answers with the name of a fault, or with nothing.
 * @param {string} elementId
 * @returns {Promise<string>}
 */
export async function startPreview(elementId) {
  stopPreview();
  try {
    previewed = await capture('Camera');
    show(elementId, previewed);
    return '';
  } catch (error) {
    return fault(error);
  }
}

export function stopPreview() {
  previewed?.stop();
  previewed = null;
}

/**
 * Shows a track in a video element, which stays silent; nothing takes it off.
 * @param {string} elementId
 * @param {MediaStreamTrack|null} track
 */
export function show(elementId, track) {
  const element = find(elementId);
  if (!(element instanceof HTMLVideoElement)) return;
  element.muted = true;
  element.playsInline = true;
  element.srcObject = track ? new MediaStream([track]) : null;
  // Playing ends with an error where the element goes meanwhile.
  if (track) void element.play().catch(() => {});
}
