import { FileEngine, type FileDecision, type Subject } from './files/engine.ts';
import { PackedIndex, joinParts } from './files/packed-index.ts';
import { PartBuilder } from './files/packed-part.ts';

type Company = readonly [name: string, website: string, country: string];

/** Decides as the commands on files do: find by keys, compare, judge. Accounts are numbered from 1. */
function decide(candidate: Company, accounts: readonly Company[], subject: Subject = 'companies'): FileDecision {
  const part = new PartBuilder();
  for (const [i, [name, website, country]] of accounts.entries()) part.add(String(i + 1), { name, website, country });
  return new FileEngine(new PackedIndex(joinParts([part.finish()])), subject).decide(['c', ...candidate]);
}

/** One kind of mistake: who is in the CRM, who is another company all the same, and who is the same one after all. */
interface Kind {
  kind: string;
  crm: readonly Company[];
  others: readonly Company[];
  same: readonly (readonly [Company, string])[];
}

const KINDS: readonly Kind[] = [
  {
    kind: 'same name and other domain',
    // Where the other site shares nothing with the first, in one country, the labels are even (10 of 20 are one company): no case for a spec.
    crm: [['Summit Dental', 'summitdentaltexas.com', 'United States'], ['Pioneer Roofing Inc.', 'pioneerroofing.com', 'United States'], ['Nordlicht Apotheke', 'nordlicht-kiel.de', 'Germany']],
    others: [['Summit Dental', 'summit-smiles.org', 'United States'], ['Pioneer Roofing', 'pioneerroofingmn.com', 'United States']],
    same: [[['Summit Dental, LLC', 'www.summitdentaltexas.com', 'US'], '1'], [['Pioneer Roofing', 'pioneerroofing.com', ''], '2'], [['Nordlicht-Apotheke e.K.', 'nordlicht-kiel.de', 'Deutschland'], '3']],
  },
  {
    kind: 'same domain and other company: a holding group',
    // Of a group the CRM knows several. Where it knows one alone, another name on its site is mostly its own other name.
    crm: [
      ['Halvorsen Shipping AS', 'halvorsen.com', 'Norway'], ['Halvorsen Offshore AS', 'halvorsen.com', 'Norway'], ['Nordhav Rederi AS', 'halvorsen.com', 'Norway'], ['Halvorsen Eiendom', 'halvorsen.com', 'Norway'],
      ['Brightwater Holdings plc', 'brightwater.co.uk', 'United Kingdom'], ['Meridian Foods Ltd', 'brightwater.co.uk', 'United Kingdom'], ['Brightwater Leisure Ltd', 'brightwater.co.uk', 'United Kingdom'],
    ],
    others: [['Kystvind Energi AS', 'halvorsen.com', 'Norway'], ['Penrose Insurance Brokers', 'brightwater.co.uk', 'United Kingdom'], ['Penrose Insurance Brokers', 'penrose.brightwater.co.uk', 'United Kingdom']],
    same: [[['Halvorsen Shipping', 'halvorsen.com', 'NO'], '1'], [['Nordhav Rederi', 'halvorsen.com', 'Norge'], '3'], [['Brightwater Holdings', 'www.brightwater.co.uk', 'England'], '5']],
  },
  {
    kind: 'same domain and other company: parts of a university',
    crm: [['University of Ostvik', 'ostvik.edu', 'United States'], ['Ostvik University Hospital', 'hospital.ostvik.edu', 'United States']],
    others: [['Ostvik School of Dentistry', 'dentistry.ostvik.edu', 'United States'], ['Harlan Observatory', 'observatory.ostvik.edu', 'United States']],
    same: [[['Ostvik University', 'www.ostvik.edu', 'USA'], '1'], [['Univ. Hospital Ostvik', 'hospital.ostvik.edu', 'USA'], '2']],
  },
  {
    kind: 'same domain and other company: a site that many share',
    crm: [['Blue Heron Pottery', 'https://www.facebook.com/blueheron', 'United States'], ['Kestrel Labs', 'kestrel.github.io', 'United States'], ['Marta Gómez Diseño', 'marta@gmail.com', 'Spain']],
    others: [['Cedar Lane Bakery', 'https://www.facebook.com/cedarlane', 'United States'], ['Ironwood Software', 'ironwood.github.io', 'United States'], ['Talleres Pujol', 'pujol@gmail.com', 'Spain']],
    same: [[['Blue Heron Pottery LLC', 'facebook.com/blueheronpottery', 'United States'], '1'], [['Kestrel Labs', 'https://kestrel.github.io/', 'United States'], '2'], [['Marta Gomez Diseno', '', 'Spain'], '3']],
  },
  {
    kind: 'same family of names',
    crm: [['Tanaka Chemical Co., Ltd.', 'tanaka-chem.co.jp', 'Japan'], ['Verdana Capital Partners', 'verdanacapital.com', 'United States'], ['Aldermoor Foods Ltd', 'aldermoorfoods.co.uk', 'United Kingdom']],
    others: [['Tanaka Precision Metals', 'tanaka-metals.jp', 'Japan'], ['Verdana Logistics', 'verdanalogistics.com', 'United States'], ['Aldermoor Homes Ltd', 'aldermoorhomes.co.uk', 'United Kingdom']],
    same: [[['Tanaka Chemical', 'tanaka-chem.co.jp', 'JP'], '1'], [['Verdana Capital Partners LLC', 'verdanacapital.com', 'US'], '2'], [['Aldermoor Foods', '', 'UK'], '3']],
  },
  {
    kind: 'nothing in common but a legal form or a region in brackets',
    crm: [['Poolhus AB (publ)', 'poolhus.se', 'Sweden'], ['Kestrel Mining (Pty) Ltd', 'kestrelmining.co.za', 'South Africa'], ['Verdana (Europe)', '', 'Germany']],
    others: [['Rodvik Bank AB (publ)', 'rodvik.se', 'Sweden'], ['Impala Wines (Pty) Ltd', 'impalawines.co.za', 'South Africa'], ['Ferrum (Europe)', '', 'Germany']],
    same: [[['Poolhus AB', 'poolhus.se', 'SE'], '1'], [['Kestrel Mining Proprietary Limited', 'kestrelmining.co.za', 'ZA'], '2']],
  },
  {
    kind: 'CNA-5: same name in another country',
    crm: [['Ferrum Steel', 'ferrumsteel.com', 'United States'], ['Globalia Telecom', 'globalia-telecom.com', 'Germany']],
    others: [['Ferrum Steel', 'ferrumsteel.ca', 'Canada'], ['Ferrum Steel', 'ferrumsteel.com', 'Mexico'], ['Globalia Telecom', 'globalia-telecom.com', 'Austria'], ['Globalia Telecom GmbH', '', 'Schweiz']],
    same: [[['Ferrum Steel Inc', 'ferrumsteel.com', 'U.S.A.'], '1'], [['Globalia Telecom GmbH', '', 'Deutschland'], '2'], [['Globalia Telecom', 'globalia-telecom.com', ''], '2']],
  },
];

describe.each(KINDS)('$kind', ({ crm, others, same }) => {
  it.each(others.map((one) => [one]))('another company: %j', (candidate) => expect(decide(candidate, crm)).toMatchObject({ decision: 'new', accountId: '' }));
  it.each(same)('the same company: %j', (candidate, accountId) => expect(decide(candidate, crm)).toMatchObject({ decision: 'match', accountId }));
});

describe('several accounts on one domain', () => {
  const crm: readonly Company[] = [['Ferrum Steel', 'ferrumsteel.com', 'United States'], ['Ferrum Steel', 'ferrumsteel.com', 'Canada'], ['Ferrum Coatings', 'ferrumsteel.com', 'United States']];

  it('are settled by the country, then by the name', () => {
    expect(decide(['Ferrum Steel', 'ferrumsteel.com', 'Canada'], crm).accountId).toBe('2');
    expect(decide(['Ferrum Steel', 'ferrumsteel.com', 'US'], crm).accountId).toBe('1');
    expect(decide(['Ferrum Coatings', 'ferrumsteel.com', 'US'], crm).accountId).toBe('3');
  });

  it('are settled for a lead as well', () => {
    expect(decide(['jane@ferrumsteel.com', 'Ferrum Steel', 'Canada'], crm, 'leads').accountId).toBe('2');
    expect(decide(['jane@ferrumsteel.com', 'Ferrum Coatings', 'US'], crm, 'leads').accountId).toBe('3');
  });
});

it('free mail says nothing about the company of a lead', () => {
  const crm: readonly Company[] = [['Ferrum Steel', 'ferrumsteel.com', 'United States'], ['Gmail Partners', 'gmailpartners.com', 'United States']];
  expect(decide(['jane@gmail.com', '', 'US'], crm, 'leads')).toMatchObject({ decision: 'new', accountId: '' });
  expect(decide(['jane@gmail.com', 'Ferrum Steel', 'US'], crm, 'leads')).toMatchObject({ decision: 'match', accountId: '1' });
});
