// Lets a test call the modules of Parley.Browser as .NET does in the app: the same functions, with the bytes as base64 because
// they come from another process.
import * as storage from '/_content/Parley.Browser/storage.js';
import * as keys from '/_content/Parley.Browser/keys.js';
import * as lifecycle from '/_content/Parley.Browser/lifecycle.js';
import * as tabs from '/_content/Parley.Browser/tabs.js';

const decode = text => Uint8Array.from(atob(text), c => c.charCodeAt(0));

function encode(bytes) {
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

const view = text => ({ slice: () => decode(text) });

const answer = (module, told) => (call, length) => {
  if (length < 0) {
    told(call, length, module.takeError(call));
    return;
  }
  const bytes = new Uint8Array(length);
  module.take(call, { set: from => bytes.set(from) });
  told(call, length, encode(bytes));
};

globalThis.harness = {
  storage: {
    connect: tab => storage.connect(tab, answer(storage, globalThis.storageAnswered)),
    lead: storage.lead,
    execute: ({ call, write, batch }) => storage.execute(call, write, view(batch)),
    close: storage.close,
  },
  keys: {
    connect: () => keys.connect(answer(keys, globalThis.keysAnswered)),
    find: keys.find,
    create: ({ call, seed, words, backedUp }) => keys.create(call, view(seed), words, backedUp),
    revealWords: keys.revealWords,
    markBackedUp: keys.markBackedUp,
    sign: ({ call, batch }) => keys.sign(call, view(batch)),
    open: ({ call, seed }) => keys.open(call, view(seed)),
    signWith: ({ call, handle, batch }) => keys.signWith(call, handle, view(batch)),
    close: keys.close,
    openDevice: ({ call, anew }) => keys.openDevice(call, anew),
    forget: keys.forget,
    verify: ({ call, batch }) => keys.verify(call, view(batch)),
  },
  lifecycle,
  tabs: {
    open: () => tabs.open(json => globalThis.tabReceived(json)),
    lead: () => tabs.lead(() => globalThis.tabLeads()),
    post: tabs.post,
    close: tabs.close,
  },
};
