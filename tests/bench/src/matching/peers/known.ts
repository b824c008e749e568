/**
 * What the product's own lists know of the given files, for the peers, as a careful user would bring it: the code of every spelling of a
 * country, the mail hosts that say nothing of a company (free mail), what people type who have none. `known.ts OUT.json FILE.csv...`
 */
import { createReadStream, writeFileSync } from 'node:fs';
import { parse } from 'csv-parse';
import { leadFacts, profileOf } from '@signalbox/matching/testing';

const [out, ...files] = process.argv.slice(2) as [string, ...string[]];
const countries: Record<string, string> = {};
const [freeMail, noCompany] = [new Set<string>(), new Set<string>()];
for (const file of files) {
  for await (const { country = '', email, company = '' } of createReadStream(file).pipe(parse({ columns: true })) as AsyncIterable<{ country?: string; email?: string; company?: string }>) {
    countries[country] ??= profileOf({ name: '', website: '', country }).countryCode;
    if (email === undefined) continue;
    const lead = leadFacts({ email, company, country: '' });
    if (profileOf(lead).domain === '') freeMail.add(email.slice(email.lastIndexOf('@') + 1));
    if (lead.name === '') noCompany.add(company);
  }
}
writeFileSync(out, JSON.stringify({ countries, freeMail: [...freeMail], noCompany: [...noCompany] }));
