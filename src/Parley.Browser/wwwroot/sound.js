// @ts-check
// Sound as samples: how loud it is, whether somebody speaks, a tone, two sounds in one track.

/** @type {AudioContext|null} */
let audio = null;

const METER_MS = 50;
/** Root mean square above which somebody speaks, and below which nobody does: the difference keeps it from flickering. */
const SPEAKING_ABOVE = 0.02;
const SILENT_BELOW = 0.01;
/** As long as the pauses between words: whoever speaks does not flicker, and says so once. */
const SILENT_AFTER_MS = 1_200;
const TONE_HZ = 660;
const TONE_MS = 900;
const TONE_VOLUME = 0.2;

/**
 * Measures a microphone's track.
 * @param {MediaStreamTrack} track
 * @param {(level: number) => void} level Root mean square, 0 to 1, twenty times a second.
 * @returns {{ stop: () => void }}
 */
export function measure(track, level) {
  const context = running();
  const source = context.createMediaStreamSource(new MediaStream([track]));
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    level(Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length));
  }, METER_MS);
  return {
    stop: () => {
      clearInterval(timer);
      source.disconnect();
    },
  };
}

/**
 * Tells when somebody begins and stops to speak.
 * @param {MediaStreamTrack} track
 * @param {(isSpeaking: boolean) => void} speaking
 * @returns {{ stop: () => void }}
 */
export function listen(track, speaking) {
  let isSpeaking = false;
  let loudAt = 0;
  return measure(track, level => {
    const now = performance.now();
    if (level >= (isSpeaking ? SILENT_BELOW : SPEAKING_ABOVE)) loudAt = now;
    const speaks = loudAt > 0 && now - loudAt < (isSpeaking ? SILENT_AFTER_MS : METER_MS);
    if (speaks !== isSpeaking) speaking(isSpeaking = speaks);
  });
}

/**
 * Several sounds in one track.
 * @param {MediaStreamTrack[]} tracks Each keeps its own mute.
 * @returns {{ track: MediaStreamTrack, stop: () => void }}
 */
export function mix(tracks) {
  const context = running();
  const target = context.createMediaStreamDestination();
  const sources = tracks.map(track => context.createMediaStreamSource(new MediaStream([track])));
  for (const source of sources) source.connect(target);
  const [track] = target.stream.getAudioTracks();
  return {
    track,
    stop: () => {
      for (const source of sources) source.disconnect();
      track.stop();
    },
  };
}

/**
 * A short tone that begins and ends softly.
 * @returns {{ track: MediaStreamTrack, over: Promise<void> }}
 */
export function tone() {
  const context = running();
  const target = context.createMediaStreamDestination();
  const volume = new GainNode(context, { gain: 0 });
  const source = new OscillatorNode(context, { frequency: TONE_HZ });
  const [now, length] = [context.currentTime, TONE_MS / 1_000];
  volume.gain.setTargetAtTime(TONE_VOLUME, now, 0.03);
  volume.gain.setTargetAtTime(0, now + length - 0.2, 0.05);
  source.connect(volume).connect(target);
  source.start();
  source.stop(now + length);
  return { track: target.stream.getAudioTracks()[0], over: new Promise(done => { source.onended = () => done(); }) };
}

/** The one context of this page. A page may not start sound before a click; a call begins with one. */
function running() {
  // Nobody hears it at once, so it need not work every 3 ms: that alone would cost as much as two voices of a call.
  audio ??= new AudioContext({ latencyHint: 'playback' });
  void audio.resume().catch(() => {});
  return audio;
}
