import { child, childText, escapeXml, parseXml, XmlProblem, type XmlElement } from './xml.ts';

export interface SoapAnswer {
  status: number;
  xml: string;
}

/** A call as it came: which operation, its own element, and the headers that operations look at. */
export interface SoapCall {
  operation: string;
  namespace: string;
  body: XmlElement;
  sessionId: string;
  allowSave: boolean;
}

/** A call that is refused as a whole. `prefix` says whose fault it is in the vendor's words: `sf`, or `soapenv` for what is no call at all. */
export class SoapFault extends Error {
  readonly code: string;
  readonly prefix: 'sf' | 'soapenv';
  readonly status: number;

  constructor(code: string, message: string, prefix: 'sf' | 'soapenv' = 'sf', status = 500) {
    super(message);
    this.code = code;
    this.prefix = prefix;
    this.status = status;
  }
}

const SOAP_NS = 'http://schemas.xmlsoap.org/soap/envelope/';
export const PARTNER_NS = 'urn:partner.soap.sforce.com';

const envelope = (body: string, header = '') =>
  `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="${SOAP_NS}" xmlns="${PARTNER_NS}" xmlns:sf="urn:fault.partner.soap.sforce.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">${header}<soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`;

/** What an operation gives back, with the requests used of the day in its header when that is known. */
export function answered(body: string, limit?: { used: number; allowed: number }): SoapAnswer {
  const info = limit && `<soapenv:Header><LimitInfoHeader><limitInfo><current>${limit.used}</current><limit>${limit.allowed}</limit><type>API REQUESTS</type></limitInfo></LimitInfoHeader></soapenv:Header>`;
  return { status: 200, xml: envelope(body, info) };
}

const KINDS: Record<string, string> = { INVALID_LOGIN: 'LoginFault', EXCEEDED_ID_LIMIT: 'ApiFault' };

export function faultAnswer({ code, message, prefix, status }: SoapFault): SoapAnswer {
  const kind = KINDS[code] ?? 'UnexpectedErrorFault';
  const detail = `<detail><sf:${kind} xsi:type="sf:${kind}"><sf:exceptionCode>${code}</sf:exceptionCode><sf:exceptionMessage>${escapeXml(message)}</sf:exceptionMessage></sf:${kind}></detail>`;
  const said = prefix === 'sf' ? `${code}: ${message}` : message;
  return { status, xml: envelope(`<soapenv:Fault><faultcode>${prefix}:${code}</faultcode><faultstring>${escapeXml(said)}</faultstring>${prefix === 'sf' ? detail : ''}</soapenv:Fault>`) };
}

/** @throws SoapFault when it is no SOAP call */
export function readCall(text: string): SoapCall {
  let root: XmlElement;
  try {
    root = parseXml(text);
  } catch (error) {
    if (error instanceof XmlProblem) throw new SoapFault('Client', error.message, 'soapenv');
    throw error;
  }
  const body = child(root, 'Body')?.children[0];
  if (root.name !== 'Envelope' || root.namespace !== SOAP_NS || !body) throw new SoapFault('Client', 'Only SOAP 1.1 envelopes with a body are taken.', 'soapenv');
  const header = child(root, 'Header');
  return {
    operation: body.name, namespace: body.namespace, body, sessionId: childText(child(header, 'SessionHeader'), 'sessionId') ?? '',
    allowSave: isTrue(childText(child(header, 'DuplicateRuleHeader'), 'allowSave')),
  };
}

export const isTrue = (text: string | undefined): boolean => text === 'true' || text === '1';
