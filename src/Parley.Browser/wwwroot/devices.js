// @ts-check
// Microphones, cameras, speakers: which there are, which one is chosen, what they give.
import { find } from './pop-out.js';
import { measure, tone } from './sound.js';

/** @typedef {'Microphone'|'Camera'|'Screen'} Source */

/** What was chosen, by the kind of the browser's list; nothing means the system's own choice. @type {Map<string, string>} */
const chosen = new Map();

/** Where sound goes; told when it changes. @type {Set<(speaker: string) => void>} */
const speakers = new Set();

/** @type {{ stop: () => void }|null} */
let metered = null;

/** @type {MediaStreamTrack|null} */
let previewed = null;
let previewTurn = 0;
let previewElement = '';

let isBlurred = false;
/** What was made of a camera with a blurred background. @type {WeakSet<MediaStreamTrack>} */
const blurredTracks = new WeakSet();

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
  // Before the camera is on, because it takes a while.
  if (isCamera && isBlurred) await blurModule().then(blur => blur.load());
  const device = id ? { deviceId: { ideal: id } } : {};
  const stream = await navigator.mediaDevices.getUserMedia(isCamera
    ? { video: { ...device, width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 24, max: 30 } } }
    : { audio: { ...device, echoCancellation: true, noiseSuppression: true, autoGainControl: true } });
  const [track] = stream.getTracks();
  if (!isCamera || !isBlurred) return track;
  try {
    const made = await (await blurModule()).blurred(track);
    blurredTracks.add(made);
    return made;
  } catch (error) {
    track.stop();
    throw error;
  }
}

/**
 * From now on cameras are captured with their background blurred, or as they are; the preview follows at once. Where blurring fails, they
 * are not captured at all. Answers with the name of a fault, or with nothing.
 * @param {boolean} isOn
 * @returns {Promise<string>}
 */
export async function blur(isOn) {
  isBlurred = isOn;
  if (previewed) return await startPreview(previewElement);
  try {
    if (isOn) await blurModule().then(one => one.load());
    return '';
  } catch (error) {
    return fault(error);
  }
}

/** Whether a track shows what nobody is to see any more. @param {MediaStreamTrack|undefined} track */
export const isTooSharp = track => isBlurred && !!track && !blurredTracks.has(track);

/** On first use. */
const blurModule = () => import('./blur.js').catch(error => { throw new DOMException(String(error), 'BlurError'); });

/**
 * @param {unknown} error
 * @returns {string} The name of a MediaFault.
 */
export function fault(error) {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'BlurError') return 'BlurFailed';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'NotAllowed';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'NotFound';
  if (name === 'NotSupportedError' || error instanceof TypeError) return 'NotSupported';
  return 'NotReadable';
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
  const turn = previewTurn;
  previewElement = elementId;
  try {
    const track = await capture('Camera');
    // It was stopped meanwhile, or the other way of showing it was chosen.
    if (turn !== previewTurn || isTooSharp(track)) {
      track.stop();
      return '';
    }
    previewed = track;
    show(elementId, previewed);
    return '';
  } catch (error) {
    return fault(error);
  }
}

export function stopPreview() {
  previewTurn++;
  previewed?.stop();
  previewed = null;
}

/**
 * Plays a tone on the chosen speaker; done when it is over. Answers with the name of a fault, or with nothing.
 * @returns {Promise<string>}
 */
export async function testSpeaker() {
  const { track, over } = tone();
  const element = new Audio();
  const unfollow = speak(element);
  try {
    element.srcObject = new MediaStream([track]);
    await element.play();
    await over;
    return '';
  } catch (error) {
    return fault(error);
  } finally {
    unfollow();
    element.srcObject = null;
    track.stop();
  }
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
