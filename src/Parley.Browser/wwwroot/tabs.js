// @ts-check
// One lock and one channel between the tabs of one person.

const NAME = 'parley-tabs';

/** @type {BroadcastChannel} */
let channel;
/** Ends the lock, or the wait for it. @type {AbortController} */
let ending;
/** @type {(() => void)|null} */
let release = null;

/** @param {(json: string) => void} receive */
export function open(receive) {
  channel = new BroadcastChannel(NAME);
  channel.onmessage = event => receive(event.data);
  ending = new AbortController();
}

/**
 * Waits for the leader lock; it is held until the tab ends or `close`.
 * @param {() => void} leading
 */
export function lead(leading) {
  navigator.locks.request(NAME, { signal: ending.signal }, () => new Promise(resolve => {
    release = () => resolve(undefined);
    leading();
  })).catch(error => {
    if (error.name !== 'AbortError') throw error;
  });
}

/** @param {string} json */
export const post = json => channel.postMessage(json);

export function close() {
  channel.close();
  ending.abort();
  release?.();
  release = null;
}
