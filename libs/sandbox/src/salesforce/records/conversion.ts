import { rowError, type RowError } from '../errors.ts';
import { normalizeId } from '../ids.ts';
import type { ObjectDef } from '../schema/schema-types.ts';
import type { RowCounts } from '../../serving/ledger.ts';
import { isDeleted, type Row, type Value, type Values } from '../store/row.ts';
import { createRow, updateRow, type DmlContext, type RowResult } from './dml.ts';

/** What a lead shall become (SOAP guide: convertLead). */
export interface LeadConversion {
  leadId?: string;
  accountId?: string;
  contactId?: string;
  opportunityId?: string;
  ownerId?: string;
  convertedStatus?: string;
  opportunityName?: string;
  doNotCreateOpportunity: boolean;
  overwriteLeadSource: boolean;
}

export interface ConversionResult {
  success: boolean;
  leadId?: string;
  accountId?: string;
  contactId?: string;
  opportunityId?: string;
  errors: RowError[];
}

/** The standard mapping of lead fields (Salesforce help: Lead Conversion Field Mapping). */
const ADDRESS = ['Street', 'City', 'State', 'PostalCode', 'Country'];
const address = (prefix: string) => ADDRESS.map((part) => [part, prefix + part] as const);
const same = (...names: string[]) => names.map((name) => [name, name] as const);
const TO_ACCOUNT = [...same('Phone', 'Fax', 'Website', 'Industry', 'AnnualRevenue', 'NumberOfEmployees', 'Rating'), ['LeadSource', 'AccountSource'] as const, ...address('Billing')];
const TO_CONTACT = [...same('FirstName', 'LastName', 'Salutation', 'Title', 'Email', 'Phone', 'MobilePhone', 'Fax', 'Description', 'LeadSource', 'DoNotCall', 'HasOptedOutOfEmail'), ...address('Mailing')];

class Refused extends Error {
  readonly errors: RowError[];

  constructor(errors: RowError[]) {
    super(errors[0]?.message);
    this.errors = errors;
  }
}
const refuse = (statusCode: string, message: string, fields: string[] = []) => new Refused([rowError(statusCode, message, fields)]);

const isEmpty = (value: Value | undefined) => value === null || value === undefined;

/** Converts one lead by itself: what fails leaves no trace. */
export function convertOne(ctx: DmlContext, counts: RowCounts, asked: LeadConversion): ConversionResult {
  return ctx.store.transaction((): { keep: boolean; result: ConversionResult } => {
    const before = { ...counts };
    try {
      return { keep: true, result: new Conversion(ctx, counts, asked).run() };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      Object.assign(counts, before, { failed: before.failed + 1 });
      return { keep: false, result: { success: false, leadId: normalizeId(asked.leadId ?? '') ?? asked.leadId, errors: error.errors } };
    }
  });
}

class Conversion {
  private readonly lead: Row;
  private readonly ctx: DmlContext;
  private readonly counts: RowCounts;
  private readonly asked: LeadConversion;

  constructor(ctx: DmlContext, counts: RowCounts, asked: LeadConversion) {
    this.ctx = ctx;
    this.counts = counts;
    this.asked = asked;
    if (!asked.leadId) throw refuse('REQUIRED_FIELD_MISSING', 'Required fields are missing: [leadId]', ['leadId']);
    this.lead = this.record('Lead', asked.leadId, 'leadId');
  }

  run(): ConversionResult {
    const { asked, lead } = this;
    if (lead.values['IsConverted'] === true) throw refuse('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead');
    const status = this.status();
    const owner = this.owner();
    const locked = this.ctx.guard.check({ def: this.object('Lead'), values: lead.values, existing: lead, before: this.ctx.before, allowSave: true });
    if (locked) throw new Refused([locked.error]);
    if (asked.contactId && !asked.accountId) throw refuse('REQUIRED_FIELD_MISSING', 'Required fields are missing: [accountId]', ['accountId']);
    const account = asked.accountId ? this.filled('Account', this.record('Account', asked.accountId, 'accountId'), TO_ACCOUNT) : this.made('Account', { Name: lead.values['Company'] ?? null, ...this.mapped(TO_ACCOUNT), OwnerId: owner });
    const contact = this.contact(account.id, owner);
    const opportunityId = this.opportunity(account.id, owner);
    this.ctx.store.update(this.object('Lead'), lead, {
      IsConverted: true, Status: status, OwnerId: owner, ConvertedAccountId: account.id, ConvertedContactId: contact.id, ConvertedOpportunityId: opportunityId ?? null,
      ConvertedDate: new Date(this.ctx.store.nowMs()).toISOString().slice(0, 10), IsUnreadByOwner: false,
    });
    this.counts.updated += 1;
    return { success: true, leadId: lead.id, accountId: account.id, contactId: contact.id, opportunityId, errors: [] };
  }

  private object(name: string): ObjectDef {
    const def = this.ctx.store.schema.find(name);
    if (!def) throw refuse('INVALID_TYPE', `sObject type '${name}' is not supported.`);
    return def;
  }

  private record(object: string, id: string, field: string): Row {
    const def = this.object(object);
    const full = normalizeId(id);
    if (!full?.startsWith(def.keyPrefix)) throw refuse('MALFORMED_ID', `${def.label} ID: id value of incorrect type: ${id}`, [field]);
    const row = this.ctx.store.table(def).get(full);
    if (!row) throw refuse('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id');
    if (isDeleted(row)) throw refuse('ENTITY_IS_DELETED', 'entity is deleted');
    return row;
  }

  /** Newer documentation wants the API name, older the label: both are taken. */
  private status(): string {
    const wanted = this.asked.convertedStatus?.toLowerCase();
    const rows = this.ctx.store.table(this.object('LeadStatus')).rows();
    const found = ['ApiName', 'MasterLabel'].map((field) => rows.find((row) => String(row.values[field]).toLowerCase() === wanted)).find((row) => row !== undefined);
    if (found?.values['IsConverted'] !== true) throw refuse('INVALID_STATUS', `invalid convertedStatus: ${this.asked.convertedStatus ?? 'null'}`);
    return String(found.values['ApiName']);
  }

  private owner(): string {
    const owner = this.asked.ownerId ?? String(this.lead.values['OwnerId']);
    if (!owner.startsWith(this.object('User').keyPrefix)) {
      throw refuse('INVALID_OWNER', 'Converted objects can only be owned by users.  If the lead is not owned by a user, you must specify a user for the Owner field.', ['OwnerId']);
    }
    return this.record('User', owner, 'ownerId').id;
  }

  private contact(accountId: string, owner: string): Row {
    const { asked } = this;
    if (!asked.contactId) return this.made('Contact', { ...this.mapped(TO_CONTACT), AccountId: accountId, OwnerId: owner });
    const contact = this.record('Contact', asked.contactId, 'contactId');
    if (contact.values['AccountId'] !== accountId) throw refuse('INVALID_CROSS_REFERENCE_KEY', 'The contact is not associated with the account.', ['contactId']);
    const source = this.lead.values['LeadSource'];
    return this.filled('Contact', contact, TO_CONTACT, asked.overwriteLeadSource && !isEmpty(source) ? { LeadSource: source ?? null } : {});
  }

  private opportunity(accountId: string, owner: string): string | undefined {
    const { asked, lead } = this;
    if (asked.opportunityId) return this.record('Opportunity', asked.opportunityId, 'opportunityId').id;
    if (asked.doNotCreateOpportunity) return undefined;
    const now = new Date(this.ctx.store.nowMs());
    const quarterEnd = new Date(Date.UTC(now.getUTCFullYear(), Math.floor(now.getUTCMonth() / 3) * 3 + 3, 0)).toISOString().slice(0, 10);
    const stage = this.object('Opportunity').byName.get('stagename')?.picklistValues[0]?.value ?? 'Prospecting';
    return this.made('Opportunity', { Name: asked.opportunityName ?? lead.values['Company'] ?? null, AccountId: accountId, StageName: stage, CloseDate: quarterEnd, LeadSource: lead.values['LeadSource'] ?? null, OwnerId: owner }).id;
  }

  private mapped(pairs: readonly (readonly [string, string])[]): Values {
    const values: Values = {};
    for (const [from, to] of pairs) if (!isEmpty(this.lead.values[from])) values[to] = this.lead.values[from] ?? null;
    return values;
  }

  private made(object: string, values: Values): Row {
    const def = this.object(object);
    const result = this.ok(createRow(this.ctx, def, { values, errors: [] }));
    this.counts.created += 1;
    return this.record(object, result.id ?? '', '');
  }

  /** An existing record gets only what it does not have. */
  private filled(object: string, row: Row, pairs: readonly (readonly [string, string])[], over: Values = {}): Row {
    const values = { ...Object.fromEntries(Object.entries(this.mapped(pairs)).filter(([name]) => isEmpty(row.values[name]))), ...over };
    if (Object.keys(values).length === 0) return row;
    this.ok(updateRow(this.ctx, this.object(object), row, { values, errors: [] }));
    this.counts.updated += 1;
    return row;
  }

  private ok(result: RowResult): RowResult {
    if (!result.success) throw new Refused(result.errors);
    return result;
  }
}
