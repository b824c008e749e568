import { invalid } from '@signalbox/kernel';

const NAME = /^[a-z][a-z0-9_-]{0,62}$/;

/** @throws Invalid `gateway.entitlement.name` */
export function requireEntitlementName(name: string): string {
  if (NAME.test(name)) return name;
  throw invalid('gateway.entitlement.name', 'A package name has small letters, digits, - and _, and begins with a letter, e.g. "orchestrations".', { field: 'name' });
}

/** "orchestrations, connectors" as names. */
export function parseEntitlementNames(list: string): string[] {
  return [...new Set(list.split(',').map((name) => name.trim()).filter(Boolean))].map(requireEntitlementName);
}
