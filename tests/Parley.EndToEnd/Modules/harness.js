// Lets a test call the modules of Parley.Browser as .NET does in the app: the same functions, with the bytes as base64 because
// they come from another process.
import * as storage from '/_content/Parley.Browser/storage.js';
import * as keys from '/_content/Parley.Browser/keys.js';
import * as lifecycle from '/_content/Parley.Browser/lifecycle.js';
import * as tabs from '/_content/Parley.Browser/tabs.js';
import * as devices from '/_content/Parley.Browser/devices.js';
import * as callControls from '/_content/Parley.Browser/call-controls.js';
import * as webrtc from '/_content/Parley.Browser/webrtc.js';
import * as iceCheck from '/_content/Parley.Browser/ice-check.js';

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
  devices: {
    watch: () => devices.watch(json => globalThis.devicesChanged(json)),
    choose: ({ kind, id }) => devices.choose(kind, id),
    startMeter: () => devices.startMeter(level => globalThis.levelMeasured(level)),
    stopMeter: devices.stopMeter,
    startPreview: devices.startPreview,
    stopPreview: devices.stopPreview,
    testSpeaker: devices.testSpeaker,
    blur: devices.blur,
  },
  callControls: {
    ...callControls,
    watch: () => callControls.watch(
      globalThis.buttonPressed, ...['awake', 'picture', 'poppedOut'].map(fact => isSo => globalThis.controlsChanged(fact, isSo))),
    show: ({ microphone, camera }) => callControls.show(microphone, camera),
    popOut: ({ elementId, width, height }) => callControls.popOut(elementId, width, height),
  },
  iceCheck: {
    gather: ({ server, type, patienceMs }) => iceCheck.gather(server, type, patienceMs),
    loop: ({ server, patienceMs }) => iceCheck.loop(server, patienceMs),
    hear: iceCheck.hear,
    see: iceCheck.see,
  },
  webrtc: {
    open: ({ engine, relayOnly }) => webrtc.open(engine, relayOnly, json => globalThis.webrtcFact(engine, json)),
    close: webrtc.close,
    getUserMedia: ({ engine, source }) => webrtc.getUserMedia(engine, source),
    getDisplayMedia: webrtc.getDisplayMedia,
    replaceTracks: ({ engine, audio, video, screen }) => webrtc.replaceTracks(engine, audio, video, screen),
    limitVideo: ({ engine, peer, limits }) => webrtc.limitVideo(engine, peer, ...limits),
    setConfiguration: ({ engine, servers }) => webrtc.setConfiguration(engine, servers),
    createPeerConnection: ({ engine, peer, isOfferer }) => webrtc.createPeerConnection(engine, peer, isOfferer),
    closePeerConnection: ({ engine, peer }) => webrtc.closePeerConnection(engine, peer),
    createOffer: ({ engine, peer, round, iceRestart }) => webrtc.createOffer(engine, peer, round, iceRestart),
    createAnswer: ({ engine, peer, round, sdp }) => webrtc.createAnswer(engine, peer, round, sdp),
    setRemoteDescription: ({ engine, peer, sdp }) => webrtc.setRemoteDescription(engine, peer, sdp),
    addIceCandidate: ({ engine, peer, candidate }) => webrtc.addIceCandidate(engine, peer, candidate),
    show: ({ engine, peer, source, elementId }) => webrtc.show(engine, peer, source, elementId),
    setVolume: ({ engine, peer, volume }) => webrtc.setVolume(engine, peer, volume),
  },
  tabs: {
    open: () => tabs.open(json => globalThis.tabReceived(json)),
    lead: () => tabs.lead(() => globalThis.tabLeads()),
    post: tabs.post,
    close: tabs.close,
  },
};
