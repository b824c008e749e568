/** Every spelling of a country in the given files, and its code: `countries.ts OUT.json FILE.csv...`. */
import { createReadStream, writeFileSync } from 'node:fs';
import { parse } from 'csv-parse';
import { profileOf } from '@signalbox/matching/testing';

const [out, ...files] = process.argv.slice(2) as [string, ...string[]];
const codes: Record<string, string> = {};
for (const file of files) {
  for await (const { country = '' } of createReadStream(file).pipe(parse({ columns: true })) as AsyncIterable<{ country?: string }>) {
    codes[country] ??= profileOf({ name: '', website: '', country }).countryCode;
  }
}
writeFileSync(out, JSON.stringify(codes));
