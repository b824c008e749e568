import { RATE_SETTING, type ConnectorManifest, type SettingManifest } from '@signalbox/connectors-sdk';
import { salesforceObjects } from './objects.ts';

export const DEFAULT_API_VERSION = '62.0';
export const DEFAULT_RESERVE_PERCENT = 5;

const clientId: SettingManifest = {
  name: 'client_id', label: 'Client id', secret: false, required: true,
  description: 'Consumer key of the External Client App. In Salesforce: Setup > External Client App Manager > your app > Settings > OAuth Settings.',
};

const shared: SettingManifest[] = [
  { name: 'api_version', label: 'API version', secret: false, required: false, description: `Salesforce API version, such as ${DEFAULT_API_VERSION} (the default).` },
  { name: 'api_reserve_percent', label: 'Reserved API calls (%)', secret: false, required: false, description: `Share of the daily API calls that is left to other systems. Default ${DEFAULT_RESERVE_PERCENT}.` },
  { name: RATE_SETTING, label: 'Most API calls in 10 seconds', secret: false, required: false, description: 'Most calls that Signalbox makes in any 10 seconds. Default: no limit, since Salesforce has none.' },
  { name: 'ca_certificate', label: 'Certificate authority (PEM)', secret: false, required: false, description: 'Only for a server whose certificate is signed by an authority of your own.' },
];

export const salesforceManifest: ConnectorManifest = {
  name: 'salesforce',
  label: 'Salesforce',
  address: { example: 'https://your-company.my.salesforce.com', description: 'The org\'s My Domain. In Salesforce: Setup > My Domain > Current My Domain URL.' },
  authKinds: [
    {
      name: 'client_credentials', label: 'Client credentials',
      settings: [
        clientId,
        { name: 'client_secret', label: 'Client secret', secret: true, required: true, description: 'Consumer secret, on the same page as the consumer key. The app needs the Client Credentials Flow switched on, with a user to run as.' },
        ...shared,
      ],
    },
    {
      name: 'jwt_bearer', label: 'JWT bearer',
      settings: [
        clientId,
        { name: 'username', label: 'User name', secret: false, required: true, description: 'Salesforce user that Signalbox works as; it must be pre-authorised for the app.' },
        { name: 'private_key', label: 'Private key (PEM)', secret: true, required: true, description: 'Key whose certificate is uploaded to the app under "Use digital signatures", as -----BEGIN PRIVATE KEY-----.' },
        { name: 'audience', label: 'Audience', secret: false, required: false, description: 'https://login.salesforce.com (the default) or https://test.salesforce.com for a sandbox org.' },
        ...shared,
      ],
    },
  ],
  objects: salesforceObjects,
  limits: { rowsPerCall: 1000, recordsPerPage: 2000 },
  budget: { rate: { windowMs: 10_000 }, concurrent: 25, day: 'rolling' },
};
