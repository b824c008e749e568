import { basename, relative, sep } from 'node:path';
import type { ESLint, Rule } from 'eslint';
import { IMPORT_RULES } from './import-rules.ts';
import { SYNTAX_RULES } from './syntax-rules.ts';
import { SPEC, holdsIn } from './where.ts';

type Listener = (node: Rule.Node) => void;

const pathOf = (context: Rule.RuleContext): string => relative(context.cwd, context.filename).split(sep).join('/');

const stringOf = (node: Rule.Node): string | undefined => {
  const source = (node as unknown as { source?: { value?: unknown } | null }).source;
  return typeof source?.value === 'string' ? source.value : undefined;
};

/** Imports that a layer may not make. The table stands in import-rules.ts. */
const layerImports: Rule.RuleModule = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const rules = IMPORT_RULES.filter((rule) => holdsIn(rule, pathOf(context)));
    const look: Listener = (node) => {
      const name = stringOf(node);
      if (name === undefined) return;
      for (const rule of rules) {
        if (rule.banned.some((b) => b.test(name))) context.report({ node, message: `'${name}' may not be imported here. ${rule.message}` });
      }
    };
    return { ImportDeclaration: look, ExportNamedDeclaration: look, ExportAllDeclaration: look, ImportExpression: look };
  },
};

/** Constructs that a place may not use. The table stands in syntax-rules.ts. */
const bannedSyntax: Rule.RuleModule = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const listeners: Record<string, Listener> = {};
    for (const rule of SYNTAX_RULES.filter((r) => holdsIn(r, pathOf(context)))) {
      listeners[rule.selector] = (node) => context.report({ node, message: rule.message });
    }
    return listeners;
  },
};

const EMPTY_NAMES = /^(utils?|helpers?|commons?|managers?)$/;

/** A name must say a thing: each word of a file's name but the suffixes is looked at. */
const fileNames: Rule.RuleModule = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const empty = basename(context.filename).split('.')[0]!.split('-').find((word) => EMPTY_NAMES.test(word));
    return empty === undefined ? {} : {
      Program: (node) => context.report({ node, message: `'${empty}' in a file's name says nothing about what is in it: name the file for the one thing it exports.` }),
    };
  },
};

const isSuite = (statement: unknown): boolean => {
  const call = (statement as { expression?: { type?: string; callee?: { name?: string; object?: { name?: string } } } }).expression;
  return call?.type === 'CallExpression' && /^(describe|it|test|beforeAll|beforeEach)$/.test(call.callee?.name ?? call.callee?.object?.name ?? '');
};

/** Functions are at most `max` lines, comments and blank lines included. A suite, in which tests are declared, is not counted: its tests are. */
const functionLength: Rule.RuleModule = {
  meta: { type: 'suggestion', schema: [{ type: 'integer' }] },
  create(context) {
    const max = context.options[0] as number;
    const testCode = SPEC.test(context.filename) || /\/(src\/testing|tests)\//.test(context.filename);
    const look: Listener = (node) => {
      const { loc, body } = node as unknown as { loc: Rule.Node['loc']; body: { body?: unknown } };
      const lines = loc!.end.line - loc!.start.line + 1;
      if (lines <= max || (testCode && Array.isArray(body.body) && body.body.some(isSuite))) return;
      context.report({ node, message: `This function has ${lines} lines, and ${max} is the most: what does not fit on a screen is not read. Give its steps names of their own.` });
    };
    return { FunctionDeclaration: look, FunctionExpression: look, ArrowFunctionExpression: look };
  },
};

export const signalboxPlugin: ESLint.Plugin = {
  meta: { name: 'signalbox' },
  rules: { 'layer-imports': layerImports, 'banned-syntax': bannedSyntax, 'file-names': fileNames, 'function-length': functionLength },
};
