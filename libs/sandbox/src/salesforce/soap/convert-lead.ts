import { convertOne, type ConversionResult, type LeadConversion } from '../records/conversion.ts';
import type { Org } from '../org.ts';
import { answered, isTrue, SoapFault, type SoapAnswer, type SoapCall } from './envelope.ts';
import { childText, escapeXml, isNil, type XmlElement } from './xml.ts';

/** Most leads of one call (SOAP guide: convertLead). */
const MAX_LEADS = 100;
const MEMBERS = new Set([
  'accountId', 'bypassAccountDedupeCheck', 'bypassContactDedupeCheck', 'contactId', 'convertedStatus', 'doNotCreateOpportunity', 'leadId', 'opportunityId', 'opportunityName', 'overwriteLeadSource', 'ownerId', 'sendNotificationEmail',
]);

/** Records to be made in the same call, which this sandbox takes only as nil. */
const RECORDS = new Set(['accountRecord', 'contactRecord', 'opportunityRecord']);

/** In any order and with any part left out: the live service enforces neither what its WSDL says of order nor of required booleans. */
function readConversion(element: XmlElement): LeadConversion {
  const odd = element.children.find((c) => !MEMBERS.has(c.name) && !(RECORDS.has(c.name) && isNil(c)));
  if (odd) throw new SoapFault('Client', `'{${odd.namespace}}${odd.name}' invalid at this location in type LeadConvert`, 'soapenv');
  const text = (name: string) => childText(element, name);
  return {
    leadId: text('leadId'), accountId: text('accountId'), contactId: text('contactId'), opportunityId: text('opportunityId'), ownerId: text('ownerId'), convertedStatus: text('convertedStatus'),
    opportunityName: text('opportunityName'), doNotCreateOpportunity: isTrue(text('doNotCreateOpportunity')), overwriteLeadSource: isTrue(text('overwriteLeadSource')),
  };
}

const idElement = (name: string, id: string | undefined) => (id === undefined ? `<${name} xsi:nil="true"/>` : `<${name}>${escapeXml(id)}</${name}>`);

/** Members in the order of the partner WSDL. */
function show(result: ConversionResult): string {
  const errors = result.errors.map(({ statusCode, message, fields }) =>
    `<errors>${fields.map((field) => `<fields>${escapeXml(field)}</fields>`).join('')}<message>${escapeXml(message)}</message><statusCode>${escapeXml(statusCode)}</statusCode></errors>`).join('');
  return `<result>${idElement('accountId', result.accountId)}${idElement('contactId', result.contactId)}${errors}${idElement('leadId', result.leadId)}${idElement('opportunityId', result.opportunityId)}<success>${result.success}</success></result>`;
}

export function convertLead(org: Org, call: SoapCall): SoapAnswer {
  const asked = call.body.children.filter((c) => c.name === 'leadConverts');
  if (asked.length > MAX_LEADS) throw new SoapFault('EXCEEDED_ID_LIMIT', `record limit reached. cannot submit more than ${MAX_LEADS} records into this call`);
  const conversions = asked.map(readConversion);
  const dml = org.dml(call.allowSave);
  const results = conversions.map((conversion) => convertOne(dml, org.ledger.rows, conversion));
  return answered(`<convertLeadResponse>${results.map(show).join('')}</convertLeadResponse>`, { used: org.apiUsage + 1, allowed: org.settings.apiLimit });
}
