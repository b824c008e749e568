/** Record ids: 15 case-sensitive characters plus a 3-character checksum of their case, as Salesforce builds them. */
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SUFFIX = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const SHAPE = /^[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?$/;

export function checksum(id15: string): string {
  let out = '';
  for (let block = 0; block < 3; block++) {
    let bits = 0;
    for (let i = 0; i < 5; i++) {
      const code = id15.charCodeAt(block * 5 + i);
      if (code >= 65 && code <= 90) bits |= 1 << i;
    }
    out += SUFFIX[bits];
  }
  return out;
}

/** The nth id of an object. Ids grow with `n` in plain string order, which keyset paging by Id relies on. */
export function makeId(keyPrefix: string, n: number): string {
  let tail = '';
  let rest = n;
  for (let i = 0; i < 9; i++) {
    tail = BASE62[rest % 62] + tail;
    rest = Math.floor(rest / 62);
  }
  const id15 = `${keyPrefix}5f0${tail}`;
  return id15 + checksum(id15);
}

export const looksLikeId = (value: unknown): value is string => typeof value === 'string' && SHAPE.test(value);

/** 18 characters from a 15- or 18-character id; undefined when it is no id or its checksum is wrong. */
export function normalizeId(value: string): string | undefined {
  if (!SHAPE.test(value)) return undefined;
  const id15 = value.slice(0, 15);
  const suffix = checksum(id15);
  if (value.length === 18 && value.slice(15).toUpperCase() !== suffix) return undefined;
  return id15 + suffix;
}
