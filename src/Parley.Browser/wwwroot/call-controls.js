// @ts-check
// What a browser does around a call: the system's own buttons for it, a screen that stays on, a picture above other windows.
import { fault } from './devices.js';
import { find, popIn, popOut as moveOut } from './pop-out.js';

/** @type {[string, string][]} The browser's names of the buttons, and .NET's. */
const BUTTONS = [['togglemicrophone', 'Microphone'], ['togglecamera', 'Camera'], ['hangup', 'HangUp']];

const session = /** @type {any} */ (navigator.mediaSession);

let isCalling = false;
/** @type {WakeLockSentinel|null} */
let lock = null;
let pressed = (/** @type {string} */ _) => {};
let awake = (/** @type {boolean} */ _) => {};
let poppedOut = (/** @type {boolean} */ _) => {};

/**
 * Tells each fact when it changes.
 * @param {(button: string) => void} onPressed
 * @param {(isAwake: boolean) => void} onAwake
 * @param {(isPicture: boolean) => void} onPicture
 * @param {(isOut: boolean) => void} onPoppedOut
 */
export function watch(onPressed, onAwake, onPicture, onPoppedOut) {
  [pressed, awake, poppedOut] = [onPressed, onAwake, onPoppedOut];
  document.addEventListener('enterpictureinpicture', () => onPicture(true));
  document.addEventListener('leavepictureinpicture', () => onPicture(false));
  // The system takes the lock from a page that is hidden, and does not give it back.
  document.addEventListener('visibilitychange', () => void stayAwake());
}

/** Which of the windows there are here: "picture" and "pop-out", with a space between. */
export const windows = () => [
  document.pictureInPictureEnabled ? 'picture' : '', 'documentPictureInPicture' in globalThis ? 'pop-out' : '',
].join(' ').trim();

/**
 * A call goes on from now.
 * @param {string} title What the system calls it.
 */
export function begin(title) {
  isCalling = true;
  if (session) {
    session.metadata = new MediaMetadata({ title });
    session.playbackState = 'playing';
  }
  for (const [action, button] of BUTTONS) handle(action, () => pressed(button));
  void stayAwake();
}

/**
 * What the system's buttons show.
 * @param {boolean} microphone
 * @param {boolean} camera
 */
export function show(microphone, camera) {
  session?.setMicrophoneActive?.(microphone);
  session?.setCameraActive?.(camera);
}

/** The call is over: nothing of it stays. */
export async function end() {
  isCalling = false;
  for (const [action] of BUTTONS) handle(action, null);
  if (session) {
    session.metadata = null;
    session.playbackState = 'none';
  }
  popIn();
  await Promise.allSettled([lock?.release(), leavePicture()]);
}

/**
 * Shows a video in the browser's own small window. Answers with the name of a fault, or with nothing.
 * @param {string} elementId
 */
export const enterPicture = elementId => answer(async () => {
  if (!document.pictureInPictureEnabled) throw new DOMException('No such window here', 'NotSupportedError');
  const video = find(elementId);
  if (!(video instanceof HTMLVideoElement)) throw new DOMException('No such video', 'NotFoundError');
  await video.requestPictureInPicture();
});

/** Closes that window. */
export async function leavePicture() {
  if (document.pictureInPictureElement) await document.exitPictureInPicture();
}

/**
 * Moves an element into a window of its own. Answers with the name of a fault, or with nothing.
 * @param {string} elementId
 * @param {number} width
 * @param {number} height
 */
export const popOut = (elementId, width, height) => answer(async () => {
  const element = find(elementId);
  if (!element) throw new DOMException('No such element', 'NotFoundError');
  await moveOut(element, width, height, poppedOut);
});

export { popIn };

/** @param {() => Promise<void>} work @returns {Promise<string>} */
async function answer(work) {
  try {
    await work();
    return '';
  } catch (error) {
    return fault(error);
  }
}

/** @param {string} action @param {(() => void)|null} handler */
function handle(action, handler) {
  try {
    session?.setActionHandler(action, handler);
  } catch {
    // A browser that does not know this button has none.
  }
}

async function stayAwake() {
  if (!isCalling || lock || document.visibilityState !== 'visible') return;
  // Refused where the battery is low: a call goes on all the same.
  const taken = await navigator.wakeLock?.request('screen').catch(() => null);
  if (!taken) return;
  if (!isCalling || lock) {
    void taken.release();
    return;
  }
  lock = taken;
  taken.addEventListener('release', () => {
    lock = null;
    awake(false);
  });
  awake(true);
}
