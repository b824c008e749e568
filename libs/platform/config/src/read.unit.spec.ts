import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from './define.ts';
import { key32, text, wholeNumber } from './kinds.ts';
import { readConfig } from './read.ts';

const definition = defineConfig({
  url: { env: 'THE_URL', schema: text(), description: 'Where it is.' },
  retries: { env: 'THE_RETRIES', schema: wholeNumber(3, 0, 10), description: 'How often. Default 3.' },
  key: { env: 'THE_KEY', schema: key32(), description: 'The key.', secret: true },
});

describe('configuration', () => {
  it('reports every problem at once, by variable', () => {
    expect(() => readConfig(definition, { THE_RETRIES: '11' })).toThrow(/THE_URL: is missing[\s\S]*THE_RETRIES: must be at most 10[\s\S]*THE_KEY: is missing/);
  });

  it('takes a secret from a file', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'config-')), 'key');
    writeFileSync(file, `${'ab'.repeat(32)}\n`);
    const config = readConfig(definition, { THE_URL: 'x', THE_KEY_FILE: file });
    expect(config.retries).toBe(3);
    expect(config.key.toString('hex')).toBe('ab'.repeat(32));
  });
});
