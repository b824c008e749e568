import { writeFileSync } from 'node:fs';
import { countryNames } from './country-names.ts';

// After a new version of i18n-iso-countries, from the root of the checkout:
//   node --experimental-transform-types --conditions=signalbox:source services/matching/src/testing/write-country-names.ts
writeFileSync(new URL('../domain/country-names.json', import.meta.url), `${JSON.stringify(countryNames(), null, 1)}\n`);
