import { changeMembers, type Controlled } from '../serving/control.ts';
import { ORGANIZATION_ID, type Environment } from './environment.ts';
import { DATAVERSE_BODIES } from './http/provider.ts';
import { entityNamed, seedCsv, seedRecords } from './seed.ts';
import type { Row } from './store/table.ts';

/** A Dataverse environment as `/__sandbox` sees it. */
export function controlled(env: Environment): Controlled {
  return {
    ledger: env.ledger, faults: env.faults, bodies: DATAVERSE_BODIES,
    facts: () => ({ url: env.url, organizationId: ORGANIZATION_ID, userId: env.store.userId, settings: env.settings, counts: countsOf(env) }),
    settings: () => ({ ...env.settings }),
    changeSettings: (change) => changeMembers(env.settings, change),
    forget: { data: () => env.reset(), sessions: () => env.tokens.endAll(), 'delta-tokens': () => expireDeltaTokens(env) },
    seedRecords: (object, records) => seedRecords(env, object, records),
    seedCsv: (object, source) => seedCsv(env, object, source, 'The CSV'),
    rows: (object, { fields }) => rowsOf(env, object, fields),
  };
}

/** As after the days that change tracking keeps: every delta token given out so far is too old. */
export function expireDeltaTokens(env: Environment): void {
  env.oldestVersion = env.store.nextVersion();
}

/** Rows as flat fields; a lookup is the id it holds. */
export const flat = (row: Row): Record<string, unknown> =>
  Object.fromEntries(Object.entries(row.values).map(([name, value]) => [name, value && typeof value === 'object' ? value.id : value]));

export function* rowsOf(env: Environment, object: string, fields?: string[]): Generator<Record<string, unknown>> {
  for (const row of env.store.table(entityNamed(env, object)).rows()) {
    const all = flat(row);
    yield fields ? Object.fromEntries(fields.map((name) => [name, all[name] ?? null])) : all;
  }
}

export const countsOf = (env: Environment): Record<string, number> => Object.fromEntries(env.schema.all().map((def) => [def.name, env.store.table(def).size]));
