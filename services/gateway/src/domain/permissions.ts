import { PERMISSIONS, type PermissionName } from '@signalbox/contracts';
import { forbidden, invalid } from '@signalbox/kernel';

/** What a person or an API token may be given: everything but the calls between services. */
export const GRANTABLE: readonly PermissionName[] = PERMISSIONS.filter((name) => name !== 'INTERNAL');

/** Permissions as the REST API writes them: 'segments_read'. */
export const wordOf = (permission: PermissionName): string => permission.toLowerCase();

/**
 * The permissions of a new token: nobody hands on what they do not have themselves.
 * @throws Invalid `gateway.token.permissions_missing`, Invalid `gateway.token.permission_unknown`, Forbidden `gateway.token.permission_exceeds`
 */
export function permissionsToGrant(words: readonly string[], own: ReadonlySet<PermissionName>): PermissionName[] {
  if (words.length === 0) throw invalid('gateway.token.permissions_missing', 'A token without permissions can do nothing. Name at least one.', { field: 'permissions' });
  const wanted = new Set<PermissionName>();
  for (const [at, word] of words.entries()) {
    const name = GRANTABLE.find((p) => wordOf(p) === word);
    if (!name) {
      throw invalid('gateway.token.permission_unknown', `There is no permission '${word}'. Use any of: ${GRANTABLE.map(wordOf).join(', ')}.`, { field: `permissions.${at}` });
    }
    if (!own.has(name)) {
      throw forbidden('gateway.token.permission_exceeds', `You do not have '${word}' yourself, so you cannot give it to a token.`, { field: `permissions.${at}` });
    }
    wanted.add(name);
  }
  return GRANTABLE.filter((name) => wanted.has(name));
}
