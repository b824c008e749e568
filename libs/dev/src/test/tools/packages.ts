import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { MissingTool, show } from '../check.ts';

export function onPath(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' }).status === 0;
}

const canInstall = () => process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/etc/debian_version') && onPath('apt-get');

/**
 * Installs Debian packages when this is a Debian and we may, and otherwise says what to install.
 * @param what what is missing and what it is for, as the start of a sentence
 */
export async function needPackages(what: string, packages: string[], elsewhere: string): Promise<void> {
  if (canInstall()) {
    console.log(`   ${what} is missing: apt-get install ${packages.join(' ')}`);
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    const updated = (await show('apt-get', ['update', '-qq'], { env })) === 0;
    if (updated && (await show('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env })) === 0) return;
  }
  throw new MissingTool(`${what} is missing. On Debian or Ubuntu: sudo apt-get install ${packages.join(' ')}. ${elsewhere}`);
}
