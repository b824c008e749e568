import { CONNECTORS, connectorFor } from '@signalbox/connectors-registry';
import { checkOperation, objectOf, type ConnectorSession } from '@signalbox/connectors-sdk';
import { type crmWriter } from '@signalbox/contracts';
import { asSignalboxError, invalid } from '@signalbox/kernel';
import type { Handlers } from '@signalbox/platform-grpc';
import type { ConnectionHealth } from '../../application/connection-health.ts';
import type { ManageConnections } from '../../application/manage-connections.ts';
import type { CallBudgets, LedgerReader, Mirror, Sessions } from '../../application/ports.ts';
import type { RecordsOfAccounts } from '../../application/records-of-accounts.ts';
import type { RefreshMirror } from '../../application/refresh-mirror.ts';
import type { Connection } from '../../domain/connection.ts';
import { limitsOf } from '../connectors/sessions.ts';
import { countRecords, recordValues } from './record-values.ts';
import { readPage, toConnection, toField, toPageInfo, toProvider, toRecord, toStatus, toWrite } from './messages.ts';

export interface HandlerParts {
  connections: ManageConnections;
  refresh: RefreshMirror;
  sessions: Sessions;
  health: ConnectionHealth;
  mirror: Mirror;
  ledger: LedgerReader;
  budgets: CallBudgets;
  accounts: RecordsOfAccounts;
}

type Definition = typeof crmWriter.CrmWriterServiceDefinition;
export interface Context {
  principal: { workspaceId: string };
}

function checkObject(connection: Connection, object: string): void {
  const { manifest } = connectorFor(connection.provider);
  if (objectOf(manifest, object)) return;
  throw invalid('crm_writer.object_unknown', `${manifest.label} connections know no object '${object}'. Known: ${manifest.objects.map((o) => o.name).join(', ')}.`, { field: 'object' });
}

/** The connection of a request and its object, both of which must be there. */
export async function target(parts: HandlerParts, context: Context, request: { connectionId: string; object: string }) {
  const { workspaceId } = context.principal;
  const connection = await parts.connections.get(workspaceId, request.connectionId);
  checkObject(connection, request.object);
  return { connection, key: { workspaceId, connectionId: connection.id, object: request.object } };
}

/** Asks the CRM now; whether it answered is the connection's health. */
async function askNow<T>(parts: HandlerParts, connection: Connection, question: (session: ConnectorSession) => Promise<T>): Promise<T> {
  try {
    const answer = await question(await parts.sessions.open(connection));
    await parts.health.works(connection);
    return answer;
  } catch (thrown) {
    const error = asSignalboxError(thrown);
    await parts.health.failed(connection, error);
    throw error;
  }
}

/** Connections as others see them, with how the budget of each stands. */
async function shown(parts: HandlerParts, connections: readonly Connection[]): Promise<crmWriter.Connection[]> {
  const standings = await parts.budgets.standings(connections.map((connection) => ({ connection, limits: limitsOf(connection) })));
  return connections.map((c) => toConnection(c, standings.get(c.id)!));
}

export function crmWriterHandlers(parts: HandlerParts): Handlers<Definition> {
  const { connections } = parts;
  const show = async (connection: Promise<Connection>) => (await shown(parts, [await connection]))[0]!;
  return {
    listProviders: async () => ({ providers: CONNECTORS.map((c) => toProvider(c.manifest)) }),
    createConnection: (request, { principal }) => show(connections.create(principal.workspaceId, request)),
    updateConnection: (request, { principal }) => show(connections.update(principal.workspaceId, request)),
    async deleteConnection(request, { principal }) {
      await connections.remove(principal.workspaceId, request.id);
      return {};
    },
    getConnection: (request, { principal }) => show(connections.get(principal.workspaceId, request.id)),
    async listConnections(request, { principal }) {
      const page = await connections.list(principal.workspaceId, readPage(request.page));
      return { connections: await shown(parts, page.items), page: toPageInfo(page.nextCursor) };
    },
    testConnection: (request, { principal }) => show(connections.test(principal.workspaceId, request.id)),
    async describeObject(request, context) {
      const { connection, key } = await target(parts, context, request);
      const fields = await askNow(parts, connection, (session) => session.describe(key.object));
      return { fields: fields.map(toField) };
    },
    async listConvertedStatuses({ connectionId }, { principal }) {
      const connection = await connections.get(principal.workspaceId, connectionId);
      // Refused by name before anything is asked, so that it says nothing about the connection's health.
      checkOperation(connectorFor(connection.provider).manifest, 'Lead', 'convert');
      return { statuses: await askNow(parts, connection, (session) => session.convertedStatuses()) };
    },
    async refreshMirror(request, context) {
      const { connection, key } = await target(parts, context, request);
      if (request.withAttached) await parts.accounts.refresh(connection);
      return toStatus(key, await parts.refresh.run(connection, key.object, { tellAgain: request.tellAgain, fields: request.fields }));
    },
    async listRecordsOfAccounts(request, { principal }) {
      if (request.accountIds.length > 1000) throw invalid('crm_writer.too_many_ids', 'Ask for at most 1,000 accounts at a time.', { field: 'accountIds' });
      return { records: await parts.accounts.find(await connections.get(principal.workspaceId, request.connectionId), request.accountIds) };
    },
    async getMirrorStatus(request, context) {
      const { key } = await target(parts, context, request);
      return toStatus(key, await parts.mirror.status(key));
    },
    async listCrmRecords(request, context) {
      const { connection, key } = await target(parts, context, request);
      const page = await parts.mirror.list(key, request.crmIds, readPage(request.page));
      const known = objectOf(connectorFor(connection.provider).manifest, key.object) ?? {};
      return { records: page.items.map((record) => toRecord(key.object, record, known)), page: toPageInfo(page.nextCursor) };
    },
    streamRecordValues: (request, context) => recordValues(parts, request, context),
    countRecords: (request, context) => countRecords(parts, request, context),
    async listWrites(request, { principal }) {
      const page = await parts.ledger.list(principal.workspaceId, request, readPage(request.page));
      return { writes: page.items.map(toWrite), page: toPageInfo(page.nextCursor) };
    },
  };
}
