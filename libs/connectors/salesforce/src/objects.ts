import type { ObjectManifest } from '@signalbox/connectors-sdk';

const standing = { createdAt: 'CreatedDate', lastActivityAt: 'LastActivityDate', owner: 'OwnerId' };

/** A contact is told by its e-mail address, whose domain says which company it is of; its full name is made by Salesforce and cannot be written. */
export const salesforceObjects: ObjectManifest[] = [
  { name: 'Account', label: 'Account', operations: ['create', 'update', 'delete'], identity: { name: 'Name', website: 'Website', country: 'BillingCountry' }, standing },
  { name: 'Lead', label: 'Lead', operations: ['create', 'update', 'delete', 'convert'], identity: { name: 'Company', website: 'Website', country: 'Country' }, standing, email: 'Email', converted: [{ field: 'IsConverted', value: 'true' }] },
  { name: 'Contact', label: 'Contact', operations: ['create', 'update', 'delete'], identity: { name: 'Email', website: '', country: 'MailingCountry' }, standing, account: 'AccountId', email: 'Email' },
  {
    name: 'Opportunity', label: 'Opportunity', operations: ['create', 'update', 'delete'], identity: { name: 'Name', website: '', country: '' }, standing, account: 'AccountId',
    progress: { won: [{ field: 'IsWon', value: 'true' }], lost: [{ field: 'IsClosed', value: 'true' }, { field: 'IsWon', value: 'false' }] },
  },
  { name: 'User', label: 'User', operations: [], identity: { name: 'Name', website: '', country: '' } },
  { name: 'LeadStatus', label: 'Lead status', operations: [], identity: { name: 'MasterLabel', website: '', country: '' } },
];

/** What the mirror keeps of objects that are only read. */
export const READ_ONLY_FIELDS: Readonly<Record<string, readonly string[]>> = {
  User: ['Name', 'FirstName', 'LastName', 'Username', 'Email', 'IsActive', 'UserType', 'Title', 'Department', 'Division', 'CompanyName', 'ManagerId'],
  LeadStatus: ['MasterLabel', 'ApiName', 'IsDefault', 'IsConverted', 'SortOrder'],
};

/** Records of these are never deleted, and asking for IsDeleted is refused. */
const NEVER_DELETED = new Set(['User', 'LeadStatus']);
export const canBeDeleted = (object: string): boolean => !NEVER_DELETED.has(object);
