import { badUrl, DvError } from '../errors.ts';
import { BUSINESS_UNIT_ID, ORGANIZATION_ID } from '../environment.ts';
import { jsonBody, type DvRequest, type Reply } from '../http/request.ts';
import { findDuplicates } from '../records/duplicates.ts';
import { needRow, readKey, readReference } from '../records/keys.ts';
import { viewRow } from '../records/view.ts';
import { createRow, readPayload, updateRow, type WriteOptions } from '../records/write.ts';
import type { EntityDef } from '../schema/schema-types.ts';
import type { Ref, Row, Value } from '../store/table.ts';
import { entityOf, writeOptions } from './rows.ts';

export const whoAmI = (request: DvRequest): Reply => ({
  status: 200,
  body: { '@odata.context': `${request.root}$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse`, BusinessUnitId: BUSINESS_UNIT_ID, UserId: request.env.store.userId, OrganizationId: ORGANIZATION_ID },
});

export const retrieveVersion = (request: DvRequest): Reply => ({
  status: 200, body: { '@odata.context': `${request.root}$metadata#Microsoft.Dynamics.CRM.RetrieveVersionResponse`, Version: '9.2.25104.00180' },
});

/** A parameter of a function: in place, or by its alias in the query. Given as JSON, with single quotes as well. */
function parameter(request: DvRequest, name: string): unknown {
  const inPlace = new RegExp(`(?:^|,)\\s*${name}\\s*=\\s*(@\\w+|'[^']*')`).exec(request.segments[0]?.key ?? '')?.[1];
  const text = inPlace?.startsWith('@') ? request.query.get(inPlace) : inPlace;
  if (!text) throw badUrl(`The function ${request.segments[0]?.name ?? ''} needs the parameter '${name}'.`);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    try {
      return JSON.parse(text.replace(/'((?:[^']|'')*)'/g, (_, inner: string) => JSON.stringify(inner.replaceAll("''", "'")))) as unknown;
    } catch {
      throw badUrl(`The parameter '${name}' cannot be read.`);
    }
  }
}

/** The rows that published rules take for the same as a row that is there, or as one that is only described. */
export function retrieveDuplicates(request: DvRequest): Reply {
  const { env } = request;
  const given = parameter(request, 'BusinessEntity') as Record<string, unknown>;
  const matching = env.schema.find(String(parameter(request, 'MatchingEntityName')));
  const reference = given['@odata.id'] === undefined ? undefined : readReference(env, given['@odata.id']);
  const def = reference?.def ?? env.schema.find(String(given['@odata.type'] ?? '').replace(/^#?Microsoft\.Dynamics\.CRM\./, ''));
  if (!def || !matching) throw badUrl("RetrieveDuplicates needs '@odata.type' or '@odata.id' in BusinessEntity, and a MatchingEntityName.");
  const id = typeof given[def.primaryId] === 'string' ? String(given[def.primaryId]).toLowerCase() : undefined;
  const row = reference ? needRow(env, def, reference.key) : id ? env.store.table(def).get(id) : undefined;
  const values = row?.values ?? readPayload(env, def, given);
  const paging = parameter(request, 'PagingInfo') as { PageNumber?: number; Count?: number };
  const size = paging.Count ?? 50;
  const from = ((paging.PageNumber ?? 1) - 1) * size;
  const found = findDuplicates(env, matching, values, row?.id, env.store.lastSeq).slice(from, from + size);
  const value = found.map((r) => viewRow(env, matching, r, { select: undefined, expand: [], annotations: '' }));
  return { status: 200, body: { '@odata.context': `${request.root}$metadata#${matching.set}`, value } };
}

const FROM_LEAD: Record<string, Record<string, string>> = {
  account: { name: 'companyname', websiteurl: 'websiteurl', telephone1: 'telephone1', emailaddress1: 'emailaddress1', numberofemployees: 'numberofemployees', revenue: 'revenue', industrycode: 'industrycode', address1_line1: 'address1_line1', address1_city: 'address1_city', address1_postalcode: 'address1_postalcode', address1_country: 'address1_country', description: 'description' },
  contact: { firstname: 'firstname', lastname: 'lastname', jobtitle: 'jobtitle', emailaddress1: 'emailaddress1', telephone1: 'telephone1', address1_city: 'address1_city', address1_country: 'address1_country' },
  opportunity: { name: 'subject', description: 'description' },
};

interface QualifyInput {
  CreateAccount?: unknown;
  CreateContact?: unknown;
  CreateOpportunity?: unknown;
  Status?: unknown;
  OpportunityCustomerId?: Record<string, unknown>;
}

/** `leads(…)/Microsoft.Dynamics.CRM.QualifyLead`: makes what is asked for from the lead, ties it together, and closes the lead. */
export function qualifyLead(request: DvRequest): Reply {
  const { env } = request;
  const lead = entityOf(request, 'leads');
  const row = needRow(env, lead, readKey(lead, request.segments[0]!.key ?? ''));
  const input = jsonBody(request) as QualifyInput;
  for (const name of ['CreateAccount', 'CreateContact', 'CreateOpportunity'] as const) if (typeof input[name] !== 'boolean') throw badUrl(`The parameter '${name}' of QualifyLead must be true or false.`);
  if (row.values['statecode'] !== 0) throw new DvError(400, '0x80040256', 'The lead is already closed.');
  const status = qualifiedStatus(lead, row, input.Status);
  const options: WriteOptions = { ...writeOptions(request), ifMatch: undefined, ifNoneMatch: undefined };
  const made = env.store.transaction(() => new Qualification(request, lead, row, options).run(input, status));
  env.ledger.rows.created += made.length;
  env.ledger.rows.updated++;
  const value = made.map(({ def, row: created }) => ({ '@odata.type': `#Microsoft.Dynamics.CRM.${def.name}`, [def.primaryId]: created.id }));
  return { status: 200, body: { '@odata.context': `${request.root}$metadata#Collection(Microsoft.Dynamics.CRM.crmbaseentity)`, value } };
}

function qualifiedStatus(lead: EntityDef, row: Row, given: unknown): number {
  const fitting = (lead.attributes.get('statuscode')?.options ?? []).filter((o) => o.state === 1).map((o) => o.value);
  if (given === -1) return fitting[0] ?? 3;
  if (typeof given === 'number' && fitting.includes(given)) return given;
  throw new DvError(400, '0x80048408', `${String(given)} is not a valid status code for state code LeadState.Qualified on lead with Id ${row.id}.`);
}

class Qualification {
  private readonly made: { def: EntityDef; row: Row }[] = [];
  private readonly request: DvRequest;
  private readonly lead: EntityDef;
  private readonly row: Row;
  private readonly options: WriteOptions;

  constructor(request: DvRequest, lead: EntityDef, row: Row, options: WriteOptions) {
    this.request = request;
    this.lead = lead;
    this.row = row;
    this.options = options;
  }

  run(input: QualifyInput, status: number): { def: EntityDef; row: Row }[] {
    const { values } = this.row;
    const account = input.CreateAccount ? this.make('account', {}) : ((values['parentaccountid'] ?? null) as Ref | null);
    const contact = input.CreateContact ? this.make('contact', account && this.request.env.settings.qualifyTiesContacts ? { parentcustomerid: account } : {}) : ((values['parentcontactid'] ?? null) as Ref | null);
    const customer = this.customerOf(input) ?? account ?? contact;
    const opportunity = input.CreateOpportunity ? this.make('opportunity', { customerid: customer, parentaccountid: account, parentcontactid: contact }) : null;
    const changes: Record<string, Value> = { statecode: 1, statuscode: status, parentaccountid: account, parentcontactid: contact };
    if (opportunity) changes['qualifyingopportunityid'] = opportunity;
    updateRow(this.request.env, this.lead, this.row, changes, this.options);
    return this.made;
  }

  private make(entity: string, more: Record<string, Value>): Ref {
    const { env } = this.request;
    const def = env.schema.find(entity);
    if (!def) throw badUrl(`There is no entity '${entity}' in this environment.`);
    const values: Record<string, Value> = { ...more, originatingleadid: { id: this.row.id, entity: 'lead' } };
    for (const [to, from] of Object.entries(FROM_LEAD[entity] ?? {})) if (def.attributes.has(to)) values[to] = this.row.values[from] ?? null;
    const { row } = createRow(env, def, values, this.options);
    this.made.push({ def, row });
    return { id: row.id, entity };
  }

  private customerOf(input: QualifyInput): Ref | undefined {
    const given = input.OpportunityCustomerId;
    const entity = String(given?.['@odata.type'] ?? '').replace(/^#?Microsoft\.Dynamics\.CRM\./, '');
    const def = given && this.request.env.schema.find(entity);
    if (!given || !def) return undefined;
    return { id: needRow(this.request.env, def, readKey(def, String(given[def.primaryId] ?? ''))).id, entity };
  }
}
