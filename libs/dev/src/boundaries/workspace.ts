import { existsSync, globSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface Project {
  /** npm name, as it is imported. */
  name: string;
  /** Folder, relative to the workspace. */
  folder: string;
  tags: string[];
  /** Entry points that may be imported: '.' and './testing'. */
  entries: string[];
}

export interface Workspace {
  root: string;
  projects: Project[];
  /** Registry packages that are shipped. */
  dependencies: Set<string>;
  /** Registry packages that only tests and tools have. */
  devDependencies: Set<string>;
}

interface Manifest {
  name: string;
  workspaces?: string[];
  exports?: Record<string, unknown>;
  nx?: { tags?: string[] };
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Manifest;

/** The projects that npm knows as workspaces, with what their package.json says about them. */
export function readWorkspace(root: string): Workspace {
  const manifest = read(join(root, 'package.json'));
  const folders = (manifest.workspaces ?? []).flatMap((pattern) => globSync(pattern, { cwd: root })).filter((f) => existsSync(join(root, f, 'package.json')));
  const projects = [...new Set(folders)].sort().map((folder): Project => {
    const own = read(join(root, folder, 'package.json'));
    return { name: own.name, folder, tags: own.nx?.tags ?? [], entries: Object.keys(own.exports ?? {}) };
  });
  return {
    root, projects,
    dependencies: new Set(Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })),
    devDependencies: new Set(Object.keys(manifest.devDependencies ?? {})),
  };
}

const SKIPPED = new Set(['node_modules', 'dist', 'fixtures', 'coverage', '.cache']);

/** Source files of a project, without those of projects nested in it. Paths are relative to the workspace. */
export function sourcesOf(workspace: Workspace, project: Project): string[] {
  const nested = new Set(workspace.projects.filter((p) => p !== project).map((p) => p.folder));
  const walk = (dir: string): string[] =>
    readdirSync(join(workspace.root, dir), { withFileTypes: true }).flatMap((entry) => {
      const path = `${dir}/${entry.name}`;
      if (entry.isDirectory()) return SKIPPED.has(entry.name) || nested.has(path) ? [] : walk(path);
      return /\.(ts|tsx|mts|mjs|js)$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [path] : [];
    });
  return walk(project.folder);
}
