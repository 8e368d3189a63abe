// @ts-check
// Before the app: its look, so that nothing flashes, and whether this browser can run it at all.

/** Sets theme, density and panel widths from what this device remembers. */
export function applyLook() {
  const root = document.documentElement;
  for (const name of ['theme', 'density']) {
    const value = recall(name);
    if (value) root.dataset[name] = value;
    else delete root.dataset[name];
  }
  for (const panel of ['dock', 'details']) {
    const width = Number(recall(`width:${panel}`));
    if (width > 0) root.style.setProperty(`--${panel}`, `${width}px`);
  }
}

/** @param {string} key */
function recall(key) {
  try {
    return localStorage.getItem(`parley:${key}`);
  } catch {
    return null;
  }
}

/** @returns {Promise<string|null>} What is missing, as a sentence for the person. */
async function missing() {
  if (!isSecureContext) {
    return 'Parley keeps your keys and messages in the browser, which browsers allow only over https or on this computer itself. Open it by its https address.';
  }
  const files = await navigator.storage?.getDirectory?.().then(() => true, () => false);
  const keys = await crypto.subtle?.generateKey('Ed25519', false, ['sign', 'verify']).then(() => true, () => false);
  if (files && keys && navigator.locks && typeof WebAssembly === 'object') return null;
  return 'This browser lacks something Parley needs to keep your messages and keys on this device. A current Chrome, Edge, Firefox or Safari can, outside of private windows.';
}

/** @param {string} sentence */
function refuse(sentence) {
  const skeleton = /** @type {HTMLElement} */ (document.querySelector('.skeleton'));
  const page = document.createElement('main');
  page.className = 'cannot';
  const logo = skeleton.querySelector('svg');
  const words = document.createElement('p');
  words.textContent = sentence;
  page.append(...logo ? [logo] : [], words);
  skeleton.replaceWith(page);
}

/** Puts the icons into the page: references into another file are drawn late, each time. */
async function bringIcons() {
  const answer = await fetch('icons.svg');
  const { documentElement: sprite } = new DOMParser().parseFromString(await answer.text(), 'image/svg+xml');
  sprite.setAttribute('hidden', '');
  document.body.append(document.adoptNode(sprite));
}

applyLook();
const icons = bringIcons();
const sentence = await missing();
if (sentence) refuse(sentence);
else await Promise.all([icons, /** @type {any} */ (globalThis).Blazor.start()]);
