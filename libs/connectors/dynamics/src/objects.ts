import { notFound } from '@signalbox/kernel';
import { objectOf, type IdentityFields } from '@signalbox/connectors-sdk';
import { dynamicsManifest } from './manifest.ts';

/** A table of Dataverse behind the product's name for it. */
export interface Table {
  /** Logical name. */
  name: string;
  /** In paths. */
  set: string;
  primaryId: string;
  identity: IdentityFields;
  /** Whether its changes can be followed by change tracking. Users are followed by the time of their last change: none is ever deleted. */
  tracked: boolean;
}

const NAMES: Record<string, string> = { Account: 'account', Contact: 'contact', Lead: 'lead', Opportunity: 'opportunity', User: 'systemuser' };
/** Names of entity sets that the plural by an s does not give. */
const SETS: Record<string, string> = { opportunity: 'opportunities' };

/** Set of a table by its logical name. */
export const setOf = (table: string): string => SETS[table] ?? `${table}s`;

/** @throws NotFound `dynamics.object_unknown` */
export function tableOf(object: string): Table {
  const name = Object.hasOwn(NAMES, object) ? NAMES[object] : undefined;
  const identity = objectOf(dynamicsManifest, object)?.identity;
  if (!name || !identity) throw notFound('dynamics.object_unknown', `Dynamics 365 connections know no object '${object}'. Known: ${Object.keys(NAMES).join(', ')}.`, { field: 'object' });
  return { name, set: setOf(name), primaryId: `${name}id`, identity, tracked: name !== 'systemuser' };
}
