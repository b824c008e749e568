import type { z } from 'zod';

/** One setting: where it comes from, what it may be, and what it does. */
export interface Setting<S extends z.ZodType = z.ZodType> {
  /** Environment variable. `<env>_FILE` names a file with the value instead, for secrets. */
  env: string;
  schema: S;
  /** One sentence: unit, default and effect. */
  description: string;
  /** Never printed. */
  secret?: boolean;
}

export type ConfigDefinition = Record<string, Setting>;

export type ConfigOf<D extends ConfigDefinition> = { [K in keyof D]: z.infer<D[K]['schema']> };

/** Keeps the types of a definition; settings of a service stand in its `<name>.config.ts` and nowhere else. */
export function defineConfig<const D extends ConfigDefinition>(definition: D): D {
  return definition;
}
