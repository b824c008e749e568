import { passwordMatches } from '../auth/oauth.ts';
import type { Org } from '../org.ts';
import { answered, SoapFault, type SoapAnswer, type SoapCall } from './envelope.ts';
import { childText, escapeXml } from './xml.ts';

const isText = (value: string | null) => value !== null;

/** Members of GetUserInfoResult in the order of the partner WSDL; null is nil. */
function userInfo(org: Org): string {
  const { username } = org.credentials;
  const user: Record<string, string | null> = {
    accessibilityMode: 'false', chatterExternal: 'false', currencySymbol: '£', orgAttachmentFileSizeLimit: '5242880', orgDefaultCurrencyIsoCode: 'GBP', orgDefaultCurrencyLocale: 'en_GB',
    orgDisallowHtmlAttachments: 'false', orgHasPersonAccounts: 'false', organizationId: org.id, organizationMultiCurrency: 'false', organizationName: 'Signalbox Sandbox',
    profileId: '00e5f000000SANdAAG', roleId: null, sessionSecondsValid: '7200', userDefaultCurrencyIsoCode: null, userEmail: username, userFullName: 'Integration User',
    userId: org.userId, userLanguage: 'en_US', userLocale: 'en_GB', userName: username, userTimeZone: 'Europe/London', userType: 'Standard', userUiSkin: 'Theme3',
  };
  return Object.entries(user).map(([name, value]) => (isText(value) ? `<${name}>${escapeXml(value ?? '')}</${name}>` : `<${name} xsi:nil="true"/>`)).join('');
}

export function login(org: Org, call: SoapCall, origin: string, version: string): SoapAnswer {
  if (!passwordMatches(org, childText(call.body, 'username') ?? null, childText(call.body, 'password') ?? null)) {
    throw new SoapFault('INVALID_LOGIN', 'Invalid username, password, security token; or user locked out.');
  }
  const { accessToken } = org.sessions.open(false);
  const short = org.id.slice(0, 15);
  return answered(`<loginResponse><result><metadataServerUrl>${origin}/services/Soap/m/${version}/${short}</metadataServerUrl><passwordExpired>false</passwordExpired><sandbox>true</sandbox><serverUrl>${origin}/services/Soap/u/${version}/${short}</serverUrl><sessionId>${escapeXml(accessToken)}</sessionId><userId>${org.userId}</userId><userInfo>${userInfo(org)}</userInfo></result></loginResponse>`);
}
