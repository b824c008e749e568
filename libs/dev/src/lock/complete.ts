export interface LockedPackage {
  version?: string;
  optionalDependencies?: Record<string, string>;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
}

export type Lock = { packages: Record<string, LockedPackage> };

const OS = ['darwin', 'linux', 'win32', 'freebsd', 'android', 'openharmony'];
const CPU: Record<string, string> = { x64: 'x64', arm64: 'arm64', aarch64: 'arm64', armv7: 'arm', arm: 'arm', ia32: 'ia32', ppc64: 'ppc64', s390x: 's390x', riscv64: 'riscv64', loong64: 'loong64', wasm32: 'wasm32' };

/** Where a package finds another: beside it, or in a folder above. */
function located(packages: Lock['packages'], from: string, name: string): boolean {
  for (let place = from; ; place = place.slice(0, Math.max(0, place.lastIndexOf('/node_modules/')))) {
    if (packages[`${place ? `${place}/` : ''}node_modules/${name}`]) return true;
    if (place === '') return false;
  }
}

/** What a package with a platform in its name is for, e.g. @nx/nx-linux-arm64-musl. */
function platformOf(name: string): Pick<LockedPackage, 'os' | 'cpu' | 'libc'> {
  const words = name.split('/').pop()!.split('-');
  const os = OS.find((o) => words.includes(o));
  const cpu = words.map((w) => CPU[w]).find((c) => c !== undefined);
  const libc = words.some((w) => w.startsWith('musl')) ? 'musl' : os === 'linux' && words.some((w) => w.startsWith('gnu')) ? 'glibc' : undefined;
  return { ...(os ? { os: [os] } : {}), ...(cpu ? { cpu: [cpu] } : {}), ...(libc ? { libc: [libc] } : {}) };
}

/**
 * Optional packages that something in the lock names and that are not locked themselves, with what belongs into the lock
 * for them. npm leaves those out that its registry does not have at the moment (binaries for other systems), and then
 * `npm ci` refuses the lock file everywhere.
 */
export function missingOptionals(lock: Lock): Record<string, LockedPackage> {
  const missing: Record<string, LockedPackage> = {};
  for (const [place, found] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(found.optionalDependencies ?? {})) {
      if (place === '' || located(lock.packages, place, name)) continue;
      if (!/^\d+\.\d+\.\d+/.test(version)) throw new Error(`${place} wants ${name}@${version}, which is no exact version: lock it by hand`);
      const { os, cpu, libc } = platformOf(name);
      // Keys in npm's order.
      missing[`node_modules/${name}`] = { version, ...(cpu && { cpu }), ...(found.dev && { dev: true }), ...(libc && { libc }), optional: true, ...(os && { os }) };
    }
  }
  return missing;
}
