import { invalid } from '@signalbox/kernel';
import type { Conversion, WriteRow } from '@signalbox/connectors-sdk';
import { parseEntries, type ErrorEntry } from '../client/call-failure.ts';
import { escapeXml, list, member, text } from '../client/soap.ts';

/** Salesforce converts at most this many leads in a call. */
export const LEADS_PER_CALL = 100;

export type ConversionRow = WriteRow & { conversion: Conversion };

export interface ConvertedLead {
  success: boolean;
  leadId: string;
  contactId: string;
  errors: ErrorEntry[];
}

/**
 * Nothing of a request is sent when one of its rows names no account: Salesforce would make a new one (CLC-4).
 * @throws Invalid `salesforce.conversion_incomplete`
 */
export function checkConversions(rows: readonly WriteRow[]): ConversionRow[] {
  return rows.map((row) => {
    const { conversion } = row;
    const missing = !row.crmId ? 'lead' : !conversion?.accountId ? 'account' : !conversion.status ? 'converted status' : '';
    if (!conversion || missing) throw invalid('salesforce.conversion_incomplete', `The conversion '${row.changeId}' names no ${missing || 'account'}. Nothing was converted; every lead needs an account that is there already and a status that means "converted".`, { field: 'conversion' });
    return { ...row, conversion };
  });
}

/** One lead, in the order of the partner WSDL. Neither an account nor an opportunity is made, nothing is overwritten, nobody is written to. */
function leadConvert({ crmId, conversion }: ConversionRow): string {
  const contact = conversion.contactId ? `<contactId>${escapeXml(conversion.contactId)}</contactId>` : '';
  return `<leadConverts><accountId>${escapeXml(conversion.accountId)}</accountId>${contact}<convertedStatus>${escapeXml(conversion.status)}</convertedStatus><doNotCreateOpportunity>true</doNotCreateOpportunity><leadId>${escapeXml(crmId)}</leadId><overwriteLeadSource>false</overwriteLeadSource><sendNotificationEmail>false</sendNotificationEmail></leadConverts>`;
}

export const convertBody = (rows: readonly ConversionRow[]): string => `<convertLead>${rows.map(leadConvert).join('')}</convertLead>`;

/** The results of an answer in the order of the leads; undefined when it is not such an answer. */
export function readConverted(parsed: unknown): ConvertedLead[] | undefined {
  const response = member(member(member(parsed, 'Envelope'), 'Body'), 'convertLeadResponse');
  if (response === undefined) return undefined;
  return list(member(response, 'result')).map((result) => {
    const errors = list(member(result, 'errors')).map((error) => ({
      statusCode: text(member(error, 'statusCode')), message: text(member(error, 'message')), fields: list(member(error, 'fields')).map(text).filter((field) => field !== ''),
    }));
    return { success: text(member(result, 'success')) === 'true', leadId: text(member(result, 'leadId')), contactId: text(member(result, 'contactId')), errors: parseEntries(errors) };
  });
}
