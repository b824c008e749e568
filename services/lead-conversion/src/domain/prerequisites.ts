import { readConvertLeads, type ConvertLeadsSettings } from '@signalbox/kinds';
import { connectionProblem, entitlementProblem, prerequisiteProblem, type Definition, type KindProblem } from '@signalbox/platform-orchestration';
import type { LeadFacts } from './facts.ts';

/** As long as the longest id of a CRM's record: a GUID. */
const ID_LENGTH = 36;
const SHORTER_IDS: Readonly<Record<string, number>> = { salesforce: 18 };
const TEXT_TYPES = new Set(['string', 'textarea', 'memo']);

const settingProblem = (setting: string, code: string, message: string): KindProblem => ({ code: `orchestrations.${code}`, field: `settings.${setting}`, message });

/** CLC-1 */
function providerProblem({ connection, provider, convertingProviders }: LeadFacts): KindProblem | undefined {
  if (!connection || !provider || provider.convertsLeads) return undefined;
  return prerequisiteProblem('connection', 'cannot_convert', `Leads are converted in ${convertingProviders.join(' and ')} only; the connection "${connection.name}" is to ${provider.label}. Choose another connection.`);
}

/** CLC-3 */
function statusProblem({ convertedStatus }: ConvertLeadsSettings, { statuses }: LeadFacts): KindProblem | undefined {
  if (convertedStatus === '') return settingProblem('convertedStatus', 'converted_status.missing', 'Choose the status that converted leads get. The list is the CRM\'s own.');
  if (!statuses || statuses.some((s) => s.name === convertedStatus)) return undefined;
  const present = statuses.length > 0 ? `It has: ${statuses.map((s) => s.label).join(', ')}.` : 'It has none.';
  return settingProblem('convertedStatus', 'converted_status.vanished', `The CRM has no status "${convertedStatus}" that means "converted" (any more). ${present} Choose one of them, or make it in the CRM again.`);
}

function fieldProblem({ accountIdField: name }: ConvertLeadsSettings, { leadFields, connection }: LeadFacts): KindProblem | undefined {
  const problem = (code: string, message: string) => settingProblem('accountIdField', `account_id_field.${code}`, message);
  if (name === '') return problem('missing', 'Choose the text field of the lead that the account\'s id is written to.');
  if (!leadFields) return undefined;
  const field = leadFields.find((f) => f.name === name);
  if (!field) return problem('unknown', `The CRM's leads have no field "${name}". Choose another one.`);
  if (!field.updateable) return problem('not_writable', `The CRM does not let us write the field "${name}" of leads. Choose another one, or give the connection's user the right to edit it.`);
  if (!TEXT_TYPES.has(field.type.toLowerCase())) return problem('no_text', `The field "${name}" of leads is a ${field.type}, not a text. Choose a text field.`);
  const needed = SHORTER_IDS[connection?.provider ?? ''] ?? ID_LENGTH;
  if (field.length > 0 && field.length < needed) return problem('too_short', `The field "${name}" of leads takes ${field.length} characters; an account's id has ${needed}. Choose a longer one.`);
  return undefined;
}

function segmentProblem(definition: Definition, { segment }: LeadFacts): KindProblem | undefined {
  if (!definition.segmentId) return prerequisiteProblem('segment', 'missing', 'No segment is chosen. Choose the segment whose companies\' leads are converted.');
  if (!segment) return prerequisiteProblem('segment', 'unknown', `There is no segment ${definition.segmentId}. Choose another one.`);
  return undefined;
}

/** All that stands in the way, each with its own message. */
export function leadProblems(entitlement: string, definition: Definition, facts: LeadFacts): KindProblem[] {
  const settings = readConvertLeads(definition.settings);
  return [
    entitlementProblem(entitlement, facts.entitlements), connectionProblem(definition, facts.connection), providerProblem(facts),
    settings.mode === 'convert' ? statusProblem(settings, facts) : fieldProblem(settings, facts), segmentProblem(definition, facts),
  ].filter((p) => p !== undefined);
}
