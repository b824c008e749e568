import { open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { invalid } from '@signalbox/kernel';

const because = (error: unknown): string => {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT': return 'its folder does not exist. Make the folder first';
    case 'ENOTDIR': return 'its folder is a file. Choose another place';
    case 'EACCES': case 'EPERM': return 'you may not write there. Choose another place';
    case 'EROFS': return 'that disk cannot be written to. Choose another place';
    case 'EISDIR': return 'it is a folder. Name a file in it';
    case 'ENOSPC': return 'the disk is full. Free some space';
    default: return (error as Error).message;
  }
};

const cannot = (path: string, error: unknown) => invalid('matching.file.unwritable', `${path} cannot be written: ${because(error)}, then try it again.`, { field: 'out' });

async function told<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw cannot(path, error);
  }
}

/** Where the file really is: a link stays a link. Not found is itself. */
const resolved = (path: string): Promise<string> => realpath(path).catch(() => path);

/**
 * A file that has its name only once it is whole: until then it is `.NAME.PID.part` beside it. Pipes and devices
 * (`--out /dev/stdout`) are written to as they are.
 */
export class OutFile {
  private constructor(
    private readonly path: string,
    private readonly part: string | undefined,
    private readonly handle: FileHandle,
  ) {}

  /** @throws Invalid `matching.file.unwritable`, `matching.file.replaces_input` */
  static async open(path: string, inputs: readonly string[]): Promise<OutFile> {
    const target = await resolved(path);
    const there = await stat(target).catch(() => undefined);
    if (there?.isDirectory()) throw cannot(path, Object.assign(new Error(), { code: 'EISDIR' }));
    if (there && !there.isFile()) return new OutFile(path, undefined, await told(path, () => open(target, 'w')));
    for (const input of inputs) {
      if (await resolved(input) === target && there) throw invalid('matching.file.replaces_input', `${path} is read as well: the result would replace it. Give --out another name.`, { field: 'out' });
    }
    const part = join(dirname(target), `.${basename(target)}.${process.pid}.part`);
    return new OutFile(target, part, await told(path, () => open(part, 'w')));
  }

  /** Resolves once it is written, so that what waits to be written never grows. */
  async write(text: string): Promise<void> {
    if (text !== '') await told(this.path, () => this.handle.appendFile(text));
  }

  async finish(): Promise<void> {
    await told(this.path, async () => {
      await this.handle.close();
      if (this.part !== undefined) await rename(this.part, this.path);
    });
  }

  /** Takes away what was written; nothing after `finish`. */
  async discard(): Promise<void> {
    await this.handle.close().catch(() => undefined);
    if (this.part !== undefined) await rm(this.part, { force: true });
  }
}
