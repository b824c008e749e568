/**
 * Payloads as one value with their places in it (from 1) and lengths: a list of bytes would travel as text, twice as long
 * and parsed on both sides.
 */
export function joined(payloads: readonly Uint8Array[]): [Buffer, number[], number[]] {
  const starts: number[] = [];
  let start = 1;
  for (const { byteLength } of payloads) {
    starts.push(start);
    start += byteLength;
  }
  return [Buffer.concat(payloads), starts, payloads.map((p) => p.byteLength)];
}

/** SQL of one payload, where `start` and `length` are columns. */
export const SLICE = (all: string): string => `substring(${all}::bytea from start for length)`;
