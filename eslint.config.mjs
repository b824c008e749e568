import { lintConfig } from './libs/dev/src/eslint/config.ts';

export default lintConfig({ root: import.meta.dirname });
