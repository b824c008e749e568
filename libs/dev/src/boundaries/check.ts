import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { TEST_CODE } from '../eslint/where.ts';
import { CONSTRAINTS, type Constraint } from './constraints.ts';
import { circlesIn } from './circles.ts';
import { readWorkspace, sourcesOf, type Project, type Workspace } from './workspace.ts';

export interface Problem {
  /** File, relative to the workspace; a package.json for what is wrong with a project as a whole. */
  place: string;
  message: string;
}

/** What a file imports: static, dynamic, re-exported and type-only alike. */
function importsOf(workspace: Workspace, file: string): string[] {
  const text = readFileSync(join(workspace.root, file), 'utf8');
  return [...new Set(ts.preProcessFile(text, true, true).importedFiles.map((f) => f.fileName))];
}

const isTestCode = (file: string) => TEST_CODE.some((p) => p.test(file)) || /(^|\/)(vite|jest|eslint)\.config\.\w+$/.test(file);

/** A project without exactly one known tag of each kind may import nothing, and is said so once. */
function tagProblems(project: Project): Problem[] {
  const place = `${project.folder}/package.json`;
  const problems = project.tags.filter((t) => !CONSTRAINTS.has(t)).map((t) => ({ place, message: `the tag '${t}' has no rule in libs/dev/src/boundaries/constraints.ts: use a known one, or add its rule.` }));
  for (const kind of ['type:', 'scope:']) {
    if (project.tags.filter((t) => t.startsWith(kind)).length !== 1) problems.push({ place, message: `a project has exactly one tag ${kind}… under nx.tags, so that its rule is known; this one has [${project.tags.join(', ')}].` });
  }
  return problems;
}

function allows(constraint: Constraint, target: Project, inTests: boolean): boolean {
  const allowed = [...constraint.allow, ...(inTests ? (constraint.allowInTests ?? []) : [])];
  return allowed.includes('*') || target.tags.some((t) => t.split(':')[0] === constraint.tag.split(':')[0] && allowed.includes(t));
}

function projectImport(source: Project, target: Project, name: string, inTests: boolean): string[] {
  const entry = `.${name.slice(target.name.length)}`;
  if (!target.entries.includes(entry)) return [`'${name}' is not an entry point of ${target.name} (${target.entries.join(', ') || 'it has none'}): import what its index exports.`];
  // A library's own specs may take its test entry as any other user of it would.
  if (target === source) return inTests ? [] : [`'${name}' is this project itself: import the file by its relative path.`];
  return source.tags.flatMap((tag) => {
    const constraint = CONSTRAINTS.get(tag);
    if (!constraint || allows(constraint, target, inTests)) return [];
    const kind = tag.split(':')[0];
    const other = target.tags.find((t) => t.startsWith(`${kind}:`)) ?? `a project without a ${kind} tag`;
    return [`'${name}' may not be imported here: ${tag} does not know ${other}. ${constraint.message}`];
  });
}

function registryImport(workspace: Workspace, source: Project, name: string, inTests: boolean): string[] {
  const packageName = name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/');
  const problems = source.tags.flatMap((tag) => {
    const constraint = CONSTRAINTS.get(tag);
    return constraint?.banned?.test(packageName) && !inTests ? [`'${packageName}' may not be imported here: ${tag} is free of frameworks. ${constraint.message}`] : [];
  });
  if (workspace.dependencies.has(packageName)) return problems;
  if (!workspace.devDependencies.has(packageName)) return [...problems, `'${packageName}' is not in the root package.json: every dependency stands there, in one version for all.`];
  const shipped = !inTests && !source.tags.some((t) => ['type:dev', 'type:web', 'type:e2e'].includes(t));
  return shipped ? [...problems, `'${packageName}' is a devDependency, and missing where the product runs: move it to dependencies in the root package.json.`] : problems;
}

function importProblems(workspace: Workspace, source: Project, file: string, name: string): string[] {
  const inTests = isTestCode(file);
  if (name.startsWith('.')) {
    const path = join(dirname(file), name);
    return path.startsWith(`${source.folder}/`) ? [] : [`'${name}' leaves the project: import another project by its name.`];
  }
  if (name.startsWith('node:') || isBuiltin(name)) return [];
  const target = workspace.projects.find((p) => name === p.name || name.startsWith(`${p.name}/`));
  if (target) return projectImport(source, target, name, inTests);
  if (name.startsWith('@signalbox/')) return [`'${name}' is no project of this workspace.`];
  return registryImport(workspace, source, name, inTests);
}

/** Everything in a workspace that breaks a rule, in the order of its files. Empty when nothing does. */
export function checkBoundaries(root: string): Problem[] {
  const workspace = readWorkspace(root);
  const problems: Problem[] = [];
  const shippedImports = new Map<string, Set<string>>();
  for (const project of workspace.projects) {
    problems.push(...tagProblems(project));
    const targets = new Set<string>();
    for (const file of sourcesOf(workspace, project)) {
      for (const name of importsOf(workspace, file)) {
        problems.push(...importProblems(workspace, project, file, name).map((message) => ({ place: file, message })));
        const target = workspace.projects.find((p) => name === p.name);
        if (target && target !== project && !isTestCode(file)) targets.add(target.name);
      }
    }
    shippedImports.set(project.name, targets);
  }
  const circles = circlesIn(shippedImports).map((circle) => ({ place: 'package.json', message: `projects import each other in a circle: ${circle.join(' → ')}. Move what both need into the inner one.` }));
  return [...problems, ...circles];
}
