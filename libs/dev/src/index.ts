export { checkBoundaries, type Problem } from './boundaries/check.ts';
export { CONSTRAINTS } from './boundaries/constraints.ts';
export { lintConfig } from './eslint/config.ts';
export { IMPORT_RULES } from './eslint/import-rules.ts';
export { SYNTAX_RULES } from './eslint/syntax-rules.ts';
export { ROOT } from './root.ts';
