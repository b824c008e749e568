import { notFound } from '@signalbox/kernel';
import { objectOf, type IdentityFields } from '@signalbox/connectors-sdk';
import { hubspotManifest } from './manifest.ts';

/** An object of HubSpot under the product's name for it. */
export interface HubspotObject {
  name: string;
  /** In HubSpot's paths. */
  type: string;
  objectTypeId: string;
  /** Says when a record last changed; contacts have another name for it than all others. */
  modified: string;
  /** Unique although it is not declared so. */
  naturalKey: string;
  /** Changed by HubSpot, wanted in the mirror. */
  kept: readonly string[];
  identity: IdentityFields;
}

const OBJECTS: Record<string, Omit<HubspotObject, 'name' | 'identity'>> = {
  Account: { type: 'companies', objectTypeId: '0-2', modified: 'hs_lastmodifieddate', naturalKey: '', kept: ['createdate', 'notes_last_updated', 'hs_parent_company_id'] },
  Contact: { type: 'contacts', objectTypeId: '0-1', modified: 'lastmodifieddate', naturalKey: 'email', kept: ['createdate', 'associatedcompanyid'] },
  // Stages have other names in every pipeline but the first, so won and lost are told by these.
  Opportunity: { type: 'deals', objectTypeId: '0-3', modified: 'hs_lastmodifieddate', naturalKey: '', kept: ['createdate', 'hs_primary_associated_company', 'hs_is_closed', 'hs_is_closed_won', 'hs_is_closed_lost'] },
};

/** @throws NotFound `hubspot.object_unknown` */
export function hubspotObject(name: string): HubspotObject {
  const known = Object.hasOwn(OBJECTS, name) ? OBJECTS[name] : undefined;
  if (!known) throw notFound('hubspot.object_unknown', `HubSpot connections know no object '${name}'. Known: ${Object.keys(OBJECTS).join(', ')}.`, { field: 'object' });
  return { name, ...known, identity: objectOf(hubspotManifest, name)!.identity };
}
