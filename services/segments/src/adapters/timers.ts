import { setTimeout as sleep } from 'node:timers/promises';
import type { Pause } from '../application/ports.ts';

export const pause: Pause = (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined); // woken, which is no failure
