// @ts-check
// Owns the database: SQLite's own WebAssembly build over a pool of synchronous access handles in the origin private file
// system. One connection, one batch at a time. Answers its own page directly and other tabs over BroadcastChannels.
//
// What a write promises here: when it is answered, it survives the tab, the browser and a kill of every one of its processes.
// The write-ahead log is flushed at every commit (synchronous=full), so it also survives a power cut as far as the browser's
// flush reaches the disk; that costs half a millisecond on a fast disk, some on a slow one, and what a person just wrote may
// exist nowhere else. What no setting promises: the browser may evict the origin's storage unless it granted persistence.
import init from './sqlite/sqlite3.js';
import { Failure, describe } from './calls.js';
import { openDatabase } from './sql-database.js';

const CHANNEL = 'parley-store';
const RETRY_MS = 20;
const OPEN_MAX_MS = 10_000;

/** The last error that the file system gave SQLite, which only says "disk I/O error". @type {unknown} */
let lastFileError = null;

/** @type {(error: unknown) => unknown} */
const named = error => lastFileError instanceof DOMException ? lastFileError : error;

async function open() {
  const note = (/** @type {unknown[]} */ ...args) => {
    lastFileError = args.find(each => each instanceof Error || each instanceof DOMException) ?? lastFileError;
  };
  Object.assign(globalThis, { sqlite3ApiConfig: { error: note, warn: note, log: () => {}, debug: () => {} } });
  const sqlite3 = await init();
  const pool = await openPool(sqlite3);
  const database = openDatabase(sqlite3, new pool.OpfsSAHPoolDb('/parley.db'));
  const close = () => {
    database.close();
    // Lets go of the files, so that the next leader need not wait for the end of this worker.
    pool.pauseVfs();
  };
  return { ...database, close };
}

/**
 * A tab that just ended may hold its handles for some milliseconds more.
 * @param {import('@sqlite.org/sqlite-wasm').Sqlite3Static} sqlite3
 */
async function openPool(sqlite3) {
  const started = performance.now();
  for (;;) {
    try {
      return await sqlite3.installOpfsSAHPoolVfs(/** @type {any} */ ({
        name: 'parley',
        directory: 'parley',
        // Without this a failed installation deletes the pool's folder, that is the other tab's data, as soon as it can.
        preserveOnInitFailure: true,
        forceReinitIfPreviouslyFailed: true,
      }));
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'NoModificationAllowedError') throw error;
      if (performance.now() - started > OPEN_MAX_MS) {
        throw new Failure('StoreInUse', 'Another page holds the database.');
      }
      await new Promise(resolve => setTimeout(resolve, RETRY_MS));
    }
  }
}

const opening = open();
const channel = new BroadcastChannel(CHANNEL);
/** The other tabs' answer channels. @type {Map<string, BroadcastChannel>} */
const tabs = new Map();

/** @param {string} tab */
function answersOf(tab) {
  let answers = tabs.get(tab);
  if (!answers) tabs.set(tab, answers = new BroadcastChannel(`${CHANNEL}/${tab}`));
  return answers;
}

/** @type {(message: any, transfer?: Transferable[]) => void} */
const toPage = (message, transfer = []) => postMessage(message, { transfer });

/**
 * @param {number} id
 * @param {Uint8Array} batch
 * @param {boolean} write
 */
async function run(id, batch, write) {
  try {
    const database = await opening;
    lastFileError = null;
    return { id, result: write ? database.write(batch) : database.read(batch) };
  } catch (error) {
    return { id, error: describe(named(error)) };
  }
}

onmessage = async event => {
  const { type, id, batch } = event.data;
  if (type === 'close') {
    channel.close();
    for (const answers of tabs.values()) answers.close();
    await opening.then(database => database.close(), () => {});
    toPage({ type: 'closed' });
    return;
  }
  const answer = await run(id, batch, type === 'write');
  toPage(answer, answer.result ? [answer.result.buffer] : []);
};

channel.onmessage = async event => {
  const { type, tab, id, batch } = event.data;
  if (type === 'hello') {
    answersOf(tab).postMessage(await opening.then(() => ({ type: 'open' }), error => ({ type: 'failed', error: describe(named(error)) })));
  } else if (type === 'read') {
    answersOf(tab).postMessage(await run(id, batch, false));
  }
};

opening.then(
  () => {
    toPage({ type: 'open' });
    channel.postMessage({ type: 'open' });
  },
  error => {
    const failed = { type: 'failed', error: describe(named(error)) };
    toPage(failed);
    channel.postMessage(failed);
  });
