import type { crmWriter } from '@signalbox/contracts';
import type { CompanyFieldType } from './company-fields.ts';

const NUMBER_TYPES = new Set(['int', 'integer', 'long', 'double', 'decimal', 'currency', 'money', 'percent', 'number']);
const WHOLE_TYPES = new Set(['int', 'integer', 'long']);
const DATE_TYPES = new Set(['date', 'datetime', 'time']);
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const WHOLE = /^[+-]?\d+$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/;

const shown = (value: string) => (value.length > 60 ? `${value.slice(0, 57)}...` : value);

function picklistProblem(field: crmWriter.CrmField, values: string[]): string | undefined {
  const unknown = values.find((value) => !field.picklistValues.includes(value));
  return unknown === undefined ? undefined : `"${shown(unknown)}" is not one of the values of ${field.name}`;
}

/** Why the CRM's field cannot take this value, naming the field; undefined when it can. An empty value is never asked about. */
export function valueProblem(field: crmWriter.CrmField, value: string): string | undefined {
  const type = field.type.toLowerCase();
  if (NUMBER_TYPES.has(type)) {
    const fits = WHOLE_TYPES.has(type) ? WHOLE : NUMBER;
    return fits.test(value) ? undefined : `"${shown(value)}" is not a ${WHOLE_TYPES.has(type) ? 'whole ' : ''}number, which ${field.name} needs`;
  }
  if (type === 'boolean') return value === 'true' || value === 'false' ? undefined : `"${shown(value)}" is neither true nor false, which ${field.name} needs`;
  if (type === 'date') return DATE.test(value) ? undefined : `"${shown(value)}" is not a date like 2026-11-22, which ${field.name} needs`;
  if (type === 'datetime') return DATE_TIME.test(value) ? undefined : `"${shown(value)}" is not a date and time like 2026-11-22T08:00:00Z, which ${field.name} needs`;
  if (type === 'multipicklist' && field.restrictedPicklist) return picklistProblem(field, value.split(';').map((v) => v.trim()));
  if (type === 'picklist' && field.restrictedPicklist) return picklistProblem(field, [value]);
  if (field.length > 0 && value.length > field.length) return `the value has ${value.length} characters, and ${field.name} takes at most ${field.length}`;
  return undefined;
}

/** Whether values of this kind of company field could ever fit the CRM's field; each value is judged again by itself. */
export function typesFit(companyType: CompanyFieldType, field: crmWriter.CrmField): boolean {
  const type = field.type.toLowerCase();
  if (companyType === 'any') return true;
  if (type === 'boolean' || DATE_TYPES.has(type) || type === 'reference') return false;
  return companyType === 'number' || !NUMBER_TYPES.has(type);
}
