import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beginSecretsKey, endSecretsKey, openDataFolder } from './data-folder.ts';

let path: string;
beforeEach(() => { path = mkdtempSync(join(tmpdir(), 'data-folder-')); });
afterEach(() => rmSync(path, { recursive: true }));

describe('the folder with everything that is kept', () => {
  it('keeps its keys, and while they are being changed names both until the change has come to its end', () => {
    const before = openDataFolder(path);
    expect(openDataFolder(path)).toEqual(before);
    expect(before.previousSecretsKeys).toEqual([]);

    const changing = beginSecretsKey(before);
    expect(changing.secretsKey).not.toEqual(before.secretsKey);
    expect(changing.previousSecretsKeys).toEqual([before.secretsKey]);
    // Broken off here: whoever opens the folder next has both, and the same new key.
    expect(openDataFolder(path)).toEqual(changing);
    expect(beginSecretsKey(openDataFolder(path))).toEqual(changing);

    endSecretsKey(changing);
    expect(openDataFolder(path)).toEqual({ ...changing, previousSecretsKeys: [] });
  });

  it('refuses a folder that holds something else', () => {
    const foreign = mkdtempSync(join(path, 'foreign-'));
    mkdtempSync(join(foreign, 'x-'));
    expect(() => openDataFolder(foreign)).toThrow(/not Signalbox data/);
  });
});
