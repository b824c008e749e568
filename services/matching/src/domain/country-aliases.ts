/** Spellings of countries that the names of ISO 3166 in the world's languages do not have; folded, dots taken off. */
export const COUNTRY_ALIASES: Readonly<Record<string, string>> = {
  uk: 'GB', 'u k': 'GB', england: 'GB', scotland: 'GB', wales: 'GB', 'northern ireland': 'GB', 'great britain': 'GB', britain: 'GB', 'united kingdom of great britain and northern ireland': 'GB', inglaterra: 'GB', angleterre: 'GB',
  'u s': 'US', 'u s a': 'US', us: 'US', america: 'US', 'united states of america': 'US', 'the united states': 'US', 'the united states of america': 'US', 'estados unidos de america': 'US', eeuu: 'US', 'ee uu': 'US', 'united states america': 'US',
  deutschland: 'DE', brd: 'DE', 'federal republic of germany': 'DE', 'bundesrepublik deutschland': 'DE',
  holland: 'NL', 'the netherlands': 'NL', nederland: 'NL',
  korea: 'KR', 'south korea': 'KR', 'republic of korea': 'KR', 'korea republic of': 'KR', 'korea south': 'KR', 'korea rep': 'KR', rok: 'KR', 'korea the republic of': 'KR',
  'north korea': 'KP', dprk: 'KP', 'korea north': 'KP',
  china: 'CN', 'pr china': 'CN', 'p r china': 'CN', prc: 'CN', 'peoples republic of china': 'CN', 'mainland china': 'CN', 'china mainland': 'CN', 'china peoples republic of': 'CN',
  taiwan: 'TW', 'taiwan roc': 'TW', 'taiwan r o c': 'TW', 'republic of china': 'TW', 'chinese taipei': 'TW', 'taiwan province of china': 'TW', 'taiwan republic of china': 'TW',
  'hong kong': 'HK', hongkong: 'HK', 'hong kong sar': 'HK', 'hong kong s a r': 'HK', 'hong kong sar china': 'HK', 'hong kong s a r china': 'HK', 'china hong kong': 'HK',
  macau: 'MO', macao: 'MO', 'macau sar': 'MO', 'macau sar china': 'MO', 'macao sar': 'MO',
  russia: 'RU', 'russian federation': 'RU', 'czech republic': 'CZ', czechia: 'CZ', 'slovak republic': 'SK', vietnam: 'VN', 'viet nam': 'VN', iran: 'IR', 'islamic republic of iran': 'IR', syria: 'SY', moldova: 'MD', tanzania: 'TZ', laos: 'LA',
  turkey: 'TR', turkiye: 'TR', 'republic of turkey': 'TR', uae: 'AE', 'u a e': 'AE', emirates: 'AE', ksa: 'SA', 'kingdom of saudi arabia': 'SA', 'ivory coast': 'CI', burma: 'MM', 'cape verde': 'CV', swaziland: 'SZ', macedonia: 'MK', 'north macedonia': 'MK',
  congo: 'CG', bolivia: 'BO', venezuela: 'VE', brasil: 'BR', espana: 'ES', sverige: 'SE', suomi: 'FI', norge: 'NO', danmark: 'DK', schweiz: 'CH', suisse: 'CH', svizzera: 'CH', osterreich: 'AT', italia: 'IT', polska: 'PL', nippon: 'JP', bharat: 'IN',
  'metropolitan france': 'FR', 'france metropolitaine': 'FR', palestine: 'PS', 'state of palestine': 'PS', kosovo: 'XK', 'republic of ireland': 'IE', eire: 'IE', 'congo kinshasa': 'CD', drc: 'CD', 'dr congo': 'CD', 'congo brazzaville': 'CG', 'republic of the congo': 'CG',
  'the gambia': 'GM', 'the bahamas': 'BS', 'the philippines': 'PH', curacao: 'CW', reunion: 'RE', 'united mexican states': 'MX', 'republic of india': 'IN', 'republic of singapore': 'SG', 'commonwealth of australia': 'AU',
};

/** Country columns hold these when the country is not known; they name none. */
export const NO_COUNTRY: ReadonlySet<string> = new Set([
  '', 'unknown', 'other', 'others', 'n a', 'na', 'none', 'null', 'global', 'worldwide', 'world', 'international', 'emea', 'apac', 'latam', 'amer', 'americas', 'europe', 'eu', 'asia', 'africa', 'north america', 'south america', 'middle east', 'mena', 'dach', 'nordics', 'benelux', 'anz', 'tbd', 'undefined', 'not specified', 'multiple',
]);
