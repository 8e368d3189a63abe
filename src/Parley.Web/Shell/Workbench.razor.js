// @ts-check
const MAC = /mac|iphone|ipad/i.test(navigator.platform);
const WATCHED = new Set([
  'Mod+K', 'Mod+P', 'Mod+B', 'Mod+\\', 'Mod+W', 'Mod+,', 'Ctrl+Tab', 'Ctrl+Shift+Tab',
  'Alt+ArrowUp', 'Alt+ArrowDown', 'Alt+ArrowLeft', 'Alt+ArrowRight', 'Alt+W', '?', 'Escape',
]);

/**
 * Watches the chords of the shell while it stands.
 * @param {HTMLElement} root
 * @param {{ invokeMethod(name: string, ...args: any[]): any }} shell
 */
export function attach(root, shell) {
  /** @param {KeyboardEvent} event */
  const press = event => {
    if (!root.isConnected) {
      removeEventListener('keydown', press);
      return;
    }
    if (event.isComposing || event.defaultPrevented) return;
    if (event.key === 'F6') {
      event.preventDefault();
      cycle(event.shiftKey ? -1 : 1);
      return;
    }
    const chord = chordOf(event);
    // A plain key belongs to the text that is being written.
    if (chord === '?' && isWriting(event.target)) return;
    // An open dialog has its own Escape.
    if (document.querySelector('dialog[open]') && chord !== 'Mod+K') return;
    if (WATCHED.has(chord) && shell.invokeMethod('Chord', chord)) event.preventDefault();
  };
  addEventListener('keydown', press);

  // The middle button closes a tab; on a link it would open the browser's own.
  root.addEventListener('auxclick', event => {
    const tab = event.button === 1 && event.target instanceof Element ? event.target.closest('.tab') : null;
    if (!tab) return;
    event.preventDefault();
    /** @type {HTMLElement|null} */ (tab.querySelector('.close'))?.click();
  });
}

/** @param {KeyboardEvent} event */
function chordOf(event) {
  const mod = MAC ? event.metaKey : event.ctrlKey;
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  if (event.ctrlKey && event.key === 'Tab') return event.shiftKey ? 'Ctrl+Shift+Tab' : 'Ctrl+Tab';
  if (mod) return event.altKey || event.shiftKey ? '' : `Mod+${key}`;
  if (event.altKey) return event.shiftKey ? '' : `Alt+${event.code === 'KeyW' ? 'W' : key}`;
  return key;
}

/** @param {EventTarget|null} target */
const isWriting = target => target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/**
 * Moves the focus to the next region that is shown.
 * @param {1|-1} step
 */
function cycle(step) {
  const regions = [...document.querySelectorAll('[data-region]')].filter(region => region.getClientRects().length > 0);
  const at = regions.findIndex(region => region.contains(document.activeElement));
  const next = /** @type {HTMLElement|undefined} */ (regions[(at + step + regions.length) % regions.length]);
  // What a width does not show cannot have the focus.
  const stops = /** @type {HTMLElement[]} */ ([...next?.querySelectorAll('textarea, input, button:not([disabled]), a[href], [tabindex="0"]') ?? []]);
  (stops.find(stop => stop.getClientRects().length > 0) ?? next)?.focus();
}
