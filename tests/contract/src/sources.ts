import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '@signalbox/dev';

export interface Source {
  /** Relative to the checkout. */
  path: string;
  text: string;
}

/** Files of the checkout that match a glob, without what is built, installed or a fixture. */
export function sources(glob: string): Source[] {
  const skipped = (path: string) => /(^|\/)(node_modules|dist|fixtures)(\/|$)/.test(path);
  return globSync(glob, { cwd: ROOT, exclude: skipped }).filter((path) => !skipped(path)).sort().map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

/** Shipped sources of a service. */
export const serviceSources = (name: string): Source[] => sources(`services/${name}/src/**/*.ts`).filter((s) => !/\.spec\.ts$|\/src\/testing\//.test(s.path));
