// @ts-check
// A camera's picture with everything but the person blurred, on this device. The library (MediaPipe's selfie segmentation, its model
// with it) is fetched when it is first wanted.
import { redrawn } from './video-frames.js';

const LIBRARY = new URL('./mediapipe/', import.meta.url).href;
const LOAD_MS_MAX = 60_000;
/** What the model looks at. */
const [MODEL_WIDTH, MODEL_HEIGHT] = [256, 144];
/** The blurred picture is drawn from one this many times smaller, which no sharpening brings back. */
const SMALLER = 12;

/** @typedef {(frame: CanvasImageSource) => Promise<CanvasImageSource>} FindPerson A mask: opaque where somebody is. */

/** @type {Promise<FindPerson>|null} */
let loading = null;

/** Fetches the library. Fails with the name BlurError where it cannot be had. @returns {Promise<FindPerson>} */
export function load() {
  loading ??= start().catch(error => {
    loading = null;
    throw new DOMException(String(error), 'BlurError');
  });
  return loading;
}

/**
 * @param {MediaStreamTrack} raw Stopped with what is made of it.
 * @returns {Promise<MediaStreamTrack>}
 */
export async function blurred(raw) {
  const findPerson = await load();
  const canvas = document.createElement('canvas');
  const small = document.createElement('canvas');
  return redrawn(raw, canvas, async (frame, width, height) => {
    if (!width || !height) return;
    const mask = await findPerson(frame);
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    [small.width, small.height] = [Math.ceil(width / SMALLER), Math.ceil(height / SMALLER)];
    const around = contextOf(small);
    around.imageSmoothingQuality = 'high';
    around.drawImage(frame, 0, 0, small.width, small.height);
    const context = contextOf(canvas);
    context.imageSmoothingQuality = 'high';
    // The person where the mask is, then everything behind them.
    context.globalCompositeOperation = 'copy';
    context.drawImage(mask, 0, 0, width, height);
    context.globalCompositeOperation = 'source-in';
    context.drawImage(frame, 0, 0, width, height);
    context.globalCompositeOperation = 'destination-over';
    context.drawImage(small, 0, 0, width, height);
  });
}

/** @returns {Promise<FindPerson>} */
async function start() {
  await fetched(`${LIBRARY}selfie_segmentation.js`);
  const { SelfieSegmentation } = /** @type {any} */ (globalThis);
  const library = new SelfieSegmentation({ locateFile: (/** @type {string} */ name) => LIBRARY + name });
  library.setOptions({ modelSelection: 1 });
  /** @type {CanvasImageSource|null} */
  let mask = null;
  library.onResults((/** @type {any} */ results) => { mask = results.segmentationMask; });
  const seen = document.createElement('canvas');
  [seen.width, seen.height] = [MODEL_WIDTH, MODEL_HEIGHT];
  // It takes one picture at a time.
  let turn = Promise.resolve();
  /** @type {FindPerson} */
  const findPerson = frame => {
    const found = turn.then(async () => {
      contextOf(seen).drawImage(frame, 0, 0, MODEL_WIDTH, MODEL_HEIGHT);
      mask = null;
      await library.send({ image: seen });
      if (!mask) throw new Error('No mask');
      return mask;
    });
    turn = found.then(() => {}, () => {});
    return found;
  };
  // The first picture takes long: nobody waits for it in a call.
  await within(LOAD_MS_MAX, library.initialize().then(() => findPerson(seen)));
  return findPerson;
}

/** The library is a script for the page, not a module. @param {string} address @returns {Promise<void>} */
const fetched = address => new Promise((done, failed) => {
  const script = document.createElement('script');
  script.src = address;
  script.onload = () => done();
  script.onerror = () => failed(new Error('The library could not be fetched'));
  document.head.append(script);
});

/** @param {number} ms @param {Promise<unknown>} work @returns {Promise<void>} */
const within = (ms, work) => new Promise((done, failed) => {
  const timer = setTimeout(() => failed(new Error(`Not within ${ms} ms`)), ms);
  work.then(() => done(), failed).finally(() => clearTimeout(timer));
});

/** @param {HTMLCanvasElement} canvas */
const contextOf = canvas => /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
