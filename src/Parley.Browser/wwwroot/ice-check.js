// @ts-check
// Tries what a call needs, one thing at a time and nobody else involved: the ways through ICE, a relay from end to end, microphone and camera.
import { capture, fault, measure } from './devices.js';

const MICROPHONE_MS = 3_000;
const CAMERA_MS = 4_000;
const FRAME_MS = 100;
/** Brighter than the noise of a covered lens, of 255. */
const BLACK_BELOW = 8;

/** @returns {boolean} True where the page may use devices. */
export const isSecure = () => isSecureContext && Boolean(navigator.mediaDevices?.getUserMedia);

/**
 * Gathers candidates at one server, or at none.
 * @param {string} server An RTCIceServer as JSON; empty for none.
 * @param {'host'|'srflx'|'relay'} type Which candidate is wanted.
 * @param {number} patienceMs
 * @returns {Promise<string>} {found, ms, error} as JSON: how long the candidate took, and the server's error number, 0 where there was none.
 */
export async function gather(server, type, patienceMs) {
  const connection = new RTCPeerConnection({ iceServers: server ? [JSON.parse(server)] : [], iceTransportPolicy: type === 'relay' ? 'relay' : 'all' });
  const started = performance.now();
  let error = 0;
  try {
    const found = await new Promise((resolve, reject) => {
      setTimeout(() => resolve(0), patienceMs);
      connection.onicecandidate = ({ candidate }) => {
        if (candidate?.type === type) resolve(performance.now() - started);
        // The last one: nothing else comes. An address that is the same outside as here gets no candidate of its own.
        if (!candidate) setTimeout(() => resolve(type === 'srflx' && !error ? performance.now() - started : 0), 50);
      };
      connection.onicecandidateerror = event => {
        // What the server itself says counts more than that one network interface did not reach it.
        if (!error || error === 701) error = event.errorCode;
      };
      connection.createDataChannel('check');
      connection.createOffer().then(offer => connection.setLocalDescription(offer)).catch(reject);
    });
    return JSON.stringify({ found: found > 0, ms: found, error });
  } catch {
    return JSON.stringify({ found: false, ms: 0, error });
  } finally {
    connection.close();
  }
}

/**
 * Connects two connections of this page through the relay alone and sends something there and back.
 * @param {string} server An RTCIceServer as JSON.
 * @param {number} patienceMs
 * @returns {Promise<string>} {found, ms, error} as JSON: how long there and back took.
 */
export async function loop(server, patienceMs) {
  /** @type {RTCConfiguration} */
  const configuration = { iceServers: [JSON.parse(server)], iceTransportPolicy: 'relay' };
  const [one, two] = [new RTCPeerConnection(configuration), new RTCPeerConnection(configuration)];
  // A candidate of a connection that is closed meanwhile fails, and is missed by nobody.
  one.onicecandidate = ({ candidate }) => void (candidate && two.addIceCandidate(candidate).catch(() => {}));
  two.onicecandidate = ({ candidate }) => void (candidate && one.addIceCandidate(candidate).catch(() => {}));
  two.ondatachannel = ({ channel }) => {
    channel.onmessage = ({ data }) => channel.send(data);
  };
  const channel = one.createDataChannel('check');
  /** @type {Promise<number>} */
  const echoed = new Promise(resolve => {
    let sent = 0;
    channel.onopen = () => {
      sent = performance.now();
      channel.send('check');
    };
    channel.onmessage = () => resolve(performance.now() - sent);
    setTimeout(() => resolve(0), patienceMs);
  });
  try {
    await one.setLocalDescription(await one.createOffer());
    await two.setRemoteDescription(/** @type {RTCSessionDescription} */ (one.localDescription));
    await two.setLocalDescription(await two.createAnswer());
    await one.setRemoteDescription(/** @type {RTCSessionDescription} */ (two.localDescription));
    const ms = await echoed;
    return JSON.stringify({ found: ms > 0, ms, error: 0 });
  } catch {
    return JSON.stringify({ found: false, ms: 0, error: 0 });
  } finally {
    one.close();
    two.close();
  }
}

/**
 * Listens to the chosen microphone for a moment.
 * @returns {Promise<string>} Nothing where it gives sound; 'NoSignal' where it is silent; else the name of a fault.
 */
export async function hear() {
  try {
    const track = await capture('Microphone');
    /** @type {{ stop: () => void }|null} */
    let measured = null;
    try {
      const isHeard = await new Promise(resolve => {
        setTimeout(() => resolve(false), MICROPHONE_MS);
        // Even a silent room is not exactly nothing; a microphone that is switched off is.
        measured = measure(track, level => void (level > 0 && resolve(true)));
      });
      return isHeard ? '' : 'NoSignal';
    } finally {
      /** @type {{ stop: () => void }|null} */ (measured)?.stop();
      track.stop();
    }
  } catch (error) {
    return fault(error);
  }
}

/**
 * Looks through the chosen camera for a moment.
 * @returns {Promise<string>} Nothing where it gives a picture; 'NoSignal' where that is black; else the name of a fault.
 */
export async function see() {
  try {
    const track = await capture('Camera');
    try {
      const video = Object.assign(document.createElement('video'), { muted: true, playsInline: true, srcObject: new MediaStream([track]) });
      const canvas = Object.assign(document.createElement('canvas'), { width: 32, height: 18 });
      const context = canvas.getContext('2d', { willReadFrequently: true });
      await video.play();
      const end = performance.now() + CAMERA_MS;
      while (performance.now() < end) {
        context?.drawImage(video, 0, 0, canvas.width, canvas.height);
        const pixels = context?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
        if (pixels.some((value, index) => index % 4 < 3 && value >= BLACK_BELOW)) return '';
        await new Promise(resolve => setTimeout(resolve, FRAME_MS));
      }
      return 'NoSignal';
    } finally {
      track.stop();
    }
  } catch (error) {
    return fault(error);
  }
}
