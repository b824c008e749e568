import { RATE_SETTING, TIME_ZONE_SETTING, type ConnectorManifest, type SettingManifest } from '@signalbox/connectors-sdk';

export const DEFAULT_API_VERSION = 'v3';
export const DEFAULT_RESERVE_PERCENT = 5;

const shared: SettingManifest[] = [
  { name: 'api_version', label: 'API version', secret: false, required: false, description: `${DEFAULT_API_VERSION} (the default), or a dated version such as 2026-03.` },
  { name: 'api_reserve_percent', label: 'Reserved API calls (%)', secret: false, required: false, description: `Share of the daily API calls that is left to other systems. Default ${DEFAULT_RESERVE_PERCENT}.` },
  { name: RATE_SETTING, label: 'Most API calls in 10 seconds', secret: false, required: false, description: 'Most calls that Signalbox makes in any 10 seconds. Default 100; Professional and Enterprise accounts allow 190.' },
  { name: TIME_ZONE_SETTING, label: 'Time zone of the account', secret: false, required: false, description: 'Where the day of the API calls begins at midnight, such as Europe/Berlin. In HubSpot: Settings > Account defaults. Default UTC.' },
  { name: 'ca_certificate', label: 'Certificate authority (PEM)', secret: false, required: false, description: 'Only for a server whose certificate is signed by an authority of your own.' },
];

const COMPANY_SCOPES = 'crm.objects.companies.read, crm.objects.companies.write and crm.schemas.companies.read';

const standing = { createdAt: 'createdate', lastActivityAt: 'notes_last_updated', owner: 'hubspot_owner_id' };

export const hubspotManifest: ConnectorManifest = {
  name: 'hubspot',
  label: 'HubSpot',
  address: { example: 'https://api.hubapi.com', description: 'The same for every account, wherever its data are kept.', usual: 'https://api.hubapi.com' },
  authKinds: [
    {
      name: 'access_token', label: 'Service key or private app',
      settings: [
        {
          name: 'access_token', label: 'Access token', secret: true, required: true,
          description: `In HubSpot: Settings > Integrations > Service keys (or Private apps, where there is one already). It needs the scopes ${COMPANY_SCOPES}.`,
        },
        ...shared,
      ],
    },
    {
      name: 'oauth', label: 'OAuth app',
      settings: [
        { name: 'client_id', label: 'Client id', secret: false, required: true, description: 'In HubSpot: Development > Projects (or your developer account) > your app > Auth.' },
        { name: 'client_secret', label: 'Client secret', secret: true, required: true, description: 'On the same page as the client id.' },
        { name: 'refresh_token', label: 'Refresh token', secret: true, required: true, description: `What the app was given when an administrator installed it with the scopes ${COMPANY_SCOPES}.` },
        ...shared,
      ],
    },
  ],
  // The product's own names, which every CRM's connector has in common; HubSpot's are in `objects.ts`.
  objects: [
    { name: 'Account', label: 'Company', operations: ['create', 'update', 'delete'], identity: { name: 'name', website: 'domain', country: 'country' }, standing, lists: true },
    { name: 'Contact', label: 'Contact', operations: ['create', 'update', 'delete'], identity: { name: 'email', website: 'website', country: 'country' }, account: 'associatedcompanyid', lists: true },
    {
      name: 'Opportunity', label: 'Deal', operations: ['create', 'update', 'delete'], identity: { name: 'dealname', website: '', country: '' }, account: 'hs_primary_associated_company',
      progress: { won: [{ field: 'hs_is_closed_won', value: 'true' }], lost: [{ field: 'hs_is_closed_lost', value: 'true' }] },
    },
  ],
  limits: { rowsPerCall: 100, recordsPerPage: 200 },
  budget: { rate: { calls: 100, windowMs: 10_000 }, day: 'midnight' },
};
