import type { ObjectType } from './schema-types.ts';

const scopes = (name: string) => ({ readScope: `crm.objects.${name}.read`, writeScope: `crm.objects.${name}.write` });

export const OBJECT_TYPES: readonly ObjectType[] = [
  {
    name: 'companies', singular: 'company', legacyName: 'COMPANY', objectTypeId: '0-2', modifiedProperty: 'hs_lastmodifieddate',
    defaultProperties: ['createdate', 'domain', 'hs_lastmodifieddate', 'hs_object_id', 'name'], ...scopes('companies'),
  },
  {
    name: 'contacts', singular: 'contact', legacyName: 'CONTACT', objectTypeId: '0-1', modifiedProperty: 'lastmodifieddate', naturalKey: 'email', primaryCompany: 'associatedcompanyid',
    defaultProperties: ['createdate', 'email', 'firstname', 'hs_object_id', 'lastmodifieddate', 'lastname'], ...scopes('contacts'),
  },
  {
    name: 'deals', singular: 'deal', legacyName: 'DEAL', objectTypeId: '0-3', modifiedProperty: 'hs_lastmodifieddate', primaryCompany: 'hs_primary_associated_company',
    defaultProperties: ['amount', 'closedate', 'createdate', 'dealname', 'dealstage', 'hs_lastmodifieddate', 'hs_object_id', 'pipeline'], ...scopes('deals'),
  },
];

/** By any of the names that the API takes: companies, company, 0-2. */
export function findObjectType(name: string): ObjectType | undefined {
  const wanted = name.toLowerCase();
  return OBJECT_TYPES.find((t) => t.name === wanted || t.singular === wanted || t.objectTypeId === wanted);
}
