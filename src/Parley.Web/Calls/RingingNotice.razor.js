// @ts-check
// The sound of a call that comes in. Of several tabs, one rings.

const LOCK = 'parley-ring';
const EVERY_MS = 3_000;
const TONES_HZ = [659, 784];
const TONE_S = 0.35;
const LOUDNESS = 0.12;

/** @type {AbortController|null} */
let ringing = null;

export function ring() {
  silence();
  ringing = new AbortController();
  const { signal } = ringing;
  void navigator.locks.request(LOCK, { signal }, () => sound(signal)).catch(() => {});
}

export function silence() {
  ringing?.abort();
  ringing = null;
}

/**
 * Two tones every few seconds. A page that was never clicked may make no sound: then it is seen only.
 * @param {AbortSignal} signal
 * @returns {Promise<void>} Ends with the ringing.
 */
async function sound(signal) {
  if (signal.aborted) return;
  const context = new AudioContext();
  void context.resume().catch(() => {});
  const play = () => TONES_HZ.forEach((frequency, i) => {
    const at = context.currentTime + i * TONE_S;
    const tone = new OscillatorNode(context, { frequency });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.linearRampToValueAtTime(LOUDNESS, at + 0.02);
    gain.gain.linearRampToValueAtTime(0, at + TONE_S);
    tone.connect(gain).connect(context.destination);
    tone.start(at);
    tone.stop(at + TONE_S);
  });
  play();
  const timer = setInterval(play, EVERY_MS);
  await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }));
  clearInterval(timer);
  await context.close();
}
