// @ts-check
// Keeps a whole build of the app on the device, so that it starts without a network. One build is one cache: the page and
// everything it loads are of the same build, until the person lets the next one take over.

/** @type {{ version: string, assets: { url: string, hash: string }[] }} */
let manifest;
/** @type {any} */ (self).importScripts('./service-worker-assets.js');
manifest = /** @type {any} */ (self).assetsManifest;

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const PREFIX = 'parley-app-';
const CACHE = PREFIX + manifest.version;
const INDEX = 'index.html';
/** The first word of every page's address; build/tidy.cs compares it with the pages. */
const PAGES = /^(admin|channel|claim|join|not-found|page|pair|people|settings|space)(\/|$)/;
/** Fetched when first used: scripts of letters that a person may never meet, what blurs a camera's background, symbols of the debugger. */
const LATER = /^_content\/Parley\.Browser\/mediapipe\/|^fonts\/inter-(latin-ext|cyrillic|greek|vietnamese|latin-italic)|\.(pdb|map)$|^service-worker/;

const assets = manifest.assets.filter(asset => !LATER.test(asset.url));
const urls = new Set(manifest.assets.map(asset => new URL(asset.url, worker.location.href).href));

worker.addEventListener('install', event => event.waitUntil(install()));
worker.addEventListener('activate', event => event.waitUntil(clean()));
worker.addEventListener('message', event => {
  if (event.data?.type === 'skip-waiting') worker.skipWaiting();
});

worker.addEventListener('fetch', event => {
  const { request } = event;
  if (request.method !== 'GET' || new URL(request.url).origin !== worker.location.origin) return;
  if (request.mode === 'navigate') event.respondWith(page(request));
  else if (urls.has(request.url)) event.respondWith(asset(request));
});

async function install() {
  const cache = await caches.open(CACHE);
  // What the build before had with the same bytes is not fetched again.
  await Promise.all(assets.map(async ({ url, hash }) => {
    const request = new Request(url, { integrity: hash, cache: 'no-cache' });
    const response = await fetch(request);
    if (!response.ok) throw new TypeError(`${url}: ${response.status}`);
    await cache.put(url, response);
  }));
}

async function clean() {
  const names = await caches.keys();
  await Promise.all(names.filter(name => name.startsWith(PREFIX) && name !== CACHE).map(name => caches.delete(name)));
  await worker.clients.claim();
}

/**
 * Any address inside the app is the one page; what the server has besides (health, metrics) is the server's.
 * @param {Request} request
 */
async function page(request) {
  const path = new URL(request.url).pathname.slice(1);
  const inApp = path === '' || path === INDEX || PAGES.test(path);
  const cached = inApp ? await (await caches.open(CACHE)).match(INDEX) : undefined;
  return cached ?? fetch(request);
}

/** @param {Request} request */
async function asset(request) {
  const cache = await caches.open(CACHE);
  const cached = await cache.match(request);
  if (cached) return cached;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}
