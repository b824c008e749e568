import type { Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { signalboxPlugin } from './plugin.ts';

export interface LintOptions {
  /** Folder of the checkout: paths of the rules' tables are relative to it. */
  root: string;
}

const TYPESCRIPT = ['**/*.ts', '**/*.tsx'];

const house: Linter.RulesRecord = {
  'signalbox/layer-imports': 'error',
  'signalbox/banned-syntax': 'error',
  'signalbox/file-names': 'error',
  'signalbox/function-length': ['error', 60],
  'max-lines': ['error', { max: 350, skipBlankLines: false, skipComments: false }],
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'no-var': 'error',
  'prefer-const': 'error',
  'no-empty': ['error', { allowEmptyCatch: false }],
};

const typescript: Linter.RulesRecord = {
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true, caughtErrors: 'none' }],
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
};

/** These need the compiler's types, and cost most of the time. */
const typed: Linter.RulesRecord = {
  '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: true }],
  '@typescript-eslint/await-thenable': 'error',
};

/** The whole configuration of ESLint. */
export function lintConfig({ root }: LintOptions): Linter.Config[] {
  const parserOptions = { projectService: true, tsconfigRootDir: root };
  const plugins = { signalbox: signalboxPlugin, '@typescript-eslint': tseslint.plugin } as unknown as Linter.Config['plugins'];
  return [
    { ignores: ['**/node_modules/', '**/dist/', '**/.cache/', '.nx/', '**/coverage/', '**/src/generated/', 'libs/dev/fixtures/'] },
    { linterOptions: { reportUnusedDisableDirectives: 'error' } },
    { files: ['**/*.{js,mjs}'], plugins, rules: house },
    {
      files: TYPESCRIPT, plugins,
      languageOptions: { parser: tseslint.parser as Linter.Parser, parserOptions },
      rules: { ...house, ...typescript, ...typed },
    },
    { files: ['**/*.spec.ts', '**/*.spec.tsx'], rules: { 'max-lines': ['error', { max: 600, skipBlankLines: false, skipComments: false }] } },
  ];
}
