import { crmWriter } from '@signalbox/contracts';
import { connectionProblem, entitlementProblem, prerequisiteProblem, type Definition, type KindProblem } from '@signalbox/platform-orchestration';
import type { NamesFacts } from './facts.ts';
import { namesIn } from './names.ts';
import { separatorOf } from './plan.ts';
import { namesSettings, type NamesSettings } from './settings.ts';

/** As Salesforce, Dynamics 365 and HubSpot name them. Texts with mark-up are not among them: they come back otherwise than they were written. */
const TEXT_TYPES = new Set(['string', 'textarea', 'memo']);
const settingProblem = (code: string, field: string, message: string): KindProblem => ({ code: `orchestrations.segment_names.${code}`, field, message, prerequisite: 'settings' });
const quoted = (names: readonly string[]): string => {
  const shown = names.slice(0, 10).map((name) => `"${name}"`).join(', ');
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown;
};

function fieldProblem(settings: NamesSettings, { connection, crmFields }: NamesFacts): KindProblem | undefined {
  if (!crmFields) return undefined;
  const field = crmFields.find((one) => one.name === settings.field);
  if (!field) return settingProblem('unknown_field', 'settings.field', `The accounts of "${connection?.name ?? 'the CRM'}" have no field "${settings.field}". Choose one that they have, or make a text field for it in the CRM.`);
  if (!field.multiple && !TEXT_TYPES.has(field.type.toLowerCase())) return settingProblem('field_type', 'settings.field', `"${settings.field}" is of type ${field.type}. Choose a text, a long text, or a list that takes several values.`);
  if (!field.updateable) return settingProblem('field_read_only', 'settings.field', `The CRM does not let us write "${settings.field}". Choose another field, or ask the CRM's administrator for the permission.`);
  // It could not be cleared, or would be taken for another record's.
  if (field.required || field.unique) return settingProblem('field_needed', 'settings.field', `"${settings.field}" must always have a value, or one that no other account has. Choose a field that is for the names alone.`);
  return undefined;
}

/** Night after night each would rewrite what the other has written. */
function separatorProblem(settings: NamesSettings, { crmFields, scheduled }: NamesFacts): KindProblem | undefined {
  const field = crmFields?.find((one) => one.name === settings.field);
  if (!field) return undefined;
  const own = separatorOf(field, settings);
  for (const other of scheduled) {
    const theirs = namesSettings.safeParse(other.settings).data;
    if (theirs?.field !== field.name || separatorOf(field, theirs).trim() === own.trim()) continue;
    return settingProblem('separators_differ', 'settings.separator', `The orchestration "${other.name}" writes to "${field.name}" by its schedule, and separates names by "${separatorOf(field, theirs)}". Choose the same separator, or another field. To change it for both, switch "${other.name}" to manual and change it after this one.`);
  }
  return undefined;
}

/** Names that could not be told apart once they are written, or that the field does not take: each is said by name. */
function nameProblems(settings: NamesSettings, { crmFields, published }: NamesFacts): KindProblem[] {
  const field = crmFields?.find((one) => one.name === settings.field);
  if (!field) return [];
  const names = published.filter((one) => one.enabled).map((one) => one.name);
  const separator = separatorOf(field, settings);
  const cut = names.filter((name) => namesIn(name, separator).join() !== name);
  const found: KindProblem[] = [];
  if (cut.length > 0) {
    found.push(settingProblem('separator_in_name', 'settings.separator', `${quoted(cut)} ${cut.length > 1 ? 'contain' : 'contains'} the separator "${separator.trim()}", so the names could not be told apart. Change the published name under Settings > Published segments, or choose another separator.`));
  }
  if (!field.multiple || !field.restrictedPicklist) return found;
  const values = field.picklistValues;
  const unknown = names.filter((name) => !values.includes(name));
  // Of two values with one label it cannot be told which is meant.
  const twice = names.filter((name) => values.indexOf(name) !== values.lastIndexOf(name));
  if (twice.length > 0) found.push(settingProblem('twice_in_picklist', 'settings.field', `The list "${field.name}" has several values called ${quoted(twice)}, so it cannot be told which is meant. Rename all but one of them in the CRM.`));
  if (unknown.length > 0) {
    found.push(settingProblem('not_in_picklist', 'settings.field', `The list "${field.name}" takes its own values only, and has none for ${quoted(unknown)}. Add ${unknown.length > 1 ? 'them' : 'it'} to the list in the CRM, or take the segment out of the enrichment under Settings > Published segments.`));
  }
  return found;
}

function segmentProblem(definition: Definition, settings: NamesSettings, { scopeSegment }: NamesFacts): KindProblem | undefined {
  if (settings.scope !== 'segment') return undefined;
  const problem = (code: string, message: string) => prerequisiteProblem('segment', code, message);
  if (!definition.segmentId) return problem('missing', 'No segment is chosen. Choose the segment whose accounts are written, or the scope "all".');
  return scopeSegment ? undefined : problem('unknown', `There is no segment ${definition.segmentId}. Choose another one.`);
}

/** All that stands in the way of pushing segment names. Settings that are not there yet are asked for when it is saved. */
export function namesProblems(entitlement: string, definition: Definition, facts: NamesFacts): KindProblem[] {
  const settings = namesSettings.safeParse(definition.settings).data;
  return [
    entitlementProblem(entitlement, facts.entitlements), connectionProblem(definition, facts.connection),
    ...(settings ? [segmentProblem(definition, settings, facts), fieldProblem(settings, facts), separatorProblem(settings, facts), ...nameProblems(settings, facts)] : []),
  ].filter((p) => p !== undefined);
}

export const isHealthy = (connection: crmWriter.Connection | undefined): boolean => connection?.status === crmWriter.ConnectionStatus.HEALTHY;
