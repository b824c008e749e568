import { RATE_SETTING, type ConnectorManifest, type SettingManifest } from '@signalbox/connectors-sdk';

export const DEFAULT_API_VERSION = '9.2';
export const DEFAULT_AUTHORITY = 'https://login.microsoftonline.com';
export const DEFAULT_RESERVE_PERCENT = 5;
const APP = 'In the Microsoft Entra admin center: App registrations > your app';

const settings: SettingManifest[] = [
  { name: 'tenant_id', label: 'Tenant id', secret: false, required: true, description: `Directory (tenant) ID. ${APP} > Overview.` },
  { name: 'client_id', label: 'Client id', secret: false, required: true, description: `Application (client) ID. ${APP} > Overview. The application must be an application user of the environment, with a security role.` },
  { name: 'client_secret', label: 'Client secret', secret: true, required: true, description: `The secret's value, not its id. ${APP} > Certificates & secrets.` },
  { name: 'authority', label: 'Sign-in address', secret: false, required: false, description: `Only for a national cloud. Default ${DEFAULT_AUTHORITY}.` },
  { name: 'api_version', label: 'API version', secret: false, required: false, description: `Version of the Dataverse Web API. Default ${DEFAULT_API_VERSION}.` },
  { name: 'api_reserve_percent', label: 'Reserved API calls (%)', secret: false, required: false, description: `Share of the requests of five minutes that is left to other systems. Default ${DEFAULT_RESERVE_PERCENT}.` },
  { name: RATE_SETTING, label: 'Most API calls in 5 minutes', secret: false, required: false, description: 'Most calls that Signalbox makes in any 5 minutes. Default 6000, what Dataverse allows a user.' },
  { name: 'ca_certificate', label: 'Certificate authority (PEM)', secret: false, required: false, description: 'Only for a server whose certificate is signed by an authority of your own.' },
];

const standing = { createdAt: 'createdon', owner: 'ownerid' };

export const dynamicsManifest: ConnectorManifest = {
  name: 'dynamics',
  label: 'Dynamics 365',
  address: { example: 'https://your-org.crm4.dynamics.com', description: 'The environment\'s address. In the Power Platform admin center: Environments > your environment > Environment URL.' },
  authKinds: [{ name: 'client_credentials', label: 'Client credentials', settings }],
  // The product's own names, which every CRM's connector has in common; those of Dataverse are in `objects.ts`.
  objects: [
    { name: 'Account', label: 'Account', operations: ['create', 'update', 'delete'], identity: { name: 'name', website: 'websiteurl', country: 'address1_country' }, standing },
    { name: 'Contact', label: 'Contact', operations: ['create', 'update', 'delete'], identity: { name: 'emailaddress1', website: '', country: 'address1_country' }, account: 'parentcustomerid', email: 'emailaddress1' },
    {
      name: 'Lead', label: 'Lead', operations: ['create', 'update', 'delete', 'convert'], identity: { name: 'companyname', website: 'websiteurl', country: 'address1_country' }, standing,
      account: 'parentaccountid', email: 'emailaddress1', converted: [{ field: 'statecode', value: 'Qualified' }],
    },
    {
      name: 'Opportunity', label: 'Opportunity', operations: ['create', 'update', 'delete'], identity: { name: 'name', website: '', country: '' }, account: 'customerid',
      progress: { won: [{ field: 'statecode', value: 'Won' }], lost: [{ field: 'statecode', value: 'Lost' }] },
    },
    { name: 'User', label: 'User', operations: [], identity: { name: 'fullname', website: '', country: '' } },
  ],
  limits: { rowsPerCall: 1000, recordsPerPage: 5000 },
  budget: { rate: { calls: 6000, windowMs: 300_000 }, concurrent: 52, day: 'midnight' },
};
