// @ts-check
// What a call's dock needs of the page: chords, the bar for talking, dragging, and the memory of a call that a reload comes back into.

/** @typedef {{ invokeMethod(name: string, ...args: any[]): any }} Dock */

const KEY = 'parley-call';
/** A timer that comes this much too late tells that the device slept. */
const SLEPT_MS = 10_000;
const BEAT_MS = 5_000;
const CHORDS = { KeyM: 'Alt+M', KeyC: 'Alt+C', KeyH: 'Alt+H', KeyQ: 'Alt+Q' };
const MARGIN = 16;

/** @type {AbortController|null} */
let attached = null;

/**
 * Watches keys, pointer and network while the dock stands.
 * @param {HTMLElement} root
 * @param {Dock} dock
 */
export function attach(root, dock) {
  detach();
  attached = new AbortController();
  const { signal } = attached;
  let isHeld = false;

  addEventListener('keydown', event => {
    const chord = event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey ? CHORDS[/** @type {keyof typeof CHORDS} */ (event.code)] : undefined;
    if (chord && !event.repeat) {
      event.preventDefault();
      dock.invokeMethod('Chord', chord);
    } else if (event.code === 'Space' && !event.altKey && !event.ctrlKey && !event.metaKey && !isTaken(event.target)) {
      event.preventDefault();
      if (!isHeld) dock.invokeMethod('Hold', isHeld = true);
    }
  }, { signal });
  const letGo = () => {
    if (isHeld) dock.invokeMethod('Hold', isHeld = false);
  };
  addEventListener('keyup', event => event.code === 'Space' && letGo(), { signal });
  // Whoever leaves the window does not go on talking.
  addEventListener('blur', letGo, { signal });

  const changed = () => dock.invokeMethod('NetworkChanged');
  // The event comes for estimates of the speed too; another kind of network is what matters.
  const network = /** @type {any} */ (navigator).connection;
  let kind = network?.type;
  network?.addEventListener('change', () => {
    if (kind !== network.type) changed();
    kind = network.type;
  }, { signal });
  let beat = Date.now();
  const timer = setInterval(() => {
    const now = Date.now();
    if (now - beat > BEAT_MS + SLEPT_MS) changed();
    beat = now;
  }, BEAT_MS);
  signal.addEventListener('abort', () => clearInterval(timer));

  drag(root, dock, signal);
}

export function detach() {
  attached?.abort();
  attached = null;
}

/**
 * A key belongs to what has the focus, where that does something with it.
 * @param {EventTarget|null} target
 */
const isTaken = target => target instanceof Element && target.closest('input, textarea, select, button, a, summary, [contenteditable], [role="menuitem"], [role="slider"]') !== null;

/**
 * The head is a handle; let go, the dock goes into the nearest corner.
 * @param {HTMLElement} root
 * @param {Dock} dock
 * @param {AbortSignal} signal
 */
function drag(root, dock, signal) {
  root.addEventListener('pointerdown', start => {
    const target = /** @type {Element} */ (start.target);
    if (start.button !== 0 || !target.closest('.handle') || target.closest('a, button') || root.dataset.size === 'stage') return;
    root.setPointerCapture(start.pointerId);
    const move = (/** @type {PointerEvent} */ event) => {
      root.style.translate = `${event.clientX - start.clientX}px ${event.clientY - start.clientY}px`;
    };
    const end = (/** @type {PointerEvent} */ event) => {
      root.removeEventListener('pointermove', move);
      root.style.translate = '';
      if (Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) < MARGIN) return;
      const isTop = event.clientY < innerHeight / 2;
      const isLeft = event.clientX < innerWidth / 2;
      dock.invokeMethod('Corner', `${isTop ? 'Top' : 'Bottom'}${isLeft ? 'Left' : 'Right'}`);
    };
    root.addEventListener('pointermove', move);
    root.addEventListener('lostpointercapture', event => end(/** @type {PointerEvent} */ (event)), { once: true });
  }, { signal });
}

/**
 * Keeps which call this tab is in, as long as the tab lives.
 * @param {{ channel: string, audio: boolean, video: boolean }} call
 */
export const remember = call => sessionStorage.setItem(KEY, JSON.stringify(call));

export const forget = () => sessionStorage.removeItem(KEY);

/**
 * The call that this page was in before it was reloaded; null where it was in none. A copy of a tab has the memory too, but was not reloaded.
 * @returns {{ channel: string, audio: boolean, video: boolean }|null}
 */
export function recall() {
  const how = /** @type {PerformanceNavigationTiming|undefined} */ (performance.getEntriesByType('navigation')[0]);
  const kept = how?.type === 'reload' ? sessionStorage.getItem(KEY) : null;
  forget();
  return kept ? JSON.parse(kept) : null;
}
