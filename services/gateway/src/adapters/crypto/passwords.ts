import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import type { Passwords } from '../../application/ports.ts';

/** 32 MiB and about 0.1 s a hash: OWASP's second row for scrypt, which fits a small machine. */
const COST = { log2N: 15, r: 8, p: 3 };
const KEY_BYTES = 32;
const SALT_BYTES = 16;

function derive(password: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  const options: ScryptOptions = { N: 2 ** cost.log2N, r: cost.r, p: cost.p, maxmem: 256 * 2 ** cost.log2N * cost.r };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

const format = (salt: Buffer, key: Buffer) => `scrypt$${COST.log2N}$${COST.r}$${COST.p}$${salt.toString('base64')}$${key.toString('base64')}`;

/** Stands in for an unknown user, so that the answer takes as long. */
const NOBODY = format(Buffer.alloc(SALT_BYTES), Buffer.alloc(KEY_BYTES));

/** Passwords as scrypt hashes that carry their own cost: 'scrypt$15$8$3$salt$key'. */
export const passwords: Passwords = {
  async hash(password) {
    const salt = randomBytes(SALT_BYTES);
    return format(salt, await derive(password, salt, COST));
  },
  async verify(password, hash) {
    const [scheme, log2N, r, p, salt, key] = (hash ?? NOBODY).split('$');
    if (scheme !== 'scrypt' || !salt || !key) return false;
    const expected = Buffer.from(key, 'base64');
    const given = await derive(password, Buffer.from(salt, 'base64'), { log2N: Number(log2N), r: Number(r), p: Number(p) });
    return timingSafeEqual(given, expected) && hash !== undefined;
  },
};
