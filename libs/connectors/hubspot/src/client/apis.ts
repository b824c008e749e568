import * as lists from '@hubspot/api-client/lib/codegen/crm/lists/index.js';
import * as objects from '@hubspot/api-client/lib/codegen/crm/objects/index.js';
import * as properties from '@hubspot/api-client/lib/codegen/crm/properties/index.js';
import * as oauth from '@hubspot/api-client/lib/codegen/oauth/index.js';
import type { GuardedTransport } from './transport.ts';

/** Where the parts of HubSpot's client send to, as whom, and through what. */
export interface Wire {
  origin: string;
  /** Empty for calls that need none. */
  accessToken: string;
  transport: GuardedTransport;
}

interface Part<C> {
  createConfiguration(parameters: object): C;
  ServerConfiguration: new (url: string, variables: Record<string, string>) => object;
  wrapHttpLibrary(library: never): object;
}

/** The configuration of one part: its address, its token, and our transport. */
function configure<C>(part: Part<C>, { origin, accessToken, transport }: Wire): C {
  return part.createConfiguration({
    baseServer: new part.ServerConfiguration(origin, {}),
    httpApi: part.wrapHttpLibrary(transport as never),
    ...(accessToken ? { authMethods: { oauth2: { accessToken } } } : {}),
  });
}

export const basicApi = (wire: Wire) => new objects.BasicApi(configure(objects, wire));
export const batchApi = (wire: Wire) => new objects.BatchApi(configure(objects, wire));
export const searchApi = (wire: Wire) => new objects.SearchApi(configure(objects, wire));
export const propertiesApi = (wire: Wire) => new properties.CoreApi(configure(properties, wire));
export const listsApi = (wire: Wire) => new lists.ListsApi(configure(lists, wire));
export const membershipsApi = (wire: Wire) => new lists.MembershipsApi(configure(lists, wire));
export const tokensApi = (wire: Wire) => new oauth.TokensApi(configure(oauth, wire));
