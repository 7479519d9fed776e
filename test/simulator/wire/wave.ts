const RATE = 8_000;
const HEADER = 44;
/** Half a second of tone, half a second of silence: one can hear that it plays. */
const TONE_HZ = 440;

/** Length in bytes of a recording of `seconds`. */
export function waveLength(seconds: number): number {
  return HEADER + seconds * RATE;
}

function header(seconds: number): Uint8Array {
  const bytes = new Uint8Array(HEADER);
  const view = new DataView(bytes.buffer);
  const word = (at: number, text: string) => bytes.set(new TextEncoder().encode(text), at);
  word(0, 'RIFF');
  view.setUint32(4, waveLength(seconds) - 8, true);
  word(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, RATE, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  word(36, 'data');
  view.setUint32(40, seconds * RATE, true);
  return bytes;
}

/** Bytes `from` up to, not including, `to` of an 8 kHz, 8-bit mono WAV file of `seconds`. */
export function wave(seconds: number, from: number, to: number): Uint8Array {
  const head = header(seconds);
  return Uint8Array.from({ length: to - from }, (_, index) => {
    const at = from + index;
    if (at < HEADER) return head[at] ?? 0;
    const sample = at - HEADER;
    const sounding = sample % RATE < RATE / 2;
    return sounding ? 128 + Math.round(40 * Math.sin((2 * Math.PI * TONE_HZ * sample) / RATE)) : 128;
  });
}
