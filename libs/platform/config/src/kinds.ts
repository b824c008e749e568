import { z } from 'zod';

/** Kinds of values that settings take from text. */
export const text = (fallback?: string) => (fallback === undefined ? z.string({ error: 'is missing' }) : z.string().default(fallback));

export const wholeNumber = (fallback: number, min = 0, max = Number.MAX_SAFE_INTEGER) =>
  z.coerce.number({ error: 'must be a whole number' }).int('must be a whole number').min(min, `must be at least ${min}`).max(max, `must be at most ${max}`).default(fallback);

export const flag = (fallback: boolean) =>
  z.enum(['true', 'false'], { error: 'must be true or false' }).transform((v) => v === 'true').default(fallback);

export const choice = <const T extends readonly [string, ...string[]]>(values: T, fallback: T[number]) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` }).default(fallback as never);

const keyBytes = (value: string): Buffer => (/^[0-9a-f]{64}$/i.test(value) ? Buffer.from(value, 'hex') : Buffer.from(value, 'base64'));

/** Any number of keys of 32 bytes, in hex or base64, separated by commas; none by default. */
export const keys32 = () =>
  z.string().default('').transform((value, ctx) => {
    const keys = value.split(',').map((one) => one.trim()).filter((one) => one !== '').map(keyBytes);
    if (keys.every((key) => key.length === 32)) return keys;
    ctx.addIssue({ code: 'custom', message: 'must be keys of 32 bytes, each as 64 hex digits or in base64, separated by commas' });
    return z.NEVER;
  });

/** 32 bytes, in hex or base64. */
export const key32 = () =>
  z.string({ error: 'is missing' }).transform((value, ctx) => {
    const bytes = keyBytes(value);
    if (bytes.length === 32) return bytes;
    ctx.addIssue({ code: 'custom', message: 'must be 32 bytes, as 64 hex digits or in base64' });
    return z.NEVER;
  });
