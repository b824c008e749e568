import { z } from 'zod';
import { GRANTABLE, wordOf } from '../../../domain/permissions.ts';
import { named } from './registry.ts';
import { name, timeZone } from './shared.ts';

const email = z.email('Is no e-mail address').max(254);
const password = z.string().min(10, 'Use at least 10 characters').max(200, 'Use at most 200 characters');
const time = z.iso.datetime();
const permission = z.enum(GRANTABLE.map(wordOf) as [string, ...string[]]);

export const FirstRunBody = named('FirstRun', z.strictObject({ workspaceName: name, timeZone: timeZone.default('UTC').describe('IANA name.'), email, password }));
export const SetupState = named('SetupState', z.object({ needed: z.boolean() }));
export const SignInBody = named('SignIn', z.strictObject({ email: z.string().min(1).max(254), password: z.string().min(1).max(200) }));

export const WorkspaceJson = named('Workspace', z.object({ id: z.string(), name: z.string(), timeZone: z.string(), createdAt: time }));
export const WorkspacePatch = named('WorkspacePatch', z.strictObject({ name: name.optional(), timeZone: timeZone.optional() }));
export const SessionJson = named('Session', z.object({
  kind: z.enum(['session', 'token']).describe('Signed in with a cookie, or with an API token.'),
  subject: z.string(), email: z.string().nullable(), permissions: z.array(permission), expiresAt: time.nullable(), workspace: WorkspaceJson,
}));

export const EntitlementJson = named('Entitlement', z.object({ name: z.string(), licensed: z.boolean() }));
export const EntitlementPut = named('EntitlementPut', z.strictObject({ licensed: z.boolean() }));
export const EntitlementPage = named('EntitlementPage', z.object({ items: z.array(EntitlementJson), nextCursor: z.string().nullable(), total: z.int().nullable() }));

export const ApiTokenJson = named('ApiToken', z.object({
  id: z.string(), name: z.string(), permissions: z.array(permission), hint: z.string().describe('The last characters, to tell tokens apart.'), createdBy: z.string(), createdAt: time,
  expiresAt: time.nullable(), lastUsedAt: time.nullable(), revokedAt: time.nullable(),
}));
export const ApiTokenPage = named('ApiTokenPage', z.object({ items: z.array(ApiTokenJson), nextCursor: z.string().nullable(), total: z.int().nullable() }));
export const NewApiToken = named('NewApiToken', z.strictObject({
  name, permissions: z.array(permission).min(1, 'Name at least one permission').describe('What it may do: at least one, and none that you lack.'), expiresAt: z.iso.datetime({ offset: true, error: 'Is no ISO time' }).nullish().describe('Null: it does not end.'),
}));
export const CreatedApiToken = named('CreatedApiToken', ApiTokenJson.extend({ token: z.string().describe('The token itself. Shown this once.') }));
