import { randomBytes } from 'node:crypto';
import type { Clock, IdSource } from '@signalbox/kernel';

export const systemClock: Clock = { now: () => new Date() };

/** UUIDs of version 7: 48 bits of milliseconds, then random bits, so that they sort by the time of their making. */
export const uuidV7Ids: IdSource = {
  next() {
    const bytes = randomBytes(16);
    bytes.writeUIntBE(Date.now(), 0, 6);
    bytes[6] = 0x70 | (bytes[6]! & 0x0f);
    bytes[8] = 0x80 | (bytes[8]! & 0x3f);
    const hex = bytes.toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  },
};
