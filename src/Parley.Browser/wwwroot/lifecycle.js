// @ts-check
// What the page lives through: network, visibility, installation, updates, storage.

/** @type {ServiceWorkerRegistration|null} */
let registration = null;
/** @type {any} */
let installPrompt = null;

/**
 * Tells each fact now and whenever it changes.
 * @param {(value: boolean) => void} online
 * @param {(value: boolean) => void} visible
 * @param {(value: boolean) => void} installable
 */
export function watch(online, visible, installable) {
  const tellOnline = () => online(navigator.onLine);
  const tellVisible = () => visible(document.visibilityState === 'visible');
  addEventListener('online', tellOnline);
  addEventListener('offline', tellOnline);
  document.addEventListener('visibilitychange', tellVisible);
  addEventListener('beforeinstallprompt', event => {
    event.preventDefault();
    installPrompt = event;
    installable(true);
  });
  addEventListener('appinstalled', () => {
    installPrompt = null;
    installable(false);
  });
  tellOnline();
  tellVisible();
}

/**
 * Registers the service worker and tells when a newer one waits to take over.
 * @param {string} script Relative to the document's base.
 * @param {() => void} updateReady
 */
export async function register(script, updateReady) {
  if (!navigator.serviceWorker) return;
  registration = await navigator.serviceWorker.register(new URL(script, document.baseURI), { updateViaCache: 'none' });
  const waits = () => {
    // Without a controller the waiting worker is the first one: an installation, not an update.
    if (registration?.waiting && navigator.serviceWorker.controller) updateReady();
  };
  registration.addEventListener('updatefound', () => {
    registration?.installing?.addEventListener('statechange', waits);
  });
  waits();
}

/** Asks the hub for a newer service worker. */
export async function checkForUpdate() {
  // Offline is no error here: the next check asks again.
  await registration?.update().catch(() => {});
}

/** Lets the waiting service worker take over, then loads the page again. */
export function activateUpdate() {
  const waiting = registration?.waiting;
  if (!waiting) {
    location.reload();
    return;
  }
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
  waiting.postMessage({ type: 'skip-waiting' });
}

/** @returns {Promise<boolean>} */
export const requestPersistence = async () => await navigator.storage?.persist?.() ?? false;

/** @returns {Promise<boolean>} */
export const isPersisted = async () => await navigator.storage?.persisted?.() ?? false;

/** @returns {Promise<string>} "used quota" in bytes. */
export async function estimate() {
  const { usage = 0, quota = 0 } = await navigator.storage?.estimate?.() ?? {};
  return `${usage} ${quota}`;
}

/** @returns {Promise<boolean>} Whether the person agreed. */
export async function install() {
  const prompt = installPrompt;
  installPrompt = null;
  if (!prompt) return false;
  const { outcome } = await prompt.prompt();
  return outcome === 'accepted';
}

/**
 * @param {string} text
 * @returns {Promise<boolean>} False where the browser refused.
 */
export const copyText = text => navigator.clipboard?.writeText(text).then(() => true, () => false) ?? Promise.resolve(false);

/** @returns {string} Where the page is, with its fragment. */
export const address = () => location.href;

/**
 * Shows another address of this origin in place of the one that the page has, which nobody finds in the history any more.
 * @param {string} address Relative to the document's base.
 */
export const replaceAddress = address => history.replaceState(history.state, '', new URL(address, document.baseURI));

/** @returns {string} "Chromium on Linux": how the person would tell this device from others. */
export function deviceName() {
  const agent = navigator.userAgent;
  const data = /** @type {{ brands?: { brand: string }[], platform?: string }|undefined} */ (/** @type {any} */ (navigator).userAgentData);
  const brands = data?.brands?.map(each => each.brand) ?? [];
  const browser = brands.find(name => /^(Microsoft Edge|Google Chrome|Opera|Brave|Vivaldi)$/.test(name))
    ?? (/Firefox/.test(agent) ? 'Firefox' : brands.includes('Chromium') || /Chrom/.test(agent) ? 'Chromium' : /Safari/.test(agent) ? 'Safari' : 'Browser');
  const system = data?.platform
    || [['Android', /Android/], ['iPhone', /iPhone/], ['iPad', /iPad/], ['macOS', /Mac OS/], ['Windows', /Windows/], ['Linux', /Linux/]]
      .find(([, known]) => /** @type {RegExp} */ (known).test(agent))?.[0];
  return system ? `${browser} on ${system}` : browser;
}

// One channel for both: what it posts does not come back to itself.
const removal = new BroadcastChannel('parley-removed');

/** Another tab removed everything from this device: this one starts anew, with nobody in it. */
removal.onmessage = () => location.replace(document.baseURI);

/** Tells the other tabs that the keys are gone, so that they let go of the store. */
export const announceRemoval = () => removal.postMessage('');

/** Deletes what this origin keeps but the keys: the database and the small texts. Waits some seconds for other tabs to let go of it. */
export async function removeEverything() {
  const root = await navigator.storage.getDirectory();
  for (let tries = 100; ; tries--) {
    try {
      await root.removeEntry('parley', { recursive: true });
      break;
    } catch (error) {
      if (error instanceof DOMException && error.name === 'NotFoundError') break;
      if (tries === 0) throw error;
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  }
  localStorage.clear();
  sessionStorage.clear();
}
