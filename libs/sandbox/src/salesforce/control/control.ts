import { changeMembers, type Controlled, type Json } from '../../serving/control.ts';
import { SALESFORCE_BODIES } from '../http/io.ts';
import type { Org } from '../org.ts';
import { isDeleted } from '../store/row.ts';
import { seedCsv, seedObject, seedRecords } from './seed.ts';

/** A Salesforce org as `/__sandbox` sees it. */
export function controlled(org: Org): Controlled {
  return {
    ledger: org.ledger, faults: org.faults, bodies: SALESFORCE_BODIES,
    facts: () => ({ url: org.url, organizationId: org.id, userId: org.userId, settings: org.settings, apiUsage: org.apiUsage, counts: countsOf(org) }),
    settings: () => ({ ...org.settings, apiUsage: org.apiUsage }),
    changeSettings: (change) => changeSettings(org, change),
    forget: { data: () => org.reset(), sessions: () => org.sessions.endAll(), locators: () => org.locators.expireAll() },
    seedRecords: (object, records) => seedRecords(org, object, records),
    seedCsv: (object, source) => seedCsv(org, object, source, 'The CSV'),
    rows: (object, options) => rowsOf(org, object, options),
  };
}

/** `apiUsage` is no setting of the org but may be set like one. */
export function changeSettings(org: Org, change: Json): void {
  const all = { ...org.settings, apiUsage: org.apiUsage };
  changeMembers(all, change);
  const { apiUsage, ...settings } = all;
  Object.assign(org.settings, settings);
  org.apiUsage = apiUsage;
}

function rowsOf(org: Org, object: string, { deleted, fields }: { deleted: boolean; fields: string[] | undefined }): Iterable<Record<string, unknown>> {
  const def = seedObject(org, object);
  const wanted = fields?.map((f) => def.byName.get(f.toLowerCase())?.name ?? f);
  const rows = org.store.table(def).rows().filter((row) => deleted || !isDeleted(row));
  return wanted ? rows.map(({ values }) => Object.fromEntries(wanted.map((f) => [f, values[f] ?? null]))) : rows.map(({ values }) => values);
}

export const countsOf = (org: Org): Record<string, number> =>
  Object.fromEntries(org.schema.all().map((def) => [def.name, org.store.table(def).liveCount]));
