import { readFileSync } from 'node:fs';
import { fatal, type FieldProblem } from '@signalbox/kernel';
import type { ConfigDefinition, ConfigOf, Setting } from './define.ts';

export type Environment = Record<string, string | undefined>;

function rawValue(setting: Setting, env: Environment): string | undefined {
  const direct = env[setting.env];
  if (direct !== undefined && direct !== '') return direct;
  const file = env[`${setting.env}_FILE`];
  return file ? readFileSync(file, 'utf8').trim() : undefined;
}

/**
 * The configuration of a service, from its environment. All problems are reported at once, each with the variable's
 * name and what it is for.
 * @throws Fatal `config.invalid`
 */
export function readConfig<D extends ConfigDefinition>(definition: D, env: Environment): ConfigOf<D> {
  const problems: FieldProblem[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(definition)) {
    try {
      const result = setting.schema.safeParse(rawValue(setting, env));
      if (result.success) values[key] = result.data;
      else problems.push({ field: setting.env, message: `${result.error.issues.map((i) => i.message).join('; ')}. ${setting.description}` });
    } catch (error) {
      problems.push({ field: setting.env, message: `${(error as Error).message}. ${setting.description}` });
    }
  }
  if (problems.length > 0) {
    const lines = problems.map((p) => `  ${p.field}: ${p.message}`).join('\n');
    throw fatal('config.invalid', `The configuration has ${problems.length} problem(s):\n${lines}`, { problems });
  }
  return values as ConfigOf<D>;
}
