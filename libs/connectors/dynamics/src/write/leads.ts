import type { Conversion, WorkOptions } from '@signalbox/connectors-sdk';
import type { DynamicsClient } from '../client/client.ts';
import type { BatchOperation, ChangeSet } from '../client/multipart.ts';
import { rowsOf } from '../read/lookup.ts';
import { inLists, oneOf, queryPath } from '../read/odata.ts';
import type { DynamicsRow } from '../read/remote-record.ts';

/** Where a lead stands, and the contact that it leads to. */
export interface LeadState {
  id: string;
  /** Changes with every change of the lead. */
  etag: string;
  /** 0 open, 1 qualified, 2 disqualified. */
  state: number;
  /** Empty when it has none. */
  accountId: string;
  contactId: string;
  /** Account of that contact; empty when it has none. */
  contactAccountId: string;
}

const LEAD = { select: 'leadid,statecode,_parentaccountid_value,_parentcontactid_value', expand: 'parentcontactid($select=contactid,_parentcustomerid_value)' };
const text = (value: unknown): string => (typeof value === 'string' ? value.toLowerCase() : '');

/** Paths of queries that tell where these leads stand. */
export const leadPaths = (ids: readonly string[]): string[] => inLists([...new Set(ids)]).map((list) => queryPath('leads', { ...LEAD, filter: oneOf('leadid', list) }));

export function toLead(row: DynamicsRow): LeadState {
  const contact = row['parentcontactid'] as DynamicsRow | null | undefined;
  return {
    id: text(row['leadid']), etag: String(row['@odata.etag'] ?? ''), state: Number(row['statecode']), accountId: text(row['_parentaccountid_value']),
    contactId: text(row['_parentcontactid_value']), contactAccountId: text(contact?.['_parentcustomerid_value']),
  };
}

export interface Seen {
  /** By id; one that is gone is missing. */
  leads: Map<string, LeadState>;
  /** Accounts of the contacts that were asked for, by the contact's id; empty when it has none. */
  contactAccounts: Map<string, string>;
}

/** Leads and contacts as they are now, a thousand of each in one call. */
export async function lookAt(client: DynamicsClient, leadIds: readonly string[], contactIds: readonly string[], work: WorkOptions): Promise<Seen> {
  const wanted = [...new Set(contactIds.filter((id) => id !== ''))];
  const contacts = inLists(wanted).map((list) => queryPath('contacts', { select: 'contactid,_parentcustomerid_value', filter: oneOf('contactid', list) }));
  const rows = await rowsOf(client, 'leads', [...leadPaths(leadIds), ...contacts], work);
  const leads = rows.filter((row) => 'leadid' in row).map(toLead);
  const found = rows.filter((row) => !('leadid' in row));
  return { leads: new Map(leads.map((lead) => [lead.id, lead])), contactAccounts: new Map(found.map((row) => [text(row['contactid']), text(row['_parentcustomerid_value'])])) };
}

/** A lead that may be converted, with the contact to merge it into; empty makes a new one. */
export interface Plan {
  lead: LeadState;
  contactId: string;
  conversion: Conversion;
}

/**
 * The account set on the lead, and the lead qualified: both or neither, so a lead that cannot be qualified keeps no value of ours.
 * The version makes it fail when anybody changed the lead since it was looked at. Neither an account nor an opportunity is made (CLC-4).
 */
export function conversionOf(client: DynamicsClient, { lead, contactId, conversion }: Plan): ChangeSet {
  const path = client.versioned(`leads(${lead.id})`);
  const contact = contactId === '' ? {} : { 'parentcontactid@odata.bind': `/contacts(${contactId})` };
  return [
    { method: 'PATCH', path, headers: { 'If-Match': lead.etag || '*' }, body: { 'parentaccountid@odata.bind': `/accounts(${conversion.accountId})`, ...contact } },
    {
      method: 'POST', path: `${path}/Microsoft.Dynamics.CRM.QualifyLead`, headers: { 'MSCRM.SuppressDuplicateDetection': 'false' },
      body: { CreateAccount: false, CreateContact: contactId === '', CreateOpportunity: false, Status: Number(conversion.status) },
    },
  ];
}

/** Ties a contact that a conversion made to the account, where the environment's mapping did not. */
export const tie = (client: DynamicsClient, contactId: string, accountId: string): BatchOperation =>
  ({ method: 'PATCH', path: client.versioned(`contacts(${contactId})`), headers: { 'If-Match': '*' }, body: { 'parentcustomerid_account@odata.bind': `/accounts(${accountId})` } });
