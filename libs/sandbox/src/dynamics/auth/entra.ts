import { randomUUID } from 'node:crypto';
import type { Environment } from '../environment.ts';
import { ORGANIZATION_ID } from '../environment.ts';
import { jsonAnswer, type Answer } from '../../serving/io.ts';

interface Refusal {
  status: number;
  error: string;
  code: number;
  text: string;
}

/** An error of Entra ID, in its own shape. */
export function entraError(env: Environment, { status, error, code, text }: Refusal): Answer {
  const trace = randomUUID();
  const correlation = randomUUID();
  const timestamp = new Date(env.now()).toISOString().slice(0, 19).replace('T', ' ') + 'Z';
  return jsonAnswer(status, {
    error, error_description: `AADSTS${code}: ${text} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${timestamp}`, error_codes: [code], timestamp, trace_id: trace, correlation_id: correlation,
    error_uri: `https://login.microsoftonline.com/error?code=${code}`,
  });
}

const basic = (authorization: string | undefined): [string, string] | undefined => {
  const text = /^Basic\s+(\S+)$/i.exec(authorization ?? '')?.[1];
  const [id, secret] = text ? Buffer.from(text, 'base64').toString('utf8').split(':').map(decodeURIComponent) : [];
  return id === undefined || secret === undefined ? undefined : [id, secret];
};

/** `POST /{tenant}/oauth2/v2.0/token` with client credentials. */
export function token(env: Environment, tenant: string, form: URLSearchParams, origin: string, authorization: string | undefined): Answer {
  const { credentials: c } = env;
  const [clientId, secret] = basic(authorization) ?? [form.get('client_id') ?? '', form.get('client_secret') ?? ''];
  const scope = form.get('scope') ?? '';
  const refuse = (status: number, error: string, code: number, text: string) => entraError(env, { status, error, code, text });
  if (tenant.toLowerCase() !== c.tenantId) return refuse(400, 'invalid_request', 90002, `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`);
  const grant = form.get('grant_type');
  if (!grant) return refuse(400, 'invalid_request', 900144, "The request body must contain the following parameter: 'grant_type'.");
  if (grant !== 'client_credentials') return refuse(400, 'unsupported_grant_type', 70003, `The app requested an unsupported grant type '${grant}'.`);
  if (clientId.toLowerCase() !== c.clientId) return refuse(400, 'unauthorized_client', 700016, `Application with identifier '${clientId}' was not found in the directory 'Signalbox Sandbox'.`);
  if (secret === '') return refuse(401, 'invalid_client', 7000218, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.");
  if (secret !== c.clientSecret) return refuse(401, 'invalid_client', 7000215, `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'.`);
  if (!scope.endsWith('/.default')) return refuse(400, 'invalid_scope', 1002012, `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`);
  const resource = URL.parse(scope.slice(0, -'/.default'.length))?.origin;
  if (!resource || ![env.url, origin].includes(resource)) return refuse(400, 'invalid_resource', 500011, `The resource principal named ${scope.slice(0, -'/.default'.length)} was not found in the tenant named Signalbox Sandbox. This can happen if the application has not been installed by the administrator of the tenant.`);
  const issued = env.tokens.issue({ aud: resource, iss: `${origin}/${c.tenantId}/`, tid: c.tenantId, appid: c.clientId, oid: ORGANIZATION_ID, ver: '1.0' });
  return jsonAnswer(200, { token_type: 'Bearer', expires_in: issued.expiresIn, ext_expires_in: issued.expiresIn, access_token: issued.token }, { 'Cache-Control': 'no-store' });
}

export const openId = (tenant: string, origin: string): Answer => jsonAnswer(200, {
  token_endpoint: `${origin}/${tenant}/oauth2/v2.0/token`, authorization_endpoint: `${origin}/${tenant}/oauth2/v2.0/authorize`, device_authorization_endpoint: `${origin}/${tenant}/oauth2/v2.0/devicecode`,
  issuer: `${origin}/${tenant}/v2.0`, jwks_uri: `${origin}/${tenant}/discovery/v2.0/keys`, token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'], response_types_supported: ['code', 'id_token'],
  subject_types_supported: ['pairwise'], id_token_signing_alg_values_supported: ['RS256'], tenant_region_scope: 'EU', cloud_instance_name: new URL(origin).hostname,
});

/** Where a client that knows only an authority finds its tenant. */
export function instanceDiscovery(query: URLSearchParams, origin: string): Answer {
  const tenant = URL.parse(query.get('authorization_endpoint') ?? '')?.pathname.split('/')[1] ?? 'common';
  const { host } = new URL(origin);
  return jsonAnswer(200, { tenant_discovery_endpoint: `${origin}/${tenant}/v2.0/.well-known/openid-configuration`, 'api-version': '1.1', metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }] });
}
