import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { fatal } from '@signalbox/kernel';

const IV_BYTES = 12;
const TAG_BYTES = 16;

export interface SealedSecrets {
  /** IV, tag, ciphertext. */
  bytes: Buffer;
  keyId: string;
}

const idOf = (key: Uint8Array): string => createHash('sha256').update('signalbox secrets key').update(key).digest('hex').slice(0, 12);

/** Credentials at rest: AES-256-GCM, bound to the row that they belong to, so that they cannot be moved to another connection. */
export class SecretBox {
  readonly keyId: string;
  private readonly keys: ReadonlyMap<string, Uint8Array>;

  /** Seals with `key`; opens what was sealed with any of `previous`, too. */
  constructor(private readonly key: Uint8Array, previous: readonly Uint8Array[] = []) {
    this.keyId = idOf(key);
    this.keys = new Map([...previous, key].map((one) => [idOf(one), one]));
  }

  seal(owner: string, secrets: Record<string, string>): SealedSecrets {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, iv).setAAD(Buffer.from(owner));
    const text = Buffer.concat([cipher.update(JSON.stringify(secrets), 'utf8'), cipher.final()]);
    return { bytes: Buffer.concat([iv, cipher.getAuthTag(), text]), keyId: this.keyId };
  }

  /** @throws Fatal `secrets.unreadable` when they were sealed with another key */
  open(owner: string, sealed: SealedSecrets): Record<string, string> {
    try {
      const { bytes } = sealed;
      const decipher = createDecipheriv('aes-256-gcm', this.keys.get(sealed.keyId) ?? this.key, bytes.subarray(0, IV_BYTES)).setAAD(Buffer.from(owner));
      decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
      return JSON.parse(text.toString('utf8')) as Record<string, string>;
    } catch (cause) {
      throw fatal('secrets.unreadable', `The credentials of this connection were encrypted with another key (${sealed.keyId}; the present one is ${this.keyId}). Enter them again, or name the key they were encrypted with in SIGNALBOX_PREVIOUS_SECRETS_KEYS.`, { cause });
    }
  }
}
