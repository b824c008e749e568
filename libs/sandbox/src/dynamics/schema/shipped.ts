import type { AttributeSource, EntitySource, OptionSource } from './schema-types.ts';

const text = (name: string, label: string, maxLength = 100, more: Partial<AttributeSource> = {}): AttributeSource => ({ name, label, type: 'String', maxLength, ...more });
const memo = (name: string, label: string): AttributeSource => ({ name, label, type: 'Memo', maxLength: 2000 });
const money = (name: string, label: string): AttributeSource => ({ name, label, type: 'Money', min: -922_337_203_685_477, max: 922_337_203_685_477 });
const integer = (name: string, label: string, max = 2_147_483_647): AttributeSource => ({ name, label, type: 'Integer', min: 0, max });
const flag = (name: string, label: string): AttributeSource => ({ name, label, type: 'Boolean', options: [{ value: 1, label: 'Yes' }, { value: 0, label: 'No' }], default: false });
const choice = (name: string, label: string, labels: string[], first = 1): AttributeSource =>
  ({ name, label, type: 'Picklist', options: labels.map((option, i): OptionSource => ({ value: i + first, label: option })) });
const lookup = (name: string, label: string, ...targets: string[]): AttributeSource => ({ name, label, type: 'Lookup', targets });

function states(...given: [label: string, statuses: [value: number, label: string][]][]): AttributeSource[] {
  return [
    { name: 'statecode', label: 'Status', type: 'State', options: given.map(([label], value) => ({ value, label })), default: 0 },
    { name: 'statuscode', label: 'Status Reason', type: 'Status', options: given.flatMap(([, statuses], state) => statuses.map(([value, label]) => ({ value, label, state }))) },
  ];
}

const ACTIVE = states(['Active', [[1, 'Active']]], ['Inactive', [[2, 'Inactive']]]);
const INDUSTRIES = ['Accounting', 'Agriculture and Non-petrol Natural Resource Extraction', 'Broadcasting Printing and Publishing', 'Brokers', 'Building Supply Retail', 'Business Services', 'Consulting', 'Consumer Services'];
const address = (n: number): AttributeSource[] => [
  text(`address${n}_line1`, `Address ${n}: Street 1`, 250), text(`address${n}_line2`, `Address ${n}: Street 2`, 250), text(`address${n}_city`, `Address ${n}: City`, 80),
  text(`address${n}_stateorprovince`, `Address ${n}: State/Province`, 50), text(`address${n}_postalcode`, `Address ${n}: ZIP/Postal Code`, 20), text(`address${n}_country`, `Address ${n}: Country/Region`, 80),
];
const ours: Pick<EntitySource, 'keys'> = { keys: [{ name: 'signalbox_id_key', label: 'Signalbox Id Key', attributes: ['signalbox_id'] }] };
const ourId = text('signalbox_id', 'Signalbox Id', 100);

/** What a fresh environment with Dynamics 365 Sales has, as far as this sandbox goes. */
export const SHIPPED: readonly EntitySource[] = [
  {
    name: 'account', schemaName: 'Account', set: 'accounts', label: 'Account', typeCode: 1, primaryName: 'name', ...ours,
    attributes: [
      text('name', 'Account Name', 160, { required: 'ApplicationRequired' }), text('accountnumber', 'Account Number', 20), text('websiteurl', 'Website', 200), text('telephone1', 'Main Phone', 50),
      text('fax', 'Fax', 50), text('emailaddress1', 'Email', 100), text('tickersymbol', 'Ticker Symbol', 10), memo('description', 'Description'), choice('industrycode', 'Industry', INDUSTRIES),
      choice('customertypecode', 'Relationship Type', ['Competitor', 'Consultant', 'Customer', 'Investor', 'Partner', 'Influencer', 'Press', 'Prospect']), integer('numberofemployees', 'Number of Employees', 1_000_000_000),
      money('revenue', 'Annual Revenue'), flag('donotemail', 'Do not allow Emails'), lookup('primarycontactid', 'Primary Contact', 'contact'), lookup('parentaccountid', 'Parent Account', 'account'),
      lookup('originatingleadid', 'Originating Lead', 'lead'), ...address(1), ourId, ...ACTIVE,
    ],
  },
  {
    name: 'contact', schemaName: 'Contact', set: 'contacts', label: 'Contact', typeCode: 2, primaryName: 'fullname', ...ours,
    attributes: [
      text('firstname', 'First Name', 50), text('lastname', 'Last Name', 50, { required: 'ApplicationRequired' }), text('fullname', 'Full Name', 160, { readOnly: true }), text('jobtitle', 'Job Title', 100),
      text('emailaddress1', 'Email', 100), text('telephone1', 'Business Phone', 50), text('mobilephone', 'Mobile Phone', 50), memo('description', 'Description'),
      { name: 'parentcustomerid', label: 'Company Name', type: 'Customer', targets: ['account', 'contact'] }, lookup('originatingleadid', 'Originating Lead', 'lead'), ...address(1), ourId, ...ACTIVE,
    ],
  },
  {
    name: 'lead', schemaName: 'Lead', set: 'leads', label: 'Lead', typeCode: 4, primaryName: 'fullname', ...ours,
    attributes: [
      text('subject', 'Topic', 300), text('firstname', 'First Name', 50), text('lastname', 'Last Name', 50, { required: 'ApplicationRequired' }), text('fullname', 'Name', 160, { readOnly: true }),
      text('companyname', 'Company Name', 100), text('websiteurl', 'Website', 200), text('emailaddress1', 'Email', 100), text('telephone1', 'Business Phone', 50), text('jobtitle', 'Job Title', 100),
      integer('numberofemployees', 'No. of Employees', 1_000_000), money('revenue', 'Annual Revenue'), memo('description', 'Description'), choice('industrycode', 'Industry', INDUSTRIES),
      choice('leadsourcecode', 'Lead Source', ['Advertisement', 'Employee Referral', 'External Referral', 'Partner', 'Public Relations', 'Seminar', 'Trade Show', 'Web', 'Word of Mouth', 'Other']),
      lookup('parentaccountid', 'Parent Account for lead', 'account'), lookup('parentcontactid', 'Parent Contact for lead', 'contact'), lookup('qualifyingopportunityid', 'Qualifying Opportunity', 'opportunity'), ...address(1), ourId,
      ...states(['Open', [[1, 'New'], [2, 'Contacted']]], ['Qualified', [[3, 'Qualified']]], ['Disqualified', [[4, 'Lost'], [5, 'Cannot Contact'], [6, 'No Longer Interested'], [7, 'Canceled']]]),
    ],
  },
  {
    name: 'opportunity', schemaName: 'Opportunity', set: 'opportunities', label: 'Opportunity', typeCode: 3, primaryName: 'name',
    attributes: [
      text('name', 'Topic', 300, { required: 'ApplicationRequired' }), money('estimatedvalue', 'Est. Revenue'), { name: 'estimatedclosedate', label: 'Est. Close Date', type: 'DateTime', dateOnly: true }, memo('description', 'Description'),
      { name: 'customerid', label: 'Potential Customer', type: 'Customer', targets: ['account', 'contact'] }, lookup('parentaccountid', 'Account', 'account'), lookup('parentcontactid', 'Contact', 'contact'),
      lookup('originatingleadid', 'Originating Lead', 'lead'),
      ...states(['Open', [[1, 'In Progress'], [2, 'On Hold']]], ['Won', [[3, 'Won']]], ['Lost', [[4, 'Canceled'], [5, 'Out-Sold']]]),
    ],
  },
  {
    name: 'systemuser', schemaName: 'SystemUser', set: 'systemusers', label: 'User', typeCode: 8, primaryName: 'fullname', changeTracking: false,
    attributes: [
      text('firstname', 'First Name', 256), text('lastname', 'Last Name', 256), text('fullname', 'Full Name', 200, { readOnly: true }), text('domainname', 'User Name', 1024), text('internalemailaddress', 'Primary Email', 100),
      { name: 'azureactivedirectoryobjectid', label: 'Entra ID Object Id', type: 'Uniqueidentifier' }, { name: 'applicationid', label: 'Application ID', type: 'Uniqueidentifier' }, flag('isdisabled', 'Status'),
    ],
  },
];

/** Attributes that every entity has; those of `OWNED` only where rows belong to somebody. */
export const SYSTEM: readonly AttributeSource[] = [
  { name: 'createdon', label: 'Created On', type: 'DateTime', readOnly: true }, { name: 'modifiedon', label: 'Modified On', type: 'DateTime', readOnly: true },
  { name: 'versionnumber', label: 'Version Number', type: 'BigInt', readOnly: true }, { name: 'importsequencenumber', label: 'Import Sequence Number', type: 'Integer' },
  { ...lookup('createdby', 'Created By', 'systemuser'), readOnly: true }, { ...lookup('modifiedby', 'Modified By', 'systemuser'), readOnly: true },
];
export const OWNED: readonly AttributeSource[] = [{ name: 'ownerid', label: 'Owner', type: 'Owner', targets: ['systemuser'] }];
