import { Access1795392000000 } from './migrations/1795392000000-access.ts';
import { Operations1795397000000 } from './migrations/1795397000000-operations.ts';

export const migrations = [Access1795392000000, Operations1795397000000];
