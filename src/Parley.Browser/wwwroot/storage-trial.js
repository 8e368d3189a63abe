// @ts-check
// The page's side of a store in memory, for a trial: a worker of its own, nobody else reads it, and closing it is the end of it.
// Bytes are those of SqlBatch.cs.
import { openCalls } from './calls.js';

/** The number under which .NET waits for the store. */
const OPENED = 0;

/** @type {import('./calls.js').Calls} */
let calls;
/** @type {Worker|null} */
let worker = null;

/**
 * @param {string} _tabId
 * @param {(id: number, length: number) => void} done
 */
export function connect(_tabId, done) {
  calls = openCalls(done);
}

/** Opens the database. */
export function lead() {
  worker = new Worker(new URL('./storage-trial-worker.js', import.meta.url), { type: 'module', name: 'parley-trial' });
  worker.onmessage = event => {
    const { id, result, error } = event.data;
    if (error) calls.fail(id, error);
    else calls.succeed(id, result ?? new Uint8Array());
  };
  worker.onerror = event => calls.fail(OPENED, `Storage:the storage worker ended: ${event.message}`);
}

/**
 * @param {number} id
 * @param {boolean} write
 * @param {import('./calls.js').View} view
 */
export function execute(id, write, view) {
  const batch = view.slice();
  worker?.postMessage({ type: write ? 'write' : 'read', id, batch }, [batch.buffer]);
}

/** @param {number} id */
export function close(id) {
  worker?.terminate();
  worker = null;
  calls.succeed(id, new Uint8Array());
}

/**
 * @param {number} id
 * @param {import('./calls.js').View} into
 */
export const take = (id, into) => calls.take(id, into);

/** @param {number} id */
export const takeError = id => calls.takeError(id);
