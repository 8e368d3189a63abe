// @ts-check
// A video track made of another one, frame by frame.

/** How often a frame is taken where the browser does not hand them out. */
const FRAME_MS = 66;

/**
 * @param {MediaStreamTrack} raw Stopped with what is made of it.
 * @param {HTMLCanvasElement} canvas Where it is drawn.
 * @param {(frame: CanvasImageSource, width: number, height: number) => Promise<void>} draw Where this fails, the new track ends: nothing of the other shows.
 * @returns {MediaStreamTrack}
 */
export function redrawn(raw, canvas, draw) {
  const { track, run } = 'MediaStreamTrackGenerator' in globalThis ? handedOut(raw, canvas, draw) : taken(raw, canvas, draw);
  const stop = track.stop.bind(track);
  track.stop = () => {
    raw.stop();
    stop();
  };
  const end = () => {
    if (track.readyState === 'ended') return;
    track.stop();
    track.dispatchEvent(new Event('ended'));
  };
  raw.addEventListener('ended', end);
  run().then(end, end);
  return track;
}

/**
 * Frames as they come, also while the page is hidden.
 * @param {MediaStreamTrack} raw
 * @param {HTMLCanvasElement} canvas
 * @param {(frame: CanvasImageSource, width: number, height: number) => Promise<void>} draw
 */
function handedOut(raw, canvas, draw) {
  const { MediaStreamTrackGenerator, MediaStreamTrackProcessor } = /** @type {any} */ (globalThis);
  const track = new MediaStreamTrackGenerator({ kind: 'video' });
  const run = async () => {
    const reader = new MediaStreamTrackProcessor({ track: raw }).readable.getReader();
    const writer = track.writable.getWriter();
    for (;;) {
      const { value: frame, done } = await reader.read();
      if (done || track.readyState === 'ended') {
        frame?.close();
        return;
      }
      try {
        await draw(frame, frame.displayWidth, frame.displayHeight);
        await writer.write(new VideoFrame(canvas, { timestamp: frame.timestamp, alpha: 'discard' }));
      } finally {
        frame.close();
      }
    }
  };
  return { track: /** @type {MediaStreamTrack} */ (track), run };
}

/**
 * Frames looked at in an element, where there is nothing better; a hidden page may slow it down.
 * @param {MediaStreamTrack} raw
 * @param {HTMLCanvasElement} canvas
 * @param {(frame: CanvasImageSource, width: number, height: number) => Promise<void>} draw
 */
function taken(raw, canvas, draw) {
  // A canvas has no stream before it has a context.
  canvas.getContext('2d');
  const [track] = canvas.captureStream().getVideoTracks();
  const run = async () => {
    const video = document.createElement('video');
    video.muted = true;
    video.playsInline = true;
    video.srcObject = new MediaStream([raw]);
    await video.play();
    while (track.readyState !== 'ended' && raw.readyState !== 'ended') {
      await draw(video, video.videoWidth, video.videoHeight);
      await new Promise(done => setTimeout(done, FRAME_MS));
    }
  };
  return { track, run };
}
