// @ts-check
// The page's side of the store. The leading tab owns the worker that owns the database; the other tabs send what they
// read to that worker over a BroadcastChannel and are answered on a channel of their own. Bytes are those of SqlBatch.cs.
import { Failure, openCalls } from './calls.js';

/** The channel on which the worker is asked, and says that it opened. */
const CHANNEL = 'parley-store';

/** The number under which .NET waits for the store to become reachable. */
const OPENED = 0;

/** @type {import('./calls.js').Calls} */
let calls;
/** @type {Worker|null} */
let worker = null;
/** @type {BroadcastChannel} */
let channel;
/** @type {BroadcastChannel} */
let answers;
let tab = '';
let opened = false;
/** Reads that wait for another tab's worker: sent again when a new one opens. @type {Map<number, Uint8Array>} */
const waiting = new Map();

/**
 * Begins to look for a store: another tab's, or this tab's once it leads.
 * @param {string} tabId
 * @param {(id: number, length: number) => void} done
 */
export function connect(tabId, done) {
  calls = openCalls(done);
  tab = tabId;
  opened = false;
  if (!navigator.storage?.getDirectory || !globalThis.FileSystemFileHandle || !globalThis.Worker || !navigator.locks) {
    calls.fail(OPENED, new Failure('Unsupported', 'This browser has no origin private file system, or the page is not a secure context.'));
    return;
  }
  channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = event => {
    if (event.data.type === 'open') reachable();
    else if (event.data.type === 'failed') unreachable(event.data.error);
  };
  answers = new BroadcastChannel(`${CHANNEL}/${tab}`);
  answers.onmessage = event => {
    if (event.data.type === 'open') reachable();
    else if (event.data.type === 'failed') unreachable(event.data.error);
    else if (waiting.delete(event.data.id)) settle(event.data);
  };
  channel.postMessage({ type: 'hello', tab });
}

/** This tab leads from now on: opens the database in a worker of its own. */
export function lead() {
  worker = new Worker(new URL('./storage-worker.js', import.meta.url), { type: 'module', name: 'parley-store' });
  worker.onmessage = event => {
    if (event.data.type === 'open') reachable();
    else if (event.data.type === 'failed') unreachable(event.data.error);
    else settle(event.data);
  };
  worker.onerror = event => unreachable(`Storage:the storage worker ended: ${event.message}`);
  for (const [id, batch] of waiting) worker.postMessage({ type: 'read', id, batch });
  waiting.clear();
}

/**
 * Runs a batch; the answer comes under its number.
 * @param {number} id
 * @param {boolean} write
 * @param {import('./calls.js').View} view
 */
export function execute(id, write, view) {
  const batch = view.slice();
  if (worker) {
    worker.postMessage({ type: write ? 'write' : 'read', id, batch }, [batch.buffer]);
  } else if (write) {
    calls.fail(id, new Failure('Storage', 'Only the leading tab writes.'));
  } else {
    waiting.set(id, batch);
    channel.postMessage({ type: 'read', tab, id, batch });
  }
}

/**
 * Closes the database where this tab owns it, and answers when it is closed.
 * @param {number} id
 */
export function close(id) {
  channel?.close();
  answers?.close();
  waiting.clear();
  if (!worker) {
    calls.succeed(id, new Uint8Array());
    return;
  }
  const closing = worker;
  worker = null;
  closing.onmessage = event => {
    if (event.data.type === 'closed') {
      closing.terminate();
      calls.succeed(id, new Uint8Array());
    } else if (event.data.id !== undefined) {
      settle(event.data);
    }
  };
  closing.postMessage({ type: 'close' });
}

/**
 * @param {number} id
 * @param {import('./calls.js').View} into
 */
export const take = (id, into) => calls.take(id, into);

/** @param {number} id */
export const takeError = id => calls.takeError(id);

function reachable() {
  if (!opened) {
    opened = true;
    calls.succeed(OPENED, new Uint8Array());
  }
  for (const [id, batch] of waiting) channel.postMessage({ type: 'read', tab, id, batch });
}

/** @param {string} error */
function unreachable(error) {
  if (!opened) {
    opened = true;
    calls.fail(OPENED, error);
  }
  for (const id of [...waiting.keys()]) {
    waiting.delete(id);
    calls.fail(id, error);
  }
}

/** @param {{ id: number, result?: Uint8Array, error?: string }} answer */
function settle(answer) {
  if (answer.result) calls.succeed(answer.id, answer.result);
  else calls.fail(answer.id, answer.error);
}
