// @ts-check
// The person's Ed25519 key and everybody's signatures, by WebCrypto. The private key is not extractable and lives in IndexedDB;
// the recovery words lie beside it, sealed with AES-GCM under another key that is not extractable either.
import { Failure, openCalls } from './calls.js';

const DATABASE = 'parley-keys';
const STORE = 'keys';
const ME = 'me';
const DEVICE = 'device';
const PUBLIC_BYTES = 32;
const SIGNATURE_BYTES = 64;
const PUBLIC_KEYS_MAX = 4096;
/** The DER frame of an Ed25519 private key in PKCS#8; the 32-byte seed follows (RFC 8410, 7). */
const PKCS8_HEAD = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20);

/** @typedef {{ publicKey: Uint8Array, signing: CryptoKey, sealing: CryptoKey, iv: Uint8Array<ArrayBuffer>, words: ArrayBuffer, backedUp: boolean }} Kept */

/** @type {import('./calls.js').Calls} */
let calls;
/** @type {Kept|null} */
let me = null;
/** Keys of seeds, until they are closed. @type {Map<number, CryptoKey>} */
const opened = new Map();
let lastOpened = 0;
/** Imported public keys by their bytes, the oldest first. @type {Map<string, Promise<CryptoKey|null>>} */
const publicKeys = new Map();

/** @param {(id: number, length: number) => void} done */
export function connect(done) {
  calls = openCalls(done);
}

/**
 * Answers with the public key and one byte "backed up", or nothing where this browser has no key yet.
 * @param {number} id
 */
export const find = id => calls.follow(id, supported().then(() => load(true)).then(card));

/**
 * Keeps a new person; answers as `find`. Where another tab was faster, the answer is that tab's person.
 * @param {number} id
 * @param {import('./calls.js').View} seed 32 bytes.
 * @param {string} words
 * @param {boolean} backedUp
 */
export function create(id, seed, words, backedUp) {
  const bytes = seed.slice();
  calls.follow(id, supported().then(() => make(bytes, words, backedUp)).finally(() => bytes.fill(0)));
}

/**
 * Answers with the recovery words as UTF-8.
 * @param {number} id
 */
export const revealWords = id => calls.follow(id, reveal());

/**
 * Notes that the person confirmed to have written the words down.
 * @param {number} id
 */
export const markBackedUp = id => calls.follow(id, mark());

/**
 * Signs each message: u32 count, then (u32 length, bytes) each; answers with 64 bytes each.
 * @param {number} id
 * @param {import('./calls.js').View} view
 */
export function sign(id, view) {
  const batch = view.slice();
  calls.follow(id, mine().then(key => signAll(batch, key)));
}

/**
 * Opens the key of a seed, kept in this page until it is closed; answers with u32 its handle and the public key.
 * @param {number} id
 * @param {import('./calls.js').View} seed 32 bytes.
 */
export function open(id, seed) {
  const bytes = seed.slice();
  calls.follow(id, supported().then(() => openSeed(bytes)).finally(() => bytes.fill(0)));
}

/**
 * Signs with the key of a seed; as `sign`.
 * @param {number} id
 * @param {number} handle
 * @param {import('./calls.js').View} view
 */
export function signWith(id, handle, view) {
  calls.follow(id, signAll(view.slice(), /** @type {CryptoKey} */ (opened.get(handle))));
}

/**
 * Forgets the key of a seed.
 * @param {number} handle
 */
export const close = handle => void opened.delete(handle);

/**
 * Opens this device's own key, made where there is none; answers as `open`.
 * @param {number} id
 * @param {boolean} anew Makes another in its place: the one that was there was signed out.
 */
export const openDevice = (id, anew) => calls.follow(id, supported().then(() => device(anew)));

/**
 * Forgets the person and the device: their keys and the sealed words.
 * @param {number} id
 */
export const forget = id => calls.follow(id, drop());

/**
 * Verifies each signature: u32 count, then (32 bytes key, 64 bytes signature, u32 length, message) each; answers with a byte each.
 * @param {number} id
 * @param {import('./calls.js').View} view
 */
export function verify(id, view) {
  calls.follow(id, verifyAll(view.slice()));
}

/**
 * @param {number} id
 * @param {import('./calls.js').View} into
 */
export const take = (id, into) => calls.take(id, into);

/** @param {number} id */
export const takeError = id => calls.takeError(id);

/** @type {Promise<void>|undefined} */
let support;

function supported() {
  return support ??= (async () => {
    if (!globalThis.crypto?.subtle || !globalThis.indexedDB) {
      throw new Failure('Unsupported', 'No WebCrypto: the page is not a secure context.');
    }
    try {
      await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
    } catch (error) {
      throw new Failure('Unsupported', `This browser has no Ed25519 keys: ${error instanceof Error ? error.message : error}`);
    }
  })();
}

/** @returns {Promise<IDBDatabase>} */
const openDatabase = () => new Promise((resolve, reject) => {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>} work
 * @returns {Promise<T>} When the transaction is complete.
 */
async function transact(mode, work) {
  const database = await openDatabase();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode, { durability: 'strict' });
      const request = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? request.error);
    });
  } finally {
    database.close();
  }
}

/** @param {boolean} [again] Look again: another tab may have changed it. */
async function load(again = false) {
  if (again || !me) me = await transact('readonly', store => store.get(ME)) ?? null;
  return me;
}

/** @param {Kept|null} kept */
function card(kept) {
  if (!kept) return new Uint8Array();
  const bytes = new Uint8Array(PUBLIC_BYTES + 1);
  bytes.set(kept.publicKey);
  bytes[PUBLIC_BYTES] = kept.backedUp ? 1 : 0;
  return bytes;
}

/**
 * @param {Uint8Array} seed
 * @param {string} words
 * @param {boolean} backedUp
 */
async function make(seed, words, backedUp) {
  const { publicKey, signing } = await importSeed(seed);
  const sealing = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, sealing, new TextEncoder().encode(words));
  /** @type {Kept} */
  const kept = { publicKey, signing, sealing, iv, words: sealed, backedUp };
  try {
    await transact('readwrite', store => store.add(kept, ME));
    me = kept;
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== 'ConstraintError') throw error;
  }
  return card(await load());
}

/** @param {Uint8Array} seed */
async function importSeed(seed) {
  const pkcs8 = new Uint8Array([...PKCS8_HEAD, ...seed]);
  try {
    // Only an extractable import tells the public half; this one is gone when the function returns.
    const readable = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', true, ['sign']);
    const { x } = await crypto.subtle.exportKey('jwk', readable);
    const signing = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign']);
    return { publicKey: fromBase64Url(/** @type {string} */ (x)), signing };
  } finally {
    pkcs8.fill(0);
  }
}

/** @param {Uint8Array} seed */
async function openSeed(seed) {
  const { publicKey, signing } = await importSeed(seed);
  return hold(publicKey, signing);
}

/**
 * @param {Uint8Array} publicKey
 * @param {CryptoKey} signing
 */
function hold(publicKey, signing) {
  const handle = ++lastOpened;
  opened.set(handle, signing);
  const answer = new Uint8Array(4 + PUBLIC_BYTES);
  new DataView(answer.buffer).setUint32(0, handle, true);
  answer.set(publicKey, 4);
  return answer;
}

/** @param {boolean} anew */
async function device(anew) {
  /** @returns {Promise<{ publicKey: Uint8Array, signing: CryptoKey }|undefined>} */
  const find = () => transact('readonly', store => store.get(DEVICE));
  let kept = anew ? undefined : await find();
  if (!kept) {
    const { publicKey, privateKey } = /** @type {CryptoKeyPair} */ (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']));
    const made = { publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', publicKey)), signing: privateKey };
    try {
      await transact('readwrite', store => anew ? store.put(made, DEVICE) : store.add(made, DEVICE));
    } catch (error) {
      // Another tab was faster: its key is this device's.
      if (!(error instanceof DOMException) || error.name !== 'ConstraintError') throw error;
    }
    kept = await find() ?? made;
  }
  return hold(kept.publicKey, kept.signing);
}

async function drop() {
  me = null;
  opened.clear();
  await transact('readwrite', store => store.clear());
  return new Uint8Array();
}

async function reveal() {
  const kept = await load();
  if (!kept) throw new Failure('Storage', 'There is no key here.');
  return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: kept.iv }, kept.sealing, kept.words));
}

async function mark() {
  const kept = await load();
  if (!kept) throw new Failure('Storage', 'There is no key here.');
  kept.backedUp = true;
  await transact('readwrite', store => store.put(kept, ME));
  return new Uint8Array();
}

async function mine() {
  const kept = await load();
  if (!kept) throw new Failure('Storage', 'There is no key here.');
  return kept.signing;
}

/**
 * @param {Uint8Array} batch
 * @param {CryptoKey} key
 */
async function signAll(batch, key) {
  const reader = new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
  const count = reader.getUint32(0, true);
  const work = [];
  for (let n = 0, at = 4; n < count; n++) {
    const length = reader.getUint32(at, true);
    work.push(crypto.subtle.sign('Ed25519', key, part(batch, at += 4, length)));
    at += length;
  }
  const signatures = new Uint8Array(count * SIGNATURE_BYTES);
  (await Promise.all(work)).forEach((signature, n) => signatures.set(new Uint8Array(signature), n * SIGNATURE_BYTES));
  return signatures;
}

/** @param {Uint8Array} batch */
async function verifyAll(batch) {
  const reader = new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
  const count = reader.getUint32(0, true);
  const work = [];
  for (let n = 0, at = 4; n < count; n++) {
    const key = importPublic(part(batch, at, PUBLIC_BYTES));
    const signature = part(batch, at += PUBLIC_BYTES, SIGNATURE_BYTES);
    const length = reader.getUint32(at += SIGNATURE_BYTES, true);
    const message = part(batch, at += 4, length);
    at += length;
    work.push(key.then(known => known !== null && crypto.subtle.verify('Ed25519', known, signature, message)));
  }
  return Uint8Array.from(await Promise.all(work), valid => valid ? 1 : 0);
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<CryptoKey|null>} null for bytes that are no key.
 */
function importPublic(bytes) {
  const name = String.fromCharCode(...bytes);
  let key = publicKeys.get(name);
  if (!key) {
    if (publicKeys.size >= PUBLIC_KEYS_MAX) publicKeys.delete(/** @type {string} */ (publicKeys.keys().next().value));
    key = crypto.subtle.importKey('raw', bytes, 'Ed25519', false, ['verify']).catch(() => null);
    publicKeys.set(name, key);
  }
  return key;
}

/**
 * @param {Uint8Array} bytes
 * @param {number} at
 * @param {number} length
 */
const part = (bytes, at, length) => /** @type {Uint8Array<ArrayBuffer>} */ (bytes.subarray(at, at + length));

/** @param {string} text */
const fromBase64Url = text => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0));
