// Sound as a WAV file, 16-bit and mono.

/** Mono samples from -1 to 1 at another rate. */
export async function resampled(samples, from, to) {
  if (from === to || samples.length === 0) return samples;
  const offline = new OfflineAudioContext(1, Math.max(1, Math.round(samples.length * to / from)), to);
  const buffer = offline.createBuffer(1, samples.length, from);
  buffer.copyToChannel(samples, 0);
  const source = offline.createBufferSource();
  source.buffer = buffer;
  source.connect(offline.destination);
  source.start();
  return (await offline.startRendering()).getChannelData(0);
}

/** A WAV file of mono samples from -1 to 1. */
export function wavOf(samples, rate) {
  const view = new DataView(new ArrayBuffer(44 + samples.length * 2));
  const word = (at, text) => [...text].forEach((letter, n) => view.setUint8(at + n, letter.charCodeAt(0)));
  word(0, "RIFF");
  view.setUint32(4, 36 + samples.length * 2, true);
  word(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  word(36, "data");
  view.setUint32(40, samples.length * 2, true);
  samples.forEach((sample, n) => {
    view.setInt16(44 + n * 2, Math.round(Math.min(1, Math.max(-1, sample)) * 32767), true);
  });
  return new Blob([view.buffer], { type: "audio/wav" });
}
