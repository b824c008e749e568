import type { CrmField } from '../../api/types.ts';
import type { Settings } from '../kind-view.ts';

export interface ConvertLeadsSettings {
  mode: 'convert' | 'write_account_id';
  convertedStatus: string;
  accountIdField: string;
  approvedInAdvance: boolean;
}

export const FRESH: ConvertLeadsSettings = { mode: 'convert', convertedStatus: '', accountIdField: '', approvedInAdvance: false };

export const convertSettings = (given: Settings): ConvertLeadsSettings => ({ ...FRESH, ...given });

const TEXTS = new Set(['string', 'textarea', 'memo']);
/** The shortest id of an account that any of the CRMs has. */
const SHORTEST_ID = 18;

/** Whether an account's id can be written to it. Where ids are longer than the field, the API says so at save. */
export const takesAccountId = (field: CrmField): boolean => field.updateable && TEXTS.has(field.type.toLowerCase()) && (!field.length || field.length >= SHORTEST_ID);
