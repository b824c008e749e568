import type { Org } from '../org.ts';
import { passwordMatches } from './oauth.ts';

export interface SoapAnswer {
  status: number;
  xml: string;
}

const escape = (text: string) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const unescape = (text: string) =>
  text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) =>
    hex ? String.fromCodePoint(parseInt(hex, 16)) : decimal ? String.fromCodePoint(Number(decimal)) : (NAMED[name ?? ''] ?? whole));

const element = (xml: string, name: string): string | null => {
  const found = new RegExp(`<(?:[\\w.-]+:)?${name}(?:\\s[^>]*)?>([\\s\\S]*?)</(?:[\\w.-]+:)?${name}>`).exec(xml)?.[1];
  return found === undefined ? null : unescape(found.trim());
};

const envelope = (body: string) =>
  `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner.soap.sforce.com" xmlns:sf="urn:fault.partner.soap.sforce.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`;

function fault(code: string, message: string, kind: string): SoapAnswer {
  const detail = `<detail><sf:${kind} xsi:type="sf:${kind}"><sf:exceptionCode>${code}</sf:exceptionCode><sf:exceptionMessage>${escape(message)}</sf:exceptionMessage></sf:${kind}></detail>`;
  return { status: 500, xml: envelope(`<soapenv:Fault><faultcode>sf:${code}</faultcode><faultstring>${code}: ${escape(message)}</faultstring>${detail}</soapenv:Fault>`) };
}

/** SOAP `login` and `logout`, the two calls that REST clients still make. Everything else is refused by name. */
export function soap(org: Org, xml: string, origin: string, version: string): SoapAnswer {
  if (/<(?:[\w.-]+:)?login[\s>]/.test(xml)) return login(org, xml, origin, version);
  if (/<(?:[\w.-]+:)?logout[\s/>]/.test(xml)) {
    org.sessions.end(element(xml, 'sessionId') ?? '');
    return { status: 200, xml: envelope('<logoutResponse/>') };
  }
  return fault('INVALID_OPERATION', 'This sandbox answers only login and logout by SOAP.', 'UnexpectedErrorFault');
}

function login(org: Org, xml: string, origin: string, version: string): SoapAnswer {
  if (!passwordMatches(org, element(xml, 'username'), element(xml, 'password'))) {
    return fault('INVALID_LOGIN', 'Invalid username, password, security token; or user locked out.', 'LoginFault');
  }
  const { accessToken } = org.sessions.open(false);
  const user = {
    accessibilityMode: 'false', currencySymbol: '£', orgDefaultCurrencyLocale: 'en_GB', orgHasPersonAccounts: 'false', organizationId: org.id, organizationMultiCurrency: 'false',
    organizationName: 'Signalbox Sandbox', profileId: '00e5f000000SANdAAG', sessionSecondsValid: '7200', userDefaultCurrencyIsoCode: '', userEmail: org.credentials.username,
    userFullName: 'Integration User', userId: org.userId, userLanguage: 'en_US', userLocale: 'en_GB', userName: org.credentials.username, userTimeZone: 'Europe/London', userType: 'Standard', userUiSkin: 'Theme3',
  };
  const info = Object.entries(user).map(([name, value]) => `<${name}>${escape(value)}</${name}>`).join('');
  const short = org.id.slice(0, 15);
  return {
    status: 200,
    xml: envelope(`<loginResponse><result><metadataServerUrl>${origin}/services/Soap/m/${version}/${short}</metadataServerUrl><passwordExpired>false</passwordExpired><sandbox>true</sandbox><serverUrl>${origin}/services/Soap/u/${version}/${short}</serverUrl><sessionId>${escape(accessToken)}</sessionId><userId>${org.userId}</userId><userInfo>${info}</userInfo></result></loginResponse>`),
  };
}
