// @ts-check
// What voices and pictures are coded in.

/**
 * Offers what every browser knows, and no more: a description is a third as long by it, and in a large call descriptions are most of what a
 * page's thread is busy with. A voice is Opus, a picture VP8 or, where devices have chips for it, H.264.
 *
 * With few others, every packet of a voice brings what the one before brought (RFC 2198): what gets lost is then mostly not missed. A voice
 * takes twice the rate by it. To be called before the offer; the answer follows it.
 * @param {RTCRtpTransceiver} transceiver
 * @param {'audio'|'video'} kind
 * @param {boolean} isDoubled
 */
export function prefer(transceiver, kind, isDoubled) {
  const codecs = RTCRtpReceiver.getCapabilities?.(kind)?.codecs ?? [];
  const isOneOf = (/** @type {string[]} */ ...names) => (/** @type {RTCRtpCodec} */ codec) => names.includes(codec.mimeType.toLowerCase());
  const wanted = kind === 'video'
    ? codecs.filter(codec => isOneOf('video/vp8', 'video/rtx')(codec) || (isOneOf('video/h264')(codec) && /profile-level-id=42e01f/.test(codec.sdpFmtpLine ?? '') && /packetization-mode=1/.test(codec.sdpFmtpLine ?? '')))
    : [...(isDoubled ? codecs.filter(isOneOf('audio/red')) : []), ...codecs.filter(isOneOf('audio/opus'))];
  if (transceiver.setCodecPreferences && wanted.length > 0) transceiver.setCodecPreferences(wanted);
}

const OPUS = /^a=rtpmap:(\d+) opus\/48000\/2$/im;
/** How long the packets of a voice are in a large call. Each costs a device as much as a longer one does; 40 ms more are not heard. */
const LARGE_PTIME_MS = 60;

/**
 * Says in a description how we like a voice to be sent to us (RFC 7587 § 7): nothing but a sign of life while nobody speaks, which saves nine of
 * ten packets of all who are silent or muted; and in a large call in fewer, longer packets.
 * @param {string} sdp
 * @param {boolean} isLarge
 */
export function wish(sdp, isLarge) {
  const opus = OPUS.exec(sdp)?.[1];
  if (!opus) return sdp;
  const packets = isLarge ? `\r\na=ptime:${LARGE_PTIME_MS}` : '';
  return sdp.replace(new RegExp(`^a=fmtp:${opus} .*$`, 'm'), line => `${line};usedtx=1${packets}`);
}
