// @ts-check
// A part of the page in a small window of its own that stays above the others (Document Picture-in-Picture), and back again.

/** What .NET listens to is listened to at the page's own document; from the window it is passed on. */
const PASSED_ON = ['click', 'change', 'input', 'keydown', 'keyup'];

/** @type {Window|null} */
let other = null;
/** Ends what is popped out. @type {() => void} */
let back = () => {};

/** @param {string} id @returns {HTMLElement|null} An element, wherever it is shown. */
export const find = id => document.getElementById(id) ?? other?.document.getElementById(id) ?? null;

/**
 * Moves an element into a window of its own; it comes back when that closes.
 * @param {HTMLElement} element
 * @param {number} width
 * @param {number} height
 * @param {(isOut: boolean) => void} changed
 */
export async function popOut(element, width, height, changed) {
  back();
  const page = /** @type {any} */ (globalThis).documentPictureInPicture;
  if (!page) throw new DOMException('No such windows here', 'NotSupportedError');
  /** @type {Window} */
  const opened = await page.requestWindow({ width, height });
  other = opened;
  dress(opened.document);
  const place = document.createComment('');
  element.replaceWith(place);
  opened.document.body.append(element);
  play(element);
  for (const type of PASSED_ON) opened.document.addEventListener(type, event => passOn(event));
  back = () => {
    back = () => {};
    other = null;
    // Either may be gone: the element with its component, the place with the component around it.
    if (element.isConnected && place.isConnected) place.replaceWith(element);
    else place.remove();
    play(element);
    opened.close();
    changed(false);
  };
  opened.addEventListener('pagehide', () => {
    if (other === opened) back();
  });
  changed(true);
}

/** Closes the window, where there is one. */
export const popIn = () => back();

/** The window looks as the page does. @param {Document} target */
function dress(target) {
  for (const { name, value } of document.documentElement.attributes) target.documentElement.setAttribute(name, value);
  target.title = document.title;
  target.body.className = document.body.className;
  for (const style of document.querySelectorAll('link[rel="stylesheet"], style')) {
    const copy = /** @type {HTMLElement} */ (style.cloneNode(true));
    // The window has an address of its own: relative ones would lead nowhere.
    if (style instanceof HTMLLinkElement) copy.setAttribute('href', style.href);
    target.head.append(copy);
  }
}

/** A video stops where it is moved. @param {HTMLElement} element */
function play(element) {
  for (const video of element.querySelectorAll('video')) {
    if (video.srcObject) void video.play().catch(() => {});
  }
}

/** @param {Event} event */
function passOn(event) {
  const { target } = event;
  const path = event.composedPath();
  const copy = new /** @type {any} */ (event.constructor)(event.type, event);
  Object.defineProperties(copy, { target: { value: target }, composedPath: { value: () => path } });
  if (!document.dispatchEvent(copy)) event.preventDefault();
}
