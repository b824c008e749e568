import { Access1795392000000 } from './migrations/1795392000000-access.ts';

export const migrations = [Access1795392000000];
