import { execFile } from 'node:child_process';
import { access, chown, constants, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { fatal } from '@signalbox/kernel';

const run = promisify(execFile);

/** How to start PostgreSQL's programs, which refuse to run as root. */
export interface RunAs {
  /** Put before the program and its arguments. */
  prefix: string[];
  uid?: number;
  gid?: number;
  /** Gives a path to the user that PostgreSQL runs as. */
  own(path: string): Promise<void>;
}

const OWN_USER = 'signalbox-postgres';
const nothing = async () => undefined;

/**
 * Not root: as we are. Root: in a user namespace in which root's files belong to another user (no system user, no
 * chown); where that is refused (many containers), as a system user that is made for it.
 */
export async function chooseRunAs(): Promise<RunAs> {
  if (process.getuid?.() !== 0) return { prefix: await dieWithParent(), own: nothing };
  return (await inUserNamespace()) ?? asOwnUser();
}

async function inUserNamespace(): Promise<RunAs | undefined> {
  const unshare = await onPath('unshare');
  const uid = await anyOtherUser();
  if (!unshare || uid === undefined) return undefined;
  const prefix = [unshare, '--user', `--map-user=${uid}`, `--map-group=${uid}`];
  const works = await run(unshare, [...prefix.slice(1), 'true']).then(() => true, () => false);
  return works ? { prefix: [...prefix, ...await dieWithParent()], own: nothing } : undefined;
}

/** The user the namespace shows us as; initdb wants one that has a name. */
async function anyOtherUser(): Promise<number | undefined> {
  const uids = (await users()).map((user) => user.uid).filter((uid) => uid !== 0);
  return uids.includes(1000) ? 1000 : uids[0];
}

export async function asOwnUser(): Promise<RunAs> {
  const find = async () => (await users()).find((user) => user.name === OWN_USER);
  const user = (await find()) ?? (await makeOwnUser().then(find));
  if (!user) {
    throw fatal('postgres.embedded.root',
      'PostgreSQL does not run as root, user namespaces are refused here, and no system user could be made. '
      + 'Run as another user, or give the address of a PostgreSQL server instead.');
  }
  const { uid, gid } = user;
  return { prefix: await dieWithParent(), uid, gid, own: (path) => chown(path, uid, gid) };
}

async function makeOwnUser(): Promise<void> {
  const useradd = await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', OWN_USER])
    .then(() => true, () => false);
  if (!useradd) await run('adduser', ['-S', '-D', '-H', OWN_USER]).catch(() => undefined); // the caller looks whether it is there
}

async function users(): Promise<{ name: string; uid: number; gid: number }[]> {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '');
  return text.split('\n').filter(Boolean).map((line) => line.split(':'))
    .map(([name, , uid, gid]) => ({ name: name!, uid: Number(uid), gid: Number(gid) }));
}

/**
 * On Linux the kernel sends PostgreSQL a fast shutdown when we die, kill -9 included, so that nothing is left running.
 * Elsewhere it lives on, and the next start stops it.
 */
async function dieWithParent(): Promise<string[]> {
  const setpriv = process.platform === 'linux' ? await onPath('setpriv') : undefined;
  if (!setpriv) return [];
  const works = await run(setpriv, ['--pdeathsig', 'INT', 'true']).then(() => true, () => false);
  return works ? [setpriv, '--pdeathsig', 'INT'] : [];
}

async function onPath(program: string): Promise<string | undefined> {
  for (const dir of [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/bin', '/usr/sbin', '/sbin']) {
    const path = join(dir, program);
    if (dir !== '' && await access(path, constants.X_OK).then(() => true, () => false)) return path;
  }
  return undefined;
}
